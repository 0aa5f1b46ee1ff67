package flowrun_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
)

// queueing puts an inbound flow that sets hooks and brings the contact into the
// queue; before are actions that come first, of which the last leads to
// "target", or to the last hook as "hook CustomerWhisper".
func (w *world) queueing(name string, hooks map[perch.Hook]perch.FlowID, before ...string) perch.FlowID {
	w.t.Helper()
	actions, next := slices.Clone(before), "target"
	var set []string
	for _, hook := range []perch.Hook{perch.CustomerQueue, perch.AgentWhisper, perch.CustomerWhisper, perch.CustomerRemaining} {
		if id, ok := hooks[hook]; ok {
			set = append(set, action("hook "+string(hook), "UpdateContactEventHooks", `{"EventHooks":{"`+string(hook)+`":"`+string(id)+`"}}`, next,
				fails("NoMatchingError", "no")))
			next = "hook " + string(hook)
		}
	}
	slices.Reverse(set)
	actions = append(append(actions, set...),
		action("target", "UpdateContactTargetQueue", `{"QueueId":"$queue"}`, "enter", fails("NoMatchingError", "no")),
		action("enter", "TransferContactToQueue", "{}", "no", fails("QueueAtCapacity", "no", "NoMatchingError", "no")),
		say("no", "Error.", "end"), disconnect("end"))
	return w.inbound(name, script(actions...))
}

func (w *world) otherQueue(most int) catalog.Queue {
	w.t.Helper()
	q, err := w.settings.PutQueue(context.Background(), w.instance, catalog.Queue{Name: "Other queue", MaxContacts: most})
	w.must(err)
	return q
}

// patient says something every ten seconds, three times.
func patient(w *world) perch.FlowID {
	return w.flow("Patient", catalog.FlowCustomerQueue, script(
		action("loop", "Loop", `{"LoopCount":"3"}`, "", when("ContinueLooping", "say", "DoneLooping", "over")),
		say("say", "Please wait.", "wait"),
		action("wait", "Wait", `{"TimeLimitSeconds":"10","Events":["CustomerReturned"]}`, "loop", when("WaitCompleted", "loop", "CustomerReturned", "heard"),
			fails("NoMatchingError", "over")),
		say("heard", "Thank you.", "loop"),
		action("over", "EndFlowExecution", "{}", "")))
}

func TestCustomerQueueFlowPlaysWhileTheCustomerWaits(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		k := w.open(chat.Start{Flow: w.queueing("In", map[perch.Hook]perch.FlowID{perch.CustomerQueue: patient(w)})})
		w.elapse(time.Second)
		k.wantTexts("Please wait.")
		w.elapse(10 * time.Second)
		w.restart()
		k.say("still there?")
		w.elapse(time.Second)
		k.wantTexts("Please wait.", "Please wait.", "Thank you.", "Please wait.")
		w.elapse(time.Minute)
		k.wantTexts("Please wait.", "Please wait.", "Thank you.", "Please wait.")
		s := k.state()
		if c := s.Current(); s.Ended || c.Enqueued.IsZero() || c.Agent != "" {
			t.Errorf("after its flow the contact is %+v", c)
		}
		w.available(w.agents[0])
		k.accept(w.agents[0])
	})
}

func TestCustomerQueueFlowEndsWhenAnAgentJoins(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		k := w.open(chat.Start{Flow: w.queueing("In", map[perch.Hook]perch.FlowID{perch.CustomerQueue: patient(w)})})
		w.available(w.agents[0])
		k.accept(w.agents[0])
		k.say("hello")
		w.elapse(time.Minute)
		k.wantTexts("Please wait.")
		if k.state().Ended {
			t.Error("the chat has ended")
		}
	})
}

