package chat_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/store"
)

// neighbours are two processes on one database that do not hear each other's
// bell.
func neighbours(t *testing.T) (here, there *house) {
	t.Helper()
	url := postgres.Database(t)
	open := func(o *store.Options) { o.URL, o.Log = url, slog.New(slog.DiscardHandler) }
	return newHouse(t, open), newHouse(t, open)
}

// What a process has at hand may be old: it is looked at before it is shown, and
// before anything is refused or left undone because of it.
func TestAStateThatIsBehindDecidesNothing(t *testing.T) {
	t.Parallel()
	here, there := neighbours(t)
	k := here.start()
	far := k.in(there)
	k.connect(k.customer)
	if head := far.state().Head; head != k.state().Head {
		t.Fatalf("the other process is at %d, this one at %d", head, k.state().Head)
	}

	agent := k.agent("a1") // whom the other has never heard of
	if _, err := far.saying(agent, "I am new here", "token"); err != nil {
		t.Errorf("who joined elsewhere cannot speak: %v", err)
	}
	again, err := k.saying(agent, "I am new here", "token")
	if err != nil || again.Number != far.state().Head {
		t.Errorf("said again in the other process: %+v, %v", again, err)
	}
	if got := messages(k.log()); !slices.Equal(got, []string{"I am new here"}) {
		t.Errorf("the log has %q", got)
	}

	// Work that is already done, by what the other process knows.
	k.hook()
	c2 := k.transfer(agent)
	seen := perch.ContactID("")
	far.on(func(t *chat.Turn) error { // without entries: no number would tell that it is behind
		seen = t.State().Current().ID
		return nil
	})
	if seen != c2 {
		t.Errorf("the other process decides about %s, in force is %s", seen, c2)
	}
	far.on(func(t *chat.Turn) error {
		if t.State().Current().ID != c2 {
			return errors.New("it is behind")
		}
		return nil
	})

	far.leave(far.agent("a2"))
	k.end()
	if _, err := far.state().Caller(far.customer); perch.KindOf(err) != perch.Denied {
		t.Errorf("the other process lets in who is in a chat that has ended: %v", err)
	}
	k.sound()
	far.sound()
}

// Heads tells how far sessions have come, however many they are.
func TestHeadsAreThoseOfTheLogs(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	want := map[string]int64{}
	topics := []string{"due", chat.Topic("none")}
	for range 150 {
		k := h.start()
		want[chat.Topic(k.id)] = k.state().Head
		topics = append(topics, chat.Topic(k.id))
	}
	got, err := h.Heads(context.Background(), topics)
	if err != nil || len(got) != len(want) {
		t.Fatalf("%d heads of %d, %v", len(got), len(want), err)
	}
	for topic, head := range want {
		if got[topic] != head {
			t.Errorf("%s is at %d, want %d", topic, got[topic], head)
		}
	}
	if none, err := h.Heads(context.Background(), nil); err != nil || len(none) != 0 {
		t.Errorf("of nothing: %v, %v", none, err)
	}
}
