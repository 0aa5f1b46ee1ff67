package serve_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/bus"
	"github.com/perch-chat/perch/chat"
)

// timer is a row of a request for timers; minutes 0 takes it away.
func timer(role, kind string, minutes int) object {
	value := object{"ParticipantTimerDurationInMinutes": minutes}
	if minutes == 0 {
		value = object{"ParticipantTimerAction": "Unset"}
	}
	return object{"ParticipantRole": role, "TimerType": kind, "TimerValue": value}
}

const (
	idle = "IDLE"
	away = "DISCONNECT_NONCUSTOMER"
)

// soon is when something due at an instant has been done: what is said in one
// instant has times that lie some milliseconds apart.
const soon = 1100 * time.Millisecond

func (h *house) timers(contact string, list ...object) reply {
	h.t.Helper()
	return h.signed("PUT", fmt.Sprintf("/contact/participant-role-config/%s/%s", h.started.InstanceID, contact),
		object{"ChannelConfiguration": object{"Chat": object{"ParticipantTimerConfigList": list}}})
}

// ear hears what is said of somebody's silence in a chat, as sockets do.
type ear struct {
	mu    sync.Mutex
	heard []string
}

// listen begins to hear; it ends with the test.
func (h *house) listen(contact string) *ear {
	e, began := &ear{}, time.Now()
	stop := h.bell.Watch(chat.Topic(perch.SessionID(contact)), func(s bus.Signal) {
		if w, ok := s.Payload.(chat.Silence); ok {
			what := map[chat.SilenceEvent]string{chat.BecameIdle: "idle", chat.CameBack: "returned", chat.AutoDisconnected: "away"}[w.Event]
			e.mu.Lock()
			defer e.mu.Unlock()
			e.heard = append(e.heard, fmt.Sprintf("%s %s after %v", w.Who.Name, what, w.At.Sub(began).Round(10*time.Second)))
		}
	})
	h.t.Cleanup(stop)
	return e
}

func (e *ear) want(t *testing.T, lines ...string) {
	t.Helper()
	synctest.Wait()
	e.mu.Lock()
	defer e.mu.Unlock()
	if !slices.Equal(e.heard, lines) {
		t.Errorf("heard were %q, want %q", e.heard, lines)
	}
}

func TestCustomerWhoIsSilentBecomesIdleAndReturns(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := h.open(nil)
		wantDone(t, h.timers(p.contact, timer("CUSTOMER", idle, 2)))
		elapse(10 * time.Minute) // with nobody to talk to, silence means nothing
		e, a := h.listen(p.contact), h.available(1)
		elapse(0)
		agent := a.accept(p.contact)
		elapse(time.Minute)
		p.say("here")
		elapse(time.Minute)
		agent.say("so am I") // somebody else's words are not the customer's
		elapse(59 * time.Second)
		e.want(t)
		elapse(soon)
		e.want(t, "Ada idle after 3m0s")
		elapse(time.Hour - time.Second)
		p.say("back")
		e.want(t, "Ada idle after 3m0s", "Ada returned after 1h3m0s")
		p.say("more")
		elapse(2*time.Minute + soon)
		e.want(t, "Ada idle after 3m0s", "Ada returned after 1h3m0s", "Ada idle after 1h5m0s")
		if told := p.told(); count(told, "idle")+count(told, "returned") != 0 {
			t.Errorf("the transcript holds signals: %q", told)
		}
	})
}

func TestAgentWhoIsSilentIsSentAwayAndTheSurveyRuns(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		a := h.available(1)
		p := h.open(nil)
		wantDone(t, h.timers(p.contact, timer("AGENT", away, 5), timer("CUSTOMER", away, 480)))
		e := h.listen(p.contact)
		agent := a.accept(p.contact)
		elapse(4 * time.Minute)
		agent.say("a moment")
		elapse(4*time.Minute + 59*time.Second)
		p.say("hello?")
		wantState(t, a, p.contact, "CONNECTED")
		elapse(soon)
		e.want(t, a.name+" away after 9m0s")
		wantState(t, a, p.contact, "ENDED")
		wantReason(t, h, p.contact, "IDLE_DISCONNECT")
		if c := h.describe(h.next(p.contact)); c.InitiationMethod != "DISCONNECT" {
			t.Errorf("the next contact is %+v", c)
		}
		if told := p.told(); count(told, a.name+" participant.left") != 1 {
			t.Errorf("the customer reads %q", told)
		}
		p.say("5")
	})
}

