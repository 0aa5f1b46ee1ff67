package catalog

import (
	"cmp"
	"context"
	"encoding/base32"
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/token"
)

// Scope is what the holder of an access key may do. Which operations that is
// stands in the doors' table of rights. The values are on disk.
type Scope string

// Scopes.
const (
	StartScope Scope = "start" // starts, continues and stops chats
	ReadScope  Scope = "read"  // reads what there is, changes nothing
	AdminScope Scope = "admin" // all of it
)

// AccessKey signs requests for an instance.
type AccessKey struct {
	ID       string
	Instance perch.InstanceID
	Secret   string
	Scope    Scope
	Created  time.Time
}

// Key is an access key with its secret; ok is false for one that does not exist.
//
// A signature can be checked only with the plain secret, so that is kept, sealed
// with the token keys: whoever has the database alone, such as a backup, cannot
// sign. Whoever has secrets.json as well can.
func (c *Catalog) Key(ctx context.Context, id string) (k AccessKey, ok bool, err error) {
	r, err := c.registered(ctx)
	if err != nil {
		return AccessKey{}, false, err
	}
	row, ok := r.keys[id]
	if !ok {
		return AccessKey{}, false, nil
	}
	if k, err = c.unseal(row); err != nil {
		return AccessKey{}, false, err
	}
	return k, true, nil
}

// Secret is the instance and the secret of an access key, see Key.
func (c *Catalog) Secret(ctx context.Context, id string) (instance perch.InstanceID, secret string, ok bool, err error) {
	k, ok, err := c.Key(ctx, id)
	return k.Instance, k.Secret, ok, err
}

// Keys are the access keys of an instance, the oldest first, without secrets.
func (c *Catalog) Keys(ctx context.Context, instance perch.InstanceID) ([]AccessKey, error) {
	r, err := c.registered(ctx)
	if err != nil {
		return nil, err
	}
	var out []AccessKey
	for _, row := range r.keys {
		if row.Instance == instance {
			out = append(out, AccessKey{ID: row.ID, Instance: row.Instance, Scope: Scope(row.Scope), Created: row.Created})
		}
	}
	slices.SortFunc(out, func(a, b AccessKey) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// CreateKey makes an access key of an instance. Nothing shows its secret again.
//
// Errors: Invalid for a scope that is none, NotFound for the instance.
func (c *Catalog) CreateKey(ctx context.Context, instance perch.InstanceID, scope Scope, at time.Time) (AccessKey, error) {
	if err := checkAmong("Scope", scope, StartScope, ReadScope, AdminScope); err != nil {
		return AccessKey{}, err
	}
	if _, err := c.Instance(ctx, instance); err != nil {
		return AccessKey{}, err
	}
	k, err := newKey(c.opts.Rand)
	if err != nil {
		return AccessKey{}, err
	}
	k.Instance, k.Scope, k.Created = instance, scope, at
	insert, err := c.insertKey(k)
	if err != nil {
		return AccessKey{}, err
	}
	err = c.opts.Store.Commit(store.Turn{Writes: []store.Write{insert}})
	c.drop()
	return k, err
}

// DeleteKey takes an access key of an instance away: what it signs is refused
// from then on.
//
// Errors: NotFound where the instance has no such key.
func (c *Catalog) DeleteKey(ctx context.Context, instance perch.InstanceID, id string) error {
	missing := perch.Errorf(perch.NotFound, "the instance has no access key %q", id)
	err := c.opts.Store.Commit(store.Turn{Writes: []store.Write{store.DeleteAccessKey(instance, id, missing)}})
	c.drop()
	return err
}

// newKey is an id and a secret.
func newKey(rand io.Reader) (AccessKey, error) {
	b := make([]byte, accessKeyLength+secretBytes)
	if _, err := io.ReadFull(rand, b); err != nil {
		return AccessKey{}, fmt.Errorf("reading randomness for an access key: %w", err)
	}
	id := base32.StdEncoding.EncodeToString(b[:accessKeyLength])
	return AccessKey{ID: accessKeyLead + id[:accessKeyLength-len(accessKeyLead)],
		Secret: base64.RawURLEncoding.EncodeToString(b[accessKeyLength:])}, nil
}

func (c *Catalog) insertKey(k AccessKey) (store.Write, error) {
	sealed, err := c.seal(k)
	return store.InsertAccessKey(store.AccessKey{ID: k.ID, Instance: k.Instance, Secret: sealed, Scope: string(k.Scope), Created: k.Created}), err
}

// sealedKey is what is sealed of an access key. Without a scope it was sealed
// before there were scopes, and may do all.
type sealedKey struct {
	ID       string
	Instance perch.InstanceID
	Secret   string
	Scope    Scope `json:",omitempty"`
}

func (c *Catalog) seal(k AccessKey) ([]byte, error) {
	sealed, err := c.opts.Sealer.Seal(token.KindAccessKey, sealedKey{k.ID, k.Instance, k.Secret, k.Scope})
	return []byte(sealed), err
}

func (c *Catalog) unseal(row store.AccessKey) (AccessKey, error) {
	var in sealedKey
	if err := c.opts.Sealer.Open(token.KindAccessKey, string(row.Secret), &in); err != nil {
		return AccessKey{}, fmt.Errorf("the secret of access key %s does not open: put back the %s that belongs to this data", row.ID, secretsFile)
	}
	if in.Scope == "" {
		in.Scope = AdminScope
	}
	if in.ID != row.ID || in.Instance != row.Instance || in.Scope != Scope(row.Scope) {
		return AccessKey{}, fmt.Errorf("access key %s does not go with what is sealed in it: its row was altered; restore a backup", row.ID)
	}
	return AccessKey{ID: in.ID, Instance: in.Instance, Secret: in.Secret, Scope: in.Scope, Created: row.Created}, nil
}

// Reseal seals the secrets of all access keys, and the security keys of widgets, with the first token key. Called
// at every start, it lets token keys be rotated: one must not go before the
// secrets that it has sealed are sealed anew.
func (c *Catalog) Reseal(ctx context.Context) error {
	if err := c.resealWidgets(ctx); err != nil {
		return err
	}
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
