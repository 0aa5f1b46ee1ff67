package serve_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/perch-chat/perch/catalog"
)

// shownFigures are the parts of the live figures that are looked at here.
type shownFigures struct {
	Queues []struct {
		Queue                                                          struct{ Name string }
		ContactsInQueue, ContactsInHand, AgentsOnline, AgentsAvailable int
		AgentsAfterContactWork                                         int
		OldestContactTimestamp                                         string
		Today                                                          struct {
			ContactsQueued, ContactsHandled, ContactsAbandoned        int
			ServiceLevel, AverageHandleTime, AverageFirstResponseTime *float64
		}
	}
	Agents []struct {
		DisplayName string
		Status      struct{ Name string }
		Contacts    []struct{ ContactId, State string }
	}
}

func (a *agent) figures() (f shownFigures) {
	a.h.t.Helper()
	elapse(time.Second) // what was shown a moment ago is as good as new
	a.call("GET", "figures", nil).into(a.h.t, &f)
	return f
}

// floor is the customers of the contacts on a page of the floor, each with its state.
func (a *agent) floor(query string) string {
	a.h.t.Helper()
	var got struct {
		Contacts []struct {
			State   string
			Contact struct{ CustomerDisplayName string }
		}
		NextToken string
	}
	a.call("GET", "floor/contacts?"+query, nil).into(a.h.t, &got)
	var all []string
	for _, c := range got.Contacts {
		all = append(all, c.Contact.CustomerDisplayName+" "+c.State)
	}
	if rest, _, _ := strings.Cut(query, "&nextToken="); got.NextToken != "" {
		if more := a.floor(rest + "&nextToken=" + url.QueryEscape(got.NextToken)); more != "" {
			all = append(all, more)
		}
	}
	return strings.Join(all, ", ")
}

func TestSupervisorsSeeTheContactsOfTheQueuesThatTheyServe(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		h.editAgent(2, func(_ context.Context, _ *catalog.Catalog, u *catalog.User) { u.SecurityProfile = catalog.Supervisor })
		const unknown = "00000000-0000-4000-8000-000000000000"
		a, boss := h.agent(1), h.agent(2)
		wantStatusOf(t, "an agent's", a.call("GET", "floor/contacts", nil), 403)
		a.status("Available")
		var opened []*person
		for _, name := range []string{"Ada", "Bob", "Cleo"} {
			opened = append(opened, h.open(object{"ParticipantDetails": object{"DisplayName": name}}))
			elapse(time.Second)
		}
		a.accept(opened[0].contact)
		elapse(time.Second)
		opened[1].call("disconnect", object{}).into(t, &struct{}{})
		elapse(time.Second)
		for query, want := range map[string]string{
			"":                                      "Cleo WAITING, Bob ENDED, Ada CONNECTED",
			"maxResults=1&order=ascending":          "Ada CONNECTED, Bob ENDED, Cleo WAITING",
			"state=WAITING":                         "Cleo WAITING",
			"state=FLOW":                            "",
			"customer=AD":                           "Ada CONNECTED",
			"sort=ended&state=ENDED":                "Bob ENDED",
			"agentId=" + unknown:                    "",
			"queueId=" + unknown:                    "",
			"till=2000-01-01T00:00:00Z":             "",
			"state=CONNECTED&sort=connected":        "Ada CONNECTED",
			"from=2000-01-01T00:00:00Z&state=ENDED": "Bob ENDED",
		} {
			if got := boss.floor(query); got != want {
				t.Errorf("%q shows %q, not %q", query, got, want)
			}
		}
		for _, query := range []string{"state=x", "sort=x", "order=x", "from=x", "nextToken=x"} {
			wantStatusOf(t, query, boss.call("GET", "floor/contacts?"+query, nil), 400)
		}
		h.editAgent(2, func(ctx context.Context, c *catalog.Catalog, u *catalog.User) {
			q, err := c.PutQueue(ctx, u.Instance, catalog.Queue{Name: "Elsewhere"})
			h.must(err)
			p, err := c.PutRoutingProfile(ctx, u.Instance, catalog.RoutingProfile{Name: "Elsewhere", ChatConcurrency: 1, Queues: []catalog.ProfileQueue{{Queue: q.ID, Priority: 1}}})
			h.must(err)
			u.RoutingProfile = p.ID
		})
		if got := h.agent(2).floor(""); got != "" {
			t.Errorf("a supervisor of another queue sees %q", got)
		}
	})
}

func TestSupervisorsSeeTheFiguresOfTheQueuesThatTheyServe(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		h.editAgent(2, func(ctx context.Context, c *catalog.Catalog, u *catalog.User) {
			u.SecurityProfile = catalog.Supervisor
			elsewhere, err := c.PutQueue(ctx, u.Instance, catalog.Queue{Name: "Elsewhere"})
			h.must(err)
			p, err := c.PutRoutingProfile(ctx, u.Instance, catalog.RoutingProfile{Name: "Elsewhere", ChatConcurrency: 1,
				Queues: []catalog.ProfileQueue{{Queue: elsewhere.ID, Priority: 1}}})
			h.must(err)
			_, err = c.PutUser(ctx, u.Instance, catalog.User{Username: "stranger", DisplayName: "Stranger", RoutingProfile: p.ID, SecurityProfile: catalog.Agent})
			h.must(err)
		})
		a, boss := h.agent(1), h.agent(2)
		wantStatusOf(t, "an agent's", a.call("GET", "figures", nil), 403)
		p, gone := h.open(nil), h.open(nil)
		f := boss.figures()
		if len(f.Queues) != 1 || f.Queues[0].Queue.Name != "Basic queue" || f.Queues[0].ContactsInQueue != 2 || f.Queues[0].OldestContactTimestamp == "" {
			t.Fatalf("while two wait: %+v", f.Queues)
		}
		gone.call("disconnect", object{}).into(t, &struct{}{})
		a.status("Available")
		mine := a.accept(p.contact)
		elapse(30 * time.Second)
		mine.say("hello")
		f = boss.figures()
		if q := f.Queues[0]; q.ContactsInQueue != 0 || q.ContactsInHand != 1 || q.AgentsOnline != 1 || q.Today.ContactsAbandoned != 1 {
			t.Errorf("while one is in hand: %+v", q)
		}
		if len(f.Agents) != 1 || f.Agents[0].DisplayName != "Ana" || f.Agents[0].Status.Name != "Available" ||
			len(f.Agents[0].Contacts) != 1 || f.Agents[0].Contacts[0].State != "CONNECTED" {
			t.Errorf("the agents are %+v", f.Agents)
		}
		a.does("end", p.contact)
		elapse(time.Minute)
		f = boss.figures()
		if q := f.Queues[0]; q.AgentsAfterContactWork != 1 || q.Today.ContactsHandled != 1 || q.Today.AverageFirstResponseTime == nil ||
			*q.Today.AverageFirstResponseTime < 29 || *q.Today.AverageFirstResponseTime > 40 {
			t.Errorf("in after-contact work: %+v, first response after %v s", q, *q.Today.AverageFirstResponseTime)
		}
		h.editAgent(2, func(ctx context.Context, c *catalog.Catalog, u *catalog.User) {
			p, err := c.UserNamed(ctx, u.Instance, "stranger")
			h.must(err)
			u.RoutingProfile = p.RoutingProfile
		})
		if f := h.agent(2).figures(); len(f.Queues) != 1 || f.Queues[0].Queue.Name != "Elsewhere" || len(f.Agents) != 0 {
			t.Errorf("a supervisor of another queue sees %+v", f)
		}
	})
}
