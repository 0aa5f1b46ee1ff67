package api

import (
	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

// resource is a kind of setting as the operations on it have it. One request type
// holds what any of them may say; fill takes over what is there, so that creating
// and every way of changing are one and the same.
type resource[V catalog.Setting, In asked] struct {
	kind catalog.Kind[V]
	path string          // what ARNs call it
	id   func(In) string // which one a request is about; id or ARN
	fill func(*call, *V, In) error
}

// asked is a request on settings.
type asked interface {
	Asked() (instance, next string, limit int)
}

// create makes a setting of what a request says.
func (r resource[V, In]) create(c *call, in In) (v V, err error) {
	if err := c.asks(in); err != nil {
		return v, err
	}
	if err := r.fill(c, &v, in); err != nil {
		return v, err
	}
	r.kind.Label(&v).Modified = c.opts.Now()
	return r.kind.Create(c.Context(), c.opts.Settings, c.instance, v)
}

// get is the setting that a request names.
func (r resource[V, In]) get(c *call, in In) (v V, err error) {
	if err := c.asks(in); err != nil {
		return v, err
	}
	return r.kind.Get(c.Context(), c.opts.Settings, c.instance, wire.ResourceID(r.id(in)))
}

// update changes what a request says, and nothing else.
func (r resource[V, In]) update(c *call, in In) (nothing, error) {
	return r.edit(c, in, func(v *V) error { return r.fill(c, v, in) })
}

// edit changes the setting that a request names.
func (r resource[V, In]) edit(c *call, in In, how func(*V) error) (nothing, error) {
	if err := c.asks(in); err != nil {
		return nothing{}, err
	}
	return nothing{}, r.kind.Change(c.Context(), c.opts.Settings, c.instance, wire.ResourceID(r.id(in)), func(v *V) error {
		r.kind.Label(v).Modified = c.opts.Now()
		return how(v)
	})
}

// delete removes the setting that a request names.
func (r resource[V, In]) delete(c *call, in In) (nothing, error) {
	if err := c.asks(in); err != nil {
		return nothing{}, err
	}
	return nothing{}, r.kind.Delete(c.Context(), c.opts.Settings, c.instance, wire.ResourceID(r.id(in)))
}

// list is one page of the settings that keep lets by, by name.
func (r resource[V, In]) list(c *call, in In, keep func(V) bool) ([]V, string, error) {
	if err := c.asks(in); err != nil {
		return nil, "", err
	}
	all, err := r.kind.All(c.Context(), c.opts.Settings, c.instance)
	if err != nil {
		return nil, "", err
	}
	var kept []V
	for _, v := range all {
		if keep == nil || keep(v) {
			kept = append(kept, v)
		}
	}
	_, next, limit := in.Asked()
	return pageByName(c, kept, r.kind.Name, next, limit)
}

// arn, summary and stamp are what is shown alike of every setting.
func (r resource[V, In]) arn(c *call, v V) string {
	return c.opts.ARNs.Setting(c.instance, r.path, r.kind.ID(v))
}

func (r resource[V, In]) summary(c *call, v V) wire.Summary {
	return wire.Summary{Id: r.kind.ID(v), Arn: r.arn(c, v), Name: r.kind.Name(v), Stamp: r.stamp(c, v)}
}

func (r resource[V, In]) stamp(c *call, v V) wire.Stamp {
	return wire.Stamp{LastModifiedTime: wire.Epoch(r.kind.Label(&v).Modified), LastModifiedRegion: c.opts.ARNs.Region}
}

// tagged is a setting as TagResource sees it.
func (r resource[V, In]) tagged(c *call, id string, missing error) (taggable, error) {
	v, err := r.kind.Get(c.Context(), c.opts.Settings, c.instance, id)
	if err != nil && perch.KindOf(err) == perch.NotFound {
		return taggable{}, missing
	}
	return taggable{r.kind.Label(&v).Tags, func(edit func(map[string]string)) error {
		return r.kind.Change(c.Context(), c.opts.Settings, c.instance, id, func(v *V) error {
			l := r.kind.Label(v)
			l.Tags, l.Modified = edited(l.Tags, edit), c.opts.Now()
			return nil
		})
	}}, err
}

// taggables are the kinds of settings by what ARNs call them.
func taggables() map[string]func(c *call, id string, missing error) (taggable, error) {
	return map[string]func(*call, string, error) (taggable, error){
		queueSettings().path:        queueSettings().tagged,
		hoursSettings().path:        hoursSettings().tagged,
		profileSettings().path:      profileSettings().tagged,
		statusSettings().path:       statusSettings().tagged,
		quickConnectSettings().path: quickConnectSettings().tagged,
		userSettings().path:         userSettings().tagged,
		securitySettings().path:     securitySettings().tagged,
	}
}

// asks checks that a request is about the caller's instance.
func (c *call) asks(in asked) error {
	instance, _, _ := in.Asked()
	return c.of(instance)
}

// given takes over a value that is there.
func given[T comparable](to *T, value T) {
	var none T
	if value != none {
		*to = value
	}
}

// said takes over a value that may be said to be empty.
func said[T any](to *T, value *T) {
	if value != nil {
		*to = *value
	}
}