func TestCustomerQueueFlowThatRunsInCirclesIsStopped(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		circle := w.flow("Circle", catalog.FlowCustomerQueue, script(
			action("a", "UpdateContactAttributes", `{"Attributes":{"k":"v"}}`, "a", fails("NoMatchingError", "a"))))
		k := w.open(chat.Start{Flow: w.queueing("In", map[perch.Hook]perch.FlowID{perch.CustomerQueue: circle})})
		w.elapse(time.Minute)
		head := k.state().Head
		w.elapse(time.Minute)
		if s := k.state(); s.Head != head || s.Ended || s.Current().Enqueued.IsZero() {
			t.Errorf("the log has grown from %d to %d; %+v", head, s.Head, s.Current())
		}
	})
}

func TestContactMovesFromQueueToQueue(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		other := w.otherQueue(0)
		moves := w.flow("Moves", catalog.FlowCustomerQueue, script(
			action("where", "Compare", `{"ComparisonValue":"$.Queue.Name"}`, "say", when("Other queue", "say"), fails("NoMatchingCondition", "wait")),
			action("wait", "Wait", `{"TimeLimitSeconds":"30"}`, "move", when("WaitCompleted", "move"), fails("NoMatchingError", "no")),
			action("move", "DequeueContactAndTransferToQueue", `{"QueueId":"$other"}`, "say", fails("QueueAtCapacity", "full", "NoMatchingError", "no")),
			say("say", "Now in $.Queue.Name.", "end"), say("full", "Full.", "end"), say("no", "No.", "end"), action("end", "EndFlowExecution", "{}", "")),
			"$other", string(other.ID))
		k := w.open(chat.Start{Flow: w.queueing("In", map[perch.Hook]perch.FlowID{perch.CustomerQueue: moves})})
		w.elapse(10 * time.Second)
		w.restart()
		w.elapse(30 * time.Second)
		k.wantTexts("Now in Other queue.")
		s := k.state()
		first, second := s.Contacts[0], s.Contacts[1]
		if len(s.Contacts) != 2 || second.Previous != first.ID || second.Method != perch.ByQueueTransfer || second.Queue != other.ID ||
			second.Enqueued.IsZero() || first.Closed.IsZero() || s.Ended {
			t.Errorf("the contacts are %+v", s.Contacts)
		}
		if n, err := w.store.InQueue(t.Context(), w.queue.ID); err != nil || n != 0 {
			t.Errorf("%d wait in the first queue, %v", n, err)
		}
	})
}

func TestContactThatCannotMoveStaysAndItsFlowIsTold(t *testing.T) {
	for name, c := range map[string]struct{ queue, want string }{
		"no such queue": {"gone", "No."},
		"full queue":    {"$other", "Full."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, func(t *testing.T, w *world) {
				other := w.otherQueue(1)
				filler := w.open(chat.Start{Flow: w.inbound("Fills", script(
					action("target", "UpdateContactTargetQueue", `{"QueueId":"$other"}`, "enter", fails("NoMatchingError", "end")),
					action("enter", "TransferContactToQueue", "{}", "end", fails("QueueAtCapacity", "end", "NoMatchingError", "end")), disconnect("end")),
					"$other", string(other.ID))})
				moves := w.flow("Moves", catalog.FlowCustomerQueue, script(
					action("move", "DequeueContactAndTransferToQueue", `{"QueueId":"`+c.queue+`"}`, "end", fails("QueueAtCapacity", "full", "NoMatchingError", "no")),
					say("full", "Full.", "end"), say("no", "No.", "end"), action("end", "EndFlowExecution", "{}", "")), "$other", string(other.ID))
				w.elapse(time.Second)
				k := w.open(chat.Start{Flow: w.queueing("In", map[perch.Hook]perch.FlowID{perch.CustomerQueue: moves})})
				w.elapse(time.Second)
				k.wantTexts(c.want)
				if s := k.state(); len(s.Contacts) != 1 || s.Current().Queue != w.queue.ID || s.Ended {
					t.Errorf("the contacts are %+v", s.Contacts)
				}
				if filler.state().Ended {
					t.Error("the one that waits there has ended")
				}
			})
		})
	}
}

