package routing

import (
	"encoding/json"
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

func (r *Router) enqueue(t *chat.Turn, d perch.Due) error {
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
	branch, err := r.room(t, to)
	if err != nil {
		return err
	}
	if branch == "" {
		if branch, err = r.wait(t, to); err != nil {
			return err
		}
	}
	body, err := json.Marshal(perch.Outcome{Error: branch})
	if err != nil {
		return err
	}
	t.Due(perch.DueFlowOutcome, string(d.Contact), t.Now, body)
	return nil
}

// room is the branch to take when there is no room, or no such queue.
func (r *Router) room(t *chat.Turn, to perch.Enqueue) (branch string, err error) {
	ctx, instance := t.Context(), t.State().Instance
	var waiting, limit int
	switch {
	case to.User != "":
		if _, err = r.opts.Settings.User(ctx, instance, to.User); err == nil {
			limit = agentQueueLimit
			waiting, err = r.opts.Store.InAgentQueue(ctx, to.User)
		}
	default:
		q, found := r.opts.Settings.Queue(ctx, instance, to.Queue)
		if err = found; err == nil {
			limit = q.MaxContacts
			waiting, err = r.opts.Store.InQueue(ctx, to.Queue)
		}
	}
	switch {
	case perch.KindOf(err) == perch.NotFound && err != nil:
		return noMatchingError, nil
	case err != nil:
		return "", err
	case limit > 0 && waiting >= limit:
		return queueAtCapacity, nil
	}
	return "", nil
}

func (r *Router) wait(t *chat.Turn, to perch.Enqueue) (branch string, err error) {
	s := t.State()
	c := s.Current()
	if !c.Enqueued.IsZero() || c.Agent != "" {
		return noMatchingError, nil // queued already, or with an agent
	}
	d, err := t.Details(c.ID)
	if err != nil {
		return "", err
	}
	w, err := store.InsertWaiting(store.Waiting{Contact: c.ID, Session: s.ID, Instance: s.Instance,
		Queue: to.Queue, User: to.User, Since: t.Now, Place: d.InQueue()}, nil)
	if err != nil {
		return "", err
	}
	t.Record(w)
	t.Queued(to.Queue, to.User)
	return "", nil
}
