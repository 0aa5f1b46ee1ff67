package catalog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/flow"
	"github.com/perch-chat/perch/store"
)

// What an instance is made with, and the alias of the first. Everything but the alias can be changed
// later.
const (
	firstAlias       = "perch"
	firstQueue       = "Basic queue"
	firstHours       = "Basic Hours"
	firstProfile     = "Basic routing profile"
	firstConcurrency = 5
	firstWidget      = "Demo" // for pages of perch itself
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

// Founded is what somebody needs to use a new instance. Its JSON is part of
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
	_, turn, err := c.foundation(plan{alias: firstAlias, at: f.At, agents: f.Secrets.Agents, credential: f.Credential,
		key: AccessKey{ID: f.Secrets.AccessKeyID, Secret: f.Secrets.SecretAccessKey}},
		func(i store.Instance) store.Write { return store.InsertFirstInstance(i, errFounded) })
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
		return Founded{}, fmt.Errorf("the database was founded from another %s: put back the one that belongs to it, or copy that of another perch that uses the database", secretsFile)
	}
	i, err := c.Instance(ctx, id)
	if err != nil {
		return Founded{}, err
	}
	return Founded{InstanceID: id, AccessKeyID: s.AccessKeyID, SecretAccessKey: secret,
		ContactFlowID: i.InboundFlow, Agents: slices.Clone(s.Agents)}, nil
}

// Creation is what one more instance is made from.
type Creation struct {
	Alias string // 1 to 45 letters, digits and dashes; unique
	At    time.Time
	// Credential see Founding.
	Credential func(instance perch.InstanceID, user perch.UserID, username, password string) (store.Write, error)
}

// Create makes, in one commit, one more instance with all that the first was
// made with. Its access key, of scope admin, and the agents' initial passwords
// are in the answer and nowhere else.
//
// Errors: Invalid for the alias, Conflict for one that is taken.
func (c *Catalog) Create(_ context.Context, n Creation) (Founded, error) {
	if err := checkAlias(n.Alias); err != nil {
		return Founded{}, err
	}
	key, err := newKey(c.opts.Rand)
	if err != nil {
		return Founded{}, err
	}
	agents, err := newLogins(c.opts.Rand)
	if err != nil {
		return Founded{}, err
	}
	taken := &perch.Error{Kind: perch.Conflict, Field: "Alias", Message: fmt.Sprintf("is taken: there is another instance named %q", n.Alias)}
	out, turn, err := c.foundation(plan{alias: n.Alias, at: n.At, key: key, agents: agents, credential: n.Credential},
		func(i store.Instance) store.Write { return store.InsertInstance(i, taken) })
	if err != nil {
		return Founded{}, fmt.Errorf("making the instance %s: %w", n.Alias, err)
	}
	err = c.opts.Store.Commit(turn)
	c.drop()
	if err != nil {
		return Founded{}, err
	}
	return out, nil
}

// checkAlias holds an alias against Amazon's limits.
// doc: API_CreateInstance, InstanceAlias
func checkAlias(alias string) error {
	const field, limit = "Alias", 45
	if err := checkName(field, alias, limit); err != nil {
		return err
	}
	const inside = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
	if strings.Trim(alias, inside) != "" || strings.HasPrefix(alias, "-") || strings.HasSuffix(alias, "-") || strings.HasPrefix(alias, "d-") {
		return perch.InvalidField(field, "must be made of letters a-z and A-Z, digits, and dashes between them, and not begin with d-")
	}
	return nil
}

// plan is what any instance is founded from.
type plan struct {
	alias      string
	at         time.Time
	key        AccessKey // id and secret; without an id there is none
	agents     []Login
	whole      InstanceSetting
	credential func(instance perch.InstanceID, user perch.UserID, username, password string) (store.Write, error)
}

// foundation is everything that an instance is at first, as one turn; insert
// makes the instance's own row.
func (c *Catalog) foundation(p plan, insert func(store.Instance) store.Write) (Founded, store.Turn, error) {
	made, err := perch.NewID(c.opts.Rand)
	if err != nil {
		return Founded{}, store.Turn{}, err
	}
	p.key.Instance, p.key.Scope, p.key.Created = perch.InstanceID(made), AdminScope, p.at
	d := newSettings(p.key.Instance, 0).draft(c.opts.Rand)
	if p.key.ID != "" {
		key, err := c.insertKey(p.key)
		if err != nil {
			return Founded{}, store.Turn{}, err
		}
		d.writes = append(d.writes, key)
	}
	inbound, err := d.furnish(p)
	if err != nil {
		return Founded{}, store.Turn{}, err
	}
	if p.alias == "" {
		p.alias = made
	}
	row := insert(store.Instance{ID: p.key.Instance, Alias: p.alias, InboundFlow: inbound, Settings: d.version, Created: p.at})
	return Founded{New: true, InstanceID: p.key.Instance, AccessKeyID: p.key.ID, SecretAccessKey: p.key.Secret, ContactFlowID: inbound, Agents: p.agents},
		store.Turn{Writes: append([]store.Write{row}, d.writes...)}, nil
}

// furnish puts the first settings, each through the checks that hold for any,
// and returns the inbound flow.
func (d *draft) furnish(p plan) (inbound perch.FlowID, err error) {
	open := Hours{Name: firstHours, Description: "Always open.", TimeZone: "UTC", Slots: roundTheClock()}
	if err := d.putHours(&open); err != nil {
		return "", err
	}
	queue := Queue{Name: firstQueue, Hours: open.ID, Description: "Where chats wait for an agent unless their flow says otherwise."}
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
	demo := Widget{Name: firstWidget, Look: Look{ConfirmEnd: true}}
	if err := d.putWidget(&demo); err != nil {
		return "", err
	}
	if p.whole.Attributes != nil || p.whole.Tags != nil {
		if err := put(d, d.whole, "InstanceId", p.whole); err != nil {
			return "", err
		}
	}
	for _, login := range p.agents {
		if err := d.putFirstAgent(p, login, profile.ID, byType[FlowAgentTransfer]); err != nil {
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

func (d *draft) putFirstAgent(p plan, login Login, profile string, transfer perch.FlowID) error {
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
	w, err := p.credential(d.instance, u.ID, login.Username, login.Password)
	if err != nil {
		return err
	}
	d.writes = append(d.writes, w)
	return nil
}
