package routing

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/store"
)

// Requeue takes a contact out of the queue in which it waits and puts its chat,
// as a new contact, into another; it tells the flow where that cannot be.
//
// doc: flow language, DequeueContactAndTransferToQueue
func (r *Router) Requeue(ctx context.Context, d perch.Due) error {
	return r.fitting(ctx, d, r.requeue)
}

func (r *Router) requeue(t *chat.Turn, d perch.Due, full bool) error {
	t.Take(d)
	s := t.State()
	if s.Ended || s.Current().ID != d.Contact {
		return nil
	}
	var to perch.Enqueue
	if err := json.Unmarshal(d.Body, &to); err != nil {
		return fmt.Errorf("damaged due row %s of session %s: %w", d.Kind, d.Session, err)
	}
	limit := 0
	branch, err := r.mayMove(t)
	if branch == "" && err == nil {
		limit, branch, err = r.room(t, to, full)
	}
	if err != nil {
		return err
	}
	if branch != "" {
		return tellFlow(t, d.Contact, branch)
	}
	if err := t.Requeue(chat.FlowCall{Queue: to.Queue, User: to.User}); err != nil {
		return err
	}
	_, err = r.wait(t, to, limit)
	return err
}

// mayMove is the branch to take where the contact does not wait, is offered to
// somebody at this moment, or its chat has had its contacts.
func (r *Router) mayMove(t *chat.Turn) (branch string, err error) {
	c := t.State().Current()
	if c.Enqueued.IsZero() || c.Agent != "" || !t.State().HasRoom() {
		return noMatchingError, nil
	}
	work, err := r.opts.Store.WorkWith(t.Context(), c.ID)
	if slices.ContainsFunc(work, func(w store.Work) bool { return w.State == store.Incoming || w.State == store.Connected }) {
		return noMatchingError, err
	}
	return "", err
}

// Reorder gives a waiting contact the place that its details say.
func (r *Router) Reorder(ctx context.Context, d perch.Due) error {
	err := r.opts.Chats.On(ctx, d.Session, func(t *chat.Turn) error {
		t.Take(d)
		details, err := t.Details(d.Contact)
		if err != nil {
			return err
		}
		w, err := store.PlaceWaiting(d.Contact, details.InQueue())
		if err != nil {
			return err
		}
		t.Record(append(r.opts.Store.Pass(), w)...)
		return nil
	})
	r.poke()
	return err
}
