package live

import (
	"context"
	"math"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/bus"
)

// take passes on what a ring carries, if that follows what has been passed on.
func (t *tail) take(ctx context.Context, s bus.Signal) {
	entries, _ := s.Payload.([]perch.Entry)
	if len(entries) == 0 {
		return
	}
	known := t.head + 1 - entries[0].Number
	if known < 0 || known >= int64(len(entries)) {
		return
	}
	for _, e := range entries[known:] {
		t.pass(ctx, e)
	}
}

// catchUp reads what no ring has brought. It reads to the end of the log and not
// to the number rung, so that what it has seen ends with the end of a turn.
func (t *tail) catchUp(ctx context.Context) {
	entries, err := t.entries(ctx, t.head+1, math.MaxInt64)
	if err != nil {
		return
	}
	for _, e := range entries {
		t.pass(ctx, e)
	}
}

// entries reads a part of the log. It is collected before anything is done with
// it, so that nobody reads while reading: the store has few connections.
func (t *tail) entries(ctx context.Context, from, to int64) (all []perch.Entry, err error) {
	err = t.live.opts.Chats.Entries(ctx, t.session, from, to, func(e perch.Entry) error {
		all = append(all, e)
		return nil
	})
	t.report(ctx, err)
	return all, err
}

// report logs the first of several reads that fail.
func (t *tail) report(ctx context.Context, err error) {
	if err != nil && !t.failing && ctx.Err() == nil {
		t.live.opts.Log.Error("a chat's log cannot be read: its sockets wait, and it is tried again each second",
			"session", t.session, "error", err)
	}
	t.failing = err != nil
}

// pass hands the next entry to every socket that is to see it.
func (t *tail) pass(ctx context.Context, e perch.Entry) {
	t.head = e.Number
	t.note(e)
	t.hand(ctx, e, t.open)
}

// note keeps account of who has left.
func (t *tail) note(e perch.Entry) {
	for id, d := range t.gone {
		if d.turn == e.Turn {
			t.gone[id] = departure{e.Turn, e.Number}
		}
	}
	switch e.Kind {
	case perch.KindLeft:
		t.gone[e.Participant] = departure{e.Turn, e.Number}
	case perch.KindEnded:
		t.over = true
	}
}

// hand queues an entry at the sockets of those who are to see it.
func (t *tail) hand(ctx context.Context, e perch.Entry, to []*subscriber) {
	var frame []byte
	for _, s := range to {
		if !s.sees(e) || !t.concerns(s, e) {
			continue
		}
		if frame == nil {
			if frame = t.frame(ctx, e); frame == nil {
				return
			}
		}
		t.send(s, frame)
	}
}

// send queues what a chat has to say, unless that is to be lost.
func (t *tail) send(s *subscriber, frame []byte) {
	if lose := t.live.opts.Lose; lose == nil || !lose() {
		s.push(frame)
	}
}

// frame is an entry as sockets carry it; nil for one of which they carry nothing.
func (t *tail) frame(ctx context.Context, e perch.Entry) []byte {
	linked, ok := e.Body.(perch.Linked)
	if !ok {
		return itemFrame(t.session, e)
	}
	if !t.live.hasPast(ctx, &perch.Session{ID: t.session, Link: &linked.Link}) {
		return nil
	}
	return t.live.pastFrame(t.session, e.Contact)
}

// sees reports whether an entry is for the eyes of the socket's participant. That
// a message is not delivered is for its sender alone; that there is a past now is shown to nobody, but signalled to the customer.
func (s *subscriber) sees(e perch.Entry) bool {
	if e.Kind == perch.KindLinked {
		return s.role == perch.Customer
	}
	if e.Kind == perch.KindUndelivered {
		return s.participant == e.Participant
	}
	if e.Kind == perch.KindScanned { // of what everybody sees
		return true
	}
	return e.Audience&s.role.Audience() != 0
}

// concerns reports whether an entry lies between a socket's subscription and the
// departure of its participant.
func (t *tail) concerns(s *subscriber, e perch.Entry) bool {
	if !s.subscribed || e.Number <= s.from {
		return false
	}
	d, gone := t.gone[s.participant]
	return !gone || e.Number <= d.through
}

// subscribe lets a socket have its answer, what has come since it asked, and
// from now on what comes. One that is subscribed already has the answer again.
func (t *tail) subscribe(ctx context.Context, s *subscriber, o subscription) {
	s.push(o.answer)
	if s.subscribed {
		return
	}
	if t.fill(ctx, s, o.from) && o.past != nil {
		s.push(o.past)
	}
}

// welcome subscribes those that an agent's socket has brought.
func (t *tail) welcome(ctx context.Context) {
	for _, s := range t.open {
		if s.shared && !s.subscribed {
			t.fill(ctx, s, s.from)
		}
	}
}

// fill begins a subscription with what has come above a number. What cannot be
// read closes the socket.
func (t *tail) fill(ctx context.Context, s *subscriber, from int64) bool {
	s.subscribed, s.from = true, from
	if from >= t.head {
		return true
	}
	entries, err := t.entries(ctx, from+1, t.head)
	if err != nil {
		s.retire(failed)
		return false
	}
	for _, e := range entries {
		t.note(e) // which turn it was that somebody left in, if that came before this tail began
		t.hand(ctx, e, []*subscriber{s})
	}
	return true
}

func (t *tail) whisper(payload any) {
	frame, to := whisperFrame(t.session, payload)
	for _, s := range t.open {
		if s.subscribed && s.role.Audience()&to != 0 {
			t.send(s, frame)
		}
	}
}

// dismiss closes the sockets of those who have left; an agent's stays open, and
// only has no place here any more. By now they have been given the last entry of
// the turn in which they left: a turn is committed whole, and what is read of a
// log ends with the end of one.
func (t *tail) dismiss() {
	for _, s := range t.open {
		_, gone := t.gone[s.participant]
		switch {
		case !gone && !t.over:
		case s.shared:
			t.live.mu.Lock()
			t.live.detach(s)
			t.live.mu.Unlock()
		case t.over:
			s.retire(ended)
		default:
			s.retire(left)
		}
	}
}
