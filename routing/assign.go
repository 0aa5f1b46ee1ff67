package routing

import (
	"context"
	"errors"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/store"
)

// Assign offers a waiting contact to an agent, whatever the agent's status and
// however much the agent has to do.
//
// Errors: NotFound for a contact that is not of the instance; Refused for one that
// does not wait, is being offered, or was offered to the agent and is not cleared.
// doc: API_AssociateContactWithUser
func (r *Router) Assign(ctx context.Context, u catalog.User, contact perch.ContactID) error {
	s, err := r.opts.Chats.Find(ctx, u.Instance, contact)
	if err != nil {
		return err
	}
	c, _ := s.Contact(contact)
	now := r.opts.Now().UTC()
	w := store.Waiting{Contact: contact, Session: s.ID, Instance: s.Instance, Queue: c.Queue}
	err = r.offerBy(ctx, w, Candidate{User: u.ID, AutoAccept: u.AutoAccept}, now, store.AssignOffer,
		store.MeetAgent(store.Agent{User: u.ID, Instance: u.Instance, Status: offline, Since: now}))
	if errors.Is(err, errLost) {
		return perch.Errorf(perch.Refused, "the contact does not wait in a queue, is being offered to somebody, or is still the agent's to clear")
	}
	return err
}

// Place changes where a contact stands in a queue, now or once it is in one.
//
// Errors: NotFound for a contact that is not of the session; Conflict where it has
// ended; those of change.
// doc: API_UpdateContactRoutingData
func (r *Router) Place(ctx context.Context, session perch.SessionID, contact perch.ContactID, change func(at *perch.Place, now time.Time)) error {
	err := r.opts.Chats.On(ctx, session, func(t *chat.Turn) error {
		c, ok := t.State().Contact(contact)
		if !ok || !c.Closed.IsZero() {
			return perch.Errorf(perch.Conflict, "the contact has ended")
		}
		var at perch.Place
		err := t.ChangeDetails(contact, func(d *perch.Details) error {
			at = d.InQueue()
			change(&at, t.Now)
			d.Place = &at
			return nil
		})
		if err != nil {
			return err
		}
		w, err := store.PlaceWaiting(contact, at)
		t.Record(append(r.opts.Store.Pass(), w)...)
		return err
	})
	r.poke()
	return err
}
