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
	"github.com/perch-chat/perch/schedule"
	"github.com/perch-chat/perch/store"
)

type handlers = map[string]schedule.Handler

func TestRowIsHandledWhenItComesDueAndNotBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, j := newHouse(t), &journal{}
		h.run(handlers{"tick": func(_ context.Context, d perch.Due) error { j.add(d); return h.take(d) }})
		h.ring(h.set("s", "tick", "", 47*time.Minute))
		time.Sleep(47*time.Minute - time.Millisecond)
		if got := j.all(); len(got) != 0 {
			t.Fatalf("handled before its time: %v", got)
		}
		time.Sleep(time.Millisecond)
		synctest.Wait()
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
		time.Sleep(30 * time.Second)
		synctest.Wait()
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
		time.Sleep(time.Millisecond)
		synctest.Wait()
		if got := j.all(); len(got) != 1 {
			t.Fatalf("handled %v", got)
		}
	})
}

func TestRowIsFoundWhenTheClockIsSetForward(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, j := newHouse(t), &journal{}
		var set atomic.Int64
		now := func() time.Time { return time.Now().Add(time.Duration(set.Load())) }
		h.run(handlers{"tick": func(_ context.Context, d perch.Due) error { j.add(d); return h.take(d) }},
			func(o *schedule.Options) { o.Now = now })
		h.ring(h.set("s", "tick", "", 25*time.Hour))
		synctest.Wait()
		set.Store(int64(25 * time.Hour))
		time.Sleep(time.Second)
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
			time.Sleep(10 * time.Second)
			return h.take(d)
		}})
		time.Sleep(time.Second)
		synctest.Wait()
		if got := names(j.all()); got != "s/first other/" {
			t.Errorf("at once: %s", got)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := names(j.all()); got != "s/first other/ s/second s/third" {
			t.Errorf("in all: %s", got)
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
			time.Sleep(10 * time.Second)
			return h.take(d)
		}})
		time.Sleep(time.Second)
		h.ring(h.set("s", "tick", "", 0))
		time.Sleep(8 * time.Second)
		if got := j.all(); len(got) != 1 {
			t.Errorf("in hand twice at once: %v", got)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := j.all(); len(got) != 2 {
			t.Errorf("handled %v", got)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
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
		time.Sleep(time.Hour)
		synctest.Wait()
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
			time.Sleep(time.Second)
			return h.take(d)
		}})
		time.Sleep(time.Minute)
		synctest.Wait()
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
			time.Sleep(10 * time.Second)
			return h.take(d)
		}})
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := names(j.all()); got != "busy/0 other/" {
			t.Errorf("handled %s", got)
		}
	})
}

// Whatever becomes of the bell, each row is handled once, not before its time,
// at most half a minute late, and in order within its session.
func TestEveryRowIsHandledOnceInTimeAndOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		type plan struct {
			session    string
			after, in  int // seconds
			rung, late bool
		}
		plans := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) plan {
			return plan{rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "session"), rapid.IntRange(0, 40).Draw(rt, "after"),
				rapid.IntRange(0, 100).Draw(rt, "in"), rapid.Bool().Draw(rt, "rung"), rapid.Bool().Draw(rt, "late")}
		}), 1, 12).Draw(rt, "plans")
		var handled []line
		due := map[string]time.Time{}
		synctest.Test(t, func(t *testing.T) {
			h, j := newHouse(t), &journal{}
			h.run(handlers{"tick": func(_ context.Context, d perch.Due) error { j.add(d); return h.take(d) }})
			for i, p := range plans {
				time.Sleep(time.Duration(p.after) * time.Second)
				d := h.set(p.session, "tick", fmt.Sprint(i), time.Duration(p.in)*time.Second)
				due[p.session+"/"+d.Key] = d.At
				if p.rung {
					h.ring(d)
				}
			}
			time.Sleep(150 * time.Second)
			synctest.Wait()
			handled = j.all()
		})
		seen := map[string]bool{}
		for _, l := range handled {
			if seen[l.name] {
				rt.Fatalf("%s was handled twice", l.name)
			}
			seen[l.name] = true
			if late := l.at.Sub(due[l.name]); late < 0 || late > 30*time.Second {
				rt.Fatalf("%s was handled %v after its time", l.name, late)
			}
		}
		if len(seen) != len(plans) {
			rt.Fatalf("%d of %d rows were handled", len(seen), len(plans))
		}
	})
}

func TestStopWaitsForHandlersAndClaimsNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, j := newHouse(t), &journal{}
		h.set("s", "tick", "a", 0)
		h.set("s", "tick", "b", 0)
		h.run(handlers{"tick": func(ctx context.Context, d perch.Due) error {
			time.Sleep(5 * time.Second)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			j.add(d)
			return h.take(d)
		}})
		time.Sleep(time.Second)
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
		time.Sleep(time.Second)
		h.stop()
		if l := h.left(); len(l) != 1 || l[0].Attempts != 0 {
			t.Errorf("left %v", l)
		}
	})
}

// What waits must not be asked for over and over; each look at the rows reads
// the clock.
func TestRowInHandDoesNotKeepTheScheduleBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		var looks atomic.Int64
		d := h.set("s", "tick", "", 0)
		h.set("s", "tick", "behind", 0)
		h.run(handlers{"tick": func(ctx context.Context, d perch.Due) error {
			time.Sleep(50 * time.Second)
			return h.take(d)
		}}, func(o *schedule.Options) { o.Now = func() time.Time { looks.Add(1); return time.Now() } })
		h.ring(d)
		time.Sleep(50 * time.Second)
		synctest.Wait()
		if n := looks.Load(); n > 200 {
			t.Errorf("looked %d times in 50 seconds", n)
		}
	})
}

func TestHandlerThatLeavesItsRowIsCalledNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, j := newHouse(t), &journal{}
		h.set("s", "tick", "", 0)
		h.run(handlers{"tick": func(_ context.Context, d perch.Due) error { j.add(d); return nil }})
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if n := len(j.all()); n < 9 || n > 12 {
			t.Errorf("called %d times in five minutes", n)
		}
	})
}

var errBroken = errors.New("the disk is full")
