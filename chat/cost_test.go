package chat_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// What a message costs is counted here, and timed elsewhere.

func TestAMessageIsOneInsertAndNothingElse(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	k := h.start()
	k.connect(k.customer)
	k.say(k.customer, "the first one may read what is there")
	s := &h.store.Stats
	commits, rows := s.Commits.Load(), s.Rows.Load()
	const n = 100 // fewer than make a checkpoint
	reads, writes := h.statements(func() {
		for i := range n {
			k.say(k.customer, fmt.Sprint("message ", i))
		}
	})
	// Alone, a message is a transaction of its own: BEGIN, the INSERT, COMMIT.
	if reads != 0 || writes != 3*n || s.Rows.Load()-rows != n || s.Commits.Load()-commits != n {
		t.Errorf("%d messages took %d reads, %d writes of %d rows and %d commits, want none, %d, %d and %d",
			n, reads, writes, s.Rows.Load()-rows, s.Commits.Load()-commits, 3*n, n, n)
	}
}

// Each commit is one wait for the disk, however many messages are in it.
func TestManySendersShareTheirCommits(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(o *store.Options) { o.Fleeting = false })
	const senders, each = 256, 4
	talks := make([]talk, senders)
	for i := range talks {
		talks[i] = h.start()
		talks[i].connect(talks[i].customer)
	}
	before := h.store.Stats.Commits.Load()
	var wg sync.WaitGroup
	for _, k := range talks {
		wg.Go(func() {
			for range each {
				k.say(k.customer, "hello")
			}
		})
	}
	wg.Wait()
	got := (h.store.Stats.Commits.Load() - before) * 1000 / (senders * each)
	t.Logf("%d commits for 1,000 messages", got)
	if got > 250 {
		t.Errorf("%d commits for 1,000 messages at %d senders, want 250 at the most", got, senders)
	}
}

// A persistent start writes as many rows as any other, and a link.
func TestAPersistentStartReadsAndWritesAFixedNumberOfRows(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	past := h.linked(1)
	plain, _ := h.statements(func() { h.start() })
	reads, writes := h.statements(func() { h.start(continuing(perch.EntirePastSession, past[1].First())) })
	t.Logf("a plain start reads %d times; one that continues a chat reads %d times and writes %d", plain, reads, writes)
	if reads > plain+5 || writes > 15 {
		t.Errorf("a persistent start reads %d times and writes %d", reads, writes)
	}
}
