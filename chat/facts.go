package chat

import (
	"context"
	"fmt"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// indexedAtOnce is how many chats of before there were facts are read in a row.
const indexedAtOnce = 200

// factsOf is what a contact is found and counted by.
func factsOf(s *perch.Session, c perch.Contact) store.Facts {
	queue := string(c.Queue)
	if queue == "" {
		queue = string(c.QueueUser)
	}
	return store.Facts{Contact: c.ID, Session: s.ID, Instance: s.Instance, Opened: c.Opened, Closed: c.Closed, Enqueued: c.Enqueued,
		Joined: c.Accepted, Responded: c.Responded, Method: c.Method, Reason: c.Reason, Queue: queue, Agent: c.Agent}
}

// keepFacts records those that the turn has changed.
func (t *Turn) keepFacts(before *perch.Session) {
	if !t.owned { // a plain message changes none
		return
	}
	for i, c := range t.state.Contacts {
		now := factsOf(t.state, c)
		if i >= len(before.Contacts) || factsOf(t.state, before.Contacts[i]) != now {
			t.Record(store.SetFacts(now))
		}
	}
}

// index writes the facts of contacts of before there were any.
func (c *Chats) index(ctx context.Context) error {
	for last := perch.SessionID(""); ; {
		ids, err := c.opts.Store.Unindexed(ctx, indexedAtOnce)
		if err != nil || len(ids) == 0 {
			return err
		}
		if ids[0] == last {
			return fmt.Errorf("session %s has a contact that its log does not know", last)
		}
		last = ids[0]
		for _, id := range ids {
			s, err := c.Session(ctx, id)
			if err != nil {
				return err
			}
			var writes []store.Write
			for _, contact := range s.Contacts {
				writes = append(writes, store.SetFacts(factsOf(s, contact)))
			}
			if err := c.opts.Store.Commit(store.Turn{Writes: writes}); err != nil {
				return err
			}
		}
	}
}

// Facts are contacts as a query finds them, in order.
func (c *Chats) Facts(ctx context.Context, q store.FactsQuery) ([]store.Facts, error) {
	return c.opts.Store.FindFacts(ctx, q)
}

// CountFacts is how many contacts a query finds in all.
func (c *Chats) CountFacts(ctx context.Context, q store.FactsQuery) (int64, error) {
	return c.opts.Store.CountFacts(ctx, q)
}
