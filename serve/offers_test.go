package serve_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/perch-chat/perch/catalog"
)

func TestMissedOfferTakesASlotAndGoesToTheNextIdleAgent(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		first := h.available(1)
		elapse(time.Second)
		second := h.available(2)
		p := h.open(nil)
		wantState(t, first, p.contact, "INCOMING")
		wantState(t, second, p.contact, "")

		elapse(19*time.Second + 999*time.Millisecond)
		wantState(t, first, p.contact, "INCOMING")
		elapse(time.Millisecond)
		wantState(t, first, p.contact, "MISSED")
		wantState(t, second, p.contact, "INCOMING")

		elapse(20 * time.Second)
		wantState(t, second, p.contact, "MISSED")
		elapse(time.Minute) // nobody is left who has not had it
		wantState(t, first, p.contact, "MISSED")

		second.does("clear", p.contact)
		wantState(t, second, p.contact, "INCOMING")
		second.accept(p.contact)
		wantState(t, first, p.contact, "MISSED")
		first.does("clear", p.contact)
		wantState(t, first, p.contact, "")
		if got := h.describe(p.contact).AgentInfo.Id; got != second.id {
			t.Errorf("the contact's agent is %s, want %s", got, second.id)
		}
	})
}

func TestRejectedContactGoesToTheNextAgentAtOnce(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		first := h.available(1)
		elapse(time.Second)
		second := h.available(2)
		p := h.open(nil)
		first.does("reject", p.contact)
		wantState(t, first, p.contact, "REJECTED")
		wantState(t, second, p.contact, "INCOMING")
		if r := first.on(p.contact, "accept", nil); r.status != http.StatusConflict {
			t.Errorf("accepting what was rejected answers %d, want 409", r.status)
		}
		if r := first.on(p.contact, "reject", nil); r.status != http.StatusConflict {
			t.Errorf("rejecting twice answers %d, want 409", r.status)
		}
		elapse(20 * time.Second) // the first offer's time must not end the second one's
		wantState(t, second, p.contact, "MISSED")
		first.does("clear", p.contact)
		wantState(t, first, p.contact, "INCOMING")
	})
}

func TestOfferCanBeAcceptedForTwentySeconds(t *testing.T) {
	for name, c := range map[string]struct {
		after time.Duration
		want  int
	}{
		"in time":  {19*time.Second + 900*time.Millisecond, http.StatusOK},
		"too late": {20*time.Second + 100*time.Millisecond, http.StatusConflict},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, h *house) {
				a := h.available(1)
				p := h.open(nil)
				elapse(c.after)
				if r := a.on(p.contact, "accept", nil); r.status != c.want {
					t.Errorf("accepting answers %d %s, want %d", r.status, r.body, c.want)
				}
			})
		})
	}
}

func TestSixthChatWaitsForAFreeSlot(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		a := h.available(1)
		var chats []*person
		for range 7 {
			chats = append(chats, h.open(nil))
			elapse(time.Second)
		}
		offered := 0
		for _, w := range a.contacts() {
			if w.State == "INCOMING" {
				offered++
			}
		}
		if offered != 5 {
			t.Fatalf("%d chats are offered, want 5", offered)
		}
		for _, p := range chats[:5] {
			a.accept(p.contact)
		}
		wantState(t, a, chats[5].contact, "")
		h.signed("POST", "/contact/stop", object{"InstanceId": h.started.InstanceID, "ContactId": chats[2].contact}).into(t, &struct{}{})
		elapse(time.Second)
		wantState(t, a, chats[2].contact, "ENDED")
		wantState(t, a, chats[5].contact, "") // after-contact work takes a slot
		a.does("clear", chats[2].contact)
		wantState(t, a, chats[5].contact, "INCOMING")
		wantState(t, a, chats[6].contact, "")
	})
}

func TestLongestWaitingContactGoesToTheLongestIdleAgent(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		h.furnish(func(ctx context.Context, c *catalog.Catalog) error {
			p, err := c.RoutingProfileNamed(ctx, h.started.InstanceID, "Basic routing profile")
			if err != nil {
				return err
			}
			p.ChatConcurrency = 1
			_, err = c.PutRoutingProfile(ctx, h.started.InstanceID, p)
			return err
		})
		var chats []*person
		for range 3 {
			chats = append(chats, h.open(nil))
			elapse(time.Second)
		}
		second := h.available(2)
		wantState(t, second, chats[0].contact, "INCOMING")
		elapse(time.Second)
		first := h.available(1)
		wantState(t, first, chats[1].contact, "INCOMING")
		for a, p := range map[*agent]*person{second: chats[0], first: chats[1]} {
			a.accept(p.contact)
			a.does("end", p.contact)
		}
		elapse(time.Second)
		first.status("Offline")
		first.does("clear", chats[1].contact) // offline: idle, but gets nothing
		wantState(t, first, chats[2].contact, "")
		second.status("Offline")
		second.does("clear", chats[0].contact)
		second.status("Available")
		wantState(t, second, chats[2].contact, "INCOMING")
		second.accept(chats[2].contact)

		first.status("Available") // idle from here on
		elapse(time.Second)
		second.does("end", chats[2].contact)
		second.does("clear", chats[2].contact) // idle since later
		p := h.open(nil)
		wantState(t, first, p.contact, "INCOMING")
		wantState(t, second, p.contact, "")
	})
}

func TestStatusesAndOffersAreWhatTheyWereAfterARestart(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		h.furnish(func(ctx context.Context, c *catalog.Catalog) error {
			_, err := c.PutStatus(ctx, h.started.InstanceID, catalog.Status{Name: "Lunch", Type: catalog.Custom})
			return err
		})
		second := h.agent(2)
		second.status("Lunch")
		elapse(time.Second)
		first := h.available(1)
		connected, missed := h.open(nil), h.open(nil)
		first.accept(connected.contact)
		elapse(20 * time.Second)
		offered, ended := h.open(nil), h.open(nil)
		first.accept(ended.contact)
		first.does("end", ended.contact)
		elapse(7 * time.Second)
		var before [2]string
		for i, a := range []*agent{first, second} {
			before[i] = a.call("GET", "me", nil).body + a.call("GET", "contacts", nil).body
		}

		h.stop()
		elapse(5 * time.Second)
		h.start()
		for i, a := range []*agent{first, second} {
			if now := a.call("GET", "me", nil).body + a.call("GET", "contacts", nil).body; now != before[i] {
				t.Errorf("%s finds\n%s\nafter the restart, and had\n%s", a.name, now, before[i])
			}
		}
		wantState(t, first, connected.contact, "CONNECTED")
		wantState(t, first, missed.contact, "MISSED")
		wantState(t, first, ended.contact, "ENDED")
		wantState(t, first, offered.contact, "INCOMING")
		elapse(8*time.Second - time.Millisecond)
		wantState(t, first, offered.contact, "INCOMING")
		elapse(time.Millisecond)
		wantState(t, first, offered.contact, "MISSED")
		second.status("Available")
		wantState(t, second, offered.contact, "INCOMING")

		h.stop() // this time the offer expires meanwhile
		elapse(time.Minute)
		h.start()
		wantState(t, second, offered.contact, "MISSED")
		connected.say("and nobody was cut off")
	})
}
