package live

import (
	"context"
	"slices"

	"github.com/coder/websocket"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/wire"
)

// receive does what a client's frame asks for. A frame that no known client
// sends closes the socket with a reason, so that whoever writes a client learns
// of it; empty ones, and topics that mean nothing here, are passed over.
func (s *socket) receive(kind websocket.MessageType, data []byte) {
	if kind != websocket.MessageText {
		s.retire(notText)
		return
	}
	if len(data) == 0 {
		return
	}
	f, err := wire.ParseFrame(data)
	if err != nil {
		s.retire(parting{websocket.StatusPolicyViolation, err.Error(), closed.grace})
		return
	}
	switch f.Kind {
	case wire.FrameHeartbeat:
		s.push([]byte(wire.HeartbeatAnswer))
	case wire.FramePing:
		s.push([]byte(wire.PingAnswer))
	case wire.FrameSubscribe:
		s.subscribe(f.Topics)
	case wire.FrameUnsubscribe:
		s.unsubscribe(f.Topics)
	}
}

// subscribe makes the socket receive what comes after this moment. The first
// time, the participant joins the chat by it.
func (s *socket) subscribe(topics []string) {
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
func (s *socket) join() (subscription, error) {
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

func (s *socket) unsubscribe(topics []string) {
	s.tail.do(s.ctx, func(context.Context) {
		if slices.Contains(topics, wire.TopicChat) {
			s.subscribed = false
		}
		s.push(wire.UnsubscribeAnswer(topics))
	})
}

// complain logs a subscription that failed, unless its participant has gone or
// the server is stopping.
func (s *socket) complain(err error) {
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
