package serve_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/perch-chat/perch/catalog"
)

// now asks for current figures, by name.
func (h *house) now(filters, more object, metrics ...string) (all []map[string]float64) {
	h.t.Helper()
	var asked []object
	for _, m := range metrics {
		asked = append(asked, object{"Name": m})
	}
	body := object{"Filters": filters, "CurrentMetrics": asked}
	for k, v := range more {
		body[k] = v
	}
	var out struct {
		MetricResults []struct {
			Collections []struct {
				Metric struct{ Name string }
				Value  float64
			}
		}
	}
	h.signed("POST", "/metrics/current/"+string(h.started.InstanceID), body).into(h.t, &out)
	for _, r := range out.MetricResults {
		figures := map[string]float64{}
		for _, c := range r.Collections {
			figures[c.Metric.Name] = c.Value
		}
		all = append(all, figures)
	}
	return all
}

func TestFiguresOfQueuesAreThoseOfNow(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		var other string
		h.furnish(func(ctx context.Context, c *catalog.Catalog) error {
			q, err := c.PutQueue(ctx, h.started.InstanceID, catalog.Queue{Name: "Nobody serves it"})
			other = string(q.ID)
			return errorsOf(err, lunch(ctx, c, h))
		})
		a, b := h.available(1), h.agent(2)
		b.status("Lunch")
		p := h.open(nil)
		queue := h.describe(p.contact).QueueInfo.Id
		metrics := []string{"AGENTS_ONLINE", "AGENTS_STAFFED", "AGENTS_AVAILABLE", "AGENTS_NON_PRODUCTIVE", "AGENTS_ON_CONTACT", "AGENTS_AFTER_CONTACT_WORK",
			"AGENTS_ERROR", "CONTACTS_IN_QUEUE", "OLDEST_CONTACT_AGE", "SLOTS_ACTIVE", "SLOTS_AVAILABLE"}
		wants := func(what string, want ...float64) {
			t.Helper()
			got := h.now(object{"Queues": []string{queue}}, nil, metrics...)
			for i, m := range metrics {
				if len(got) != 1 || got[0][m] != want[i] {
					t.Errorf("%s: %s is %v, want %v", what, m, got, want[i])
				}
			}
		}
		elapse(7 * time.Second)
		wants("offered", 2, 1, 1, 1, 0, 0, 0, 1, 7000, 1, 4)
		for what, c := range map[string]struct {
			filters object
			groups  []string
			want    string
		}{
			"the age by queue is in seconds":    {object{"Queues": []string{queue}}, []string{"QUEUE"}, "[map[CONTACTS_IN_QUEUE:1 OLDEST_CONTACT_AGE:7]]"},
			"a queue named twice counts once":   {object{"Queues": []string{queue, queue}}, nil, "[map[CONTACTS_IN_QUEUE:1 OLDEST_CONTACT_AGE:7000]]"},
			"a queue named twice is one group":  {object{"Queues": []string{queue, queue}}, []string{"QUEUE"}, "[map[CONTACTS_IN_QUEUE:1 OLDEST_CONTACT_AGE:7]]"},
			"there is no group of calls":        {object{"Queues": []string{queue}, "Channels": []string{"VOICE"}}, []string{"QUEUE", "CHANNEL"}, "[]"},
			"nothing comes by calls":            {object{"Queues": []string{queue}, "Channels": []string{"VOICE"}}, []string{"QUEUE"}, "[map[CONTACTS_IN_QUEUE:0 OLDEST_CONTACT_AGE:0]]"},
			"an empty list of subtypes is none": {object{"Queues": []string{queue}, "Subtypes": []string{}}, []string{"QUEUE"}, "[map[CONTACTS_IN_QUEUE:1 OLDEST_CONTACT_AGE:7]]"},
		} {
			if got := fmt.Sprint(h.now(c.filters, object{"Groupings": c.groups}, "CONTACTS_IN_QUEUE", "OLDEST_CONTACT_AGE")); got != c.want {
				t.Errorf("%s: %s, want %s", what, got, c.want)
			}
		}
		a.accept(p.contact)
		wants("accepted", 2, 1, 1, 1, 1, 0, 0, 0, 0, 1, 4)
		a.does("end", p.contact)
		wants("ended", 2, 1, 1, 1, 0, 1, 0, 0, 0, 1, 4)
		a.next("Lunch")
		wants("about to go", 2, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0)
		if got := h.now(object{"Queues": []string{queue, other}}, object{"Groupings": []string{"QUEUE", "CHANNEL"}}, "AGENTS_ONLINE"); len(got) != 2 ||
			got[0]["AGENTS_ONLINE"]+got[1]["AGENTS_ONLINE"] != 2 {
			t.Errorf("by queue the figures are %v", got)
		}
		for what, body := range map[string]object{"no filter": {"Filters": object{}, "CurrentMetrics": []object{{"Name": "AGENTS_ONLINE"}}},
			"a filter by what there is not": {"Filters": object{"Queues": []string{queue}, "AgentStatuses": []string{"Available"}}, "CurrentMetrics": []object{{"Name": "AGENTS_ONLINE"}}},
			"an unknown metric":             {"Filters": object{"Queues": []string{queue}}, "CurrentMetrics": []object{{"Name": "AGENTS_BORED"}}}} {
			wantStatusOf(t, what, h.signed("POST", "/metrics/current/"+string(h.started.InstanceID), body), 400)
		}
	})
}

