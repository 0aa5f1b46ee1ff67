package perch_test

import (
	"testing"
	"time"

	"github.com/perch-chat/perch"
)

func TestWatchSaysWhatSilenceLeadsToNext(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC)
	in := func(minutes int) time.Time { return began.Add(time.Duration(minutes) * time.Minute) }
	idle := perch.RoleTimers{Idle: 2 * time.Minute}
	away := perch.RoleTimers{Disconnect: 5 * time.Minute}
	both := perch.RoleTimers{Idle: 2 * time.Minute, Disconnect: 5 * time.Minute}
	for name, c := range map[string]struct {
		timers     perch.RoleTimers
		idle       time.Time
		at         time.Time
		disconnect bool
		none       bool
	}{
		"idle alone":             {timers: idle, at: in(2)},
		"idle alone, idle":       {timers: idle, idle: in(2), none: true},
		"disconnect alone":       {timers: away, at: in(5), disconnect: true},
		"both, before idleness":  {timers: both, at: in(2)},
		"both, from idleness on": {timers: both, idle: in(3), at: in(8), disconnect: true},
		"no timers":              {none: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			silence := perch.Silence{Since: began, Idle: c.idle}
			for _, side := range []perch.Role{perch.Customer, perch.Agent} {
				w := perch.Watch{Since: began}
				if side == perch.Customer {
					w.Customer, w.Timers.Customer, w.Timers.Agent = silence, c.timers, perch.RoleTimers{Idle: time.Hour}
				} else {
					w.Agent, w.Timers.Agent, w.Timers.Customer = silence, c.timers, perch.RoleTimers{Idle: time.Hour}
				}
				at, disconnect, ok := w.Next(side)
				if ok == c.none || !at.Equal(c.at) && ok || disconnect != c.disconnect {
					t.Errorf("role %d: at %v, disconnect %v, %v", side, at, disconnect, ok)
				}
				w.Since = time.Time{}
				if _, _, ok := w.Next(side); ok {
					t.Errorf("role %d: something is due though nobody watches", side)
				}
			}
		})
	}
}

// The fold watches while the customer and somebody else are in the chat, with the
// timers as they were set when the latter came.
func TestWatchRunsWhileTwoSidesAreThere(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC)
	s := &perch.Session{ID: "s"}
	next := func(id perch.ParticipantID, b perch.Body) time.Time {
		at = at.Add(time.Second)
		s.Apply(perch.Entry{Number: s.Head + 1, Contact: "s", Kind: b.Kind(), Participant: id, Time: at, Body: b})
		return at
	}
	who := map[perch.ParticipantID]perch.Who{"c": {Role: perch.Customer}, "a": {Role: perch.Agent}, "a2": {Role: perch.Agent}, "b": {Role: perch.Bot}, "s": {Role: perch.Supervisor}}
	set := func(minutes int) {
		next("", perch.TimersSet{Timers: perch.Timers{Customer: perch.RoleTimers{Idle: time.Duration(minutes) * time.Minute}}})
	}
	next("", perch.Opened{})
	for id, w := range who {
		next(id, perch.Invited{Who: w})
	}
	join := func(id perch.ParticipantID) time.Time { return next(id, perch.Joined{Who: who[id]}) }
	leave := func(id perch.ParticipantID) time.Time { return next(id, perch.Left{Who: who[id]}) }
	wants := func(since time.Time, minutes int) {
		t.Helper()
		if !s.Watch.Since.Equal(since) || s.Watch.Timers.Customer.Idle != time.Duration(minutes)*time.Minute {
			t.Errorf("at number %d, watched since %v with %v; want since %v with %d minutes", s.Head, s.Watch.Since, s.Watch.Timers, since, minutes)
		}
	}

	set(2)
	join("c")
	next("s", perch.Connected{})
	wants(time.Time{}, 0) // a supervisor is nobody to talk to
	began := join("b")
	wants(began, 2)
	set(3)
	wants(began, 2)
	next("", perch.Idled{Role: perch.Customer})
	said := next("b", perch.Message{Who: who["b"]})
	if !s.Watch.Agent.Since.Equal(said) || s.Watch.Customer.Idle.IsZero() || !s.Watch.Customer.Since.Equal(began) {
		t.Errorf("after the bot's message, %+v", s.Watch)
	}
	said = next("c", perch.Message{Who: who["c"]})
	if !s.Watch.Customer.Since.Equal(said) || !s.Watch.Customer.Idle.IsZero() {
		t.Errorf("after the customer's message, %+v", s.Watch)
	}
	began = join("a")
	wants(began, 3)
	leave("b")
	wants(began, 3)
	leave("a")
	wants(time.Time{}, 0)
	wants(join("a2"), 3)
	next("", perch.Ended{})
	wants(time.Time{}, 0)
}
