package live

import (
	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/wire"
)

// itemFrame is an entry as sockets carry it; nil for one that is no item. A
// message that is not delivered is told its sender. An item looks the same to every audience that sees it, so that one encoding
// serves all sockets.
func itemFrame(session perch.SessionID, e perch.Entry) []byte {
	status := ""
	if u, ok := e.Body.(perch.Undelivered); ok {
		e.Body, status = u.Message, u.Status
	}
	id := e.ID(session)
	it, ok := wire.ItemOf(id, e, false)
	if !ok {
		return nil
	}
	if status != "" {
		it.MessageMetadata = &wire.MessageMetadata{MessageId: id, MessageProcessingStatus: status}
	}
	it.InitialContactId = string(session.First())
	return wire.ChatFrame(&it)
}

// pastFrame is the signal that a chat continues a past one. It is no item and
// stands in no log.
// doc: chat-persistence.md
func (l *Live) pastFrame(session perch.SessionID, contact perch.ContactID) []byte {
	id, err := perch.NewID(l.opts.Rand)
	if err != nil { // clients tell items apart by their ids
		l.opts.Log.Error("a signal got no id", "session", session, "error", err)
		return nil
	}
	return wire.ChatFrame(&wire.Item{
		Id: id, AbsoluteTime: wire.Time(l.opts.Now()), Type: wire.TypeEvent, ContentType: wire.EventChatRehydrated,
		ContactId: string(contact), InitialContactId: string(session.First()),
	})
}

func typingFrame(session perch.SessionID, y chat.Typing) []byte {
	return wire.ChatFrame(&wire.Item{
		Id: y.ID, AbsoluteTime: wire.Time(y.At), Type: wire.TypeEvent, ContentType: wire.EventTyping,
		ParticipantId: string(y.Participant), DisplayName: y.Who.Name, ParticipantRole: wire.RoleName(y.Who.Role),
		ContactId: string(y.Contact), InitialContactId: string(session.First()),
	})
}

// silenceFrame tells of somebody who has been silent for too long.
// doc: setup-chat-timeouts.md
func silenceFrame(session perch.SessionID, q chat.Silence) []byte {
	event := map[chat.SilenceEvent]string{chat.BecameIdle: wire.EventParticipantIdle, chat.CameBack: wire.EventParticipantReturned,
		chat.AutoDisconnected: wire.EventParticipantAutoDisconnection}[q.Event]
	return wire.ChatFrame(&wire.Item{
		Id: q.ID, AbsoluteTime: wire.Time(q.At), Type: wire.TypeEvent, ContentType: event,
		ParticipantId: string(q.Participant), DisplayName: q.Who.Name, ParticipantRole: wire.RoleName(q.Who.Role),
		ContactId: string(q.Contact), InitialContactId: string(session.First()),
	})
}

func receiptFrame(session perch.SessionID, c chat.Confirmed) []byte {
	at := wire.Item{Id: c.ID, AbsoluteTime: wire.Time(c.At), ContactId: string(c.Contact), InitialContactId: string(session.First())}
	r := wire.Receipt{RecipientParticipantId: string(c.Participant)}
	if c.Read { // when it was delivered, an earlier frame has said
		r.ReadTimestamp = at.AbsoluteTime
	} else {
		r.DeliveredTimestamp = at.AbsoluteTime
	}
	return wire.ReceiptFrame(at, c.MessageID, r)
}

// whisperFrame is what is never stored, and who may see it; nil for what this
// version does not know.
func whisperFrame(session perch.SessionID, payload any) (frame []byte, to perch.Audience) {
	switch w := payload.(type) {
	case chat.Typing:
		if w.Unseen {
			return typingFrame(session, w), perch.ToSupervisors
		}
		return typingFrame(session, w), perch.ToAll
	case chat.Confirmed:
		return receiptFrame(session, w), perch.ToAll
	case chat.Silence:
		return silenceFrame(session, w), perch.ToAll
	}
	return nil, perch.ToNobody
}
