package live

import (
	"context"
	"maps"
	"slices"

	"github.com/perch-chat/perch"
)

// Who has a place where. All of it happens under the lock of Live, so that a tail
// or a feed ends with its last place, and never takes in another after that.

// admit lets a socket in if there is a place for it. Each socket admitted is
// released once.
func (l *Live) admit(s *socket, place func() error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := place(); err != nil {
		return err
	}
	l.wg.Add(1)
	l.Stats.Sockets.Add(1)
	return nil
}

// release gives up what a socket had.
func (l *Live) release(s *socket) {
	defer l.wg.Done()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.Stats.Sockets.Add(-1)
	s.cancel()
	s.handler.release()
}

// attach gives a subscriber a place at its session's tail, starting that if it
// is the first. The caller holds the lock, and detaches it once.
func (l *Live) attach(s *subscriber) error {
	if l.closing {
		return errStopping()
	}
	t, ok := l.tails[s.session]
	if !ok {
		t = newTail(l, s.session)
	}
	if !t.add(s, l.opts.MaxSockets) {
		return l.errTooMany("participant")
	}
	s.tail = t
	if !ok {
		ctx, cancel := context.WithCancel(context.Background())
		t.cancel = cancel
		l.tails[s.session] = t
		l.wg.Go(func() { t.run(ctx) })
	}
	return nil
}

// detach gives up a subscriber's place; the tail ends with the last one. It may
// be called again. The caller holds the lock.
func (l *Live) detach(s *subscriber) {
	s.over = true
	if s.tail.remove(s) == 0 && l.tails[s.session] == s.tail {
		delete(l.tails, s.session)
		s.tail.cancel()
	}
}

// follow gives an agent's socket a place at the agent's feed, starting that if
// it is the first. The caller holds the lock.
func (l *Live) follow(a *agentSocket) error {
	if l.closing {
		return errStopping()
	}
	user := perch.UserID(a.token.User)
	f, ok := l.feeds[user]
	if !ok {
		f = newFeed(l, perch.InstanceID(a.token.Instance), user)
	}
	if !f.add(a, l.opts.MaxSockets) {
		return l.errTooMany("agent")
	}
	a.feed = f
	if !ok {
		ctx, cancel := context.WithCancel(context.Background())
		f.cancel = cancel
		l.feeds[user] = f
		l.wg.Go(func() { f.run(ctx) })
	}
	return nil
}

// Connected are the agents who have a socket open here.
func (l *Live) Connected() []perch.UserID {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Collect(maps.Keys(l.feeds))
}

// Cut closes all sockets at once, without a word to their clients, and tells how
// many there were.
func (l *Live) Cut() (cut int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, t := range l.tails {
		for _, s := range t.list() {
			if !s.shared {
				s.cancel()
				cut++
			}
		}
	}
	for _, f := range l.feeds {
		for _, a := range f.sitting() {
			a.cancel()
			cut++
		}
	}
	return cut
}

// unfollow gives up an agent's socket's place; the feed ends with the last one.
// The caller holds the lock.
func (l *Live) unfollow(a *agentSocket) {
	if f := a.feed; f.remove(a) == 0 && l.feeds[f.user] == f {
		delete(l.feeds, f.user)
		f.cancel()
	}
}

func errStopping() error { return perch.Errorf(perch.Unavailable, "perch is stopping: try again") }

func (l *Live) errTooMany(who string) error {
	return perch.Errorf(perch.Throttled, "the %s has %d sockets open, which is the limit: close one", who, l.opts.MaxSockets)
}
