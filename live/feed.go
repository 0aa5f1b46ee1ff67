package live

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/bus"
	"github.com/perch-chat/perch/wire"
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

// read finds out what the agent has to do with, and passes it on where it has
// changed.
func (f *feed) read(ctx context.Context) error {
	w, err := f.live.opts.Agents.Work(ctx, f.instance, f.user)
	f.report(ctx, err)
	if err != nil {
		return err
	}
	changed := f.list == nil || w.Version != f.work.Version
	f.work, f.list = w, wire.AgentFrame(w.Content)
	for _, a := range f.open {
		if changed && a.toWork {
			a.show(f.list)
		}
		a.forget(w.Chats)
	}
	f.owing = false
	for _, c := range w.Chats {
		f.begin(ctx, c)
	}
	return nil
}

// begin lets the sockets have a chat that the agent has come into since they
// subscribed, from the moment in which that happened: however late it is noticed,
// nothing is missing.
func (f *feed) begin(ctx context.Context, c Chat) {
	from := int64(-1)
	for _, a := range f.open {
		if !a.toChats || a.knows(c.Participant) {
			continue
		}
		if from < 0 {
			n, err := f.invited(ctx, c)
			if err != nil {
				f.report(ctx, err)
				f.owing = true
				return
			}
			from = n - 1
		}
		if a.sit(a.place(c, from)) != nil {
			return // perch is stopping
		}
	}
}

// invited is the number of the entry by which an agent came into a chat.
func (f *feed) invited(ctx context.Context, c Chat) (number int64, err error) {
	state, err := f.live.opts.Chats.Session(ctx, c.Session)
	if err != nil {
		return 0, err
	}
	first := int64(1)
	if p, ok := state.Participant(c.Participant); ok {
		if of, ok := state.Contact(p.Contact); ok {
			first = of.First
		}
	}
	err = f.live.opts.Chats.Entries(ctx, c.Session, first, math.MaxInt64, func(e perch.Entry) error {
		if number == 0 && e.Participant == c.Participant {
			number = e.Number
		}
		return nil
	})
	if err == nil && number == 0 {
		err = perch.Errorf(perch.NotFound, "the chat %s does not know the agent's participant %s", c.Session, c.Participant)
	}
	return number, err
}

// subscribe lets a socket have its answer, the whole list if it asks for that,
// and from now on what comes. Subscribing again gives answer and list again.
func (f *feed) subscribe(ctx context.Context, a *agentSocket, topics []string) {
	toWork, toChats := slices.Contains(topics, wire.TopicAgent), slices.Contains(topics, wire.TopicChat)
	if !slices.Contains(f.open, a) {
		return // has been closed meanwhile
	}
	if !toWork && !toChats || f.read(ctx) != nil {
		a.push(wire.SubscribeFailure(topics))
		return
	}
	var places []*subscriber
	begins := toChats && !a.toChats
	if begins {
		var err error
		if places, err = f.places(ctx, a); err != nil {
			f.report(ctx, err)
			a.push(wire.SubscribeFailure(topics))
			return
		}
	}
	a.push(wire.SubscribeAnswer(topics))
	if toWork {
		a.toWork = true
		a.show(f.list)
	}
	if begins {
		a.toChats = true
		_ = a.sit(places...) // or perch is stopping
	}
}

// places are those to take at the tails of the chats that the agent is in. The
// heads are read before the answer is out, so that nothing is missed that comes
// after it.
func (f *feed) places(ctx context.Context, a *agentSocket) (places []*subscriber, err error) {
	clear(a.chats)
	for _, c := range f.work.Chats {
		state, err := f.live.opts.Chats.Session(ctx, c.Session)
		if err != nil {
			return nil, err
		}
		if _, err := state.Caller(c.Participant); err != nil {
			a.chats[c.Participant] = nil
			continue
		}
		places = append(places, a.place(c, state.Head))
	}
	return places, nil
}
