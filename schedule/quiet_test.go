package schedule_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/clock"
	"github.com/perch-chat/perch/schedule"
	"github.com/perch-chat/perch/store"
)

// quiet runs a schedule that can be asked for quiet.
func (h *house) quiet(handlers map[string]schedule.Handler) *schedule.Schedule {
	s := schedule.New(schedule.Options{Store: h.store, Bus: &h.bus, Clock: clock.New(), Log: h.logger(), Handlers: handlers})
	h.stop = background(h.t, s.Run, func() {})
	return s
}

func TestQuietComesAfterAChainOfWhatIsDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, j := newHouse(t), &journal{}
		h.set("s", "link", "0", 0)
		s := h.quiet(handlers{"link": func(_ context.Context, d perch.Due) error {
			j.add(d)
			if n := len(j.all()); n < 20 {
				h.write(store.SetDue(perch.Due{Session: d.Session, Kind: "link", Key: fmt.Sprint(n), At: time.Now()}))
			}
			return h.take(d)
		}})
		busy, err := s.Quiet(t.Context())
		if n := len(j.all()); n != 20 || !busy || err != nil {
			t.Errorf("quiet after %d of 20, busy %v, %v", n, busy, err)
		}
		if busy, err = s.Quiet(t.Context()); busy || err != nil {
			t.Errorf("quiet was not quiet: %v, %v", busy, err)
		}
	})
}

func TestQuietWaitsForRowsThatAreTakenLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		calls := 0
		s := h.quiet(handlers{"call": func(_ context.Context, d perch.Due) error {
			if calls++; calls == 1 {
				go func() { time.Sleep(time.Second); _ = h.take(d) }()
			}
			return nil
		}})
		h.set("s", "call", "", 0)
		began := time.Now()
		if busy, err := s.Quiet(t.Context()); !busy || err != nil || time.Since(began) < time.Second {
			t.Errorf("busy %v, %v after %v", busy, err, time.Since(began))
		}
		if calls > 250 {
			t.Errorf("called %d times in a second", calls)
		}
	})
}

func TestQuietEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		s := h.quiet(handlers{"never": func(context.Context, perch.Due) error { return nil }})
		h.set("s", "never", "", 0)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := s.Quiet(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}
