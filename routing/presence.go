package routing

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/perch-chat/perch/store"
)

const (
	// seeEvery is how often it is noted whose sockets are open, and by how much
	// more than its time an agent may be gone.
	seeEvery = 10 * time.Second
	// seenAtOnce is how many agents one statement is about.
	seenAtOnce = 500
)

// attend notes which agents are there, and has those who have been gone for too
// long offline. Their chats stay with them: customers see nothing of it, and an
// agent who comes back goes on. Who has never opened a socket since setting a
// status, as a program may do without, is not missed.
func (r *Router) attend(ctx context.Context, now time.Time) error {
	if r.opts.GoneAfter <= 0 {
		return nil
	}
	if now.Sub(r.seen) >= seeEvery || now.Before(r.seen) {
		for some := range slices.Chunk(r.opts.Connected(), seenAtOnce) {
			if err := r.opts.Store.Commit(store.Turn{Writes: append(r.opts.Store.Pass(), store.SeeAgents(some, now))}); err != nil {
				return err
			}
		}
		r.seen = now
	}
	before := r.goneBefore(now)
	gone, err := r.opts.Store.AbsentAgents(ctx, offline, before)
	for _, a := range gone {
		err := r.opts.Store.Commit(store.Turn{Writes: append(r.opts.Store.Pass(), store.DismissAgent(a.User, offline, before, now, errLost))})
		switch {
		case errors.Is(err, errLost): // has come back, or another process was faster
		case err != nil:
			return err
		default:
			r.opts.Log.InfoContext(ctx, "an agent whose page is gone takes no contacts any more", "user", a.User, "status", a.Status)
			r.ring(ctx, a.User)
		}
	}
	return err
}

// goneBefore is when an agent must have been seen, not to be missed now.
func (r *Router) goneBefore(now time.Time) time.Time { return now.Add(-r.opts.GoneAfter - seeEvery) }
