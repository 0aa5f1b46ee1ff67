package catalog

import (
	"context"
	"fmt"
	"slices"

	"github.com/perch-chat/perch"
)

// RoutingProfile says which queues its agents serve, and how many chats at once.
type RoutingProfile struct {
	ID              string
	Name            string   // up to 127 characters, unique
	Description     string   // up to 250 characters
	ChatConcurrency int      // 1..10
	ChatBehavior    Behavior `json:",omitempty"` // CurrentChannelOnly if empty
	// Elsewhere is what the profile says of channels other than chat. Nothing comes
	// by them here; it is kept, so that profiles can be taken as they are.
	Elsewhere []Concurrency  `json:",omitempty"`
	Outbound  perch.QueueID  `json:",omitempty"` // what agents call from; kept, since chats are not called
	Timer     string         `json:",omitempty"` // what decides who has been free for longest; SinceLastActivity if empty
	Queues    []ProfileQueue // up to 50, each queue once; with none only an agent's own queue is served
	// QueuesElsewhere are queues that are served for channels other than chat; kept.
	QueuesElsewhere []QueueElsewhere `json:",omitempty"`
	Label
}

// Timers of a routing profile. By the first an agent is free since the last contact was
// handed over or its after-contact work cleared; by the second since the last contact was
// handed over, however long it took.
// doc: API_CreateRoutingProfile, AgentAvailabilityTimer
const (
	SinceLastActivity = "TIME_SINCE_LAST_ACTIVITY"
	SinceLastInbound  = "TIME_SINCE_LAST_INBOUND"
)

// QueueElsewhere is a queue as it is served for a channel other than chat.
type QueueElsewhere struct {
	ProfileQueue
	Channel string
}

// Behavior says whether an agent who has a contact of one channel is offered
// contacts of others. Where chat is the only channel, both come to the same.
// doc: API_CrossChannelBehavior
type Behavior string

// Behaviors.
const (
	CurrentChannelOnly Behavior = "ROUTE_CURRENT_CHANNEL_ONLY"
	AnyChannel         Behavior = "ROUTE_ANY_CHANNEL"
)

// Concurrency is how many contacts of a channel an agent can have at once: 1 of
// VOICE, 1..10 of TASK and EMAIL.
// doc: API_MediaConcurrency
type Concurrency struct {
	Channel  string
	Slots    int
	Behavior Behavior `json:",omitempty"` // CurrentChannelOnly if empty
}

// ProfileQueue is a queue as the agents of a routing profile serve it.
type ProfileQueue struct {
	Queue    perch.QueueID
	Priority int // 1..99; the lowest is served first
	Delay    int // seconds, 0..9999, that a contact has to have waited before
}

func (p RoutingProfile) key() (id, name string) { return p.ID, p.Name }

// RoutingProfileKind is the kind of routing profiles.
func RoutingProfileKind() Kind[RoutingProfile] {
	return Kind[RoutingProfile]{of: routingProfiles, place: (*draft).putRoutingProfile, most: maxProfiles,
		label: func(p *RoutingProfile) *Label { return &p.Label },
		inUse: func(d *draft, p RoutingProfile) string {
			for _, u := range d.users.byID {
				if u.RoutingProfile == p.ID {
					return "the user " + u.Username
				}
			}
			return ""
		}}
}

func routingProfiles(s *settings) shelf[RoutingProfile] { return s.routingProfiles }

// own gives the caller queues to change as it likes.
func (p RoutingProfile) own() RoutingProfile {
	p.Queues, p.Elsewhere = slices.Clone(p.Queues), slices.Clone(p.Elsewhere)
	return p
}

// RoutingProfile is the routing profile of an id.
func (c *Catalog) RoutingProfile(ctx context.Context, instance perch.InstanceID, id string) (RoutingProfile, error) {
	p, err := byID(ctx, c, instance, routingProfiles, id)
	return p.own(), err
}