func TestChatOfTwelveContactsMovesNoMore(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		moves := w.flow("Moves", catalog.FlowCustomerQueue, script(
			action("move", "DequeueContactAndTransferToQueue", `{"QueueId":"$queue"}`, "end", fails("QueueAtCapacity", "end", "NoMatchingError", "no")),
			say("no", "No more.", "end"), action("end", "EndFlowExecution", "{}", "")))
		k := w.open(chat.Start{Flow: w.queueing("In", map[perch.Hook]perch.FlowID{perch.CustomerQueue: moves})})
		w.elapse(time.Minute)
		k.wantTexts("No more.")
		if s := k.state(); len(s.Contacts) != perch.MaxContacts || s.Ended || s.Current().Enqueued.IsZero() {
			t.Errorf("there are %d contacts, the last is %+v", len(s.Contacts), s.Current())
		}
	})
}

func TestFlowAsksForTheFiguresOfItsQueue(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		w.available(w.agents[0])
		waiting := w.queueing("Waits", nil)
		first := w.open(chat.Start{Flow: waiting})
		w.elapse(time.Second)
		first.accept(w.agents[0])
		w.must(w.router.SetStatus(t.Context(), w.agents[0], catalog.Offline))
		w.must(w.router.SetStatus(t.Context(), w.agents[1], catalog.Available))
		asks := func(name, metric, operator, operand string, want bool) {
			t.Helper()
			k := w.start(chat.Start{Flow: w.inbound(name, script(
				action("target", "UpdateContactTargetQueue", `{"QueueId":"$queue"}`, "ask", fails("NoMatchingError", "no")),
				action("ask", "CheckMetricData", `{"MetricType":"`+metric+`"}`, "",
					`"Conditions":[{"NextAction":"yes","Condition":{"Operator":"`+operator+`","Operands":["`+operand+`"]}}]`,
					fails("NoMatchingError", "no", "NoMatchingCondition", "other")),
				say("yes", "true", "end"), say("other", "false", "end"), say("no", "No.", "end"), disconnect("end")))})
			w.elapse(time.Second)
			k.wantTexts(fmt.Sprint(want))
		}
		for _, of := range []string{"Online", "Staffed", "Available"} {
			asks(of, "NumberOfAgents"+of, "NumberGreaterThan", "0", true)
		}
		w.must(w.router.SetStatus(t.Context(), w.agents[1], catalog.Offline))
		for _, of := range []string{"Online", "Staffed", "Available"} {
			asks("Nobody "+of, "NumberOfAgents"+of, "NumberGreaterThan", "0", false)
		}
		asks("None", "NumberOfContactsInQueue", "NumberLessThan", "1", true)
		w.open(chat.Start{Flow: w.queueing("Waits too", nil)})
		w.elapse(40 * time.Second)
		asks("One", "NumberOfContactsInQueue", "NumberGreaterThan", "0", true)
		asks("Old", "OldestContactInQueueAgeSeconds", "NumberGreaterThan", "40000", true)
		asks("Not older", "OldestContactInQueueAgeSeconds", "NumberGreaterThan", "60000", false)
		k := w.start(chat.Start{Flow: w.inbound("All", script(
			action("get", "GetMetricData", `{"QueueId":"$queue"}`, "say", fails("NoMatchingError", "no")),
			say("say", "$.Metrics.Queue.Name: $.Metrics.Queue.Size, you are $.Metrics.Contact.PositionInQueue, $.Metrics.Agents.Online.Count online", "end"),
			say("no", "No.", "end"), disconnect("end")))})
		w.elapse(time.Second)
		k.wantTexts("Basic queue: 1, you are 2, 0 online")
		gone := w.start(chat.Start{Flow: w.inbound("Gone", script(
			action("get", "GetMetricData", `{"QueueId":"gone"}`, "end", fails("NoMatchingError", "ask")),
			action("ask", "CheckMetricData", `{"MetricType":"NumberOfAgentsOnline"}`, "end", fails("NoMatchingError", "no", "NoMatchingCondition", "end")),
			say("no", "No queue.", "end"), disconnect("end")))})
		w.elapse(time.Second)
		gone.wantTexts("No queue.")
	})
}
