package routing

import (
	"context"
	"slices"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/store"
)

// Figures are what a queue looks like now or, where user is set, the own queue
// of one agent. Contact is the one whose place is asked for; it may be in
// neither.
//
// doc: flow language, CheckMetricData and GetMetricData
func (r *Router) Figures(ctx context.Context, instance perch.InstanceID, queue perch.QueueID, user perch.UserID, contact perch.ContactID) (perch.Figures, error) {
	waiting, err := r.opts.Store.WaitingIn(ctx, queue, user)
	if err != nil {
		return perch.Figures{}, err
	}
	f := place(waiting, contact, r.opts.Now())
	agents, err := r.opts.Store.AgentsOf(ctx, instance)
	if err != nil {
		return f, err
	}
	for _, a := range agents {
		profile, err := r.profile(ctx, instance, a.User)
		if perch.KindOf(err) == perch.NotFound && err != nil {
			continue // an agent of before
		}
		if err != nil {
			return f, err
		}
		serves := slices.ContainsFunc(profile.Queues, func(q catalog.ProfileQueue) bool { return q.Queue == queue })
		if user != "" && a.User != user || user == "" && !serves || a.Status == offline {
			continue
		}
		f.Online++
		if a.Routable {
			f.Staffed++
		}
		if a.Routable && a.Next == "" && a.Load < profile.ChatConcurrency {
			f.Available++
		}
	}
	return f, nil
}

// WaitingSince is since when the contact waits that has waited longest in a queue;
// zero where none does.
func (r *Router) WaitingSince(ctx context.Context, queue perch.QueueID) (oldest time.Time, err error) {
	waiting, err := r.opts.Store.WaitingIn(ctx, queue, "")
	for _, w := range waiting {
		if oldest.IsZero() || w.Since.Before(oldest) {
			oldest = w.Since
		}
	}
	return oldest, err
}

// place counts those that wait and finds one among them.
func place(waiting []store.Waiting, contact perch.ContactID, now time.Time) perch.Figures {
	f := perch.Figures{Waiting: len(waiting), Position: len(waiting) + 1}
	for i, w := range waiting {
		f.Oldest = max(f.Oldest, now.Sub(w.Since))
		if w.Contact == contact {
			f.Position = i + 1
		}
	}
	if f.Waiting > 0 {
		f.Wait = f.Oldest * time.Duration(f.Position) / time.Duration(f.Waiting)
	}
	return f
}
