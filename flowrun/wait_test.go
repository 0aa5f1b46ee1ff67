package flowrun_test

import (
	"context"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/flowrun"
	"github.com/perch-chat/perch/store"
)

// waits is a flow that waits twice for the customer.
func waits(w *world) perch.FlowID {
	wait := func(id, heard, late string) string {
		return action(id, "Wait", `{"TimeLimitSeconds":"60","Events":["CustomerReturned"]}`, late,
			when("CustomerReturned", heard, "WaitCompleted", late), fails("NoMatchingError", late))
	}
	return w.inbound("Waits twice", script(say("ask", "First?", "one"), wait("one", "heard", "late"), say("heard", "Second?", "two"),
		wait("two", "both", "late"), say("both", "Thanks.", "end"), say("late", "Too late.", "end"), disconnect("end")))
}

// nothingDue fails the test where a row of a kind is due for the chat.
func (k *talk) nothingDue(kind string) {
	k.w.t.Helper()
	all, err := k.w.store.DueBy(context.Background(), store.AllBuckets(), time.Now().Add(1000*time.Hour), 1000)
	k.w.must(err)
	for _, d := range all {
		if d.Session == k.id && d.Kind == kind {
			k.w.t.Errorf("%s is due at %v", kind, d.At)
		}
	}
}

func TestMessageFromBeforeTheWaitDoesNotWakeTheFlow(t *testing.T) {
	t.Parallel()
	byHand(t, func(t *testing.T, w *world) {
		k := w.open(chat.Start{Flow: waits(w)})
		k.say("hello?") // the flow has not begun
		k.nothingDue(chat.DueFlowReturned)
		k.handle(chat.DueFlowStart)
		k.nothingDue(chat.DueFlowReturned)
		k.wantTexts("First?")
		k.say("yes")
		k.handle(chat.DueFlowReturned)
		k.wantTexts("First?", "Second?")
	})
}

// Both messages were written before the second wait began.
func TestTwoMessagesInARowAnswerOneWait(t *testing.T) {
	t.Parallel()
	byHand(t, func(t *testing.T, w *world) {
		k := w.open(chat.Start{Flow: waits(w)})
		k.handle(chat.DueFlowStart)
		k.say("yes")
		stale := k.due(chat.DueFlowReturned)
		k.say("I mean")
		wantTaken(t, w.handlers()[chat.DueFlowReturned](t.Context(), stale)) // moved by the second message
		k.wantTexts("First?")
		k.handle(chat.DueFlowReturned)
		k.wantTexts("First?", "Second?")
		k.nothingDue(chat.DueFlowReturned)
		k.say("no")
		k.handle(chat.DueFlowReturned)
		k.wantTexts("First?", "Second?", "Thanks.")
	})
}

func wantTaken(t *testing.T, err error) {
	t.Helper()
	if err == nil || perch.KindOf(err) != perch.Conflict {
		t.Errorf("the row is dealt with although it is gone: %v", err)
	}
}

func TestCustomerWhoReturnsAfterTheWaitIsOverIsIgnored(t *testing.T) {
	t.Parallel()
	byHand(t, func(t *testing.T, w *world) {
		k := w.open(chat.Start{Flow: waits(w)})
		k.handle(chat.DueFlowStart)
		w.elapse(time.Minute)
		k.say("yes") // in the moment in which the time is up
		returned, late := k.due(chat.DueFlowReturned), k.due(flowrun.DueWait)
		w.must(w.handlers()[flowrun.DueWait](t.Context(), late))
		k.wantTexts("First?", "Too late.")
		wantTaken(t, w.handlers()[chat.DueFlowReturned](t.Context(), returned))
		wantTaken(t, w.handlers()[flowrun.DueWait](t.Context(), late))
		k.wantTexts("First?", "Too late.")
	})
}

func TestEndOfAWaitThatWasAnsweredIsIgnored(t *testing.T) {
	t.Parallel()
	byHand(t, func(t *testing.T, w *world) {
		k := w.open(chat.Start{Flow: waits(w)})
		k.handle(chat.DueFlowStart)
		w.elapse(time.Minute)
		k.say("yes")
		first := k.due(flowrun.DueWait)
		k.handle(chat.DueFlowReturned)
		if second := k.due(flowrun.DueWait); !second.At.After(first.At) {
			t.Errorf("the second wait ends at %v, the first at %v", second.At, first.At)
		}
		wantTaken(t, w.handlers()[flowrun.DueWait](t.Context(), first))
		k.wantTexts("First?", "Second?")
	})
}

// A row that nobody took back, such as one that an older version left, is found
// out by where the flow stands.
func TestRowsThatTheFlowHasNotAskedForChangeNothing(t *testing.T) {
	t.Parallel()
	byHand(t, func(t *testing.T, w *world) {
		k := w.open(chat.Start{Flow: waits(w)})
		k.handle(chat.DueFlowStart)
		leave := func(kind, body string) {
			k.turn(func(t *chat.Turn) error {
				t.Due(kind, string(k.id), t.Now, []byte(body))
				return nil
			})
			k.handle(kind)
		}
		leave(chat.DueFlowReturned, `{"m":1}`) // a message from before the wait
		leave(perch.DueFlowOutcome, `{}`)      // nothing was asked for
		leave(flowrun.DueResume, `null`)       // it waits, and is not to be resumed
		k.wantTexts("First?")
		k.say("yes")
		k.handle(chat.DueFlowReturned)
		k.wantTexts("First?", "Second?")
	})
}

func TestWaitThatDoesNotListenIsNotWoken(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		k := w.open(chat.Start{Flow: w.inbound("Pauses", script(
			action("pause", "Wait", `{"TimeLimitSeconds":"60"}`, "on", when("WaitCompleted", "on"), fails("NoMatchingError", "on")),
			say("on", "On we go.", "end"), disconnect("end")))})
		w.elapse(time.Second)
		k.say("hello?")
		w.elapse(50 * time.Second)
		k.wantTexts()
		w.elapse(10 * time.Second)
		k.wantTexts("On we go.")
	})
}

// A chat may end while its flow waits; nothing that comes due then is of interest.
func TestFlowOfAChatThatHasEndedSaysNothing(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		k := w.open(chat.Start{Flow: waits(w)})
		w.elapse(time.Second)
		k.turn(func(t *chat.Turn) error { return t.Leave(k.customer) })
		w.elapse(2 * time.Minute)
		k.wantTexts("First?")
		k.nothingDue(flowrun.DueWait)
	})
}

func TestWhatTheCustomerWroteIsThereForTheFlow(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		k := w.start(chat.Start{Flow: w.inbound("Echoes", script(say("ask", "What is it?", "wait"),
			action("wait", "Wait", `{"TimeLimitSeconds":"60","Events":["CustomerReturned"]}`, "end", when("CustomerReturned", "echo", "WaitCompleted", "end"), fails("NoMatchingError", "end")),
			say("echo", "You wrote $.StoredCustomerInput.", "end"), disconnect("end")))})
		w.elapse(time.Second)
		k.say("a pear")
		w.elapse(time.Second)
		k.wantTexts("What is it?", "You wrote a pear.")
	})
}
