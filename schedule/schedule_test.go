package schedule_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/clock"
	"github.com/perch-chat/perch/schedule"
	"github.com/perch-chat/perch/store"
)

type handlers = map[string]schedule.Handler

func TestRowIsHandledWhenItComesDueAndNotBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, j := newHouse(t), &journal{}
		h.run(handlers{"tick": func(_ context.Context, d perch.Due) error { j.add(d); return h.take(d) }})
		h.ring(h.set("s", "tick", "", 47*time.Minute))
		elapse(47*time.Minute - time.Millisecond)
		if got := j.all(); len(got) != 0 {
			t.Fatalf("handled before its time: %v", got)
		}
		elapse(time.Millisecond)
		if got := j.all(); len(got) != 1 || len(h.left()) != 0 {
			t.Fatalf("handled %v, left %v", got, h.left())
		}
	})
}

func TestRowWhoseRingIsLostIsHandledWithinHalfAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, j := newHouse(t), &journal{}
		h.run(handlers{"tick": func(_ context.Context, d perch.Due) error { j.add(d); return h.take(d) }})
		synctest.Wait()
		h.set("s", "tick", "", 0)
		elapse(30 * time.Second)
		if got := j.all(); len(got) != 1 {
			t.Fatalf("handled %v", got)
		}
	})
}

func TestRowFoundAtTheStartIsHandled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, j := newHouse(t), &journal{}
		h.set("s", "tick", "", -time.Hour)
		h.run(handlers{"tick": func(_ context.Context, d perch.Due) error { j.add(d); return h.take(d) }})
		elapse(time.Millisecond)
		if got := j.all(); len(got) != 1 {
			t.Fatalf("handled %v", got)
		}
	})
}

func TestRowIsFoundWhenTheClockIsSetForward(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, j := newHouse(t), &journal{}
		c := clock.New()
		h.run(handlers{"tick": func(_ context.Context, d perch.Due) error { j.add(d); return h.take(d) }},
			func(o *schedule.Options) { o.Clock = c })
		h.ring(h.set("s", "tick", "", 25*time.Hour))
		synctest.Wait()
		c.Set(c.Now().Add(25*time.Hour), false)
		synctest.Wait()
		if got := j.all(); len(got) != 1 {
			t.Fatalf("handled %v", got)
		}
	})
}

func TestRowsOfOneSessionAreHandledOneByOneInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, j := newHouse(t), &journal{}
		h.set("s", "tick", "third", -1*time.Second)
		h.set("s", "tick", "first", -3*time.Second)
		h.set("s", "tick", "second", -2*time.Second)
		h.set("other", "tick", "", 0)
		h.run(handlers{"tick": func(_ context.Context, d perch.Due) error {
			j.add(d)
			takes(10 * time.Second)
			return h.take(d)
		}})
		elapse(time.Second)
		if got := j.all(); len(got) != 2 {
			t.Errorf("at once: %v", got)
		}
		elapse(time.Minute)
		if got := names(j.all()[2:]); got != "s/second s/third" {
			t.Errorf("after those: %s", got)
		}
	})
}

func names(lines []line) string {
	var all []string
	for _, l := range lines {
		all = append(all, l.name)
	}
	return strings.Join(all, " ")
}

func TestRowThatIsMovedWhileInHandIsHandledAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, j := newHouse(t), &journal{}
		h.ring(h.set("s", "tick", "", 0))
		h.run(handlers{"tick": func(_ context.Context, d perch.Due) error {
			j.add(d)
			takes(10 * time.Second)
			return h.take(d)
		}})
		elapse(time.Second)
		h.ring(h.set("s", "tick", "", 0))
		elapse(8 * time.Second)
		if got := j.all(); len(got) != 1 {
			t.Errorf("in hand twice at once: %v", got)
		}
		elapse(2 * time.Second)
		if got := j.all(); len(got) != 2 {
			t.Errorf("handled %v", got)
		}
		elapse(time.Hour)
		if got := j.all(); len(got) != 2 || len(h.left()) != 0 {
			t.Errorf("handled %v, left %v", got, h.left())
		}
	})
}

func TestRowThatSomebodyElseDidIsDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		d := h.set("s", "tick", "", 0)
		h.run(handlers{"tick": func(_ context.Context, d perch.Due) error {
			if err := h.take(d); err != nil {
				return err
			}
			return fmt.Errorf("while answering: %w", h.take(d))
		}})
		h.ring(d)
		elapse(time.Hour)
		if h.logged() != "" || len(h.left()) != 0 {
			t.Errorf("logged %s, left %v", h.logged(), h.left())
		}
	})
}

func TestBacklogIsHandledOnceByAFewAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, j := newHouse(t), &journal{}
		var writes []store.Write
		for i := range 700 {
			writes = append(writes, store.SetDue(perch.Due{Session: perch.SessionID(fmt.Sprint(i % 300)), Kind: "tick",
				Key: fmt.Sprint(i), At: time.Now()}))
		}
		h.write(writes...)
		var now, most atomic.Int64
		h.run(handlers{"tick": func(_ context.Context, d perch.Due) error {
			most.Store(max(most.Load(), now.Add(1)))
			defer now.Add(-1)
			j.add(d)
			takes(time.Second)
			return h.take(d)
		}})
		elapse(time.Minute)
		once := map[string]bool{}
		for _, l := range j.all() {
			once[l.name] = true
		}
		if len(once) != 700 || len(j.all()) != 700 || len(h.left()) != 0 {
			t.Errorf("%d rows handled in %d calls, %d left", len(once), len(j.all()), len(h.left()))
		}
		if most.Load() != 16 {
			t.Errorf("%d at a time", most.Load())
		}
	})
}

