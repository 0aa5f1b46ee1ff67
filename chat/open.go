package chat

import (
	"context"

	"github.com/perch-chat/perch"
)

// OpenOf is the chat of a verified customer that goes on, with the part that
// the customer has in it; found is false where there is none. Whoever asks must
// have been told by somebody who vouches for it who the customer is.
func (c *Chats) OpenOf(ctx context.Context, instance perch.InstanceID, customer string) (b Begun, found bool, err error) {
	id, found, err := c.opts.Store.OpenSession(ctx, instance, customer)
	if err != nil || !found || customer == "" {
		return Begun{}, false, err
	}
	s, err := c.Session(ctx, id)
	if err != nil {
		return Begun{}, false, err
	}
	p, ok := s.Customer()
	if !ok || p.Presence == perch.Departed || s.Ended || !s.Verified || s.CustomerID != customer {
		return Begun{}, false, nil
	}
	return Begun{Session: s.ID, Participant: p.ID}, true, nil
}

// PastOf tells whether a verified customer has a chat that has ended.
func (c *Chats) PastOf(ctx context.Context, instance perch.InstanceID, customer string) (bool, error) {
	_, found, err := c.opts.Store.LastSession(ctx, instance, customer)
	return found && customer != "", err
}