func errorsOf(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestWhatAgentsDoIsTold(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		a, b := h.available(1), h.agent(2)
		p := h.open(nil)
		a.accept(p.contact)
		a.next("Offline")
		tell := func(filters object) (lines []string) {
			t.Helper()
			var out struct {
				UserDataList []struct {
					User                                          struct{ Id, Arn string }
					Status                                        struct{ StatusName string }
					NextStatus                                    string
					AvailableSlotsByChannel, ActiveSlotsByChannel map[string]int
					Contacts                                      []struct {
						ContactId, AgentContactState, InitiationMethod string
						Queue                                          *struct{ Id string }
					}
				}
			}
			h.signed("POST", "/metrics/userdata/"+string(h.started.InstanceID), object{"Filters": filters}).into(t, &out)
			for _, u := range out.UserDataList {
				line := fmt.Sprint(u.Status.StatusName, " ", u.NextStatus, " ", u.AvailableSlotsByChannel["CHAT"], " ", u.ActiveSlotsByChannel["CHAT"])
				for _, c := range u.Contacts {
					line += fmt.Sprint(" ", c.ContactId == p.contact, " ", c.AgentContactState, " ", c.InitiationMethod, " ", c.Queue != nil)
				}
				lines = append(lines, line)
			}
			return lines
		}
		busy := "Available Offline 0 1 true CONNECTED API true"
		for what, c := range map[string]struct {
			filters object
			want    string
		}{
			"by agent":             {object{"Agents": []string{a.id}}, fmt.Sprint([]string{busy})},
			"by state":             {object{"ContactFilter": object{"ContactStates": []string{"CONNECTED"}}}, fmt.Sprint([]string{busy})},
			"by a group of agents": {object{"UserHierarchyGroups": []string{"sales"}}, "[]"},
			"by another state":     {object{"ContactFilter": object{"ContactStates": []string{"MISSED"}}}, "[]"},
			"who is not there":     {object{"Agents": []string{b.id}}, "[]"},
			"by queue":             {object{"Queues": []string{h.describe(p.contact).QueueInfo.Id}}, fmt.Sprint([]string{busy})},
			"of a queue of nobody": {object{"Queues": []string{"none"}}, "[]"},
		} {
			if got := fmt.Sprint(tell(c.filters)); got != c.want {
				t.Errorf("%s: %s, want %s", what, got, c.want)
			}
		}
		b.status("Available")
		if got := tell(object{"Agents": []string{a.id, b.id}}); len(got) != 2 {
			t.Errorf("two agents are told as %q", got)
		}
	})
}
