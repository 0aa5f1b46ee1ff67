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
