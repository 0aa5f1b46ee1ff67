// Package schedule finds the rows of work that have come due and has each dealt
// with by the handler of its kind. What the kinds mean is not its business.
//
// A row is written in the commit that makes the work necessary and deleted by
// its handler in the commit that does it. So a crash at any instant leaves a row
// that is found again, and a row that is claimed twice is done once: the second
// handler finds it taken.
package schedule

import (
	"context"
	"log/slog"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/bus"
	"github.com/perch-chat/perch/clock"
	"github.com/perch-chat/perch/store"
)

const (
	// workers is the default of Options.Workers.
	workers = 16
	// page is how many rows are read at once, beside those known already.
	page = 64
	// readEvery is the longest time between two reads: a lost ring costs that.
	readEvery = 30 * time.Second
	// glance is how often the clock is looked at while waiting: that of the
	// machine may be set.
	glance = time.Second
	// handleWithin is how long a handler may take.
	handleWithin = time.Minute
	// stopWithin is how long handlers in flight have when perch stops. What
	// they have not done by then is found again at the next start.
	stopWithin = 10 * time.Second
)

// Handler does what a row is about, and deletes or moves the row in the same
// commit. It may find that this has been done already, or that the chat has gone
// on and there is nothing to do. Its context ends after a minute.
//
// A row that is left behind by a handler that returns nil is handled again, at
// the latest after 30 seconds.
type Handler = func(context.Context, perch.Due) error

// Options of a Schedule.
type Options struct {
	Store    *store.Store
	Bus      bus.Bus
	Clock    *clock.Clock
	Log      *slog.Logger
	Handlers map[string]Handler // by the row's Kind
	Workers  int                // rows in hand at once; 16 if zero
	// Node tells this process from others that share the store: it then deals
	// with the rows of the buckets that it leases. Without, it has all.
	Node string
	// Done tells an error which means that the row has been dealt with by
	// somebody else; those of kind Conflict if nil.
	Done func(error) bool
}

// Schedule claims the rows that are due.
type Schedule struct {
	opts   Options
	leases *leases
	every  time.Duration // the longest time between two reads
	rung   atomic.Int64  // earliest time rung since the last look, in milliseconds
	wake   chan struct{}
	asks   chan chan bool // see Quiet

	// The rest belongs to Run's goroutine.
	known   map[name]*claim
	ready   []perch.Due // read and waiting for a worker or for their session
	busy    map[perch.SessionID]bool
	results chan result
	next    time.Time // when there is something to read
	read    time.Time // when the rows were last read
	failing bool      // the last read failed
	asked   asked
}

// name is what tells a row from all others.
type name struct {
	session   perch.SessionID
	kind, key string
}

func nameOf(d perch.Due) name { return name{d.Session, d.Kind, d.Key} }

// claim is a row that is ready or in hand. It was read as due at a time, and has
// been moved if it was seen with another since.
type claim struct {
	at    time.Time
	moved bool
}

// result says that a row is out of hand; again is when it comes due anew, if
// that is known.
type result struct {
	due   perch.Due
	again time.Time
}

// New makes a Schedule. The committer of opts.Store must be running while it runs.
func New(opts Options) *Schedule {
	if opts.Workers == 0 {
		opts.Workers = workers
	}
	if opts.Done == nil {
		opts.Done = func(err error) bool { return perch.KindOf(err) == perch.Conflict }
	}
	s := &Schedule{opts: opts, every: readEvery, wake: make(chan struct{}, 1), asks: make(chan chan bool), known: map[name]*claim{}, busy: map[perch.SessionID]bool{},
		results: make(chan result, opts.Workers)}
	if opts.Node != "" {
		s.every = sharedReadEvery
	}
	s.rung.Store(math.MaxInt64)
	s.leases = newLeases(&s.opts, func() { s.hear(bus.Signal{}) })
	return s
}

