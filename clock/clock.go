// Package clock is what time it is for perch: that of the machine, or, to try
// things out, one that is set and moved.
//
// What chats do goes by Now: timers, expiry, offers, hours of operation. What
// clients hold and renew by a clock of their own goes by Wall: signatures,
// connection tokens, sign-ins, limits of calls a second. A page whose clock perch
// has not moved would otherwise find its token expired, or renew it for ever.
package clock

import (
	"sync"
	"time"
)

// Clock tells the time. It is safe for concurrent use.
type Clock struct {
	mu     sync.Mutex
	shown  time.Time     // what it showed when it was set; zero of one that never was
	since  time.Time     // the machine's time then
	stands bool          // shows the same until it is set again
	set    chan struct{} // closed when it is set
}

// New makes a clock that goes with the machine's.
func New() *Clock { return &Clock{set: make(chan struct{})} }

// Wall is the time of the machine.
func (c *Clock) Wall() time.Time { return time.Now() }

// Now is the time that the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() time.Time {
	switch {
	case c.shown.IsZero():
		return time.Now()
	case c.stands:
		return c.shown
	}
	return c.shown.Add(time.Since(c.since))
}

// Set has the clock show a time, and go on from there, or stand.
func (c *Clock) Set(to time.Time, stands bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shown, c.since, c.stands = to, time.Now(), stands
	c.tell()
}

// Follow has the clock go with the machine's again.
func (c *Clock) Follow() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shown, c.stands = time.Time{}, false
	c.tell()
}

func (c *Clock) tell() {
	close(c.set)
	c.set = make(chan struct{})
}

// Stands tells whether the clock shows the same until it is set.
func (c *Clock) Stands() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stands
}

// Changed is closed when the clock is set the next time: whoever waits for a
// time asks for the channel first, and then for the time.
func (c *Clock) Changed() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.set
}
