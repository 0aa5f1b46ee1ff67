package routing

import (
	"context"
	"errors"
	"slices"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
)

// Reassign brings a contact of somebody else's to an agent or a queue, as a new
// contact: one that is with an agent is transferred as that agent would do it; one
// that waits goes over into the other queue, and an offer of it ends.
//
// Errors: NotFound for a contact or a target that is not of the instance; Conflict
// for a contact that is not in force; Refused where the chat has had its contacts,
// is with a flow, or is there already, and where the target takes none.
func (r *Router) Reassign(ctx context.Context, u catalog.User, contact perch.ContactID, to Target) (next perch.ContactID, err error) {
	s, err := r.opts.Chats.Find(ctx, u.Instance, contact)
	if err != nil {
		return "", err
	}
	call, err := r.call(ctx, u, to)
	if err != nil {
		return "", err
	}
	move := func(full bool) error {
		return r.opts.Chats.On(ctx, s.ID, func(t *chat.Turn) error {
			next, err = r.reassign(t, contact, call, full)
			return err
		})
	}
	if err = move(false); errors.Is(err, errFull) {
		err = move(true)
	}
	r.poke()
	return next, err
}

func (r *Router) reassign(t *chat.Turn, contact perch.ContactID, call chat.FlowCall, full bool) (perch.ContactID, error) {
	s := t.State()
	c := *s.Current()
	agents := s.Agents()
	i := slices.IndexFunc(agents, func(p perch.Participant) bool { return p.User == c.Agent })
	switch {
	case s.Ended || c.ID != contact:
		return "", perch.Errorf(perch.Conflict, "the contact has ended")
	case i >= 0 && call.Agent == c.Agent:
		return "", errHasIt
	case i >= 0:
		return t.Transfer(agents[i].ID, call)
	case c.Enqueued.IsZero():
		return "", perch.Errorf(perch.Refused, "a flow has the contact: it can be reassigned once it waits for an agent or is with one")
	}
	return r.moveWaiting(t, perch.Enqueue{Queue: call.Queue, User: call.Agent}, full)
}

// moveWaiting puts a contact that waits, offered or not, into another queue.
func (r *Router) moveWaiting(t *chat.Turn, to perch.Enqueue, full bool) (perch.ContactID, error) {
	c := t.State().Current()
	if to.User != "" {
		to.Queue = ""
	}
	switch {
	case to.Queue == c.Queue && to.User == c.QueueUser:
		return "", perch.Errorf(perch.Refused, "the contact waits there already")
	case !t.State().HasRoom():
		return "", perch.Errorf(perch.Refused, "the chat has been handed over %d times, which is the limit", perch.MaxContacts-1)
	}
	limit, branch, err := r.room(t, to, full)
	if err != nil {
		return "", err
	}
	if branch != "" {
		return "", perch.Errorf(perch.Refused, "the queue is full, or takes no contacts")
	}
	if err := t.Requeue(chat.FlowCall{Queue: to.Queue, User: to.User}); err != nil {
		return "", err
	}
	if _, err := r.wait(t, to, limit); err != nil {
		return "", err
	}
	return t.State().Current().ID, nil
}
