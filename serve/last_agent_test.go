package serve_test

import (
	"testing"
	"time"

	"github.com/perch-chat/perch/serve"
)

// acquainted is a chat with an agent that is over.
func (h *house) acquainted(a *agent) *person {
	h.t.Helper()
	p := h.open(nil)
	a.accept(p.contact)
	p.call("disconnect", object{}).into(h.t, &struct{}{})
	h.settle()
	a.does("clear", p.contact)
	return p
}

// again is a chat that continues another.
func (h *house) again(past *person, attributes object) *person {
	h.t.Helper()
	return h.open(object{"Attributes": attributes,
		"PersistentChat": object{"SourceContactId": past.contact, "RehydrationType": "ENTIRE_PAST_SESSION"}})
}

func TestContinuedChatGoesBackToTheAgentOfThePastOne(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		second := h.available(2)
		past := h.acquainted(second)
		second.status("Offline")
		first := h.available(1)
		other := h.acquainted(first)
		elapse(time.Second)
		second.status("Available") // idle for less long, so that a chat without a past is the first one's
		elapse(time.Second)
		p := h.again(past, object{"lastAgentSeconds": "60"})
		wantState(t, second, p.contact, "INCOMING")
		second.accept(p.contact).say("welcome back")
		q := h.again(other, object{"lastAgentSeconds": "60"})
		wantState(t, first, q.contact, "INCOMING")
		p.call("disconnect", object{}).into(t, &struct{}{})
		r := h.again(p, object{"lastAgentSeconds": "60"}) // and what is continued again
		wantState(t, second, r.contact, "INCOMING")
	})
}

func TestContinuedChatWaitsForItsAgentAsLongAsSetAndThenForAnybody(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		second := h.available(2)
		past := h.acquainted(second)
		second.status("Offline")
		first := h.available(1)
		p := h.again(past, object{"lastAgentSeconds": "60"})
		plain := h.open(object{"Attributes": object{"lastAgentSeconds": "60"}}) // has no past
		wantState(t, first, plain.contact, "INCOMING")
		elapse(30 * time.Second)
		h.stop() // the time goes on
		h.start()
		elapse(29 * time.Second)
		wantState(t, first, p.contact, "")
		elapse(4 * time.Second)
		wantState(t, first, p.contact, "INCOMING")
		first.accept(p.contact)
		next := first.transfer(p.contact, "Basic queue") // to anybody, and not back
		second.status("Available")
		if first.state(next)+second.state(next) != "INCOMING" {
			t.Error("the chat that was handed over is offered to nobody")
		}
	})
}

func TestAgentWhoComesBackInTimeGetsTheContinuedChat(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		second := h.available(2)
		past := h.acquainted(second)
		second.status("Offline")
		first := h.available(1)
		p := h.again(past, object{"lastAgentSeconds": "60"})
		elapse(50 * time.Second)
		second.status("Available")
		wantState(t, second, p.contact, "INCOMING")
		elapse(time.Minute)
		wantState(t, second, p.contact, "MISSED")
		wantState(t, first, p.contact, "MISSED")
	})
}

func TestLastAgentIsAskedAsTheSettingSaysWhereTheChatSaysNothing(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		second := h.available(2)
		past := h.acquainted(second)
		second.status("Offline")
		first := h.available(1)
		waits := h.again(past, nil)
		wrong := h.again(past, object{"lastAgentSeconds": "soon"})
		not := h.again(past, object{"lastAgentSeconds": "0"})
		wantState(t, first, not.contact, "INCOMING")
		elapse(18 * time.Second)
		wantState(t, first, waits.contact, "")
		wantState(t, first, wrong.contact, "")
		elapse(5 * time.Second)
		wantState(t, first, waits.contact, "INCOMING")
		wantState(t, first, wrong.contact, "INCOMING")
	}, func(o *serve.Options) { o.LastAgentFor = 20 * time.Second })
}

func TestNobodyIsAskedFirstUnlessSomebodySaysSo(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		second := h.available(2)
		past := h.acquainted(second)
		second.status("Offline")
		first := h.available(1)
		p := h.again(past, nil)
		wantState(t, first, p.contact, "INCOMING")
	})
}
