package chat_test

import (
	"context"
	"testing"
	"time"

	"github.com/perch-chat/perch/store"
)

func TestContactsOfOlderVersionsAreMadeFindable(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for range 3 {
		k := h.start()
		k.connect(k.customer)
	}
	find := func() int {
		t.Helper()
		all, err := h.Facts(t.Context(), store.FactsQuery{Instance: h.start().state().Instance, Time: store.ByOpened, Till: h.clock.Now().Add(time.Hour), Sort: store.ByOpened})
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	if err := h.store.Commit(store.Turn{Writes: []store.Write{{SQL: `UPDATE contact SET opened = 0`, Rows: store.Any}}}); err != nil {
		t.Fatal(err)
	}
	if n := find(); n != 1 { // the one that find has started
		t.Fatalf("%d contacts are found", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- h.Run(ctx) }()
	for n, deadline := 0, time.Now().Add(20*time.Second); n < 5; {
		left, err := h.store.Unindexed(t.Context(), 1)
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("%v are left, %v", left, err)
		}
		if len(left) == 0 {
			n = find()
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// The first thing an agent says is a fact of the contact; what comes after it, and
// what others say, costs and changes nothing.
func TestAnAgentsFirstResponseIsAFact(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	k := h.start()
	k.connect(k.customer)
	agent := k.agent("a1")
	fact := func() store.Facts {
		t.Helper()
		all, err := h.Facts(t.Context(), store.FactsQuery{Instance: k.state().Instance, Time: store.ByOpened, Till: h.clock.Now().Add(time.Hour), Sort: store.ByOpened})
		if err != nil || len(all) != 1 {
			t.Fatalf("%d facts, %v", len(all), err)
		}
		return all[0]
	}
	h.clock.move(10 * time.Second)
	k.say(k.customer, "is anybody there?")
	if got := fact().Responded; !got.IsZero() {
		t.Errorf("before a word of the agent's: %v", got)
	}
	h.clock.move(5 * time.Second)
	first := k.say(agent, "yes")
	h.clock.move(time.Minute)
	k.say(agent, "and what is it?")
	if got := fact(); !got.Responded.Equal(first.Time) || got.Responded.Sub(got.Joined) < 14*time.Second {
		t.Errorf("joined %v, responded %v, said %v", got.Joined, got.Responded, first.Time)
	}
	k.sound()
}
