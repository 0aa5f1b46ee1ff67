package routing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/store"
)

// Names of the branches that a flow takes when a contact cannot be queued.
const (
	queueAtCapacity = "QueueAtCapacity"
	noMatchingError = "NoMatchingError"
	// agentQueueLimit is how many contacts may wait for one agent.
	// doc: feature-limits.md
	agentQueueLimit = 10
)

// enqueue puts the contact of a row into its queue; full says that the queue has
// turned out to be full in the commit of an earlier try.
func (r *Router) enqueue(t *chat.Turn, d perch.Due, full bool) error {
	t.Take(d)
	s := t.State()
	if s.Ended || s.Current().ID != d.Contact {
		r.opts.Log.InfoContext(t.Context(), "a contact to be queued is no longer in force; dropped", "contact", d.Contact)
		return nil
	}
	var to perch.Enqueue
	if err := json.Unmarshal(d.Body, &to); err != nil {
		return fmt.Errorf("damaged due row %s of session %s: %w", d.Kind, d.Session, err)
	}
	limit, branch, err := r.room(t, to, full)
	if err != nil {
		return err
	}
	if branch == "" {
		if branch, err = r.wait(t, to, limit); err != nil {
			return err
		}
	}
	return tellFlow(t, d.Contact, branch)
}

// room is how many contacts a queue takes, 0 for any number, and the branch to
// take when there is no room, or no such queue.
func (r *Router) room(t *chat.Turn, to perch.Enqueue, full bool) (limit int, branch string, err error) {
	ctx, instance := t.Context(), t.State().Instance
	var waiting int
	switch {
	case to.User != "":
		if _, err = r.opts.Settings.User(ctx, instance, to.User); err == nil {
			limit = agentQueueLimit
			waiting, err = r.opts.Store.InAgentQueue(ctx, to.User)
		}
	default:
		q, found := r.opts.Settings.Queue(ctx, instance, to.Queue)
		if err = found; err == nil && q.Disabled {
			return 0, noMatchingError, nil
		}
		if err == nil {
			limit = q.MaxContacts
			waiting, err = r.opts.Store.InQueue(ctx, to.Queue)
		}
	}
	switch {
	case perch.KindOf(err) == perch.NotFound && err != nil:
		return 0, noMatchingError, nil
	case err != nil:
		return 0, "", err
	case full || limit > 0 && waiting >= limit:
		return limit, queueAtCapacity, nil
	}
	return limit, "", nil
}

func (r *Router) wait(t *chat.Turn, to perch.Enqueue, limit int) (branch string, err error) {
	s := t.State()
	c := s.Current()
	if !c.Enqueued.IsZero() || c.Agent != "" {
		return noMatchingError, nil // queued already, or with an agent
	}
	d, err := t.Details(c.ID)
	if err != nil {
		return "", err
	}
	place := d.InQueue()
	if to.User == "" {
		if err := r.preferLastAgent(t, &place); err != nil {
			return "", err
		}
	}
	w, err := store.InsertWaiting(store.Waiting{Contact: c.ID, Session: s.ID, Instance: s.Instance,
		Queue: to.Queue, User: to.User, Since: t.Now, Place: place}, limit, errFull)
	if err != nil {
		return "", err
	}
	t.Record(append(r.opts.Store.Pass(), w)...)
	t.Queued(to.Queue, to.User)
	return "", nil
}

// errFull says that others have filled the queue in the meantime.
var errFull = errors.New("the queue is full")

// fitting runs a turn that may put a contact into a queue, and again where the
// queue has become full meanwhile.
func (r *Router) fitting(ctx context.Context, d perch.Due, turn func(t *chat.Turn, d perch.Due, full bool) error) error {
	err := r.opts.Chats.On(ctx, d.Session, func(t *chat.Turn) error { return turn(t, d, false) })
	if errors.Is(err, errFull) {
		err = r.opts.Chats.On(ctx, d.Session, func(t *chat.Turn) error { return turn(t, d, true) })
	}
	r.poke()
	return err
}

// tellFlow has the contact's flow go on by a branch; empty is the way of success.
func tellFlow(t *chat.Turn, contact perch.ContactID, branch string) error {
	body, err := json.Marshal(perch.Outcome{Error: branch})
	if err == nil {
		t.Due(perch.DueFlowOutcome, string(contact), t.Now, body)
	}
	return err
}
