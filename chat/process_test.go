package chat_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
)

func (k talk) process(function string, deliver bool) {
	k.Helper()
	k.on(func(t *chat.Turn) error {
		t.Process(perch.Processing{Function: function, Deliver: deliver})
		return nil
	})
}

func (k talk) deliver(e perch.Entry, as chat.Processed) {
	k.Helper()
	k.on(func(t *chat.Turn) error { return t.Deliver(e.Number, as) })
}

func (k talk) status(e perch.Entry) (status string) {
	k.Helper()
	k.on(func(t *chat.Turn) (err error) {
		status, err = t.ProcessingStatus(e)
		return err
	})
	return status
}

// seen is what an audience reads, with the ids of the items.
func (k talk) seen(to perch.Audience) (said, ids []string) {
	k.Helper()
	page, err := k.Page(context.Background(), chat.Query{Session: k.state(), To: to, Limit: 1000})
	k.must(err)
	for _, it := range page.Items {
		if m, ok := it.Body.(perch.Message); ok {
			said, ids = append(said, m.Content), append(ids, it.ID())
		}
	}
	return said, ids
}

// A processed message keeps the id under which it was sent, and is found by it.
func TestAProcessedMessageHasTheIDOfWhatWasSent(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	k.connect(k.customer)
	a := k.agent("a1")
	k.process("censor", false)
	held, err := k.saying(k.customer, "damn", "token")
	k.must(err)
	if said, _ := k.seen(perch.ToAll); said != nil || held.Kind != perch.KindHeld || k.status(held) != perch.MessageProcessing {
		t.Fatalf("before it is processed all see %q, %+v", said, held)
	}
	k.must(func() error { _, err := k.saying(a, "behind", "other"); return err }())
	k.clock.move(time.Second)
	k.deliver(held, chat.Processed{ContentType: "text/plain", Content: "****"})
	id := perch.ItemID(k.id, held.Number, held.Time)
	for _, k := range []talk{k, k.in(k.restarted())} {
		said, ids := k.seen(perch.ToCustomer)
		if d := cmp.Diff([]string{"****"}, said); d != "" || ids[0] != id {
			t.Fatalf("they see %q under %q, want %s", said, ids, id)
		}
	}
	again, err := k.saying(k.customer, "damn", "token")
	k.must(err)
	if again.ID(k.id) != id || k.status(again) != "" {
		t.Errorf("sent again it is %+v, %q", again, k.status(again))
	}
	if _, err := k.saying(k.customer, "else", "token"); perch.KindOf(err) != perch.Invalid {
		t.Errorf("another message with its token is answered %v", err)
	}
	if _, err := k.Confirm(t.Context(), k.state(), a, id, true); err != nil {
		t.Errorf("it cannot be confirmed: %v", err)
	}
	for _, forward := range []bool{true, false} {
		page, err := k.Page(t.Context(), chat.Query{Session: k.state(), To: perch.ToAgents, Limit: 1, Forward: forward, Start: &chat.StartPosition{ID: id}})
		k.must(err)
		if len(page.Items) != 1 || page.Items[0].ID() != id || len(page.Items[0].Receipts) != 1 {
			t.Errorf("a page that begins with it (forward %v) holds %+v", forward, page.Items)
		}
	}
	k.sound()
}

// What is not delivered is told its sender by its status alone.
func TestARejectedMessageIsSeenByNobody(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	k.connect(k.customer)
	a := k.agent("a1")
	k.process("censor", true)
	rejected, failed := k.say(k.customer, "one"), k.say(k.customer, "two")
	k.deliver(failed, chat.Processed{}) // it is not its turn
	k.deliver(rejected, chat.Processed{Status: perch.MessageRejected})
	k.deliver(rejected, chat.Processed{}) // once is enough
	k.process("censor", false)
	later := k.say(k.customer, "three") // the rule is that of when it was sent
	k.deliver(failed, chat.Processed{Status: perch.MessageFailed})
	k.deliver(later, chat.Processed{Status: perch.MessageFailed})
	if said, _ := k.seen(perch.ToAll); cmp.Diff([]string{"two"}, said) != "" {
		t.Errorf("all see %q", said)
	}
	for e, want := range map[int64]string{rejected.Number: perch.MessageRejected, failed.Number: "", later.Number: perch.MessageFailed} {
		if got := k.status(perch.Entry{Number: e, Body: perch.Held{}}); got != want {
			t.Errorf("number %d has status %q, want %q", e, got, want)
		}
	}
	if _, err := k.Confirm(t.Context(), k.state(), a, rejected.ID(k.id), true); perch.KindOf(err) != perch.Invalid {
		t.Errorf("a rejected message is confirmed: %v", err)
	}
	if len(k.state().Held) != 0 {
		t.Errorf("held are %v", k.state().Held)
	}
	k.sound()
}

// What is sent after processing was switched off waits for what was sent before.
func TestMessagesKeepTheirOrderWhenProcessingEnds(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	k.connect(k.customer)
	k.process("censor", false)
	first := k.say(k.customer, "one")
	k.process("", false)
	second, third := k.say(k.customer, "two"), k.say(k.customer, "three")
	if second.Kind != perch.KindHeld || third.Kind != perch.KindHeld {
		t.Error("they overtake it")
	}
	k.deliver(first, chat.Processed{})
	if fourth := k.say(k.customer, "four"); fourth.Kind != perch.KindMessage {
		t.Error("it is held for nothing")
	}
	if said, _ := k.seen(perch.ToAll); cmp.Diff([]string{"one", "two", "three", "four"}, said) != "" {
		t.Errorf("they see %q", said)
	}
	if d := k.dues(); len(d) == 0 || k.state().Processing != nil {
		t.Errorf("still due: %v, by %v", d, k.state().Processing)
	}
	k.sound()
}

func TestAtMostSoManyMessagesAreHeld(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	k.connect(k.customer)
	k.process("censor", true)
	for n := range perch.MaxHeld {
		k.say(k.customer, fmt.Sprint(n))
	}
	_, err := k.saying(k.customer, "one more", "")
	k.refused(err, perch.Throttled)
	k.on(func(t *chat.Turn) error { return t.Leave(k.customer) })
	if said, _ := k.seen(perch.ToAll); len(said) != perch.MaxHeld || !k.state().Ended {
		t.Errorf("after the end they see %d messages", len(said))
	}
	k.sound()
}

// An answer that nobody is to see stays unseen when it has waited behind others.
func TestAHiddenAnswerStaysHiddenBehindOthers(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start(func(s *chat.Start) { s.ContentTypes = []string{"text/plain", "answer"} })
	k.connect(k.customer)
	k.process("censor", true)
	k.on(func(t *chat.Turn) error { t.MoveFlow(perch.FlowMoved{Listening: true, Hidden: true}); return nil })
	first := k.say(k.customer, "one")
	k.on(func(t *chat.Turn) error {
		_, err := t.Say(k.customer, chat.Saying{ContentType: "answer", Content: "my card number", Answer: true})
		return err
	})
	k.deliver(first, chat.Processed{})
	if said, _ := k.seen(perch.ToAll); cmp.Diff([]string{"one"}, said) != "" || len(k.state().Held) != 0 {
		t.Errorf("they see %q, held are %v", said, k.state().Held)
	}
	if d := k.due(chat.DueFlowReturned, string(k.id)); len(d.Body) == 0 {
		t.Error("the flow is not told of it")
	}
}
