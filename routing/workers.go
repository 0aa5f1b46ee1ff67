package routing

import (
	"context"
	"slices"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/store"
)

// Worker is what somebody does at this moment who takes contacts.
type Worker struct {
	catalog.User
	Profile catalog.RoutingProfile
	Status  catalog.Status
	Since   time.Time // of the status
	Next    string    // status that follows
	Work    []store.Work
}

// Serves reports whether the worker's profile has a queue.
func (w Worker) Serves(queue perch.QueueID) bool {
	return slices.ContainsFunc(w.Profile.Queues, func(q catalog.ProfileQueue) bool { return q.Queue == queue })
}

// Has reports whether the worker has a contact in one of some states.
func (w Worker) Has(states ...store.WorkState) bool {
	return slices.ContainsFunc(w.Work, func(on store.Work) bool { return slices.Contains(states, on.State) })
}

// Free is how many contacts more the worker would be offered now.
func (w Worker) Free() int {
	if w.Status.Type != catalog.Routable || w.Next != "" {
		return 0
	}
	return max(w.Profile.ChatConcurrency-len(w.Work), 0)
}

// Workers are those of an instance who are not offline, or have contacts, by id.
func (r *Router) Workers(ctx context.Context, instance perch.InstanceID) ([]Worker, error) {
	agents, err := r.opts.Store.AgentsOf(ctx, instance)
	var out []Worker
	for _, a := range agents {
		if a.Status == offline && a.Load == 0 {
			continue
		}
		w, err := r.worker(ctx, a)
		if perch.KindOf(err) == perch.NotFound && err != nil {
			continue // somebody of before
		}
		if err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, err
}

func (r *Router) worker(ctx context.Context, a store.Agent) (w Worker, err error) {
	w.Since, w.Next = a.Since, a.Next
	if w.User, err = r.opts.Settings.User(ctx, a.Instance, a.User); err != nil {
		return w, err
	}
	if w.Profile, err = r.opts.Settings.RoutingProfile(ctx, a.Instance, w.RoutingProfile); err != nil {
		return w, err
	}
	if w.Status, err = r.opts.Settings.Status(ctx, a.Instance, a.Status); err != nil {
		return w, err
	}
	w.Work, err = r.opts.Store.WorkOf(ctx, a.User)
	return w, err
}