// Of a role with both timers the second runs from the end of the first.
func TestDisconnectTimerRunsFromIdleness(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		a := h.available(1)
		p := h.open(nil)
		wantDone(t, h.timers(p.contact, timer("CUSTOMER", idle, 3), timer("CUSTOMER", away, 2)))
		e := h.listen(p.contact)
		a.accept(p.contact)
		elapse(3*time.Minute + 30*time.Second)
		p.say("here")
		elapse(4*time.Minute + 59*time.Second)
		wantState(t, a, p.contact, "CONNECTED")
		elapse(soon)
		e.want(t, "Ada idle after 3m0s", "Ada returned after 3m30s", "Ada idle after 6m30s", "Ada away after 8m30s")
		wantReason(t, h, p.contact, "IDLE_DISCONNECT")
	})
}

func TestTimersHoldThroughTransfersAndRestarts(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		first := h.available(1)
		p := h.open(nil)
		wantDone(t, h.timers(p.contact, timer("CUSTOMER", idle, 10)))
		e := h.listen(p.contact)
		first.accept(p.contact)
		elapse(9 * time.Minute)
		first.status("Offline")
		next := first.transfer(p.contact, "Basic queue")
		elapse(9 * time.Minute) // nobody to talk to
		second := h.available(2)
		second.accept(next)
		h.stop()
		h.start()
		elapse(9*time.Minute + 59*time.Second)
		e.want(t)
		elapse(soon)
		e.want(t, "Ada idle after 28m0s")
	})
}

func TestChangedTimersHoldForWhoJoinsNext(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		a := h.available(1)
		p := h.open(nil)
		wantDone(t, h.timers(p.contact, timer("CUSTOMER", idle, 4), timer("AGENT", idle, 4)))
		e := h.listen(p.contact)
		a.accept(p.contact)
		wantDone(t, h.timers(p.contact, timer("CUSTOMER", idle, 2), timer("AGENT", idle, 0)))
		elapse(3 * time.Minute)
		e.want(t)
		elapse(time.Minute + soon)
		if len(e.heard) != 2 {
			t.Errorf("by the old timers two became idle; heard were %q", e.heard)
		}
		a.status("Offline")
		next := a.transfer(p.contact, "Basic queue")
		elapse(time.Minute)
		h.available(2).accept(next)
		elapse(10 * time.Minute)
		if len(e.heard) != 3 || e.heard[2] != "Ada idle after 7m0s" {
			t.Errorf("by the new timers the customer alone became idle; heard were %q", e.heard)
		}
	})
}

func TestTimersRunWithACustomParticipant(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		flow := h.waiting(t)
		p := h.open(object{"ContactFlowId": flow})
		wantDone(t, h.timers(p.contact, timer("CUSTOMER", away, 2)))
		e := h.listen(p.contact)
		b := h.bot(p.contact)
		p.say("go")
		elapse(2*time.Minute + soon)
		e.want(t, "Ada away after 2m0s")
		wantRefused(t, b.call("transcript", object{}), 403, "AccessDeniedException", "")
		if told := p.told(); count(told, "Robbie participant.left") != 1 || count(told, "SYSTEM: BotParticipantDisconnected") != 1 {
			t.Errorf("the customer reads %q", told)
		}
		wantReason(t, h, p.contact, "") // the flow goes on
	})
}

func TestTimersAreChecked(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		a := h.available(1)
		p := h.open(nil)
		for _, bad := range [][]object{
			{}, {timer("CUSTOMER", idle, 2), timer("CUSTOMER", idle, 3)}, {timer("CUSTOMER", idle, 1)}, {timer("AGENT", away, 481)},
			{timer("SUPERVISOR", idle, 2)}, {timer("AGENT", "SOON", 2)}, {{"ParticipantRole": "AGENT", "TimerType": idle, "TimerValue": object{}}},
			{{"ParticipantRole": "AGENT", "TimerType": idle, "TimerValue": object{"ParticipantTimerAction": "Unset", "ParticipantTimerDurationInMinutes": 2}}},
		} {
			wantRefused(t, h.timers(p.contact, bad...), 400, "InvalidParameterException", "ParticipantTimerConfigList")
		}
		wantRefused(t, h.timers("nobody", timer("AGENT", idle, 2)), 404, "ResourceNotFoundException", "")
		a.accept(p.contact)
		next := a.transfer(p.contact, "Basic queue")
		wantRefused(t, h.timers(p.contact, timer("AGENT", idle, 2)), 400, "InvalidRequestException", "ended")
		wantDone(t, h.timers(next, timer("AGENT", idle, 2)))
		p.call("disconnect", object{}).into(t, &struct{}{})
		wantRefused(t, h.timers(next, timer("AGENT", idle, 2)), 400, "InvalidRequestException", "ended")
	})
}
