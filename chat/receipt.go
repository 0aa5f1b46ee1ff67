package chat

import (
	"context"
	"errors"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// Typing is whispered when somebody types. It is never stored.
type Typing struct {
	ID          string
	At          time.Time
	Contact     perch.ContactID
	Participant perch.ParticipantID
	Who         perch.Who
	Unseen      bool // by somebody whom the others must not notice
}

// Confirmed is whispered when somebody has received or read a message.
type Confirmed struct {
	ID          string
	At          time.Time
	Contact     perch.ContactID
	MessageID   string
	Participant perch.ParticipantID
	Read        bool
}

// Type passes on that a participant is typing.
func (c *Chats) Type(ctx context.Context, s *perch.Session, p perch.ParticipantID) (Typing, error) {
	who, err := s.Caller(p)
	if err != nil {
		return Typing{}, err
	}
	id, err := perch.NewID(c.opts.Rand)
	if err != nil {
		return Typing{}, err
	}
	y := Typing{ID: id, At: c.opts.Now().UTC(), Contact: s.Current().ID, Participant: p, Who: who.Who, Unseen: who.Unseen()}
	c.opts.Bus.Whisper(Topic(s.ID), y)
	return y, nil
}

// Confirm notes that a participant has received or read a message of this chat.
// It changes no decision, so it is no entry.
//
// Errors: Invalid for a message that is not in this chat, Conflict with more
// than two people in it.
// doc: API_SendEvent
func (c *Chats) Confirm(ctx context.Context, s *perch.Session, p perch.ParticipantID, messageID string, read bool) (Confirmed, error) {
	who, err := s.Caller(p)
	if err != nil {
		return Confirmed{}, err
	}
	present := 0
	for _, o := range s.Participants {
		if o.Presence == perch.Present && !o.Unseen() { // who watches must not be noticed
			present++
		}
	}
	if present > 2 || who.Unseen() { // whose silent watching a receipt would give away
		return Confirmed{}, perch.Errorf(perch.Conflict, "message receipts are not supported with more than two active participants")
	}
	message, err := c.message(ctx, s, who.Role.Audience(), messageID)
	if err != nil {
		return Confirmed{}, err
	}
	id, err := perch.NewID(c.opts.Rand)
	if err != nil {
		return Confirmed{}, err
	}
	now := c.opts.Now().UTC()
	r := store.Receipt{Number: message.Number, Participant: p, Delivered: now}
	if read {
		r.Read = now
	}
	set := store.Turn{Session: s.ID, Writes: []store.Write{store.SetReceipt(s.ID, r)}}
	err = c.opts.Store.Commit(set)
	if errors.Is(err, store.ErrUnknown) { // done or not, once more is the same
		err = c.opts.Store.Commit(set)
	}
	if err != nil {
		return Confirmed{}, err
	}
	f := Confirmed{ID: id, At: now, Contact: message.Contact, MessageID: messageID, Participant: p, Read: read}
	c.opts.Bus.Whisper(Topic(s.ID), f)
	return f, nil
}

// message finds a message of a chat by its id.
func (c *Chats) message(ctx context.Context, s *perch.Session, to perch.Audience, id string) (perch.Entry, error) {
	unknown := perch.InvalidField("Content", "messageId is not a message of this chat")
	at, ok := perch.ItemTime(id)
	if !ok {
		return perch.Entry{}, unknown
	}
	found, ok, err := c.itemOf(ctx, s.ID, id, at, s.Head, to)
	if err != nil {
		return perch.Entry{}, err
	}
	if !ok || found.Kind != perch.KindMessage {
		return perch.Entry{}, unknown
	}
	return found, nil
}
