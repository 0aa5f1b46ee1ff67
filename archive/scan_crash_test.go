package archive_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/archive"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/store"
)

// work is a process that does what is due until it dies or nothing is.
func (h *house) work() {
	h.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- h.files.Run(ctx) }()
	synctest.Wait()
	for range 8 {
		due, err := h.store.DueBy(ctx, store.AllBuckets(), h.at, 10)
		h.must(err)
		for _, d := range due {
			if do := h.files.Handlers()[d.Kind]; do != nil {
				if err := do(ctx, d); err != nil && !errors.Is(err, errDead) && !errors.Is(err, chat.ErrTaken) {
					h.Error(err)
				}
				synctest.Wait()
			}
		}
		h.at = h.at.Add(time.Minute)
	}
	cancel()
	h.must(<-over)
}

// The process dies before or after any step of a scan. The next one comes to an
// answer, which is told once; of a file that is not good nothing is kept.
func TestAScanHasOneAnswerWhereverItBreaksOff(t *testing.T) {
	for name, good := range map[string]bool{"good": true, "bad": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			broken := 0
			for _, done := range []bool{false, true} {
				for breaks := 1; ; breaks++ {
					died := false
					synctest.Test(t, func(t *testing.T) { died = scanThatBreaks(t, good, breaks, done) })
					if !died {
						break
					}
					broken++
				}
			}
			if broken < 4 {
				t.Errorf("only %d steps were broken", broken)
			}
		})
	}
}

// scanThatBreaks reports whether the process died.
func scanThatBreaks(t *testing.T, good bool, breaks int, done bool) bool {
	h := newHouse(t, false)
	h.scan = func() (bool, error) { return good, nil }
	id, by := h.chat()
	f, err := h.attach(id, by)
	h.must(err)
	h.mu.Lock()
	h.steps, h.breaks, h.done = 0, breaks, done
	h.mu.Unlock()
	h.work()
	h.mu.Lock()
	died := h.steps >= breaks
	h.mu.Unlock()
	h.begin()
	h.at = h.at.Add(time.Hour)
	h.work()
	told := 0
	h.must(h.chats.Entries(t.Context(), id, 1, 1<<40, func(e perch.Entry) error {
		if e.Kind == perch.KindScanned {
			told++
		}
		return nil
	}))
	want, kept := perch.FileApproved, 1
	if !good {
		want, kept = perch.FileRejected, 0
	}
	now, err := h.chats.File(t.Context(), f.ID)
	h.must(err)
	if now.State != want || told != 1 || h.kept() != kept {
		t.Errorf("broken off at step %d (done %v): it is %v, told %d times, with %d in the place", breaks, done, now.State, told, h.kept())
	}
	left, err := h.store.DueBy(t.Context(), store.AllBuckets(), h.at.Add(1000*time.Hour), 100)
	h.must(err)
	for _, d := range left {
		if d.Kind == archive.DueScan || d.Kind == archive.DueSweep {
			t.Errorf("broken off at step %d (done %v): %s is still due", breaks, done, d.Kind)
		}
	}
	return died
}
