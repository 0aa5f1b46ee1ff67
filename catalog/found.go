package catalog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/flow"
	"github.com/perch-chat/perch/store"
)

// What the first instance is made with. Everything but the alias can be changed
// later.
const (
	firstAlias       = "perch"
	firstQueue       = "Basic queue"
	firstProfile     = "Basic routing profile"
	firstConcurrency = 5
	// inboundKey is the role of the default flow that new chats start in.
	inboundKey = "inboundFlow"
	// queuePlaceholder stands for the queue's id in default flows.
	queuePlaceholder = "queue"
)

type firstAgent struct{ username, displayName string }

func firstAgents() []firstAgent { return []firstAgent{{"agent1", "Ana"}, {"agent2", "Ben"}} }

// Founding is what the first instance is founded from.
type Founding struct {
	At      time.Time
	Secrets Secrets
	// Credential makes the row that lets a user sign in. It is committed with
	// everything else.
	Credential func(instance perch.InstanceID, user perch.UserID, username, password string) (store.Write, error)
}

// Founded is what somebody needs to use the first instance. Its JSON is part of
// what `perch try --json` prints.
type Founded struct {
	New             bool             `json:"-"` // founded just now
	InstanceID      perch.InstanceID `json:"InstanceId"`
	AccessKeyID     string           `json:"AccessKeyId"`
	SecretAccessKey string
	ContactFlowID   perch.FlowID `json:"ContactFlowId"` // of the inbound flow
	Agents          []Login      // with their initial passwords
}

var errFounded = errors.New("the database has an instance")

// Found makes, in one commit, the first instance of an empty database: an access
// key, the default flows, a queue, a routing profile, two agents, and quick
// connects to each of them and to the queue. A database that has an instance is
// left as it is, and described.
//
// It fails where the database was founded from other secrets.
func (c *Catalog) Found(ctx context.Context, f Founding) (Founded, error) {
	r, err := c.registered(ctx)
	if err != nil {
		return Founded{}, err
	}
	if len(r.instances) > 0 {
		return c.founded(ctx, f.Secrets)
	}
	turn, err := c.foundation(f)
	if err != nil {
		return Founded{}, fmt.Errorf("founding the first instance: %w", err)
	}
	err = c.opts.Store.Commit(turn)
	c.drop()
	if err != nil && !errors.Is(err, errFounded) {
		return Founded{}, fmt.Errorf("founding the first instance: %w", err)
	}
	out, failed := c.founded(ctx, f.Secrets)
	out.New = err == nil
	return out, failed
}

// founded describes the instance that the secrets' access key belongs to.
func (c *Catalog) founded(ctx context.Context, s Secrets) (Founded, error) {
	id, secret, ok, err := c.Secret(ctx, s.AccessKeyID)
	if err != nil {
		return Founded{}, err
	}
	if !ok || secret != s.SecretAccessKey {
		return Founded{}, fmt.Errorf("the database was founded from another %s: put back the one that belongs to it", secretsFile)
	}
	i, err := c.Instance(ctx, id)
	if err != nil {
		return Founded{}, err
	}
	return Founded{InstanceID: id, AccessKeyID: s.AccessKeyID, SecretAccessKey: secret,
		ContactFlowID: i.InboundFlow, Agents: slices.Clone(s.Agents)}, nil
}

// foundation is everything that the first instance is, as one turn.
func (c *Catalog) foundation(f Founding) (store.Turn, error) {
	made, err := perch.NewID(c.opts.Rand)
	if err != nil {
		return store.Turn{}, err
	}
	instance := perch.InstanceID(made)
	sealed, err := c.seal(AccessKey{ID: f.Secrets.AccessKeyID, Instance: instance, Secret: f.Secrets.SecretAccessKey})
	if err != nil {
		return store.Turn{}, err
	}
	d := newSettings(instance, 0).draft(c.opts.Rand)
	inbound, err := d.furnish(f)
	if err != nil {
		return store.Turn{}, err
	}
	writes := []store.Write{
		store.InsertFirstInstance(store.Instance{ID: instance, Alias: firstAlias, InboundFlow: inbound, Settings: d.version, Created: f.At}, errFounded),
		store.InsertAccessKey(store.AccessKey{ID: f.Secrets.AccessKeyID, Instance: instance, Secret: sealed, Created: f.At}),
	}
	return store.Turn{Writes: append(writes, d.writes...)}, nil
}

// furnish puts the first settings, each through the checks that hold for any,
// and returns the inbound flow.
func (d *draft) furnish(f Founding) (inbound perch.FlowID, err error) {
	queue := Queue{Name: firstQueue, Description: "Where chats wait for an agent unless their flow says otherwise."}
	if err := d.putQueue(&queue); err != nil {
		return "", err
	}
	ids, byType, err := d.putDefaultFlows(queue.ID)
	if err != nil {
		return "", err
	}
	profile := RoutingProfile{Name: firstProfile, Description: "Serves the " + firstQueue + ".", ChatConcurrency: firstConcurrency,
		Queues: []ProfileQueue{{Queue: queue.ID, Priority: 1}}}
	if err := d.putRoutingProfile(&profile); err != nil {
		return "", err
	}
	toQueue := QuickConnect{Name: firstQueue, Type: QuickConnectQueue, Queue: queue.ID, Flow: byType[FlowQueueTransfer]}
	if err := d.putQuickConnect(&toQueue); err != nil {
		return "", err
	}
	for _, login := range f.Secrets.Agents {
		if err := d.putFirstAgent(f, login, profile.ID, byType[FlowAgentTransfer]); err != nil {
			return "", err
		}
	}
	return perch.FlowID(ids[inboundKey]), nil
}

// putDefaultFlows puts the default flows and returns their ids, by role and, for
// those of which there is one of a type, by type.
func (d *draft) putDefaultFlows(queue perch.QueueID) (byRole map[string]string, byType map[FlowType]perch.FlowID, err error) {
	defaults, err := flow.Defaults()
	if err != nil {
		return nil, nil, err
	}
	byRole, byType = map[string]string{queuePlaceholder: string(queue)}, map[FlowType]perch.FlowID{}
	for _, each := range defaults {
		content, err := each.Fill(byRole)
		if err != nil {
			return nil, nil, err
		}
		put := Flow{Name: each.Name, Type: FlowType(each.Type), Description: each.Description, Content: content}
		if err := d.putFlow(&put); err != nil {
			return nil, nil, fmt.Errorf("default flow %s: %w", each.Key, err)
		}
		byRole[each.Key], byType[put.Type] = string(put.ID), put.ID
	}
	if byRole[inboundKey] == "" {
		return nil, nil, fmt.Errorf("no default flow has the key %s: the build is broken", inboundKey)
	}
	return byRole, byType, nil
}

func (d *draft) putFirstAgent(f Founding, login Login, profile string, transfer perch.FlowID) error {
	name := login.Username
	for _, a := range firstAgents() {
		if a.username == login.Username {
			name = a.displayName
		}
	}
	u := User{Username: login.Username, DisplayName: name, RoutingProfile: profile, SecurityProfile: Agent}
	if err := d.putUser(&u); err != nil {
		return err
	}
	to := QuickConnect{Name: name, Type: QuickConnectUser, User: u.ID, Flow: transfer}
	if err := d.putQuickConnect(&to); err != nil {
		return err
	}
	w, err := f.Credential(d.instance, u.ID, login.Username, login.Password)
	if err != nil {
		return err
	}
	d.writes = append(d.writes, w)
	return nil
}
