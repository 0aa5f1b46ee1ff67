package routing

import (
	"context"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/store"
)

// offline is the status of who has never set one.
const offline = "Offline"

// Status is an agent's status, and since when.
func (r *Router) Status(ctx context.Context, u catalog.User) (catalog.Status, time.Time, error) {
	a, s, err := r.agent(ctx, u)
	return s, a.Since, err
}

func (r *Router) agent(ctx context.Context, u catalog.User) (store.Agent, catalog.Status, error) {
	a, found, err := r.opts.Store.Agent(ctx, u.ID)
	if err != nil {
		return store.Agent{}, catalog.Status{}, err
	}
	if !found {
		a.Status, a.Since = offline, time.Time{}
	}
	s, err := r.opts.Settings.Status(ctx, u.Instance, a.Status)
	if err != nil && perch.KindOf(err) == perch.NotFound { // it has another name by now
		return a, catalog.Status{Name: a.Status, Type: catalog.Custom}, nil
	}
	return a, s, err
}

// SetStatus changes an agent's status at once, in place of one that was to
// follow. Chats that the agent has stay.
//
// Errors: Invalid for a name that is no status of the instance.
func (r *Router) SetStatus(ctx context.Context, u catalog.User, name string) error {
	s, err := r.statusNamed(ctx, u, "Status", name)
	if err != nil {
		return err
	}
	return r.setStatus(ctx, u, s)
}

// SetNextStatus gives an agent a status once nothing is left to do: until then
// no contact is offered any more. Who has nothing to do has it at once.
//
// Errors: Invalid for a name that is no status of the instance.
// doc: set-next-status.md
func (r *Router) SetNextStatus(ctx context.Context, u catalog.User, name string) error {
	s, err := r.statusNamed(ctx, u, "NextStatus", name)
	if err != nil {
		return err
	}
	a, _, err := r.opts.Store.Agent(ctx, u.ID)
	if err != nil {
		return err
	}
	if a.Load == 0 { // also who has never had a status, and hence no row
		return r.setStatus(ctx, u, s)
	}
	now := r.opts.Now().UTC()
	err = r.opts.Store.Commit(store.Turn{Writes: append(r.opts.Store.Pass(),
		store.SetNextStatus(u.ID, s.Name, s.Type == catalog.Routable), store.SettleStatus(u.ID, now))})
	r.poke()
	r.ring(ctx, u.ID)
	return err
}

func (r *Router) statusNamed(ctx context.Context, u catalog.User, field, name string) (catalog.Status, error) {
	s, err := r.opts.Settings.Status(ctx, u.Instance, name)
	if err == nil && s.Disabled || err != nil && perch.KindOf(err) == perch.NotFound {
		err = perch.InvalidField(field, "is not the name of a status of this instance")
	}
	return s, err
}

func (r *Router) setStatus(ctx context.Context, u catalog.User, s catalog.Status) error {
	now := r.opts.Now().UTC()
	err := r.opts.Store.Commit(store.Turn{Writes: append(r.opts.Store.Pass(), store.SetAgentStatus(store.Agent{User: u.ID, Instance: u.Instance,
		Status: s.Name, Routable: s.Type == catalog.Routable, Since: now, Idle: now}, r.goneBefore(now)))})
	r.poke()
	r.ring(ctx, u.ID)
	return err
}