// Run claims rows until ctx is done, and returns when the handlers in flight
// have. It reads the rows when one that it knows of comes due, when the bell says
// that an earlier one was set, and every 30 seconds; four times a second where
// other processes, whose bell it does not hear, set some too.
func (s *Schedule) Run(ctx context.Context) error {
	defer s.opts.Bus.Watch(perch.TopicDue, s.hear)()
	working, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	var inHand sync.WaitGroup
	begin := func(d perch.Due) { inHand.Go(func() { s.results <- s.work(ctx, working, d) }) }
	timer := time.NewTimer(0)
	defer timer.Stop()
	if s.opts.Node != "" {
		var leasing sync.WaitGroup
		leasing.Go(func() { s.leases.run(ctx) })
		defer leasing.Wait()
	}
	for {
		set := s.opts.Clock.Changed()
		select {
		case <-ctx.Done():
			cut := time.AfterFunc(stopWithin, cancel)
			defer cut.Stop()
			inHand.Wait()
			return nil
		case <-s.wake:
			s.sooner(time.UnixMilli(s.rung.Swap(math.MaxInt64)))
		case r := <-s.results:
			s.settle(r)
		case answer := <-s.asks:
			s.ask(answer)
		case <-set:
		case <-timer.C:
		}
		s.claim(ctx, begin)
		s.answer()
		timer.Reset(s.pause())
	}
}

// hear notes a ring. It never waits.
func (s *Schedule) hear(r bus.Signal) {
	for {
		at := s.rung.Load()
		if r.At >= at {
			return
		}
		if s.rung.CompareAndSwap(at, r.At) {
			break
		}
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// sooner sees to it that the rows are read at a time, if not before.
func (s *Schedule) sooner(at time.Time) {
	if at.Before(s.next) {
		s.next = at
	}
}

// settle takes a row out of hand. One that was moved meanwhile may be due again.
func (s *Schedule) settle(r result) {
	n := nameOf(r.due)
	if s.known[n].moved {
		s.next = time.Time{}
	}
	s.note(r.due)
	delete(s.known, n)
	delete(s.busy, r.due.Session)
	if !r.again.IsZero() {
		s.sooner(r.again)
	}
}

// claim puts rows into hand for as long as there are workers free and rows due.
func (s *Schedule) claim(ctx context.Context, begin func(perch.Due)) {
	s.start(begin)
	for len(s.busy) < s.opts.Workers {
		now := s.opts.Clock.Now()
		if now.Before(s.next) && now.Before(s.read.Add(s.every)) && !now.Before(s.read) {
			return
		}
		if !s.find(ctx, now) {
			return
		}
		s.start(begin)
	}
}

// start puts rows that are ready into hand, one of a session at a time, so that
// those of a session are dealt with in their order.
func (s *Schedule) start(begin func(perch.Due)) {
	rest := s.ready[:0]
	for _, d := range s.ready {
		if len(s.busy) == s.opts.Workers || s.busy[d.Session] {
			rest = append(rest, d)
			continue
		}
		s.busy[d.Session] = true
		begin(d)
	}
	clear(s.ready[len(rest):])
	s.ready = rest
}

// find reads the rows that are due and when the next one will be; false if it
// could not.
func (s *Schedule) find(ctx context.Context, now time.Time) bool {
	limit := page + len(s.known) + len(s.asked.dealt) // those known may be the first
	share := *s.leases.share.Load()
	found, err := s.opts.Store.DueBy(ctx, share, now, limit)
	next, more := now, true
	if err == nil && len(found) < limit {
		next, more, err = s.opts.Store.NextDue(ctx, share, now)
	}
	s.report(ctx, err)
	s.read = now
	if err != nil {
		s.next = now.Add(glance)
		return false
	}
	for _, d := range found {
		n := nameOf(d)
		if c, known := s.known[n]; known {
			c.moved = c.moved || !c.at.Equal(d.At)
			continue
		}
		if s.asked.left(d) {
			continue
		}
		s.known[n] = &claim{at: d.At}
		s.ready = append(s.ready, d)
	}
	s.next = now.Add(s.every)
	if more {
		s.sooner(next)
	}
	return true
}

// report logs the first of several reads that fail.
func (s *Schedule) report(ctx context.Context, err error) {
	if err != nil && !s.failing && ctx.Err() == nil {
		s.opts.Log.ErrorContext(ctx, "what is due cannot be read: timers and flows wait, and it is tried again each second", "error", err)
	}
	s.failing = err != nil
}

// pause is how long there is nothing to do but to wait for rings and results.
func (s *Schedule) pause() time.Duration {
	if len(s.busy) == s.opts.Workers {
		return glance
	}
	return min(max(s.next.Sub(s.opts.Clock.Now()), time.Millisecond), glance)
}