// RoutingProfileNamed is the routing profile of a name.
func (c *Catalog) RoutingProfileNamed(ctx context.Context, instance perch.InstanceID, name string) (RoutingProfile, error) {
	p, err := byName(ctx, c, instance, routingProfiles, name)
	return p.own(), err
}

// RoutingProfiles are all routing profiles of an instance, by name.
func (c *Catalog) RoutingProfiles(ctx context.Context, instance perch.InstanceID) ([]RoutingProfile, error) {
	list, err := all(ctx, c, instance, routingProfiles)
	for i := range list {
		list[i] = list[i].own()
	}
	return list, err
}

// PutRoutingProfile changes the routing profile of p.ID, or makes one where that
// is empty, and returns it.
func (c *Catalog) PutRoutingProfile(ctx context.Context, instance perch.InstanceID, p RoutingProfile) (RoutingProfile, error) {
	return putIn(ctx, c, instance, p, (*draft).putRoutingProfile)
}

func (d *draft) putRoutingProfile(p *RoutingProfile) error {
	err := first(
		checkName("Name", p.Name, maxProfileName),
		checkText("Description", p.Description, maxDescription),
		checkRange("ChatConcurrency", p.ChatConcurrency, 1, maxConcurrency),
		checkBehavior("MediaConcurrencies", p.ChatBehavior),
		checkElsewhere(p.Elsewhere),
		d.checkOutbound(p.Outbound),
		d.checkProfileQueues(p.Queues),
		d.checkQueuesElsewhere(*p),
		identify(d, d.routingProfiles, &p.ID))
	if err != nil {
		return err
	}
	return put(d, d.routingProfiles, "Name", *p)
}

func checkBehavior(field string, b Behavior) error {
	if b == "" {
		return nil
	}
	return checkAmong(field, b, CurrentChannelOnly, AnyChannel)
}

func checkElsewhere(all []Concurrency) error {
	seen := map[string]bool{}
	for i, c := range all {
		field, most := fmt.Sprintf("MediaConcurrencies[%d]", i), maxTaskSlots
		if c.Channel == "VOICE" {
			most = 1
		}
		err := first(
			checkAmong(field+".Channel", c.Channel, "VOICE", "TASK", "EMAIL"),
			checkRange(field+".Concurrency", c.Slots, 1, most),
			checkBehavior(field+".CrossChannelBehavior", c.Behavior))
		if err != nil {
			return err
		}
		if seen[c.Channel] {
			return perch.InvalidField(field+".Channel", "is listed twice: %s", c.Channel)
		}
		seen[c.Channel] = true
	}
	return nil
}

func (d *draft) checkProfileQueues(list []ProfileQueue) error {
	if len(list) > maxProfileQueues {
		return perch.InvalidField("Queues", "must be at most %d, not %d", maxProfileQueues, len(list))
	}
	seen := map[perch.QueueID]bool{}
	for i, q := range list {
		field := fmt.Sprintf("Queues[%d]", i)
		err := first(
			checkExists(field+".Queue", d.queues, q.Queue),
			checkRange(field+".Priority", q.Priority, 1, maxPriority),
			checkRange(field+".Delay", q.Delay, 0, maxDelay))
		if err != nil {
			return err
		}
		if seen[q.Queue] {
			return perch.InvalidField(field+".Queue", "is listed twice: %q", string(q.Queue))
		}
		seen[q.Queue] = true
	}
	return nil
}

func (d *draft) checkOutbound(queue perch.QueueID) error {
	if queue == "" {
		return nil
	}
	return checkExists("DefaultOutboundQueueId", d.queues, queue)
}

func (d *draft) checkQueuesElsewhere(p RoutingProfile) error {
	if n := len(p.Queues) + len(p.QueuesElsewhere); n > maxProfileQueues {
		return perch.InvalidField("QueueConfigs", "must be at most %d, not %d", maxProfileQueues, n)
	}
	for _, q := range p.QueuesElsewhere {
		if err := checkExists("QueueId", d.queues, q.Queue); err != nil {
			return err
		}
	}
	return nil
}
