package live_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/bus"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/live"
)

// shift is an agent's day: the chats that the agent is in, and those left.
type shift struct {
	*office
	rt *rapid.T
	in map[perch.SessionID]perch.ParticipantID
	// span is what is to be seen of a participant's chat: from the invitation
	// on, through the last entry of the turn that took the agent out.
	spans map[perch.ParticipantID]*span
}

type span struct {
	session     perch.SessionID
	after, last int64
}

func (s *shift) act(i int) {
	sessions := slices.Sorted(maps.Keys(s.in))
	what := rapid.IntRange(0, 6).Draw(s.rt, "act")
	if len(sessions) == 0 || what == 0 && len(sessions) < 4 {
		s.take(s.start(nil).Session)
		return
	}
	id := rapid.SampledFrom(sessions).Draw(s.rt, "chat")
	switch what {
	case 1:
		s.change(func() {}) // of the status, say
	case 2:
		s.transfer(id, s.in[id])
		s.gone(id)
		if rapid.Bool().Draw(s.rt, "takes it back") {
			s.take(id)
		}
	case 3:
		s.on(id, func(t *chat.Turn) error { return t.End(perch.Stopped) })
		s.change(func() {})
		s.gone(id)
	default:
		s.say(id, s.in[id], fmt.Sprint(i))
	}
}

func (s *shift) take(id perch.SessionID) {
	after := s.session(id).Head
	p := s.accepts(id)
	s.in[id], s.spans[p] = p, &span{session: id, after: after}
}

func (s *shift) gone(id perch.SessionID) {
	p := s.in[id]
	left, _ := s.session(id).Participant(p)
	span := s.spans[p]
	var turn perch.TurnID
	s.must(s.chats.Entries(s.t.Context(), id, left.Left, 1<<62, func(e perch.Entry) error {
		if e.Number == left.Left {
			turn = e.Turn
		}
		if e.Turn == turn {
			span.last = e.Number
		}
		return nil
	}))
	delete(s.in, id)
}

// want are the ids of the items of a chat that a socket is to see.
func (s *shift) want(id perch.SessionID) (ids []string) {
	s.must(s.chats.Entries(s.t.Context(), id, 1, 1<<62, func(e perch.Entry) error {
		for _, span := range s.spans {
			if span.session == id && e.Number > span.after && (span.last == 0 || e.Number <= span.last) && e.Audience&perch.ToAgents != 0 {
				ids = append(ids, perch.ItemID(id, e.Number, e.Time))
			}
		}
		return nil
	}))
	return ids
}

// Whatever the bus does, each socket of an agent sees every item of each of the
// agent's chats once and in order, and versions that rise up to the last.
func TestAgentSeesEveryItemOfEveryChatOnceAndInOrder(t *testing.T) {
	m := &mischievous{}
	o := newOffice(t, overLoopback, func(opts *live.Options) { opts.Bus = m })
	ring := rapid.SampledFrom([]string{"", "drop", "hold", "double", "strip", "let go"})
	rapid.Check(t, func(rt *rapid.T) {
		m.do("")
		o.change(func() { o.work = nil })
		s := &shift{office: o, rt: rt, in: map[perch.SessionID]perch.ParticipantID{}, spans: map[perch.ParticipantID]*span{}}
		desks := []*page{o.desk(), o.desk()}
		for i := range rapid.IntRange(1, 10).Draw(rt, "acts") {
			m.do(ring.Draw(rt, "ring"))
			s.act(i)
		}
		m.do(rapid.SampledFrom([]string{"", "double", "let go"}).Draw(rt, "last ring"))
		version := o.change(func() {})
		m.do("")
		sessions := map[perch.SessionID]bool{}
		for _, span := range s.spans {
			sessions[span.session] = true
		}
		for id := range sessions { // one ring of each arrives
			o.bus.Ring(chat.Topic(id), o.session(id).Head, []bus.Signal(nil))
		}
		for n, p := range desks {
			p.upTo(version)
			for id := range sessions {
				var got []string
				want := s.want(id)
				for range want {
					got = append(got, p.next(id).Id)
				}
				if !slices.Equal(got, want) {
					rt.Fatalf("socket %d saw %v of %s, want %v", n, got, id, want)
				}
			}
			p.seesNoMore()
			o.must(p.conn.CloseNow())
		}
	})
}
