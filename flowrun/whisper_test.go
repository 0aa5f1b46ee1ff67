package flowrun_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
)

// heard are the messages of the flows that an audience reads.
func (k *talk) heard(by perch.Audience) (said []string) {
	k.w.t.Helper()
	k.w.must(k.w.chats.Entries(context.Background(), k.id, 1, k.state().Head, func(e perch.Entry) error {
		if m, ok := e.Body.(perch.Message); ok && m.Role == perch.System && e.Audience&by != 0 {
			said = append(said, m.Content)
		}
		return nil
	}))
	return said
}

func (w *world) whispers() map[perch.Hook]perch.FlowID {
	w.t.Helper()
	return map[perch.Hook]perch.FlowID{
		perch.AgentWhisper: w.flow("To the agent", catalog.FlowAgentWhisper, script(
			say("say", "A customer of $.Queue.Name for $.Agent.UserName.", "wait"),
			action("wait", "Wait", `{"TimeLimitSeconds":"20"}`, "on", when("WaitCompleted", "on"), fails("NoMatchingError", "on")),
			say("on", "Here you are.", "end"), action("end", "EndFlowExecution", "{}", ""))),
		perch.CustomerWhisper: w.flow("To the customer", catalog.FlowCustomerWhisper, script(
			say("say", "You are connected.", "end"), action("end", "EndFlowExecution", "{}", ""))),
	}
}

func TestWhispersAreForOneSideEach(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		k := w.open(chat.Start{Flow: w.queueing("In", w.whispers())})
		w.available(w.agents[0])
		k.accept(w.agents[0])
		w.elapse(10 * time.Second)
		w.restart()
		w.elapse(15 * time.Second)
		toAgent := []string{"A customer of Basic queue for agent1.", "Here you are."}
		if got := k.heard(perch.ToAgents); !slices.Equal(got, toAgent) {
			t.Errorf("the agent hears %q", got)
		}
		if got := k.heard(perch.ToCustomer); !slices.Equal(got, []string{"You are connected."}) {
			t.Errorf("the customer hears %q", got)
		}
		if k.state().Ended {
			t.Error("the chat has ended with its whispers")
		}
	})
}

func TestWhispersAreOverAfterTwoMinutes(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		long := w.flow("Long", catalog.FlowAgentWhisper, script(
			action("wait", "Wait", `{"TimeLimitSeconds":"200"}`, "on", when("WaitCompleted", "on"), fails("NoMatchingError", "on")),
			say("on", "Too late.", "end"), action("end", "EndFlowExecution", "{}", "")))
		k := w.open(chat.Start{Flow: w.queueing("In", map[perch.Hook]perch.FlowID{perch.AgentWhisper: long})})
		w.available(w.agents[0])
		k.accept(w.agents[0])
		w.elapse(5 * time.Minute)
		k.wantTexts()
	})
}

// What was to come of the flow of the queue does not reach the whisper.
func TestTimerOfTheQueueFlowDoesNotEndTheWaitOfAWhisper(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		hooks := w.whispers()
		hooks[perch.CustomerQueue] = patient(w)
		k := w.open(chat.Start{Flow: w.queueing("In", hooks)})
		w.available(w.agents[0])
		k.accept(w.agents[0])
		w.elapse(12 * time.Second) // the wait of the queue's flow is over, that of the whisper is not
		if got := k.heard(perch.ToAgents); slices.Contains(got, "Here you are.") {
			t.Errorf("the agent hears %q", got)
		}
		w.elapse(10 * time.Second)
		if got := k.heard(perch.ToAgents); !slices.Contains(got, "Here you are.") {
			t.Errorf("the agent hears %q", got)
		}
	})
}

func TestAgentWhoLeavesDuringTheWhisperGivesTheCustomerBack(t *testing.T) {
	t.Parallel()
	for name, others := range map[string]bool{"nothing else": false, "with a queue flow and a survey": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, func(t *testing.T, w *world) {
				hooks := w.whispers()
				if others {
					hooks[perch.CustomerQueue] = patient(w)
					hooks[perch.CustomerRemaining] = w.inbound("Survey", script(say("say", "How was it?", "end"), disconnect("end")))
				}
				k := w.open(chat.Start{Flow: w.queueing("In", hooks)})
				w.available(w.agents[0])
				contact := k.accept(w.agents[0])
				w.elapse(5 * time.Second)
				was := k.state().Current().Enqueued
				w.must(w.router.End(t.Context(), w.agents[0], contact))
				w.restart()
				w.elapse(30 * time.Second)
				s := k.state()
				if c := s.Current(); s.Ended || len(s.Contacts) != 1 || c.Agent != "" || !c.Enqueued.Equal(was) || c.Whispering {
					t.Fatalf("ended %v, the contacts are %+v", s.Ended, s.Contacts)
				}
				if n, err := w.store.InQueue(t.Context(), w.queue.ID); err != nil || n != 1 {
					t.Errorf("%d wait in the queue, %v", n, err)
				}
				if others && len(k.heard(perch.ToCustomer)) < 3 {
					t.Errorf("the flow of the queue has not begun anew: %q", k.heard(perch.ToCustomer))
				}
				w.must(w.router.SetStatus(t.Context(), w.agents[0], catalog.Offline))
				w.must(w.router.Clear(t.Context(), w.agents[0], contact))
				w.available(w.agents[1])
				w.elapse(5 * time.Second)
				k.accept(w.agents[1])
				w.elapse(30 * time.Second)
				if got := k.heard(perch.ToAgents); !slices.Contains(got, "A customer of Basic queue for agent2.") {
					t.Errorf("the second agent hears %q", got)
				}
				w.must(w.router.End(t.Context(), w.agents[1], contact))
				w.elapse(time.Second)
				if s := k.state(); s.Contacts[0].Reason != perch.AgentDisconnect {
					t.Errorf("an agent who leaves after the whispers: %+v", s.Contacts)
				}
			})
		})
	}
}
