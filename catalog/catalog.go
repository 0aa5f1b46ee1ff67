// Package catalog keeps what an instance is set up with: its access keys, flows,
// queues, routing profiles, users, quick connects and statuses. Whatever it
// hands out has been validated, and refers only to things that exist.
//
// Settings are read for every contact and change rarely, so a process keeps all
// of an instance's in memory and drops them at each change of its own. Where
// several processes share a database each calls Refresh once a second, and so
// sees a change of another's at most that much later; a change itself is always
// decided on what is committed.
//
// Errors are of package perch: Invalid names the field and its limit, NotFound
// an id that is not the instance's, Conflict a name that is taken.
package catalog

import (
	"context"
	"errors"
	"io"
	"maps"
	"sync"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/token"
)

// maxAttempts of one change, each after somebody else's was first.
const maxAttempts = 32

// Options of a Catalog.
type Options struct {
	Store  *store.Store  // its committer must be running for every change
	Sealer *token.Sealer // seals the secrets of access keys at rest
	Rand   io.Reader     // ids are made from it
}

// Catalog is the settings of all instances. It is safe for concurrent use.
type Catalog struct {
	views []View // that every instance has

	opts Options

	mu       sync.Mutex
	age      int64 // raised whenever what is known may have become old
	register *register
	known    map[perch.InstanceID]*settings

	parsing  sync.Mutex
	programs map[programKey]parsed
}

// New makes a Catalog.
func New(opts Options) *Catalog {
	return &Catalog{opts: opts, views: readManagedViews(), known: map[perch.InstanceID]*settings{}, programs: map[programKey]parsed{}}
}

// Refresh drops what another process has changed. A process that has the
// database to itself need not call it.
func (c *Catalog) Refresh(ctx context.Context) error {
	now, err := c.readRegister(ctx)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	old := c.register != nil && !c.register.equal(now)
	for id, s := range c.known {
		old = old || s.version != now.instances[id].Settings
	}
	if old {
		c.dropLocked()
	}
	return nil
}

func (c *Catalog) drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dropLocked()
}

func (c *Catalog) dropLocked() {
	c.age++
	c.register = nil
	clear(c.known)
}

// recall reads what is known, or else what is committed. What was read is kept
// only if nothing was dropped meanwhile: it might be older than the drop.
func recall[V any](c *Catalog, known func() *V, keep func(*V), read func() (*V, error)) (*V, error) {
	for {
		c.mu.Lock()
		v, age := known(), c.age
		c.mu.Unlock()
		if v != nil {
			return v, nil
		}
		v, err := read()
		if err != nil {
			return nil, err
		}
		c.mu.Lock()
		current := age == c.age
		if current {
			keep(v)
		}
		c.mu.Unlock()
		if current {
			return v, nil
		}
	}
}

func (c *Catalog) settings(ctx context.Context, instance perch.InstanceID) (*settings, error) {
	return recall(c,
		func() *settings { return c.known[instance] },
		func(s *settings) { c.known[instance] = s },
		func() (*settings, error) { return c.readSettings(ctx, instance) })
}

func (c *Catalog) readSettings(ctx context.Context, instance perch.InstanceID) (*settings, error) {
	// The version is read first: rows that are newer than their version are
	// found out at the next change or Refresh, older ones would never be.
	version, found, err := c.opts.Store.SettingsVersion(ctx, instance)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, perch.Errorf(perch.NotFound, "the instance does not exist")
	}
	rows, err := c.opts.Store.Settings(ctx, instance)
	if err != nil {
		return nil, err
	}
	s := newSettings(instance, version)
	for _, r := range rows {
		if err := s.load(r); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// change runs a body against a draft of an instance's settings and commits what
// it put, if it put anything. The body runs again where another change was committed first.
func (c *Catalog) change(ctx context.Context, instance perch.InstanceID, body func(*draft) error) error {
	for range maxAttempts {
		s, err := c.settings(ctx, instance)
		if err != nil {
			return err
		}
		d := s.draft(c.opts.Rand)
		d.pass = c.opts.Store.Pass()
		if err := body(d); err != nil {
			return err
		}
		if len(d.writes) == 0 {
			return nil // nothing was put
		}
		writes := append(append(d.first, store.RaiseSettings(instance, s.version)), d.writes...)
		err = c.opts.Store.Commit(store.Turn{Writes: writes})
		c.drop() // also after a failure: its outcome may be unknown
		if !errors.Is(err, store.ErrBehind) {
			return err
		}
	}
	return perch.Errorf(perch.Conflict, "too many changes of settings at once: try again")
}

// equal compares by what is committed.
func (r *register) equal(other *register) bool {
	return maps.Equal(r.instances, other.instances) && maps.EqualFunc(r.keys, other.keys,
		func(a, b store.AccessKey) bool {
			return a.Instance == b.Instance && a.Scope == b.Scope && string(a.Secret) == string(b.Secret)
		})
}
