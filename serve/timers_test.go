package serve_test

import (
	"testing"
	"time"
)

func TestCustomerWhoHasNotConnectedAfterFiveMinutesIsGivenUp(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		began := time.Now()
		p := h.begin(nil)
		elapse(4*time.Minute + 59*time.Second)
		wantReason(t, h, p.contact, "")

		elapse(time.Second)
		c := h.describe(p.contact)
		if c.DisconnectReason != "CUSTOMER_CONNECTION_NOT_ESTABLISHED" {
			t.Errorf("the reason is %q", c.DisconnectReason)
		}
		if want := seconds(began.Add(5 * time.Minute)); c.DisconnectTimestamp != want {
			t.Errorf("the chat ended at %v, want %v", c.DisconnectTimestamp, want)
		}
		if r := p.h.borne("POST", "/participant/connection", "X-Amz-Bearer", p.token, object{"ConnectParticipant": true}); r.status != 403 {
			t.Errorf("connecting afterwards answers %d %s, want 403", r.status, r.body)
		}
	})
}

func TestCustomerWhoConnectsInTheLastSecondStays(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := h.begin(nil)
		elapse(4*time.Minute + 59*time.Second)
		p.connect()
		elapse(time.Minute)
		wantReason(t, h, p.contact, "")
		p.say("still here")
	})
}

// The chat's time runs from its start, whoever waits or talks.
func TestChatEndsWhenItHasLastedItsTime(t *testing.T) {
	for name, c := range map[string]struct {
		request object
		lasts   time.Duration
	}{
		"as asked for":  {object{"ChatDurationInMinutes": 60}, time.Hour},
		"by default":    {nil, 25 * time.Hour},
		"the most":      {object{"ChatDurationInMinutes": 10080}, 7 * 24 * time.Hour},
		"with an agent": {object{"ChatDurationInMinutes": 60}, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, h *house) {
				began := time.Now()
				p := h.open(c.request)
				var a *agent
				if name == "with an agent" {
					a = h.available(1)
					a.accept(p.contact)
				}
				h.pass(c.lasts - time.Second - time.Since(began))
				wantReason(t, h, p.contact, "")

				elapse(time.Second)
				if got := h.describe(p.contact); got.DisconnectReason != "EXPIRED" || got.DisconnectTimestamp != seconds(began.Add(c.lasts)) {
					t.Errorf("the chat ended %v at %v, want EXPIRED at %v", got.DisconnectReason, got.DisconnectTimestamp, seconds(began.Add(c.lasts)))
				}
				if r := p.call("transcript", object{}); r.status != 403 {
					t.Errorf("reading afterwards answers %d, want 403", r.status)
				}
				if a != nil {
					wantState(t, a, p.contact, "ENDED")
				}
			})
		})
	}
}

// A timer that comes due while the server is down is found when it is up again.
func TestTimersOfAStoppedServerAreCaughtUpWith(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		unconnected := h.begin(nil)
		short, long := h.open(object{"ChatDurationInMinutes": 60}), h.open(object{"ChatDurationInMinutes": 120})
		elapse(time.Minute)
		h.stop()
		elapse(90 * time.Minute)
		h.start()
		wantReason(t, h, unconnected.contact, "CUSTOMER_CONNECTION_NOT_ESTABLISHED")
		wantReason(t, h, short.contact, "EXPIRED")
		wantReason(t, h, long.contact, "")
		h.pass(29 * time.Minute)
		wantReason(t, h, long.contact, "EXPIRED")
	})
}
