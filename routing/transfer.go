package routing

import (
	"context"
	"slices"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
)

// Target is where an agent hands a chat to; exactly one field is set.
type Target struct {
	QuickConnect string
	Queue        perch.QueueID
	User         perch.UserID
}

// Transfer hands a chat over by the flow of a quick connect: the contact ends
// for the agent, and the flow brings the new one into the target's queue. A
// queue or a user without a quick connect gets the flow of one like it.
//
// doc: quick-connects.md
func (r *Router) Transfer(ctx context.Context, u catalog.User, contact perch.ContactID, to Target) (perch.ContactID, error) {
	w, err := r.connected(ctx, u, contact)
	if err != nil {
		return "", err
	}
	call, err := r.call(ctx, u, to)
	if err != nil {
		return "", err
	}
	if call.Agent == u.ID {
		return "", errHasIt
	}
	var next perch.ContactID
	err = r.opts.Chats.On(ctx, w.Session, func(t *chat.Turn) error {
		next, err = t.Transfer(w.Participant, call)
		return err
	})
	return next, err
}

func (r *Router) call(ctx context.Context, u catalog.User, to Target) (chat.FlowCall, error) {
	all, err := r.opts.Settings.QuickConnects(ctx, u.Instance)
	if err != nil {
		return chat.FlowCall{}, err
	}
	var kind catalog.QuickConnectType
	is := func(q catalog.QuickConnect) bool { return q.ID == to.QuickConnect }
	switch {
	case to.Queue != "":
		if _, err := r.opts.Settings.Queue(ctx, u.Instance, to.Queue); err != nil {
			return chat.FlowCall{}, err
		}
		kind, is = catalog.QuickConnectQueue, func(q catalog.QuickConnect) bool { return q.Queue == to.Queue }
	case to.User != "":
		if _, err := r.opts.Settings.User(ctx, u.Instance, to.User); err != nil {
			return chat.FlowCall{}, err
		}
		kind, is = catalog.QuickConnectUser, func(q catalog.QuickConnect) bool { return q.User == to.User }
	}
	i := slices.IndexFunc(all, is)
	if i < 0 && kind != "" {
		i = slices.IndexFunc(all, func(q catalog.QuickConnect) bool { return q.Type == kind })
	}
	if i < 0 {
		return chat.FlowCall{}, perch.Errorf(perch.NotFound, "there is no such quick connect, and none of its kind to take the flow of")
	}
	q := all[i]
	call := chat.FlowCall{Flow: q.Flow, Agent: q.User, Queue: q.Queue}
	if kind != "" {
		call.Agent, call.Queue = to.User, to.Queue
	}
	return call, nil
}

var errHasIt = perch.Errorf(perch.Refused, "a chat cannot be transferred to the agent who has it")
