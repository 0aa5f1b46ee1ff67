package catalog

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// Moved is an instance with all its settings, as it moves from one database into
// another. No secret is in it: no access key, no password, no key of a widget.
type Moved struct {
	ID          perch.InstanceID
	Alias       string
	InboundFlow perch.FlowID
	Version     int64 // of its settings
	Created     time.Time
	Settings    []MovedSetting // by kind and id
}

// MovedSetting is a setting as it is kept.
type MovedSetting struct {
	Kind, ID, Name string
	Version        int64 // of the instance's settings in which it last changed
	Body           json.RawMessage
}

// Moving is an instance as it is to move. All kinds of setting are in it, those that
// other versions will have as well.
func (c *Catalog) Moving(ctx context.Context, instance perch.InstanceID) (Moved, error) {
	r, err := c.registered(ctx)
	if err != nil {
		return Moved{}, err
	}
	i, ok := r.instances[instance]
	if !ok {
		return Moved{}, perch.Errorf(perch.NotFound, "the instance does not exist")
	}
	rows, err := c.opts.Store.Settings(ctx, instance)
	if err != nil {
		return Moved{}, err
	}
	m := Moved{ID: i.ID, Alias: i.Alias, InboundFlow: i.InboundFlow, Version: i.Settings, Created: i.Created}
	for _, row := range rows {
		if row.Kind == kindWidget {
			if row.Body, err = keyless(row.Body); err != nil {
				return m, err
			}
		}
		m.Settings = append(m.Settings, MovedSetting{row.Kind, row.ID, row.Name, row.Version, row.Body})
	}
	slices.SortFunc(m.Settings, func(a, b MovedSetting) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID)) })
	return m, nil
}

// keyless is a widget without its keys, which are sealed for the database that it is
// in.
func keyless(body []byte) ([]byte, error) {
	var w Widget
	if err := json.Unmarshal(body, &w); err != nil {
		return nil, fmt.Errorf("damaged setting of kind %s: %w", kindWidget, err)
	}
	w.Keys = nil
	return json.Marshal(w)
}

// Adoption is what an instance that comes from another database is to have here.
type Adoption struct {
	Moved
	Key AccessKey // its id and secret; a new one if empty
	// Credential makes the row that lets a user sign in.
	Credential func(instance perch.InstanceID, user perch.UserID, username string) (store.Write, error)
	At         time.Time
}

// Adopt takes in an instance, in one commit, and returns its access key, which has
// the scope admin. One that is here already just so is known, and has no new key.
//
// Errors: Conflict where its id or its alias is taken by another; Invalid for settings
// that this version does not know.
func (c *Catalog) Adopt(ctx context.Context, a Adoption) (key AccessKey, known bool, err error) {
	r, err := c.registered(ctx)
	if err != nil {
		return key, false, err
	}
	if _, here := r.instances[a.ID]; here {
		there, err := c.Moving(ctx, a.ID)
		if err == nil && !reflect.DeepEqual(there, a.Moved) {
			err = perch.Errorf(perch.Conflict, "the instance %s is here already, with other settings", a.ID)
		}
		return key, err == nil, err
	}
	s := newSettings(a.ID, a.Version)
	var writes []store.Write
	for _, m := range a.Settings {
		row := store.Setting{Kind: m.Kind, ID: m.ID, Name: m.Name, Version: m.Version, Body: m.Body}
		if err := s.load(row); err != nil {
			return key, false, perch.Errorf(perch.Invalid, "%v", err)
		}
		writes = append(writes, store.PutSetting(a.ID, row))
	}
	for _, u := range s.users.inOrder() {
		w, err := a.Credential(a.ID, u.ID, u.Username)
		if err != nil {
			return key, false, err
		}
		writes = append(writes, w)
	}
	if key = a.Key; key.ID == "" {
		if key, err = newKey(c.opts.Rand); err != nil {
			return key, false, err
		}
	}
	key.Instance, key.Scope, key.Created = a.ID, AdminScope, a.At
	insert, err := c.insertKey(key)
	if err != nil {
		return key, false, err
	}
	taken := perch.Errorf(perch.Conflict, "there is another instance of the name %q here: import into a new data directory", a.Alias)
	row := store.InsertInstance(store.Instance{ID: a.ID, Alias: a.Alias, InboundFlow: a.InboundFlow, Settings: a.Version, Created: a.Created}, taken)
	err = c.opts.Store.Commit(store.Turn{Writes: append([]store.Write{row, insert}, writes...)})
	c.drop()
	return key, false, err
}
