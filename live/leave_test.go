package live_test

import (
	"testing"

	"github.com/coder/websocket"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/wire"
)

// party is a chat of a customer and an agent, the agent with two sockets.
type party struct {
	*house
	chat.Begun
	agent    perch.ParticipantID
	customer *client
	agents   []*client
}

func newParty(t *testing.T) *party {
	p := &party{house: overLoopback(t)}
	p.Begun = p.start(nil)
	p.agent = p.invite(p.Session, perch.Agent)
	p.customer = p.joined(p.Session, p.Participant)
	p.agents = []*client{p.joined(p.Session, p.agent), p.subscribed(p.Session, p.agent)}
	p.customer.wantItem(wire.EventParticipantJoined)
	return p
}

func (p *party) everybody() []*client { return append([]*client{p.customer}, p.agents...) }

func TestTransferIsSeenByTheAgentItTakesOut(t *testing.T) {
	p := newParty(t)
	var next perch.ContactID
	p.on(p.Session, func(t *chat.Turn) (err error) {
		if next, err = t.Transfer(p.agent, chat.FlowCall{}); err != nil {
			return err
		}
		return nil
	})
	for _, c := range p.everybody() {
		c.wantItem(wire.EventParticipantLeft)
		it := c.wantItem(wire.EventTransferSucceeded)
		if it.ContactId != string(p.Session) {
			t.Errorf("%+v", it)
		}
	}
	for _, c := range p.agents {
		c.wantClose(websocket.StatusNormalClosure, "the participant has left the chat")
	}
	p.prompt(p.Session, "please wait")
	it := p.customer.wantText("please wait")
	if it.ContactId != string(next) || it.InitialContactId != string(p.Session) {
		t.Errorf("%+v", it)
	}
}

// What follows in the same turn is still shown, what follows in the next is not,
// even if both are read at once.
func TestTailEndsWithTheTurnOfTheDeparture(t *testing.T) {
	p := newParty(t)
	p.on(p.Session, func(t *chat.Turn) error {
		t.Hook(perch.CustomerRemaining, "survey")
		if err := t.Leave(p.agent); err != nil {
			return err
		}
		t.Prompt("how was it?", perch.ToAll)
		return nil
	})
	p.prompt(p.Session, "one to five")
	for _, c := range p.everybody() {
		c.wantItem(wire.EventParticipantLeft)
		c.wantText("how was it?")
	}
	p.customer.wantText("one to five")
	for _, c := range p.agents {
		c.wantClose(websocket.StatusNormalClosure, "the participant has left the chat")
	}
}

func TestEndIsSeenByAllAndClosesTheirSockets(t *testing.T) {
	p := newParty(t)
	p.on(p.Session, func(t *chat.Turn) error { return t.Leave(p.Participant) })
	for _, c := range p.everybody() {
		c.wantItem(wire.EventParticipantLeft)
		c.wantItem(wire.EventChatEnded)
		c.wantClose(websocket.StatusNormalClosure, "the chat has ended")
	}
}

func TestSocketThatHasNotSubscribedIsClosedToo(t *testing.T) {
	h := overLoopback(t)
	b := h.start(nil)
	c := h.open(b.Session, b.Participant)
	h.on(b.Session, func(t *chat.Turn) error { return t.End(perch.Stopped) })
	c.wantClose(websocket.StatusNormalClosure, "the chat has ended")
}
