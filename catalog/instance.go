package catalog

import (
	"context"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// Instance is a contact centre of its own.
type Instance struct {
	ID          perch.InstanceID
	Alias       string       // unique
	InboundFlow perch.FlowID // played where a new chat names no other
	Created     time.Time
}

// register is who there is: instances and their access keys. It never changes
// once others can see it.
type register struct {
	instances map[perch.InstanceID]store.Instance
	order     []perch.InstanceID // by alias
	keys      map[string]store.AccessKey
}

func (c *Catalog) readRegister(ctx context.Context) (*register, error) {
	instances, err := c.opts.Store.Instances(ctx)
	if err != nil {
		return nil, err
	}
	keys, err := c.opts.Store.AccessKeys(ctx)
	if err != nil {
		return nil, err
	}
	r := &register{instances: map[perch.InstanceID]store.Instance{}, keys: map[string]store.AccessKey{}}
	for _, i := range instances {
		r.instances[i.ID] = i
		r.order = append(r.order, i.ID)
	}
	for _, k := range keys {
		r.keys[k.ID] = k
	}
	return r, nil
}

func (c *Catalog) registered(ctx context.Context) (*register, error) {
	return recall(c,
		func() *register { return c.register },
		func(r *register) { c.register = r },
		func() (*register, error) { return c.readRegister(ctx) })
}

// Instance is the instance of an id.
func (c *Catalog) Instance(ctx context.Context, id perch.InstanceID) (Instance, error) {
	r, err := c.registered(ctx)
	if err != nil {
		return Instance{}, err
	}
	i, ok := r.instances[id]
	if !ok {
		return Instance{}, perch.Errorf(perch.NotFound, "the instance does not exist")
	}
	return instanceOf(i), nil
}

// Instances are all instances, by alias.
func (c *Catalog) Instances(ctx context.Context) ([]Instance, error) {
	r, err := c.registered(ctx)
	if err != nil {
		return nil, err
	}
	var out []Instance
	for _, id := range r.order {
		out = append(out, instanceOf(r.instances[id]))
	}
	return out, nil
}

// InstanceNamed is the instance of an id or an alias.
func (c *Catalog) InstanceNamed(ctx context.Context, idOrAlias string) (Instance, error) {
	all, err := c.Instances(ctx)
	if err != nil {
		return Instance{}, err
	}
	for _, i := range all {
		if string(i.ID) == idOrAlias || i.Alias == idOrAlias {
			return i, nil
		}
	}
	return Instance{}, perch.Errorf(perch.NotFound, "no instance has the id or the alias %q", idOrAlias)
}

func instanceOf(i store.Instance) Instance {
	return Instance{ID: i.ID, Alias: i.Alias, InboundFlow: i.InboundFlow, Created: i.Created}
}
