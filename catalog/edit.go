package catalog

import (
	"context"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// Edit is a change of many settings, of any kinds, that is committed whole or not
// at all. Kind.Stage, Put and Drop are what it is made of.
type Edit struct {
	draft     *draft
	instance  Instance
	untouched bool
}

// Edit runs body on what an instance is set up with, and commits what it has put
// and dropped, if it says that it is to be kept. Body runs again where another
// change was committed first.
//
// Errors: NotFound for the instance; those of body.
func (c *Catalog) Edit(ctx context.Context, instance perch.InstanceID, body func(*Edit) (keep bool, err error)) error {
	i, err := c.Instance(ctx, instance)
	if err != nil {
		return err
	}
	chats, err := c.opts.Store.HasContacts(ctx, instance)
	if err != nil {
		return err
	}
	return c.change(ctx, instance, func(d *draft) error {
		e := &Edit{draft: d, instance: i, untouched: d.was.version == foundedVersion && !chats}
		keep, err := body(e)
		if !keep {
			d.writes = nil
		}
		return err
	})
}

// foundedVersion is the version of the settings of an instance that nobody has
// changed since it was made.
const foundedVersion = 1

// Untouched tells that nobody has changed a setting and no chat was ever started
// since the instance was made: nothing outside it knows the ids of its settings.
func (e *Edit) Untouched() bool { return e.untouched }

// Version is that of the settings before the edit; every change raises it.
func (e *Edit) Version() int64 { return e.draft.was.version }

// Instance is the instance as it was before the edit.
func (e *Edit) Instance() Instance { return e.instance }

// NewID is an id for something that is to be staged.
func (e *Edit) NewID() (string, error) { return perch.NewID(e.draft.rand) }

// Write adds what belongs to the edit in tables of other rooms.
func (e *Edit) Write(w ...store.Write) { e.draft.writes = append(e.draft.writes, w...) }

// SetInbound has new chats start in another flow where they name none.
//
// Errors: Invalid where it is no flow of the instance in which a chat can start.
func (e *Edit) SetInbound(flow perch.FlowID) error {
	if err := checkExists("InboundFlow", e.draft.flows, flow); err != nil {
		return err
	}
	switch f := e.draft.flows.byID[string(flow)]; {
	case f.Type != FlowInbound:
		return perch.InvalidField("InboundFlow", "must be of type %s, not %s", FlowInbound, f.Type)
	case f.Archived || f.Content == "":
		return perch.InvalidField("InboundFlow", "must be active and published")
	}
	e.instance.InboundFlow = flow
	e.Write(store.SetInboundFlow(e.draft.instance, flow))
	return nil
}

// In are the settings of a kind as they are in an edit, by name.
func (k Kind[V]) In(e *Edit) []V { return k.of(&e.draft.settings).inOrder() }

// BuiltIn tells whether a setting is one that every instance has as it is.
func (k Kind[V]) BuiltIn(v V) bool { return k.builtIn != nil && k.builtIn(v) }

// Stage lays a setting with its id on the shelf, so that others can refer to it.
// It is not checked, and not kept unless Put follows.
func (k Kind[V]) Stage(e *Edit, v V) { k.of(&e.draft.settings).place(v) }

// Put checks a setting that was staged against everything that is staged, and has
// it kept.
//
// Errors: as those of the kind's own changes; LimitExceeded for one too many.
func (k Kind[V]) Put(e *Edit, v V) error {
	s := k.of(&e.draft.settings)
	if _, old := k.of(e.draft.was).byID[k.ID(v)]; !old && k.most > 0 && len(s.byID) > k.most {
		return perch.Errorf(perch.LimitExceeded, "the instance would have more than %d of the kind %s", k.most, s.kind)
	}
	if err := k.checkLabel(&v); err != nil {
		return err
	}
	return k.place(e.draft, &v)
}

// Drop takes a setting away. Whether it is needed, Used tells once all else is
// staged.
func (k Kind[V]) Drop(e *Edit, v V) { remove(e.draft, k.of(&e.draft.settings), v) }

// Used is what refers to a setting that was dropped; empty where nothing does.
func (k Kind[V]) Used(e *Edit, v V) string {
	if k.inUse == nil {
		return ""
	}
	return k.inUse(e.draft, v)
}
