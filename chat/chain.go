package chat

import (
	"context"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// openAtOnce is how many chats that run are shown of a customer.
const openAtOnce = 20

// Chained is a session of a chain, and as far as the chain has it.
type Chained struct {
	*perch.Session
	Through int64 // number of the last entry that belongs to the chain; 0 is all of them
}

// Has reports whether one of the session's contacts belongs to the chain: what the
// link leaves out does not.
func (c Chained) Has(of perch.Contact) bool { return c.Through == 0 || of.First <= c.Through }

// ChainPlace is a session's place in a chain; zero is its beginning, the present.
type ChainPlace struct {
	Session perch.SessionID `json:"s,omitempty"`
	Through int64           `json:"t,omitempty"`
}

// Chain is a chat and those that it continues, one after the other towards the
// past. It begins at a place and returns the one to go on from; zero at the end.
func (c *Chats) Chain(ctx context.Context, s *perch.Session, from ChainPlace, limit int) (out []Chained, next ChainPlace, err error) {
	at := Chained{s, 0}
	if from.Session != "" {
		if at.Session, err = c.Session(ctx, from.Session); err != nil {
			return nil, next, err
		}
		at.Through = from.Through
	}
	for {
		out = append(out, at)
		l := at.Link
		switch {
		case l == nil:
			return out, ChainPlace{}, nil
		case len(out) == limit:
			return out, ChainPlace{l.Session, l.Through}, nil
		}
		if at.Session, err = c.Session(ctx, l.Session); err != nil {
			return nil, next, err
		}
		at.Through = l.Through
	}
}

// CustomerPlace is a place among a customer's chats; zero is before the newest.
type CustomerPlace struct {
	Session perch.SessionID `json:"s,omitempty"`
	Ended   int64           `json:"e,omitempty"` // milliseconds
}

// OfCustomer are the other chats of a chat's customer, known by a verified
// CustomerId: those that run, then those that have ended, the latest first. It goes
// on after a place and returns the next one to go on after; zero at the end.
func (c *Chats) OfCustomer(ctx context.Context, s *perch.Session, after CustomerPlace, limit int) (out []*perch.Session, next CustomerPlace, err error) {
	customer := findable(s.CustomerID, s.Verified)
	if customer == "" {
		return nil, next, nil
	}
	var found []store.CustomerSession
	from := store.CustomerSession{ID: after.Session}
	if after == next {
		if found, err = c.opts.Store.OpenSessions(ctx, s.Instance, customer, openAtOnce); err != nil {
			return nil, next, err
		}
	} else {
		from.Ended = time.UnixMilli(after.Ended)
	}
	ended, err := c.opts.Store.EndedSessions(ctx, s.Instance, customer, from, limit)
	if err != nil {
		return nil, next, err
	}
	for _, one := range append(found, ended...) {
		if one.ID == s.ID {
			continue
		}
		session, err := c.Session(ctx, one.ID)
		if err != nil {
			return nil, next, err
		}
		out = append(out, session)
	}
	if len(ended) == limit {
		last := ended[len(ended)-1]
		next = CustomerPlace{last.ID, last.Ended.UnixMilli()}
	}
	return out, next, nil
}
