package catalog

import (
	"context"
	"time"

	"github.com/perch-chat/perch"
)

// Label is what settings of every kind have besides what they mean.
type Label struct {
	Tags     map[string]string `json:",omitempty"`
	Modified time.Time         `json:",omitzero"` // zero for what has been there from the start
}

// Kind is all that is done alike to settings of one kind, by those who set an
// instance up: a Create that counts, a Delete that looks who refers to it.
type Kind[V Setting] struct {
	of    func(*settings) shelf[V]
	place func(*draft, *V) error
	// label is nil for kinds that have none: perch's own, which have no tags.
	label func(*V) *Label
	// inUse is what refers to a setting; nil where nothing can.
	inUse func(*draft, V) string
	// fresh readies what is new; nil where nothing is to be done.
	fresh func(*draft, *V) error
	// builtIn tells which are there always and do not change; nil where none are.
	builtIn func(V) bool
	// most is how many an instance may have; 0 is no limit.
	most int
}

// ID is the id of a setting.
func (k Kind[V]) ID(v V) string { id, _ := v.key(); return id }

// Name is the name of a setting.
func (k Kind[V]) Name(v V) string { _, name := v.key(); return name }

// Stored is what the kind is called on disk.
func (k Kind[V]) Stored() string { return k.of(newSettings("", 0)).kind }

// Label is the label of a setting, to read or to change.
func (k Kind[V]) Label(v *V) *Label { return k.label(v) }

// Get is the setting of an id.
func (k Kind[V]) Get(ctx context.Context, c *Catalog, instance perch.InstanceID, id string) (V, error) {
	return byID(ctx, c, instance, k.of, id)
}

// All are all settings of the kind, by name.
func (k Kind[V]) All(ctx context.Context, c *Catalog, instance perch.InstanceID) ([]V, error) {
	return all(ctx, c, instance, k.of)
}

// Create makes a setting, whose id is empty. One too many is LimitExceeded.
func (k Kind[V]) Create(ctx context.Context, c *Catalog, instance perch.InstanceID, v V) (V, error) {
	return putIn(ctx, c, instance, v, k.create)
}

func (k Kind[V]) create(d *draft, v *V) error {
	s := k.of(&d.settings)
	if k.most > 0 && len(s.byID) >= k.most {
		return perch.Errorf(perch.LimitExceeded, "the instance has %d of the kind %s already", k.most, s.kind)
	}
	if err := k.checkLabel(v); err != nil {
		return err
	}
	if k.fresh != nil {
		if err := k.fresh(d, v); err != nil {
			return err
		}
	}
	return k.place(d, v)
}

func (k Kind[V]) checkLabel(v *V) error {
	if k.label == nil {
		return nil
	}
	return checkTags(k.label(v).Tags)
}

// Change puts what edit makes of a setting. Edit may run more than once, and must
// not change what maps and slices of the setting hold: others read them.
func (k Kind[V]) Change(ctx context.Context, c *Catalog, instance perch.InstanceID, id string, edit func(*V) error) error {
	return changeIn(ctx, c, instance, k.of, id, edit, func(d *draft, v *V) error {
		if err := k.checkLabel(v); err != nil {
			return err
		}
		return k.place(d, v)
	})
}

// Delete removes a setting; one that another refers to is InUse, and so is a queue in
// which somebody waits.
func (k Kind[V]) Delete(ctx context.Context, c *Catalog, instance perch.InstanceID, id string) error {
	return c.change(ctx, instance, func(d *draft) error {
		v, err := pick(k.of(&d.settings), k.of(&d.settings).byID, id)
		if err != nil {
			return err
		}
		if k.inUse != nil {
			if by := k.inUse(d, v); by != "" {
				return perch.Errorf(perch.InUse, "the %s is in use by %s", k.of(&d.settings).kind, by)
			}
		}
		remove(d, k.of(&d.settings), v)
		return nil
	})
}
