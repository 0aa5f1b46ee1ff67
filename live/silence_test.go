package live_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/wire"
)

func TestSilenceIsToldToBothSides(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := inBubble(t)
		b := h.start(nil)
		a := h.invite(b.Session, perch.Agent)
		h.on(b.Session, func(t *chat.Turn) error {
			return t.SetTimers(b.Session.First(), func(timers *perch.Timers) {
				timers.Customer = perch.RoleTimers{Idle: 2 * time.Minute, Disconnect: 3 * time.Minute}
			})
		})
		customer := h.joined(b.Session, b.Participant)
		agent := h.joined(b.Session, a)
		customer.wantItem(wire.EventParticipantJoined)
		both := func(contentType string) {
			t.Helper()
			for _, c := range []*client{customer, agent} {
				it := c.wantItem(contentType)
				if it.ParticipantId != string(b.Participant) || it.ParticipantRole != "CUSTOMER" || it.DisplayName != "Cora" || it.Type != "EVENT" ||
					it.ContactId != string(b.Session) || it.InitialContactId != string(b.Session) || it.Id == "" || it.AbsoluteTime == "" {
					t.Errorf("%+v", it)
				}
			}
		}
		next := func() {
			t.Helper()
			at, _, ok := h.session(b.Session).Watch.Next(perch.Customer)
			if !ok {
				t.Fatal("nothing is due")
			}
			for time.Now().Before(at) { // a socket that sends no heartbeats is closed
				elapse(min(10*time.Second, time.Until(at)))
				for _, c := range []*client{customer, agent} {
					c.send(`{"topic":"aws/heartbeat"}`)
					c.want(wire.HeartbeatAnswer)
				}
			}
			h.must(h.chats.SilenceDue(t.Context(), perch.Due{Session: b.Session, Kind: chat.DueSilence, Key: "customer", At: at}))
		}
		next()
		both(wire.EventParticipantIdle)
		h.say(b.Session, b.Participant, "here")
		for _, c := range []*client{customer, agent} { // a whisper is told before the bell rings
			c.wantItem(wire.EventParticipantReturned)
			c.wantText("here")
		}
		next()
		both(wire.EventParticipantIdle)
		next()
		both(wire.EventParticipantAutoDisconnection)
		if it := agent.wantItem(wire.EventParticipantLeft); it.ParticipantRole != "AGENT" {
			t.Errorf("%+v", it)
		}
	})
}
