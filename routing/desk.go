package routing

import (
	"context"
	"slices"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/store"
)

// AgentTopic is the bus topic of an agent. It is rung after every change of the
// agent's status or contacts, and of what is shown of these, with the version
// that the agent has reached.
func AgentTopic(user perch.UserID) string { return "agent/" + string(user) }

// Desk is where an agent stands and everything the agent has to do with, oldest
// first. It is what it was at Version, or later.
type Desk struct {
	Version int64
	Status  catalog.Status
	Since   time.Time // of the status; zero if none has been set
	Next    string    // the status that follows once there is no Work; empty for none
	Work    []store.Work
	// Monitors are contacts that are watched; they take no slot.
	Monitors []Monitoring
}

// Desk reads an agent's.
func (r *Router) Desk(ctx context.Context, u catalog.User) (Desk, error) {
	// The version first: what is read after it is no older.
	a, s, err := r.agent(ctx, u)
	if err != nil {
		return Desk{}, err
	}
	work, err := r.opts.Store.WorkOf(ctx, u.ID)
	if err != nil {
		return Desk{}, err
	}
	monitors, err := r.Monitors(ctx, u.ID)
	return Desk{Version: a.Version, Status: s, Since: a.Since, Next: a.Next, Work: work, Monitors: monitors}, err
}

// Version is an agent's: it rises in the commit of every change of the agent's
// status or contacts, and of what is shown of these. It is 0 of who has never
// had a status.
func (r *Router) Version(ctx context.Context, user perch.UserID) (int64, error) {
	return r.opts.Store.AgentVersion(ctx, user)
}

// ring tells whoever listens to agents that they may have changed.
func (r *Router) ring(ctx context.Context, users ...perch.UserID) {
	for _, u := range users {
		// The change is made, whoever asked for it may be gone.
		version, err := r.opts.Store.AgentVersion(context.WithoutCancel(ctx), u)
		if err != nil {
			version = 0 // those who listen look for themselves
		}
		r.opts.Bus.Ring(AgentTopic(u), version, nil)
	}
}

// ringAfter rings for the agents of some work once a turn is committed. Without
// the rings (err) they hear of it with their next look.
func (r *Router) ringAfter(t *chat.Turn, work []store.Work, err error) {
	if err != nil {
		r.opts.Log.WarnContext(t.Context(), "whose contacts change could not be read: their pages show it late",
			"session", t.State().ID, "error", err)
	}
	var users []perch.UserID
	for _, w := range work {
		if !slices.Contains(users, w.User) {
			users = append(users, w.User)
		}
	}
	if len(users) > 0 {
		t.After(func() { r.ring(t.Context(), users...) })
	}
}

// Changed is told, inside the turn, of every change of what agents are shown of
// a session's contacts.
func (r *Router) Changed(t *chat.Turn, id perch.SessionID) {
	s := t.State()
	queued := func(c perch.Contact) bool { return !c.Enqueued.IsZero() }
	if s.ID == id && !slices.ContainsFunc(s.Contacts, queued) {
		return // no agent has seen any of them: flows set attributes before
	}
	t.Record(append(r.opts.Store.Pass(), store.TouchAgentsOfSession(id))...)
	work, err := r.opts.Store.WorkOnSession(t.Context(), id)
	r.ringAfter(t, work, err)
}
