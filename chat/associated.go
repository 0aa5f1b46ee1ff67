package chat

import (
	"context"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// Associated is a contact of a chain, with the session it belongs to.
type Associated struct {
	Session *perch.Session
	Contact *perch.Contact
}

// Associated lists the contacts of a chat, oldest first, and then those of the
// chats that it continues, the nearest first. It begins at a position, whose
// number counts contacts, and returns the one to go on from; zero at the end.
// doc: API_ListAssociatedContacts
func (c *Chats) Associated(ctx context.Context, s *perch.Session, from perch.Position, limit int) ([]Associated, perch.Position, error) {
	at := from
	if at.Session == "" {
		at.Session = s.ID
	}
	var out []Associated
	for {
		session, err := c.Session(ctx, at.Session)
		if err != nil {
			return nil, perch.Position{}, err
		}
		for ; at.Number < int64(len(session.Contacts)); at.Number++ {
			if len(out) == limit {
				return out, at, nil
			}
			out = append(out, Associated{session, &session.Contacts[at.Number]})
		}
		if session.Link == nil {
			return out, perch.Position{}, nil
		}
		at = perch.Position{Session: session.Link.Session}
	}
}

// Work is when the agents' work after each contact of a session began and ended.
func (c *Chats) Work(ctx context.Context, id perch.SessionID) (map[perch.ContactID]store.AfterContactWork, error) {
	return c.opts.Store.Work(ctx, id)
}
