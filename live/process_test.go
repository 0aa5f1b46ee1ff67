package live_test

import (
	"testing"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/wire"
)

// A message that is processed first comes to all sockets once that is done, under
// the id with which it was sent. One that is rejected comes back to its sender.
func TestProcessedMessagesComeAsTheyAreThen(t *testing.T) {
	h := overLoopback(t)
	b := h.start(nil)
	a := h.invite(b.Session, perch.Agent)
	customer := h.joined(b.Session, b.Participant)
	agent := h.joined(b.Session, a)
	colleague := h.joined(b.Session, h.invite(b.Session, perch.Agent))
	for range 2 {
		customer.wantItem(wire.EventParticipantJoined)
	}
	agent.wantItem(wire.EventParticipantJoined)
	h.on(b.Session, func(t *chat.Turn) error { t.Process(perch.Processing{Function: "censor"}); return nil })
	sent, rejected := h.say(b.Session, b.Participant, "damn"), h.say(b.Session, a, "worse")
	h.prompt(b.Session, "meanwhile")
	h.on(b.Session, func(t *chat.Turn) error {
		return t.Deliver(sent.Number, chat.Processed{ContentType: "text/plain", Content: "****"})
	})
	h.on(b.Session, func(t *chat.Turn) error {
		return t.Deliver(rejected.Number, chat.Processed{Status: perch.MessageRejected})
	})
	h.prompt(b.Session, "next")
	for _, c := range []*client{customer, agent, colleague} {
		c.wantText("meanwhile")
		if it := c.wantText("****"); it.Id != sent.ID(b.Session) || it.MessageMetadata != nil || it.ParticipantId != string(b.Participant) {
			t.Errorf("%+v", it)
		}
		if c == agent {
			if it := c.wantText("worse"); it.Id != rejected.ID(b.Session) || it.MessageMetadata.MessageProcessingStatus != "REJECTED" || it.MessageMetadata.MessageId != it.Id {
				t.Errorf("%+v", it)
			}
		}
		c.wantText("next")
	}
}
