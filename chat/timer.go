package chat

import (
	"context"

	"github.com/perch-chat/perch"
)

// Timers are lazy: the row is set once, and when it comes due the handler looks
// at what has become of the chat.

// ConnectExpired ends a chat whose customer has not connected in time.
// doc: ctr-data-model.md, CUSTOMER_CONNECTION_NOT_ESTABLISHED
func (c *Chats) ConnectExpired(ctx context.Context, d perch.Due) error {
	return c.On(ctx, d.Session, func(t *Turn) error {
		t.Take(d)
		p, ok := t.State().Customer()
		if t.State().Ended || !ok || p.Presence != perch.Expected {
			return nil
		}
		return t.End(perch.NeverConnected)
	})
}

// ChatExpired ends a chat that has lasted its time.
// doc: API_StartChatContact, ChatDurationInMinutes
func (c *Chats) ChatExpired(ctx context.Context, d perch.Due) error {
	return c.On(ctx, d.Session, func(t *Turn) error {
		t.Take(d)
		if t.State().Ended {
			return nil
		}
		return t.End(perch.Expired)
	})
}
