package catalog

import (
	"context"
	"fmt"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// Branch is an instance that a request makes. It begins as any other, but without
// agents and without an access key of its own: the keys of the instance that made
// it, its founder, open it as well, since a response has no room for secrets.
type Branch struct {
	Alias    string // 1 to 45 letters, digits and dashes, unique; empty: its id
	Token    string // the same one again is the same instance
	At       time.Time
	Switches map[Switch]bool
	Tags     map[string]string
}

// maxBranches is how many a founder may have; ours.
const maxBranches = 100

// isFirst tells whether an instance is the one that the database was founded with:
// that of whoever runs perch. The others are for their tenants.
func (r *register) isFirst(id perch.InstanceID) bool { return r.instances[id].Alias == firstAlias }

// CreateBranch makes an instance for the first one.
//
// Errors: Refused for any other founder, or for a token that has made another
// instance; Invalid for the alias, Conflict for one that is taken; LimitExceeded.
func (c *Catalog) CreateBranch(ctx context.Context, founder perch.InstanceID, b Branch) (perch.InstanceID, error) {
	r, err := c.registered(ctx)
	if err != nil {
		return "", err
	}
	if !r.isFirst(founder) {
		return "", perch.Errorf(perch.Refused, "instances are made with keys of the first instance, or by perch instance create")
	}
	if b.Alias != "" {
		if err := checkAlias(b.Alias); err != nil {
			return "", err
		}
	}
	if err := checkTags(b.Tags); err != nil {
		return "", err
	}
	n := 0
	for _, i := range r.instances {
		if i.Founder != founder {
			continue
		}
		n++
		if b.Token != "" && i.Token == b.Token {
			if b.Alias != "" && b.Alias != i.Alias {
				return "", perch.Errorf(perch.Refused, "the ClientToken has made another instance")
			}
			return i.ID, nil
		}
	}
	if n >= maxBranches {
		return "", perch.Errorf(perch.LimitExceeded, "%d instances have been made by requests already", n)
	}
	taken := &perch.Error{Kind: perch.Conflict, Field: "InstanceAlias", Message: fmt.Sprintf("is taken: there is another instance named %q", b.Alias)}
	out, turn, err := c.foundation(plan{alias: b.Alias, at: b.At, whole: InstanceSetting{Attributes: b.Switches, Label: Label{Tags: b.Tags}}},
		func(i store.Instance) store.Write {
			i.Founder, i.Token = founder, b.Token
			return store.InsertInstance(i, taken)
		})
	if err != nil {
		return "", fmt.Errorf("making the instance %s: %w", b.Alias, err)
	}
	err = c.opts.Store.Commit(turn)
	c.drop()
	return out.InstanceID, err
}

// Branches are the instances that keys of an instance open besides, by alias.
func (c *Catalog) Branches(ctx context.Context, founder perch.InstanceID) ([]Instance, error) {
	r, err := c.registered(ctx)
	if err != nil {
		return nil, err
	}
	var out []Instance
	for _, id := range r.order {
		if r.instances[id].Founder == founder {
			out = append(out, instanceOf(r.instances[id]))
		}
	}
	return out, nil
}

// Opens tells whether keys of one instance open another.
func (c *Catalog) Opens(ctx context.Context, founder, other perch.InstanceID) (bool, error) {
	r, err := c.registered(ctx)
	return err == nil && r.instances[other].Founder == founder, err
}

// DeleteBranch removes an instance that a request has made, with all its settings and
// users; forget makes the writes after which a user cannot sign in any more, as
// staff.Forget does. One that has had chats stays: they are not perch's to lose.
//
// Errors: NotFound, Refused.
func (c *Catalog) DeleteBranch(ctx context.Context, id perch.InstanceID, forget func(perch.InstanceID, perch.UserID) []store.Write) error {
	i, err := c.readRegister(ctx)
	if err != nil {
		return err
	}
	if i.instances[id].Founder == "" {
		return perch.Errorf(perch.Refused, "only an instance that CreateInstance has made can be deleted by DeleteInstance")
	}
	return c.change(ctx, id, func(d *draft) error {
		for _, u := range d.users.inOrder() {
			d.writes = append(d.writes, forget(id, u.ID)...)
		}
		had := perch.Errorf(perch.Refused, "the instance has had chats, which stay, and it with them")
		d.writes = append(d.writes, store.DeleteSettings(id), store.DeleteAccessKeys(id), store.DeleteInstance(id, had))
		return nil
	})
}
