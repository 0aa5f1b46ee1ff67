package live

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/bus"
)

// lookAgain is how often a feed compares versions and asks whether sign-ins
// hold: by so much a ring that was lost delays what it was about, and a sign-in
// that has ended is noticed within it.
const lookAgain = time.Second

// feed follows the work of an agent on behalf of all the agent's sockets.
type feed struct {
	live     *Live
	instance perch.InstanceID
	user     perch.UserID
	cancel   context.CancelFunc
	wake     chan struct{}

	mu      sync.Mutex
	sockets []*agentSocket
	orders  []func(context.Context)
	rung    int64 // highest version heard of
	look    bool  // something has changed that has no version

	// The rest belongs to the feed's goroutine.
	open    []*agentSocket // as of the last look
	work    Work
	list    []byte // the frame of work; nil if that has never been read
	owing   bool   // a chat could not be begun: to be tried again
	failing bool   // the last read failed
}

func newFeed(l *Live, instance perch.InstanceID, user perch.UserID) *feed {
	return &feed{live: l, instance: instance, user: user, wake: make(chan struct{}, 1)}
}

// add gives a socket a place, unless the agent has too many.
func (f *feed) add(a *agentSocket, limit int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	var own []*socket
	for _, o := range f.sockets {
		own = append(own, o.socket)
	}
	gone, ok := makeRoom(own, limit)
	if !ok {
		return false
	}
	f.sockets = slices.DeleteFunc(f.sockets, func(o *agentSocket) bool { return o.socket == gone })
	f.sockets = append(f.sockets, a)
	f.nudge()
	return true
}

// remove takes a socket's place away and tells how many are left.
func (f *feed) remove(a *agentSocket) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sockets = slices.DeleteFunc(f.sockets, func(o *agentSocket) bool { return o == a })
	f.nudge() // what it held at tails is to be given up
	return len(f.sockets)
}

func (f *feed) sitting() []*agentSocket {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.sockets)
}

// hear notes a ring. It never waits.
func (f *feed) hear(s bus.Signal) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rung, f.look = max(f.rung, s.At), f.look || s.At == 0
	f.nudge()
}

// do has the feed's goroutine do something, and waits until it is done or ctx
// is, so that no client can make more work than is being done.
func (f *feed) do(ctx context.Context, order func(context.Context)) {
	done := make(chan struct{})
	f.mu.Lock()
	f.orders = append(f.orders, func(ctx context.Context) { order(ctx); close(done) })
	f.nudge()
	f.mu.Unlock()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

func (f *feed) nudge() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// run follows the agent's work until the last socket has gone.
func (f *feed) run(ctx context.Context) {
	stop := f.live.opts.Bus.Watch(f.live.opts.Agents.Topic(f.user), f.hear)
	defer stop()
	defer func() { f.settle(nil) }()
	again := time.NewTicker(lookAgain)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-f.wake:
		case <-again.C:
			f.rescan(ctx)
		}
		f.step(ctx)
	}
}

// step does what has come up since the last time.
func (f *feed) step(ctx context.Context) {
	f.mu.Lock()
	orders, behind := f.orders, f.look || f.rung > f.work.Version
	f.orders, f.look = nil, false
	open := slices.Clone(f.sockets)
	f.mu.Unlock()
	f.settle(open)
	if behind && f.wanted() {
		_ = f.read(ctx) // has been reported, and is tried again
	}
	for _, order := range orders {
		order(ctx)
	}
}

// settle takes note of which sockets there are, and gives up what those that
// have gone held.
func (f *feed) settle(open []*agentSocket) {
	for _, a := range f.open {
		if !slices.Contains(open, a) {
			a.leave()
		}
	}
	f.open = open
}

// wanted reports whether any socket is subscribed to anything.
func (f *feed) wanted() bool {
	return slices.ContainsFunc(f.open, func(a *agentSocket) bool { return a.toWork || a.toChats })
}

// rescan closes the sockets of sign-ins that hold no more, and finds out whether
// the feed is where the agent is.
func (f *feed) rescan(ctx context.Context) {
	f.dismiss(ctx)
	f.tellFigures(ctx)
	if !f.wanted() {
		return
	}
	version, err := f.live.opts.Agents.Version(ctx, f.user)
	f.report(ctx, err)
	if err == nil && (f.owing || version != f.work.Version) {
		_ = f.read(ctx)
	}
}

func (f *feed) dismiss(ctx context.Context) {
	for _, a := range f.open {
		err := f.live.opts.Agents.SignedIn(ctx, a.token)
		switch {
		case err == nil:
		case perch.KindOf(err) == perch.Unauthenticated:
			a.retire(signedOut)
		default:
			f.report(ctx, err)
		}
	}
}

// report logs the first of several reads that fail.
func (f *feed) report(ctx context.Context, err error) {
	if err != nil && !f.failing && ctx.Err() == nil {
		f.live.opts.Log.Error("an agent's work cannot be read: the agent's sockets wait, and it is tried again each second",
			"user", f.user, "error", err)
	}
	f.failing = err != nil
}
