package chat

import (
	"context"

	"github.com/perch-chat/perch"
)

// MessageTo adds a message that only some see, as no verb does yet.
func (t *Turn) MessageTo(to perch.Audience, text string) {
	t.add(perch.Entry{Audience: to, Body: perch.Message{Who: perch.Who{Role: perch.System}, ContentType: "text/plain", Content: text}})
}

// NextContact opens a contact without any item, which the verbs never do.
func (t *Turn) NextContact() (perch.ContactID, error) {
	return t.next(perch.Transferred, perch.ByQueueTransfer, FlowCall{})
}

// StartEnded starts a chat and ends it in the same turn.
func (c *Chats) StartEnded(ctx context.Context, id perch.SessionID, in Start) (b Begun, err error) {
	err = c.On(ctx, id, func(t *Turn) error {
		if b, err = t.begin(in); err != nil {
			return err
		}
		return t.End(perch.Stopped)
	})
	return b, err
}

// WriteCold is what a move does that has looked and found the session in rows.
func (c *Chats) WriteCold(ctx context.Context, id perch.SessionID) error {
	_, err := c.write(ctx, id)
	return err
}

// ErrMoved is what it comes to where another process has moved the session since.
var ErrMoved = errMoved
