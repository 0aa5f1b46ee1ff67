package routing

import (
	"context"
	"errors"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/store"
)

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
		w.Participant, err = r.join(t, u, contact)
		return err
	})
	if errors.Is(err, errNoOffer) { // perhaps by the agent's other page, a moment earlier
		if now, again := r.workOn(ctx, u, contact); again == nil && now.State == store.Connected {
			return now, nil
		}
	}
	return w, err
}

// join brings the agent to whom a contact is offered into its chat.
func (r *Router) join(t *chat.Turn, u catalog.User, contact perch.ContactID) (perch.ParticipantID, error) {
	s := t.State()
	if s.Ended || s.Current().ID != contact {
		return "", errNoOffer
	}
	id, err := t.Invite(perch.Who{Name: u.DisplayName, Role: perch.Agent}, u.ID)
	if err != nil {
		return "", err
	}
	if err := t.Connect(id); err != nil {
		return "", err
	}
	t.Record(r.opts.Store.Pass()...)
	t.Record(store.DeleteWaiting(contact), store.TouchAgent(u.ID),
		store.AcceptOffer(u.ID, contact, id, t.Now, errNoOffer))
	t.DropDue(DueOffer, string(contact))
	t.After(func() { r.ring(t.Context(), u.ID) })
	return id, nil
}

// AutoAccept takes an offer for an agent whose chats are accepted by themselves.
// An offer that is gone by then is left alone.
// doc: API_AutoAcceptConfig
func (r *Router) AutoAccept(ctx context.Context, d perch.Due) error {
	user := perch.UserID(d.Body)
	w, found, err := r.opts.Store.WorkOn(ctx, user, d.Contact)
	if err != nil {
		return err
	}
	if found && w.State == store.Incoming {
		u, err := r.opts.Settings.User(ctx, w.Instance, user)
		if err != nil && perch.KindOf(err) != perch.NotFound {
			return err
		}
		if err == nil {
			err = r.opts.Chats.On(ctx, d.Session, func(t *chat.Turn) error {
				t.Take(d)
				_, err := r.join(t, u, d.Contact)
				return err
			})
		}
		if err == nil || !errors.Is(err, errNoOffer) && perch.KindOf(err) != perch.NotFound {
			return err
		}
	}
	return r.opts.Store.Commit(store.Turn{Writes: []store.Write{store.TakeDue(d, chat.ErrTaken)}})
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
		t.Record(r.opts.Store.Pass()...)
		if w.State == store.EndedWork {
			if c, ok := t.State().Contact(contact); ok && !c.Closed.IsZero() { // else it is back in its queue
				t.EndWork(contact)
			}
			t.Record(store.IdleAgent(u.ID, t.Now))
		} else {
			t.Record(store.TouchAgent(u.ID))
		}
		t.Record(store.ClearWork(u.ID, contact, busy), store.SettleStatus(u.ID, t.Now))
		t.DropDue(DueAfterWork, afterWorkKey(u.ID, contact))
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

// Holds is an agent's work on a contact that the agent is connected to or has
// after-contact work of.
//
// Errors: NotFound for any other contact, chat.NoContact, whosever it is.
func (r *Router) Holds(ctx context.Context, u catalog.User, contact perch.ContactID) (store.Work, error) {
	w, found, err := r.opts.Store.WorkOn(ctx, u.ID, contact)
	if err == nil && (!found || w.State != store.Connected && w.State != store.EndedWork) {
		err = chat.NoContact()
	}
	return w, err
}

// Offered reports whether a contact is offered to a user, or was and has not been
// cleared, or is with the user.
func (r *Router) Offered(ctx context.Context, user perch.UserID, contact perch.ContactID) (bool, error) {
	_, found, err := r.opts.Store.WorkOn(ctx, user, contact)
	return found, err
}

func (r *Router) connected(ctx context.Context, u catalog.User, contact perch.ContactID) (store.Work, error) {
	w, err := r.workOn(ctx, u, contact)
	if err == nil && w.State != store.Connected {
		err = perch.Errorf(perch.Conflict, "you are not connected to the contact: it is %s", w.State)
	}
	return w, err
}
