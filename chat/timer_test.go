package chat_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/store"
)

func TestAChatNobodyConnectsToEnds(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	d := k.due(chat.DueConnect, "")
	if want := k.clock.Now().Add(perch.ConnectWithin); !d.At.Equal(want) {
		t.Errorf("due at %v, want %v", d.At, want)
	}
	k.clock.move(perch.ConnectWithin)
	k.must(k.ConnectExpired(t.Context(), d))
	if s := k.state(); !s.Ended || s.Current().Reason != perch.NeverConnected {
		t.Errorf("ended %v, reason %s", s.Ended, s.Current().Reason)
	}
	if left := k.dues(); len(left) != 0 {
		t.Errorf("still due: %v", left)
	}
	if err := k.ConnectExpired(t.Context(), d); !errors.Is(err, chat.ErrTaken) {
		t.Errorf("a second time gives %v", err)
	}
	k.sound()
}

func TestAChatEndsWhenItsTimeIsUp(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start(func(in *chat.Start) { in.Duration = time.Hour })
	k.hook()
	k.connect(k.customer)
	k.agent("a1")
	d := k.due(chat.DueExpire, "")
	if want := k.clock.Now().Add(time.Hour); !d.At.Equal(want) || !k.state().Expires.Equal(want) {
		t.Errorf("due at %v, expires at %v, want %v", d.At, k.state().Expires, want)
	}
	k.must(k.ChatExpired(t.Context(), d))
	if s := k.state(); !s.Ended || s.Current().Reason != perch.Expired || len(s.Contacts) != 1 {
		t.Errorf("ended %v, contacts %+v", s.Ended, s.Contacts)
	}
	if left := k.dues(); len(left) != 0 {
		t.Errorf("still due: %v", left)
	}
	if err := k.ChatExpired(t.Context(), d); !errors.Is(err, chat.ErrTaken) {
		t.Errorf("a second time gives %v", err)
	}
	k.sound()
}

// A timer that fires although its reason has gone, as when the customer came in
// the same moment, does nothing; nor does one of a chat that has ended.
func TestATimerLooksAtTheChatBeforeItActs(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	d := k.due(chat.DueConnect, "")
	k.connect(k.customer)
	if _, ok := k.dues()[chat.DueConnect+"/"]; ok {
		t.Error("the time to connect still runs")
	}
	if err := k.ConnectExpired(t.Context(), d); !errors.Is(err, chat.ErrTaken) {
		t.Errorf("it gives %v", err)
	}
	rearm := func(kind string) perch.Due {
		k.on(func(t *chat.Turn) error { t.Due(kind, "", k.clock.Now(), nil); return nil })
		return k.due(kind, "")
	}
	k.must(k.ConnectExpired(t.Context(), rearm(chat.DueConnect)))
	if k.state().Ended {
		t.Error("the chat of a connected customer has ended")
	}
	k.end()
	head := k.state().Head
	k.must(k.ConnectExpired(t.Context(), rearm(chat.DueConnect)))
	k.must(k.ChatExpired(t.Context(), rearm(chat.DueExpire)))
	if left := k.dues(); len(left) != 0 || k.state().Head != head {
		t.Errorf("still due: %v; the log is at %d, was at %d", left, k.state().Head, head)
	}
}

// By the clock: nothing a millisecond early, and what a process finds that has
// been away is what was due.
func TestTimersComeDueByTheClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.opts.Now = time.Now // the bubble's
		h = h.restarted()
		began := time.Now()
		silent, talking := h.start(), h.start()
		talking.connect(talking.customer)
		for _, k := range []talk{silent, talking} { // their flows have begun
			k.on(func(t *chat.Turn) error { t.DropDue(chat.DueFlowStart, string(k.id)); return nil })
		}
		handlers := map[string]func(perch.Due) error{
			chat.DueConnect: func(d perch.Due) error { return h.ConnectExpired(t.Context(), d) },
			chat.DueExpire:  func(d perch.Due) error { return h.ChatExpired(t.Context(), d) },
		}
		var at []time.Duration
		for {
			next, found, err := h.store.NextDue(t.Context(), store.AllBuckets(), time.Now())
			h.must(err)
			if !found {
				break
			}
			time.Sleep(time.Until(next) - time.Millisecond)
			if early, err := h.store.DueBy(t.Context(), store.AllBuckets(), time.Now(), 10); err != nil || len(early) != 0 {
				t.Fatalf("due early, at %v: %v, %v", time.Since(began), early, err)
			}
			time.Sleep(time.Millisecond)
			rows, err := h.store.DueBy(t.Context(), store.AllBuckets(), time.Now(), 10)
			h.must(err)
			if len(rows) != 1 {
				t.Fatalf("due at %v: %v", time.Since(began), rows)
			}
			h = h.restarted()
			h.must(handlers[rows[0].Kind](rows[0]))
			at = append(at, time.Since(began))
		}
		if len(at) != 2 || at[0] != 5*time.Minute || at[1] != 25*time.Hour {
			t.Errorf("timers came due at %v, want 5 minutes and 25 hours", at)
		}
		if s := silent.in(h).state(); s.Current().Reason != perch.NeverConnected || !s.Time.Equal(began.Add(5*time.Minute)) {
			t.Errorf("the silent one ended with %s at %v", s.Current().Reason, s.Time)
		}
		if s := talking.in(h).state(); s.Current().Reason != perch.Expired || !s.Time.Equal(began.Add(25*time.Hour)) {
			t.Errorf("the talking one ended with %s at %v", s.Current().Reason, s.Time)
		}
	})
}
