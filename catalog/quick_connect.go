package catalog

import (
	"context"
	"slices"

	"github.com/perch-chat/perch"
)

// QuickConnectType says what a quick connect leads to.
type QuickConnectType string

// Types of quick connect that a chat can take.
// doc: quick-connects.md
const (
	QuickConnectUser  QuickConnectType = "USER"
	QuickConnectQueue QuickConnectType = "QUEUE"
)

// QuickConnect is a place that agents hand chats to.
type QuickConnect struct {
	ID    string
	Name  string // up to 127 characters, unique
	Type  QuickConnectType
	User  perch.UserID  // of a USER quick connect only
	Queue perch.QueueID // of a QUEUE quick connect only
	// Flow brings the chat there: of type AGENT_TRANSFER for USER, and
	// QUEUE_TRANSFER for QUEUE.
	Flow        perch.FlowID
	Description string `json:",omitempty"` // up to 250 characters
	Label
}

func (q QuickConnect) key() (id, name string) { return q.ID, q.Name }

// QuickConnectKind is the kind of quick connects.
func QuickConnectKind() Kind[QuickConnect] {
	return Kind[QuickConnect]{of: quickConnects, place: (*draft).putQuickConnect, most: maxQuickConnects,
		label: func(q *QuickConnect) *Label { return &q.Label },
		inUse: func(d *draft, to QuickConnect) string {
			for _, q := range d.queues.byID {
				if slices.Contains(q.QuickConnects, to.ID) {
					return "the queue " + q.Name
				}
			}
			return ""
		}}
}

func quickConnects(s *settings) shelf[QuickConnect] { return s.quickConnects }

// QuickConnect is the quick connect of an id.
func (c *Catalog) QuickConnect(ctx context.Context, instance perch.InstanceID, id string) (QuickConnect, error) {
	return byID(ctx, c, instance, quickConnects, id)
}

// QuickConnectNamed is the quick connect of a name.
func (c *Catalog) QuickConnectNamed(ctx context.Context, instance perch.InstanceID, name string) (QuickConnect, error) {
	return byName(ctx, c, instance, quickConnects, name)
}

// QuickConnects are all quick connects of an instance, by name.
func (c *Catalog) QuickConnects(ctx context.Context, instance perch.InstanceID) ([]QuickConnect, error) {
	return all(ctx, c, instance, quickConnects)
}

// PutQuickConnect changes the quick connect of q.ID, or makes one where that is
// empty, and returns it.
func (c *Catalog) PutQuickConnect(ctx context.Context, instance perch.InstanceID, q QuickConnect) (QuickConnect, error) {
	return putIn(ctx, c, instance, q, (*draft).putQuickConnect)
}

func (d *draft) putQuickConnect(q *QuickConnect) error {
	err := first(
		checkName("Name", q.Name, maxQuickConnect),
		checkText("Description", q.Description, maxDescription),
		checkAmong("Type", q.Type, QuickConnectUser, QuickConnectQueue),
		d.checkTarget(*q),
		identify(d, d.quickConnects, &q.ID))
	if err != nil {
		return err
	}
	return put(d, d.quickConnects, "Name", *q)
}

func (d *draft) checkTarget(q QuickConnect) error {
	if q.Type == QuickConnectUser {
		if q.Queue != "" {
			return perch.InvalidField("Queue", "must not be given for a quick connect of type %s", q.Type)
		}
		return first(checkExists("User", d.users, q.User), d.checkFlow(q.Flow, FlowAgentTransfer))
	}
	if q.User != "" {
		return perch.InvalidField("User", "must not be given for a quick connect of type %s", q.Type)
	}
	return first(checkExists("Queue", d.queues, q.Queue), d.checkFlow(q.Flow, FlowQueueTransfer))
}

func (d *draft) checkFlow(id perch.FlowID, want FlowType) error {
	if err := checkExists("Flow", d.flows, id); err != nil {
		return err
	}
	if has := d.flows.byID[string(id)].Type; has != want {
		return perch.InvalidField("Flow", "must be of type %s, not %s", want, has)
	}
	return nil
}
