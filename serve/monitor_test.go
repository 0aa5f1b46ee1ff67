package serve_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
)

// watch is an agent's way into a contact as a supervisor.
func (a *agent) watch(contact string) *person {
	a.h.t.Helper()
	var out struct{ ParticipantId, ParticipantToken string }
	a.on(contact, "monitor", nil).into(a.h.t, &out)
	p := &person{h: a.h, contact: contact, id: out.ParticipantId, token: out.ParticipantToken}
	p.connect()
	a.h.settle()
	return p
}

// monitors are the contacts that an agent is shown to watch, with what they do.
func (a *agent) monitors() (lines []string) {
	a.h.t.Helper()
	var out struct {
		Monitors []struct {
			ContactId, Capability string
			MayBarge              bool
		}
	}
	a.call("GET", "contacts", nil).into(a.h.t, &out)
	for _, m := range out.Monitors {
		lines = append(lines, fmt.Sprint(m.ContactId, " ", m.Capability, " ", m.MayBarge))
	}
	return lines
}

func wantStatusOf(t *testing.T, what string, r reply, status int) {
	t.Helper()
	if r.status != status {
		t.Errorf("%s is answered %d %s %s, want %d", what, r.status, r.fault, r.body, status)
	}
}

func TestSupervisorWatchesSilentlyAndThenBargesIn(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		h.promote(2, catalog.Supervisor)
		a, boss := h.available(1), h.agent(2)
		p := h.open(nil)
		wantStatusOf(t, "watching what is with no agent", boss.on(p.contact, "monitor", nil), 400)
		mine := a.accept(p.contact)
		p.say("hello")
		before := p.told()
		w := boss.watch(p.contact)
		if told := p.told(); !slices.Equal(told, before) {
			t.Errorf("the customer reads %q", told[len(before):])
		}
		if told := w.told(); !slices.Contains(told, "CUSTOMER: hello") {
			t.Errorf("who watches reads %q", told)
		}
		wantStatusOf(t, "speaking silently", w.call("message", object{"ContentType": "text/plain", "Content": "psst"}), 403)
		if again := boss.watch(p.contact); again.id != w.id {
			t.Errorf("watching again is another participant")
		}
		if got, want := boss.monitors(), []string{p.contact + " SILENT_MONITOR true"}; !slices.Equal(got, want) {
			t.Errorf("the supervisor is shown %q, want %q", got, want)
		}
		if len(boss.contacts()) != 0 {
			t.Errorf("watching takes a slot: %+v", boss.contacts())
		}

		boss.on(p.contact, "barge", nil).into(t, &struct{}{})
		w.say("let me help")
		for who, told := range map[string][]string{"customer": p.told(), "agent": mine.told()} {
			if i := slices.Index(told, "Ben participant.joined"); i < 0 || !slices.Contains(told[i:], "SUPERVISOR: let me help") {
				t.Errorf("the %s reads %q", who, told)
			}
		}
		if got, want := boss.monitors(), []string{p.contact + " BARGE true"}; !slices.Equal(got, want) {
			t.Errorf("the supervisor is shown %q, want %q", got, want)
		}
		boss.on(p.contact, "leave", nil).into(t, &struct{}{})
		if told := p.told(); told[len(told)-1] != "Ben participant.left" {
			t.Errorf("the customer reads %q", told)
		}
		if len(boss.monitors()) != 0 {
			t.Errorf("the supervisor still watches %q", boss.monitors())
		}
		wantStatusOf(t, "leaving twice", boss.on(p.contact, "leave", nil), 404)
		wantState(t, a, p.contact, "CONNECTED")
	})
}

func TestWatchingEndsUnseenWithTheContact(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		h.promote(2, catalog.Supervisor)
		a, boss := h.available(1), h.agent(2)
		p := h.open(nil)
		a.accept(p.contact)
		w := boss.watch(p.contact)
		a.transfer(p.contact, "Basic queue")
		wantStatusOf(t, "reading on", w.call("transcript", object{}), 403)
		if told := p.told(); count(told, "Ben") != 0 || len(boss.monitors()) != 0 {
			t.Errorf("the customer reads %q, the supervisor watches %q", told, boss.monitors())
		}
	})
}

func TestOnlySupervisorsWatch(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		a, other := h.available(1), h.agent(2)
		p := h.open(nil)
		a.accept(p.contact)
		for _, verb := range []string{"monitor", "barge", "leave"} {
			wantStatusOf(t, verb+" by an agent", other.on(p.contact, verb, nil), 403)
		}
		ask := func(more object) reply {
			body := object{"InstanceId": h.started.InstanceID, "ContactId": p.contact, "UserId": other.id}
			for k, v := range more {
				body[k] = v
			}
			return h.signed("POST", "/contact/monitor", body)
		}
		wantStatusOf(t, "MonitorContact for an agent", ask(nil), 400)
		h.promote(2, catalog.Supervisor)
		wantStatusOf(t, "barging without watching", ask(object{"AllowedMonitorCapabilities": []string{"BARGE"}}), 400)
		var out struct{ ContactId, ContactArn string }
		ask(nil).into(t, &out)
		if out.ContactId != p.contact || out.ContactArn == "" {
			t.Errorf("MonitorContact answers %+v", out)
		}
		boss := h.agent(2)
		if got, want := boss.monitors(), []string{p.contact + " SILENT_MONITOR false"}; !slices.Equal(got, want) {
			t.Errorf("the supervisor is shown %q, want %q", got, want)
		}
		wantStatusOf(t, "barging where only watching was allowed", boss.on(p.contact, "barge", nil), 400)
		ask(object{"AllowedMonitorCapabilities": []string{"SILENT_MONITOR", "BARGE"}}).into(t, &out)
		attribute := "/instance/" + string(h.started.InstanceID) + "/attribute/ENHANCED_CHAT_MONITORING"
		h.signed("POST", attribute, object{"Value": "false"}).into(t, &struct{}{})
		wantStatusOf(t, "barging where the instance lets nobody", boss.on(p.contact, "barge", nil), 400)
		h.signed("POST", attribute, object{"Value": "true"}).into(t, &struct{}{})
		boss.on(p.contact, "barge", nil).into(t, &struct{}{})
		p.call("disconnect", object{}).into(t, &struct{}{})
		synctest.Wait()
		wantStatusOf(t, "watching what has ended", ask(nil), 400)
	})
}

// doc: feature-limits.md
func TestFiveSupervisorsWatchAContact(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		var users []perch.UserID
		h.editAgent(1, func(ctx context.Context, c *catalog.Catalog, u *catalog.User) {
			for n := range 6 {
				boss, err := c.PutUser(ctx, u.Instance, catalog.User{Username: fmt.Sprint("boss", n), DisplayName: "Boss",
					RoutingProfile: u.RoutingProfile, SecurityProfile: catalog.Supervisor})
				h.must(err)
				users = append(users, boss.ID)
			}
		})
		a := h.available(1)
		p := h.open(nil)
		a.accept(p.contact)
		for n, u := range users {
			r := h.signed("POST", "/contact/monitor", object{"InstanceId": h.started.InstanceID, "ContactId": p.contact, "UserId": u})
			if n == 5 && r.fault != "ServiceQuotaExceededException" || n < 5 && r.status != 200 {
				t.Errorf("watcher %d is answered %d %s", n+1, r.status, r.body)
			}
		}
	})
}
