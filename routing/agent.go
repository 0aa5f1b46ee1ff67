package routing

import (
	"context"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/store"
)

// offline is the status of who has never set one.
const offline = "Offline"

// Status is an agent's status, and since when.
func (r *Router) Status(ctx context.Context, u catalog.User) (catalog.Status, time.Time, error) {
	a, s, err := r.agent(ctx, u)
	return s, a.Since, err
}

func (r *Router) agent(ctx context.Context, u catalog.User) (store.Agent, catalog.Status, error) {
	a, found, err := r.opts.Store.Agent(ctx, u.ID)
	if err != nil {
		return store.Agent{}, catalog.Status{}, err
	}
	if !found {
		a.Status, a.Since = offline, time.Time{}
	}
	s, err := r.opts.Settings.Status(ctx, u.Instance, a.Status)
	return a, s, err
}

// SetStatus changes an agent's status. Chats that the agent has stay.
//
// Errors: Invalid for a name that is no status of the instance.
func (r *Router) SetStatus(ctx context.Context, u catalog.User, name string) error {
	s, err := r.opts.Settings.Status(ctx, u.Instance, name)
	if err != nil && perch.KindOf(err) != perch.NotFound {
		return err
	}
	if err != nil {
		return perch.InvalidField("Status", "is not the name of a status of this instance")
	}
	now := r.opts.Now().UTC()
	err = r.opts.Store.Commit(store.Turn{Writes: []store.Write{store.SetAgentStatus(store.Agent{User: u.ID, Instance: u.Instance,
		Status: s.Name, Routable: s.Type == catalog.Routable, Since: now, Idle: now})}})
	r.poke()
	r.ring(ctx, u.ID)
	return err
}

// Accept takes an offered contact: the agent joins the chat. Accepting again
// gives the same participant, so that a page that was reloaded can go on.
//
// Errors: NotFound where the contact has nothing to do with the agent; Conflict
// where the offer has expired or is somebody else's.
func (r *Router) Accept(ctx context.Context, u catalog.User, contact perch.ContactID) (store.Work, error) {
	w, err := r.workOn(ctx, u, contact)
	if err != nil {
		return w, err
	}
	if w.State == store.Connected {
		return w, nil
	}
	err = r.opts.Chats.On(ctx, w.Session, func(t *chat.Turn) error {
		s := t.State()
		if s.Ended || s.Current().ID != contact {
			return errNoOffer
		}
		w.Participant, err = t.Invite(perch.Who{Name: u.DisplayName, Role: perch.Agent}, u.ID)
		if err != nil {
			return err
		}
		if err := t.Connect(w.Participant); err != nil {
			return err
		}
		t.Record(store.DeleteWaiting(contact), store.TouchAgent(u.ID),
			store.AcceptOffer(u.ID, contact, w.Participant, t.Now, errNoOffer))
		t.DropDue(DueOffer, string(contact))
		t.After(func() { r.ring(ctx, u.ID) })
		return nil
	})
	return w, err
}

// Reject gives an offered contact back to its queue.
func (r *Router) Reject(ctx context.Context, u catalog.User, contact perch.ContactID) error {
	w, err := r.workOn(ctx, u, contact)
	if err != nil {
		return err
	}
	err = r.opts.Store.Commit(store.Turn{Writes: append(r.closeOffer(u.ID, contact, store.Rejected, r.opts.Now().UTC()),
		store.DeleteDue(w.Session, DueOffer, string(contact)))})
	r.poke()
	r.ring(ctx, u.ID)
	return err
}

// End takes the agent out of the chat.
func (r *Router) End(ctx context.Context, u catalog.User, contact perch.ContactID) error {
	w, err := r.connected(ctx, u, contact)
	if err != nil {
		return err
	}
	return r.opts.Chats.On(ctx, w.Session, func(t *chat.Turn) error { return t.Leave(w.Participant) })
}

// Clear ends after-contact work, or puts a missed or rejected offer away, and
// frees the slot.
func (r *Router) Clear(ctx context.Context, u catalog.User, contact perch.ContactID) error {
	w, err := r.workOn(ctx, u, contact)
	if err != nil {
		return err
	}
	busy := perch.Errorf(perch.Conflict, "the contact cannot be cleared while it is %s", w.State)
	err = r.opts.Chats.On(ctx, w.Session, func(t *chat.Turn) error {
		if w.State == store.EndedWork {
			if c, ok := t.State().Contact(contact); ok && !c.Closed.IsZero() { // else it is back in its queue
				t.EndWork(contact)
			}
			t.Record(store.IdleAgent(u.ID, t.Now))
		} else {
			t.Record(store.TouchAgent(u.ID))
		}
		t.Record(store.ClearWork(u.ID, contact, busy))
		t.After(func() { r.ring(ctx, u.ID) })
		return nil
	})
	r.poke()
	return err
}

func (r *Router) workOn(ctx context.Context, u catalog.User, contact perch.ContactID) (store.Work, error) {
	w, found, err := r.opts.Store.WorkOn(ctx, u.ID, contact)
	if err == nil && !found {
		err = perch.Errorf(perch.NotFound, "the contact does not exist, or is not yours")
	}
	return w, err
}

func (r *Router) connected(ctx context.Context, u catalog.User, contact perch.ContactID) (store.Work, error) {
	w, err := r.workOn(ctx, u, contact)
	if err == nil && w.State != store.Connected {
		err = perch.Errorf(perch.Conflict, "you are not connected to the contact: it is %s", w.State)
	}
	return w, err
}