func TestRowsBehindThoseOfABusySessionAreFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, j := newHouse(t), &journal{}
		var writes []store.Write
		for i := range 500 {
			writes = append(writes, store.SetDue(perch.Due{Session: "busy", Kind: "tick", Key: fmt.Sprint(i), At: time.Now()}))
		}
		h.write(writes...)
		h.set("other", "tick", "", time.Second)
		h.run(handlers{"tick": func(_ context.Context, d perch.Due) error {
			j.add(d)
			takes(10 * time.Second)
			return h.take(d)
		}})
		elapse(2 * time.Second)
		if got := j.all(); len(got) != 2 {
			t.Errorf("handled %v", got)
		}
	})
}

// row is a row as the property test sets it; times are in seconds.
type row struct {
	Session string
	After   int // the row before it
	In      int // comes due then
	Rung    bool
}

func anyRow(rt *rapid.T) row {
	return row{rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "session"), rapid.IntRange(0, 40).Draw(rt, "after"),
		rapid.IntRange(0, 100).Draw(rt, "in"), rapid.Bool().Draw(rt, "rung")}
}

// Whatever becomes of the bell, each row is handled once, not before its time
// and at most half a minute late.
func TestEveryRowIsHandledOnceAndInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, j := newHouse(t), &journal{}
		h.run(handlers{"tick": func(_ context.Context, d perch.Due) error { j.add(d); return h.take(d) }})
		check := 0
		// Only a testing.TB: rapid asks a T for its deadline, which a bubble has not.
		rapid.Check(struct{ testing.TB }{t}, func(rt *rapid.T) {
			check++
			rows := rapid.SliceOfN(rapid.Custom(anyRow), 1, 8).Draw(rt, "rows")
			due, before := map[string]time.Time{}, len(j.all())
			for i, r := range rows {
				elapse(time.Duration(r.After) * time.Second)
				d := h.set(fmt.Sprint(r.Session, check), "tick", fmt.Sprint(i), time.Duration(r.In)*time.Second)
				due[fmt.Sprintf("%s/%s", d.Session, d.Key)] = d.At
				if r.Rung {
					h.ring(d)
				}
			}
			elapse(130 * time.Second)
			for _, l := range j.all()[before:] {
				at, expected := due[l.name]
				if late := l.at.Sub(at); !expected || late < 0 || late > 30*time.Second {
					rt.Fatalf("%s was handled %v after its time, or twice", l.name, late)
				}
				delete(due, l.name)
			}
			if len(due) > 0 {
				rt.Fatalf("not handled: %v", due)
			}
		})
	})
}

func TestStopWaitsForHandlersAndClaimsNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, j := newHouse(t), &journal{}
		h.set("s", "tick", "a", 0)
		h.set("s", "tick", "b", 0)
		h.run(handlers{"tick": func(ctx context.Context, d perch.Due) error {
			takes(5 * time.Second)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			j.add(d)
			return h.take(d)
		}})
		elapse(time.Second)
		h.stop()
		if got := names(j.all()); got != "s/a" || len(h.left()) != 1 {
			t.Errorf("handled %s, left %v", got, h.left())
		}
	})
}

func TestStopDoesNotWaitForeverAndLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.set("s", "tick", "", 0)
		h.run(handlers{"tick": func(ctx context.Context, d perch.Due) error {
			<-ctx.Done()
			return ctx.Err()
		}})
		elapse(time.Second)
		h.stop()
		if l := h.left(); len(l) != 1 || l[0].Attempts != 0 {
			t.Errorf("left %v", l)
		}
	})
}

// What waits must not be asked for over and over.
func TestRowInHandDoesNotKeepTheScheduleBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		d := h.set("s", "tick", "", 0)
		h.set("s", "tick", "behind", 0)
		h.run(handlers{"tick": func(ctx context.Context, d perch.Due) error {
			takes(50 * time.Second)
			return h.take(d)
		}})
		before := h.store.Stats.Reads.Load()
		h.ring(d)
		elapse(50 * time.Second)
		if n := h.store.Stats.Reads.Load() - before; n > 200 {
			t.Errorf("looked %d times in 50 seconds", n)
		}
	})
}

func TestHandlerThatLeavesItsRowIsCalledNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, j := newHouse(t), &journal{}
		h.set("s", "tick", "", 0)
		h.run(handlers{"tick": func(_ context.Context, d perch.Due) error { j.add(d); return nil }})
		elapse(5 * time.Minute)
		if n := len(j.all()); n < 9 || n > 12 {
			t.Errorf("called %d times in five minutes", n)
		}
	})
}

var errBroken = errors.New("the disk is full")
