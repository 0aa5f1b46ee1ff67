package serve_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestTransferToAnAgentWhoIsOfflineWaitsInTheirOwnQueue(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		first, second := h.available(1), h.agent(2)
		p := h.open(nil)
		mine := first.accept(p.contact)
		mine.say("I hand you over")
		before := time.Now()
		c2 := first.transfer(p.contact, second.name)
		p.say("fine")
		if r := mine.call("message", object{"ContentType": "text/plain", "Content": "too late"}); r.status != 403 {
			t.Errorf("the agent who has gone can still talk: %d", r.status)
		}
		h.pass(10 * time.Minute)
		wantState(t, first, c2, "") // available, but not meant
		wantState(t, second, c2, "")
		got := h.describe(c2)
		if got.QueueInfo.Id != second.id || got.QueueInfo.EnqueueTimestamp < seconds(before) || got.InitiationMethod != "TRANSFER" ||
			got.PreviousContactId != p.contact || got.InitialContactId != p.contact {
			t.Errorf("the contact that waits is %+v", got)
		}
		wantReason(t, h, p.contact, "")
		if got := h.describe(p.contact); got.DisconnectTimestamp == 0 {
			t.Error("the contact handed over has not ended")
		}
		wantState(t, first, p.contact, "ENDED")

		third := h.open(nil) // somebody else's chat, which has waited for less long
		wantState(t, first, third.contact, "INCOMING")
		second.status("Available")
		wantState(t, second, c2, "INCOMING")
		second.accept(c2).say("I have read it all")
		told := p.told()
		for _, line := range []string{"AGENT: I hand you over", "Ana participant.left", "Ana transfer.succeeded", "CUSTOMER: fine",
			"Ben participant.joined", "AGENT: I have read it all"} {
			at := slices.Index(told, line)
			if at < 0 {
				t.Fatalf("the customer does not read %q next in %q", line, told)
			}
			told = told[at+1:]
		}
	})
}

func TestTransferToAQueueGoesToWhoServesIt(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		first := h.available(1)
		p := h.open(nil)
		first.accept(p.contact)
		first.status("Offline") // keeps the chat, gets no other
		wantState(t, first, p.contact, "CONNECTED")
		c2 := first.transfer(p.contact, "Basic queue")
		elapse(time.Minute)
		wantState(t, first, c2, "")
		second := h.available(2)
		wantState(t, second, c2, "INCOMING")
		second.accept(c2)
		if got := h.describe(c2); got.AgentInfo.Id != second.id || got.QueueInfo.Id == "" || got.InitiationMethod != "TRANSFER" {
			t.Errorf("the new contact is %+v", got)
		}
		second.does("end", c2)
		p.say("5")
		synctest.Wait()
		c3 := h.next(c2)
		wantReason(t, h, c2, "AGENT_DISCONNECT")
		wantReason(t, h, c3, "CONTACT_FLOW_DISCONNECT")
		if told := h.past(p.contact); count(told, survey) != 1 || count(told, thanks) != 1 {
			t.Errorf("the chat was %q", told)
		}
	})
}

// The agent who hands a chat to a queue may be the one to get it back.
func TestAgentMayGetBackWhatWentToTheQueue(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		a := h.available(1)
		p := h.open(nil)
		a.accept(p.contact)
		c2 := a.transfer(p.contact, "Basic queue")
		wantState(t, a, c2, "INCOMING")
		wantState(t, a, p.contact, "ENDED")
		a.accept(c2).say("here I am again")
		if told := p.told(); count(told, "Ana participant.joined") != 2 {
			t.Errorf("the customer reads %q", told)
		}
	})
}

// A chat's own queue comes before all others, however long those have waited.
func TestOwnQueueIsServedFirst(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		first, second := h.available(1), h.agent(2)
		p := h.open(nil)
		first.accept(p.contact)
		first.status("Offline")
		var waiting []*person
		for range 5 {
			waiting = append(waiting, h.open(nil))
			elapse(time.Second)
		}
		elapse(time.Minute)
		c2 := first.transfer(p.contact, second.name)
		second.status("Available")
		wantState(t, second, c2, "INCOMING")
		for _, w := range waiting[:4] {
			wantState(t, second, w.contact, "INCOMING")
		}
		wantState(t, second, waiting[4].contact, "")
	})
}

func TestCustomerWhoLeavesTheQueueIsOfferedToNobody(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		waits := h.open(nil)
		waits.call("disconnect", object{}).into(t, &struct{}{})
		a := h.available(1)
		wantState(t, a, waits.contact, "")
		offered := h.open(nil)
		wantState(t, a, offered.contact, "INCOMING")
		offered.call("disconnect", object{}).into(t, &struct{}{})
		synctest.Wait()
		wantState(t, a, offered.contact, "")
		if r := a.on(offered.contact, "accept", nil); r.status != 404 {
			t.Errorf("accepting answers %d, want 404", r.status)
		}
	})
}
