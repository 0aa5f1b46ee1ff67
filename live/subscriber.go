package live

import (
	"context"
	"slices"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/wire"
)

// subscriber is a socket's place at the tail of a session, on behalf of one
// participant. A chat's socket has one, which is its handler; an agent's has one
// for each of the agent's chats.
type subscriber struct {
	*socket
	tail        *tail
	session     perch.SessionID
	participant perch.ParticipantID
	role        perch.Role
	// shared is set where the socket is an agent's: it outlives the chat, and
	// the tail subscribes it by itself, to what lies above from.
	shared bool
	over   bool // has no place any more; under the lock of Live

	// The tail's goroutine alone knows these; from is set before for a shared one.
	subscribed bool
	from       int64 // entries above it are the subscriber's
}

// subscribe makes a chat's socket receive what comes after this moment. The first
// time, the participant joins the chat by it.
func (s *subscriber) subscribe(topics []string) {
	if !slices.Contains(topics, wire.TopicChat) {
		s.push(wire.SubscribeFailure(topics))
		return
	}
	o, err := s.join()
	if err != nil {
		s.complain(err)
		s.push(wire.SubscribeFailure(topics))
		return
	}
	o.answer = wire.SubscribeAnswer(topics)
	s.tail.do(s.ctx, func(ctx context.Context) { s.tail.subscribe(ctx, s, o) })
}

// subscription is what a socket is to receive first: the answer, the entries
// above from, and the signal that there is a past, if there is one.
type subscription struct {
	answer []byte
	from   int64
	past   []byte
}

// join connects the participant, if this is the first time. The head is read
// before, so that the participant sees the own joined item, and the tail holds
// back everything until the answer is out.
func (s *subscriber) join() (subscription, error) {
	state, err := s.live.opts.Chats.Session(s.ctx, s.session)
	if err != nil {
		return subscription{}, err
	}
	p, err := state.Caller(s.participant)
	if err != nil {
		return subscription{}, err
	}
	o := subscription{from: state.Head}
	if p.Presence == perch.Expected {
		err = s.live.opts.Chats.On(s.ctx, s.session, func(t *chat.Turn) error { return t.Connect(s.participant) })
		if err != nil {
			return subscription{}, err
		}
	}
	if s.role == perch.Customer && s.live.hasPast(s.ctx, state) {
		o.past = s.live.pastFrame(s.session, state.Current().ID)
	}
	return o, nil
}

func (s *subscriber) unsubscribe(topics []string) {
	s.tail.do(s.ctx, func(context.Context) {
		if slices.Contains(topics, wire.TopicChat) {
			s.subscribed = false
		}
		s.push(wire.UnsubscribeAnswer(topics))
	})
}

// complain logs a subscription that failed, unless its participant has gone or
// the server is stopping.
func (s *subscriber) complain(err error) {
	switch perch.KindOf(err) {
	case perch.Denied, perch.NotFound, perch.Unavailable:
		return
	}
	if s.ctx.Err() == nil {
		s.live.opts.Log.Error("a socket could not be subscribed", "session", s.session, "participant", s.participant, "error", err)
	}
}

// hasPast reports whether the customer of a chat has history. In doubt it has:
// a needless signal costs the client one page, a missing one the history.
func (l *Live) hasPast(ctx context.Context, state *perch.Session) bool {
	has, err := l.opts.Chats.HasPast(ctx, state, perch.ToCustomer)
	if err != nil && ctx.Err() == nil {
		l.opts.Log.Error("whether a chat has a past could not be read", "session", state.ID, "error", err)
	}
	return has || err != nil
}

// release implements handler.
func (s *subscriber) release() { s.live.detach(s) }
