package flowrun

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
)

const (
	// callsAtOnce is how many calls outside may be under way in one process. They
	// are apart from what is due otherwise, so that slow functions hold up nobody
	// but those who call them.
	callsAtOnce = 256
	// holdFor is how long the row of a call under way is put off, over and over,
	// and so how late at the latest it is made again after a crash.
	holdFor = 10 * time.Second
	// begunAtMost is how often a call is begun, with those that a crash has cut off
	// or whose outcome could not be kept: then it is given up.
	begunAtMost = 12
	// tryForRoom is when a call is due again for which there was no room.
	tryForRoom = time.Second
	// endWithin is how long calls under way have when perch stops. What they have
	// not come to by then is done again at the next start.
	endWithin = 10 * time.Second
)

// calls are those under way in this process.
type calls struct {
	mu      sync.Mutex
	under   map[callName]bool
	ctx     context.Context // of Run; nil before
	stopped bool
	going   sync.WaitGroup
	ended   chan struct{} // closed when the next one ends; nil if nobody waits
}

// callName tells a call from all others, as it tells its row.
type callName struct {
	session   perch.SessionID
	kind, key string
}

// verdict is what becomes of a call that has come due.
type verdict int

const (
	begun    verdict = iota // it is this goroutine's to make
	underWay                // it is being made
	noRoom                  // too many others are
	alone                   // there is no Run to wait for it: it is made where it has come due
	stopping
)

// Run lets calls be made beside each other until ctx is done, and returns when
// those under way have ended. Without it each is made where it comes due.
func (r *Runner) Run(ctx context.Context) error {
	c := &r.calls
	calling, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	c.mu.Lock()
	c.ctx = calling
	c.mu.Unlock()
	<-ctx.Done()
	c.mu.Lock()
	c.stopped = true
	c.mu.Unlock()
	cut := time.AfterFunc(endWithin, cancel)
	defer cut.Stop()
	c.going.Wait()
	return nil
}

// Idle waits until no call outside is under way, and tells whether there was one.
//
// Errors: that of ctx, when it is done first.
func (r *Runner) Idle(ctx context.Context) (busy bool, err error) {
	c := &r.calls
	for {
		c.mu.Lock()
		if len(c.under) == 0 {
			c.mu.Unlock()
			return busy, nil
		}
		if c.ended == nil {
			c.ended = make(chan struct{})
		}
		ended := c.ended
		c.mu.Unlock()
		busy = true
		select {
		case <-ended:
		case <-ctx.Done():
			return busy, ctx.Err()
		}
	}
}

// beside makes a handler of what waits for the network: do is called in another
// goroutine, and the worker that has claimed the row is free at once.
//
// The row stays until the commit of what has come of it, so that a call that a
// crash has cut off is made again. Meanwhile it is put off: rows that are due
// and stay so would be claimed over and over, in the place of others.
func (r *Runner) beside(do func(context.Context, perch.Due) error) func(context.Context, perch.Due) error {
	return func(ctx context.Context, d perch.Due) error {
		name := callName{d.Session, d.Kind, d.Key}
		running, verdict := r.calls.begin(name)
		switch verdict {
		case stopping:
			return errors.New("perch is stopping: the call will be made at the next start")
		case alone:
			return do(ctx, d)
		case underWay:
			return r.putOff(ctx, d, holdFor, d.Attempts)
		case noRoom:
			return r.putOff(ctx, d, tryForRoom, d.Attempts)
		}
		err := fmt.Errorf("the call has been begun %d times, and nothing has come of it", d.Attempts)
		if d.Attempts < begunAtMost {
			err = r.putOff(ctx, d, holdFor, d.Attempts+1)
		}
		if err != nil {
			r.calls.over(name)
			return err
		}
		go func() {
			defer r.calls.over(name)
			if err := r.safely(running, d, do); err != nil && perch.KindOf(err) != perch.Conflict && running.Err() == nil {
				r.opts.Log.ErrorContext(running, "the outcome of a call outside could not be kept; the call will be made again", "contact", d.Contact, "kind", d.Kind, "error", err)
			}
		}()
		return nil
	}
}

// safely does what was put beside. A panic is an error like any other, as it is of
// all that comes due: the row would else end the next process as well.
func (r *Runner) safely(ctx context.Context, d perch.Due, do func(context.Context, perch.Due) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			r.opts.Log.ErrorContext(ctx, "what a flow calls outside made perch panic: report this with its stack",
				"kind", d.Kind, "contact", d.Contact, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return do(ctx, d)
}

func (r *Runner) putOff(ctx context.Context, d perch.Due, by time.Duration, attempts int) error {
	return r.opts.Chats.On(ctx, d.Session, func(t *chat.Turn) error {
		t.PutOff(d, t.Now.Add(by), attempts)
		return nil
	})
}

// begin notes a call; running is the context in which it is made.
func (c *calls) begin(name callName) (running context.Context, v verdict) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.stopped:
		return nil, stopping
	case c.ctx == nil:
		return nil, alone
	case c.under[name]:
		return nil, underWay
	case len(c.under) >= callsAtOnce:
		return nil, noRoom
	}
	c.under[name] = true
	c.going.Add(1)
	return c.ctx, begun
}

func (c *calls) over(name callName) {
	c.mu.Lock()
	delete(c.under, name)
	if c.ended != nil {
		close(c.ended)
		c.ended = nil
	}
	c.mu.Unlock()
	c.going.Done()
}
