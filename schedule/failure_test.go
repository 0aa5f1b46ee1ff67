package schedule_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/perch-chat/perch"
)

func TestFailingRowIsTriedLessAndLessAndThenGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, j := newHouse(t), &journal{}
		h.set("s", "tick", "it's", 0)
		h.run(handlers{"tick": func(_ context.Context, d perch.Due) error { j.add(d); return errNotYet }})
		elapse(time.Hour)
		calls := j.all()
		want := []int{1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300}
		if len(calls) != len(want)+1 {
			t.Fatalf("tried %d times", len(calls))
		}
		for i, seconds := range want {
			if got := calls[i+1].at.Sub(calls[i].at).Round(time.Second); got != time.Duration(seconds)*time.Second {
				t.Errorf("attempt %d came %v after the one before, not %d s", i+2, got, seconds)
			}
		}
		if l := h.left(); len(l) != 0 {
			t.Errorf("left %v", l)
		}
		for _, part := range []string{"level=ERROR", "not yet", "attempts=12",
			"UPDATE due SET dead = 0, attempts = 0 WHERE session = 's' AND kind = 'tick' AND name = 'it''s'"} {
			if !strings.Contains(h.logged(), part) {
				t.Errorf("the log lacks %s: %s", part, h.logged())
			}
		}
	})
}

func TestRowOfUnknownKindIsGivenUpAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.set("s", "tock", "", 0)
		h.run(handlers{})
		elapse(time.Second)
		if l := h.left(); len(l) != 0 {
			t.Errorf("left %v", l)
		}
		if strings.Count(h.logged(), "level=ERROR") != 1 || !strings.Contains(h.logged(), "kind=tock") {
			t.Errorf("logged %s", h.logged())
		}
	})
}

func TestFailingRowDoesNotHoldUpTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, j := newHouse(t), &journal{}
		h.set("s", "fail", "", -time.Second)
		h.set("s", "tick", "", 0)
		h.run(handlers{
			"fail": func(context.Context, perch.Due) error { return errNotYet },
			"tick": func(_ context.Context, d perch.Due) error { j.add(d); return h.take(d) },
		})
		elapse(500 * time.Millisecond)
		if got := j.all(); len(got) != 1 {
			t.Errorf("handled %v", got)
		}
	})
}

func TestPanicIsAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, j := newHouse(t), &journal{}
		h.set("s", "tick", "", 0)
		h.run(handlers{"tick": func(_ context.Context, d perch.Due) error {
			j.add(d)
			if d.Attempts == 0 {
				panic("the roof")
			}
			return h.take(d)
		}})
		elapse(2 * time.Second)
		if got := j.all(); len(got) != 2 || len(h.left()) != 0 {
			t.Errorf("handled %v, left %v", got, h.left())
		}
		if !strings.Contains(h.logged(), "the roof") || !strings.Contains(h.logged(), "failure_test.go") {
			t.Errorf("logged %s", h.logged())
		}
	})
}

func TestHandlerThatHangsIsAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.set("s", "tick", "", 0)
		h.run(handlers{"tick": func(ctx context.Context, d perch.Due) error {
			if d.Attempts == 0 {
				<-ctx.Done()
				return ctx.Err()
			}
			return h.take(d)
		}})
		elapse(62 * time.Second)
		if l := h.left(); len(l) != 0 {
			t.Errorf("left %v", l)
		}
	})
}

func TestRowThatCannotBePutOffIsNotTriedOverAndOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, j := newHouse(t), &journal{}
		h.set("s", "tick", "", 0)
		h.failWith(errBroken)
		h.run(handlers{"tick": func(_ context.Context, d perch.Due) error { j.add(d); return h.take(d) }})
		elapse(30 * time.Second)
		if n := len(j.all()); n < 2 || n > 31 {
			t.Errorf("tried %d times in 30 seconds", n)
		}
		h.failWith(nil)
		elapse(2 * time.Second)
		if l := h.left(); len(l) != 0 {
			t.Errorf("left %v", l)
		}
	})
}
