package catalog

import (
	"context"
	"fmt"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/token"
)

// Instance is a contact centre of its own.
type Instance struct {
	ID          perch.InstanceID
	Alias       string       // unique
	InboundFlow perch.FlowID // played where a new chat names no other
	Created     time.Time
}

// AccessKey signs requests for an instance.
type AccessKey struct {
	ID       string
	Instance perch.InstanceID
	Secret   string
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

func instanceOf(i store.Instance) Instance {
	return Instance{ID: i.ID, Alias: i.Alias, InboundFlow: i.InboundFlow, Created: i.Created}
}

// Secret is the instance and the secret of an access key; ok is false for one
// that does not exist.
//
// A signature can be checked only with the plain secret, so that is kept, sealed
// with the token keys: whoever has the database alone, such as a backup, cannot
// sign. Whoever has secrets.json as well can.
func (c *Catalog) Secret(ctx context.Context, accessKeyID string) (instance perch.InstanceID, secret string, ok bool, err error) {
	r, err := c.registered(ctx)
	if err != nil {
		return "", "", false, err
	}
	row, ok := r.keys[accessKeyID]
	if !ok {
		return "", "", false, nil
	}
	k, err := c.unseal(row)
	if err != nil {
		return "", "", false, err
	}
	return k.Instance, k.Secret, true, nil
}

func (c *Catalog) seal(k AccessKey) ([]byte, error) {
	sealed, err := c.opts.Sealer.Seal(token.KindAccessKey, k)
	return []byte(sealed), err
}

func (c *Catalog) unseal(row store.AccessKey) (AccessKey, error) {
	var k AccessKey
	if err := c.opts.Sealer.Open(token.KindAccessKey, string(row.Secret), &k); err != nil {
		return k, fmt.Errorf("the secret of access key %s does not open: put back the %s that belongs to this data", row.ID, secretsFile)
	}
	if k.ID != row.ID || k.Instance != row.Instance {
		return k, fmt.Errorf("access key %s holds the secret of another: its row was altered; restore a backup", row.ID)
	}
	return k, nil
}

// Reseal seals the secrets of all access keys with the first token key. Called
// at every start, it lets token keys be rotated: one must not go before the
// secrets that it has sealed are sealed anew.
func (c *Catalog) Reseal(ctx context.Context) error {
	r, err := c.registered(ctx)
	if err != nil {
		return err
	}
	var writes []store.Write
	for _, row := range r.keys {
		k, err := c.unseal(row)
		if err != nil {
			return err
		}
		sealed, err := c.seal(k)
		if err != nil {
			return err
		}
		if string(sealed) != string(row.Secret) {
			writes = append(writes, store.SetAccessKeySecret(row.ID, sealed))
		}
	}
	if len(writes) == 0 {
		return nil
	}
	err = c.opts.Store.Commit(store.Turn{Writes: writes})
	c.drop()
	return err
}
