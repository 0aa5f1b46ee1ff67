package serve_test

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/perch-chat/perch/catalog"
)

// presence is what an agent is shown of the own status.
type presence struct{ Name, Type, NextStatus string }

func (a *agent) present() (p presence) {
	a.h.t.Helper()
	var out struct{ Status json.RawMessage }
	a.call("GET", "contacts", nil).into(a.h.t, &out)
	var more struct{ Name, Type, NextStatus, StartTimestamp string }
	if err := json.Unmarshal(out.Status, &more); err != nil {
		a.h.t.Fatal(err)
	}
	return presence{more.Name, more.Type, more.NextStatus}
}

func wantStatus(t *testing.T, a *agent, want presence) {
	t.Helper()
	if got := a.present(); got != want {
		t.Errorf("%s is %+v, want %+v", a.name, got, want)
	}
}

func (a *agent) next(name string) {
	a.h.t.Helper()
	a.call("PUT", "status", object{"NextStatus": name}).into(a.h.t, &struct{}{})
}

var (
	isAvailable = presence{"Available", "ROUTABLE", ""}
	isOffline   = presence{"Offline", "OFFLINE", ""}
	isAtLunch   = presence{"Lunch", "CUSTOM", ""}
)

func lunch(ctx context.Context, c *catalog.Catalog, h *house) error {
	_, err := c.PutStatus(ctx, h.started.InstanceID, catalog.Status{Name: "Lunch", Type: catalog.Custom})
	return err
}

// doc: set-next-status.md
func TestNextStatusFollowsWhenTheLastContactIsCleared(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		h.furnish(func(ctx context.Context, c *catalog.Catalog) error { return lunch(ctx, c, h) })
		a := h.available(1)
		first, second := h.open(nil), h.open(nil)
		a.accept(first.contact)
		a.next("Lunch")
		wantStatus(t, a, presence{"Available", "ROUTABLE", "Lunch"})
		third := h.open(nil)
		elapse(time.Minute)
		wantState(t, a, third.contact, "") // nothing new comes
		wantState(t, a, second.contact, "MISSED")
		second.call("disconnect", object{}).into(t, &struct{}{})
		a.does("clear", second.contact)
		wantStatus(t, a, presence{"Available", "ROUTABLE", "Lunch"})
		a.does("end", first.contact)
		wantState(t, a, first.contact, "ENDED")
		wantStatus(t, a, presence{"Available", "ROUTABLE", "Lunch"})
		h.stop() // and is not forgotten
		h.start()
		a.does("clear", first.contact)
		wantStatus(t, a, isAtLunch)
		wantState(t, a, third.contact, "")
		a.status("Available")
		wantState(t, a, third.contact, "INCOMING")
		a.next("Offline")
		third.call("disconnect", object{}).into(t, &struct{}{})
		synctest.Wait()
		wantStatus(t, a, isOffline) // with the offer taken back there is nothing left
	})
}

func TestNextStatusOfWhoHasNothingToDoHoldsAtOnce(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		h.furnish(func(ctx context.Context, c *catalog.Catalog) error { return lunch(ctx, c, h) })
		a := h.agent(1)
		a.next("Lunch")
		wantStatus(t, a, isAtLunch)
		a.status("Available")
		p := h.open(nil)
		a.accept(p.contact)
		a.next("Lunch")
		a.status("Available") // thought better of it
		wantStatus(t, a, isAvailable)
		a.does("end", p.contact)
		a.does("clear", p.contact)
		wantStatus(t, a, isAvailable)
		for _, body := range []object{{"NextStatus": "Nap"}, {"Status": "Lunch", "NextStatus": "Lunch"}, {}} {
			if r := a.call("PUT", "status", body); r.status != 400 {
				t.Errorf("%v is answered %d %s", body, r.status, r.body)
			}
		}
	})
}

// doc: API_AfterContactWorkConfig
func TestAfterContactWorkEndsByItselfAfterTheAgentsTime(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		h.furnish(func(ctx context.Context, c *catalog.Catalog) error { return lunch(ctx, c, h) })
		h.editAgent(1, func(_ context.Context, _ *catalog.Catalog, u *catalog.User) { u.AfterWork = 30 })
		a := h.available(1)
		first, second := h.open(nil), h.open(nil)
		a.accept(first.contact)
		a.accept(second.contact)
		a.next("Lunch")
		a.does("end", first.contact)
		a.does("end", second.contact)
		elapse(10 * time.Second)
		a.does("clear", second.contact)
		elapse(20*time.Second - time.Millisecond)
		wantState(t, a, first.contact, "ENDED")
		elapse(time.Millisecond)
		wantState(t, a, first.contact, "")
		wantStatus(t, a, isAtLunch)
		for contact, want := range map[string]int{first.contact: 30, second.contact: 10} {
			if got := h.describe(contact).AgentInfo.AfterContactWorkDuration; got == nil || *got != want {
				t.Errorf("the work after the contact is said to have lasted %v, want %d s", got, want)
			}
		}
	})
}

func TestAfterContactWorkWithoutLimitLasts(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		a := h.available(1)
		p := h.open(nil)
		a.accept(p.contact)
		a.does("end", p.contact)
		h.pass(time.Hour)
		wantState(t, a, p.contact, "ENDED")
	})
}

// The time of a server that is down counts.
func TestAfterContactWorkEndsWhileTheServerIsDown(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		h.editAgent(1, func(_ context.Context, _ *catalog.Catalog, u *catalog.User) { u.AfterWork = 30 })
		a := h.available(1)
		p := h.open(nil)
		a.accept(p.contact)
		a.transfer(p.contact, h.agent(2).name) // the chat goes on without the agent
		wantState(t, a, p.contact, "ENDED")
		h.stop()
		elapse(time.Minute)
		h.start()
		wantState(t, a, p.contact, "")
	})
}

// doc: API_AutoAcceptConfig
func TestChatsOfAnAgentWhoAcceptsByItselfAreNeverMissed(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		h.editAgent(1, func(_ context.Context, _ *catalog.Catalog, u *catalog.User) { u.AutoAccept = true })
		a := h.available(1)
		p := h.open(nil)
		wantState(t, a, p.contact, "CONNECTED")
		if told := p.told(); count(told, "Ana participant.joined") != 1 {
			t.Errorf("the customer reads %q", told)
		}
		mine := a.accept(p.contact) // gives what it takes to speak
		mine.say("here I am")
		elapse(time.Minute)
		wantState(t, a, p.contact, "CONNECTED")
		if told := p.told(); count(told, "Ana participant.joined") != 1 {
			t.Errorf("accepting again, the customer reads %q", told)
		}
		for range 5 {
			h.open(nil)
		}
		if n := len(a.contacts()); n != 5 {
			t.Errorf("the agent has %d contacts, want the 5 there are slots for", n)
		}
	})
}
