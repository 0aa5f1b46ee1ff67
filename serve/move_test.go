package serve_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/perch-chat/perch/clock"
	"github.com/perch-chat/perch/serve"
)

// moved is a story on a clock of its own.
func moved(t *testing.T, tell func(*testing.T, *house, *clock.Clock)) {
	var c *clock.Clock
	story(t, func(t *testing.T, h *house) { tell(t, h, c) }, func(o *serve.Options) {
		if c == nil {
			c = clock.New()
			c.Set(time.Date(2031, 1, 1, 9, 0, 0, 0, time.UTC), false)
		}
		o.Clock = c
	})
}

func TestWhatIsDueHappensAtItsOwnTimeAsTheClockIsMoved(t *testing.T) {
	moved(t, func(t *testing.T, h *house, c *clock.Clock) {
		began := time.Now()
		never := h.begin(nil)
		expired := h.open(object{"ChatDurationInMinutes": 60})
		synctest.Wait()
		h.must(h.started.Move(t.Context(), c.Now().Add(25*time.Hour)))
		if time.Since(began) != 0 {
			t.Errorf("it took %v", time.Since(began))
		}
		for contact, want := range map[string]time.Duration{never.contact: 5 * time.Minute, expired.contact: time.Hour} {
			r := h.describe(contact)
			if lasted := r.DisconnectTimestamp - r.InitiationTimestamp; lasted < want.Seconds()-0.1 || lasted > want.Seconds()+0.1 {
				t.Errorf("a chat that was to last %v lasted %v s", want, lasted)
			}
		}
	})
}

func TestWhatClientsHoldIsGoodAfterTheClockHasMoved(t *testing.T) {
	moved(t, func(t *testing.T, h *house, c *clock.Clock) {
		a := h.available(1)
		p := h.open(object{"ChatDurationInMinutes": 10080})
		h.must(h.started.Move(t.Context(), c.Now().Add(30*time.Hour)))
		p.say("still here") // with a token that Amazon's clients renew after a day
		if lines := p.told(); !slices.Contains(lines, "CUSTOMER: still here") {
			t.Errorf("told %q", lines)
		}
		h.describe(p.contact) // signed with the machine's clock, five years behind
		if r := a.call("GET", "me", nil); r.status != 200 {
			t.Errorf("the agent's sign-in: %d %s", r.status, r.body)
		}
		h.must(h.started.Settle(t.Context()))
	})
}

func TestChainOfOffersHasHappenedWhenTheMoveReturns(t *testing.T) {
	moved(t, func(t *testing.T, h *house, c *clock.Clock) {
		a := h.available(1)
		p := h.open(nil)
		h.must(h.started.Move(t.Context(), c.Now().Add(time.Hour)))
		if got := a.state(p.contact); got != "MISSED" {
			t.Errorf("the offer is %q an hour later", got)
		}
	})
}
