package live_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/bus"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/live"
	"github.com/perch-chat/perch/wire"
)

// mischievous is a bus that does to a ring what it is told.
type mischievous struct {
	bus.Memory
	mu   sync.Mutex
	next string
	held []bus.Signal
}

func (m *mischievous) Ring(topic string, at int64, payload any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch m.next {
	case "drop":
	case "hold":
		m.held = append(m.held, bus.Signal{Topic: topic, At: at, Payload: payload})
	case "double":
		m.Memory.Ring(topic, at, payload)
		m.Memory.Ring(topic, at, payload)
	case "strip":
		m.Memory.Ring(topic, at, nil)
	case "let go":
		m.Memory.Ring(topic, at, payload)
		for _, s := range slices.Backward(m.held) {
			m.Memory.Ring(s.Topic, s.At, s.Payload)
		}
		m.held = nil
	default:
		m.Memory.Ring(topic, at, payload)
	}
}

func (m *mischievous) do(what string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.next = what
}

// Whatever the bus does, each socket sees every item of its audience once and in
// order as soon as one ring arrives.
func TestEverySocketSeesEveryItemOnceAndInOrder(t *testing.T) {
	m := &mischievous{}
	h := overLoopback(t, func(o *live.Options) { o.Bus = m })
	what := rapid.SampledFrom([]string{"", "drop", "hold", "double", "strip", "let go"})
	rapid.Check(t, func(rt *rapid.T) {
		m.do("")
		b := h.start(nil)
		a, v := h.invite(b.Session, perch.Agent), h.invite(b.Session, perch.Supervisor)
		clients := []*client{h.subscribed(b.Session, b.Participant), h.subscribed(b.Session, a),
			h.subscribed(b.Session, b.Participant), h.subscribed(b.Session, v)}
		first := h.session(b.Session).Head + 1
		for i := range rapid.IntRange(1, 12).Draw(rt, "turns") {
			m.do(what.Draw(rt, "ring"))
			switch rapid.IntRange(0, 3).Draw(rt, "turn") {
			case 0:
				h.say(b.Session, b.Participant, fmt.Sprint(i))
			case 1:
				h.say(b.Session, a, fmt.Sprint(i))
			case 2: // seen by nobody
				h.on(b.Session, func(t *chat.Turn) error { t.MoveFlow(perch.FlowMoved{}); return nil })
			default:
				h.on(b.Session, func(t *chat.Turn) error { t.Prompt("a", perch.ToAll); t.Prompt("b", perch.ToAll); return nil })
			}
		}
		m.do(rapid.SampledFrom([]string{"", "double", "strip", "let go"}).Draw(rt, "last ring"))
		h.prompt(b.Session, "the last")
		m.do("")
		var want []string
		h.must(h.chats.Entries(t.Context(), b.Session, first, 1<<62, func(e perch.Entry) error {
			if e.Audience != perch.ToNobody {
				want = append(want, perch.ItemID(b.Session, e.Number, e.Time))
			}
			return nil
		}))
		for i, c := range clients {
			if got := c.untilLast(); !slices.Equal(got, want) {
				rt.Fatalf("socket %d saw %v, want %v", i, got, want)
			}
			h.must(c.conn.CloseNow())
		}
	})
}

// untilLast are the ids of what has been said, up to the last.
func (c *client) untilLast() (ids []string) {
	c.h.t.Helper()
	for {
		it := c.item()
		if it.ContentType == wire.EventParticipantJoined {
			continue // seen while the others subscribed
		}
		ids = append(ids, it.Id)
		if it.Content == "the last" {
			return ids
		}
	}
}
