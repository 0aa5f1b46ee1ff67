package live

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/bus"
	"github.com/perch-chat/perch/chat"
)

const (
	// maxSignals is how many rings and whispers may wait for a tail. With more,
	// it reads what the rings were about, and the whispers are lost.
	maxSignals = 256
	// retryAfter is when a log that could not be read is read again.
	retryAfter = time.Second
)

// tail follows the log of a session on behalf of all its sockets.
//
// With several nodes, each will compare the heads of its tails' sessions now
// and then, as rings may be lost between nodes. All that takes is to call hear
// with the head found: a tail that is behind reads.
type tail struct {
	live    *Live
	session perch.SessionID
	cancel  context.CancelFunc

	mu          sync.Mutex
	subscribers []*subscriber
	signals     []bus.Signal
	orders      []func(context.Context)
	wake        chan struct{}

	// The rest belongs to the tail's goroutine.
	open    []*subscriber // as of the last look
	head    int64         // number of the last entry passed on
	rung    int64         // highest number heard of
	failing bool          // the last read failed
	gone    map[perch.ParticipantID]departure
	over    bool // the chat has ended
}

// departure is the end of the log for somebody who has left: the last entry of
// the turn in which that happened.
type departure struct {
	turn    perch.TurnID
	through int64
}

func newTail(l *Live, session perch.SessionID) *tail {
	return &tail{live: l, session: session, wake: make(chan struct{}, 1), gone: map[perch.ParticipantID]departure{}}
}

// add gives a subscriber a place, unless its participant has too many sockets;
// an agent's sockets are counted elsewhere.
func (t *tail) add(s *subscriber, limit int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !s.shared {
		var own []*socket
		for _, o := range t.subscribers {
			if o.participant == s.participant && !o.shared {
				own = append(own, o.socket)
			}
		}
		gone, ok := makeRoom(own, limit)
		if !ok {
			return false
		}
		t.subscribers = slices.DeleteFunc(t.subscribers, func(o *subscriber) bool { return o.socket == gone })
	}
	t.subscribers = append(t.subscribers, s)
	t.nudge() // it may be one of somebody who has just left
	return true
}

// remove takes a subscriber's place away and tells how many are left.
func (t *tail) remove(s *subscriber) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.subscribers = slices.DeleteFunc(t.subscribers, func(o *subscriber) bool { return o == s })
	return len(t.subscribers)
}

func (t *tail) list() []*subscriber {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.subscribers)
}

// hear notes a ring or a whisper. It never waits.
func (t *tail) hear(s bus.Signal) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.signals) < maxSignals {
		t.signals = append(t.signals, s)
	} else {
		for _, o := range t.signals {
			s.At = max(s.At, o.At)
		}
		t.signals = append(t.signals[:0], bus.Signal{At: s.At})
	}
	t.nudge()
}

// do has the tail's goroutine do something, and waits until it is done or ctx
// is, so that no client can make more work than is being done.
func (t *tail) do(ctx context.Context, f func(context.Context)) {
	done := make(chan struct{})
	t.mu.Lock()
	t.orders = append(t.orders, func(ctx context.Context) { f(ctx); close(done) })
	t.nudge()
	t.mu.Unlock()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

func (t *tail) nudge() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// run follows the log until the last subscriber has gone.
func (t *tail) run(ctx context.Context) {
	stop := t.live.opts.Bus.Watch(chat.Topic(t.session), t.hear)
	defer stop()
	for !t.begin(ctx) {
		select {
		case <-ctx.Done():
			return
		case <-time.After(retryAfter):
		}
	}
	for {
		t.work(ctx)
		var retry <-chan time.Time
		if t.rung > t.head {
			retry = time.After(retryAfter)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.wake:
		case <-retry:
		}
	}
}

// begin takes up the log at its head. The bell is being watched already, so
// that nothing falls between.
func (t *tail) begin(ctx context.Context) bool {
	state, err := t.live.opts.Chats.Session(ctx, t.session)
	t.report(ctx, err)
	if err != nil {
		return false
	}
	t.head, t.over = state.Head, state.Ended
	for _, p := range state.Participants {
		if p.Presence == perch.Departed {
			t.gone[p.ID] = departure{through: p.Left}
		}
	}
	return true
}

// work does what has come up since the last time.
func (t *tail) work(ctx context.Context) {
	t.mu.Lock()
	signals, orders := t.signals, t.orders
	t.signals, t.orders = nil, nil
	t.open = slices.Clone(t.subscribers)
	t.mu.Unlock()
	for _, s := range signals {
		if s.At == 0 {
			t.whisper(s.Payload)
			continue
		}
		t.rung = max(t.rung, s.At)
		t.take(ctx, s)
	}
	if t.rung > t.head {
		t.catchUp(ctx)
	}
	for _, f := range orders {
		f(ctx)
	}
	t.welcome(ctx)
	t.dismiss()
}
