package catalog

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/perch-chat/perch"
)

// Queue is where contacts wait for agents.
type Queue struct {
	ID          perch.QueueID
	Name        string        // up to 256 characters, unique
	Description string        // up to 250 characters
	MaxContacts int           // waiting at once; 0 means without limit
	Hours       perch.HoursID `json:",omitempty"` // empty means always open
	Disabled    bool          `json:",omitempty"` // takes no contacts
	// QuickConnects are those that agents are offered for contacts of the queue; up to
	// 50 at a time, 700 in all.
	QuickConnects []string     `json:",omitempty"`
	Outbound      *CallerShown `json:",omitempty"`
	Label
}

// CallerShown is how a call from a queue shows itself. It is kept for its author:
// chats show nothing of it.
// doc: API_OutboundCallerConfig
type CallerShown struct{ Name, Number, Flow string }

func (q Queue) key() (id, name string) { return string(q.ID), q.Name }

// QueueKind is the kind of queues.
func QueueKind() Kind[Queue] {
	return Kind[Queue]{of: queues, place: (*draft).putQueue, label: func(q *Queue) *Label { return &q.Label }, inUse: (*draft).usesQueue, most: maxQueues}
}

// usesQueue is what refers to a queue.
func (d *draft) usesQueue(q Queue) string {
	for _, p := range d.routingProfiles.byID {
		if p.Outbound == q.ID || slices.ContainsFunc(p.Queues, func(a ProfileQueue) bool { return a.Queue == q.ID }) {
			return "the routing profile " + p.Name
		}
	}
	for _, c := range d.quickConnects.byID {
		if c.Queue == q.ID {
			return "the quick connect " + c.Name
		}
	}
	for _, r := range d.replies.byID {
		if slices.Contains(r.Queues, q.ID) {
			return "the canned reply " + r.Shortcut
		}
	}
	return d.namedInFlows(string(q.ID))
}

// namedInFlows is a flow or a module that names an id.
func (d *draft) namedInFlows(id string) string {
	for _, f := range d.flows.byID {
		if strings.Contains(f.Content, id) {
			return "the flow " + f.Name
		}
	}
	for _, m := range d.modules.byID {
		if strings.Contains(m.Content, id) {
			return "the module " + m.Name
		}
	}
	return ""
}

func queues(s *settings) shelf[Queue] { return s.queues }

// Queue is the queue of an id.
func (c *Catalog) Queue(ctx context.Context, instance perch.InstanceID, id perch.QueueID) (Queue, error) {
	return byID(ctx, c, instance, queues, string(id))
}

// QueueNamed is the queue of a name.
func (c *Catalog) QueueNamed(ctx context.Context, instance perch.InstanceID, name string) (Queue, error) {
	return byName(ctx, c, instance, queues, name)
}

// Queues are all queues of an instance, by name.
func (c *Catalog) Queues(ctx context.Context, instance perch.InstanceID) ([]Queue, error) {
	return all(ctx, c, instance, queues)
}

// PutQueue changes the queue of q.ID, or makes one where that is empty, and
// returns it.
func (c *Catalog) PutQueue(ctx context.Context, instance perch.InstanceID, q Queue) (Queue, error) {
	return putIn(ctx, c, instance, q, (*draft).putQueue)
}

func (d *draft) putQueue(q *Queue) error {
	err := first(
		checkName("Name", q.Name, maxQueueName),
		checkText("Description", q.Description, maxDescription),
		checkRange("MaxContacts", q.MaxContacts, 0, math.MaxInt32),
		q.checkHours(d),
		q.checkQuickConnects(d),
		identify(d, d.queues, &q.ID))
	if err != nil {
		return err
	}
	return put(d, d.queues, "Name", *q)
}

func (q Queue) checkHours(d *draft) error {
	if q.Hours == "" {
		return nil
	}
	return checkExists("HoursOfOperationId", d.hours, string(q.Hours))
}

func (q Queue) checkQuickConnects(d *draft) error {
	if len(q.QuickConnects) > maxQueueQuickConnects {
		return perch.Errorf(perch.LimitExceeded, "a queue has at most %d quick connects, not %d", maxQueueQuickConnects, len(q.QuickConnects))
	}
	for _, id := range q.QuickConnects {
		if err := checkExists("QuickConnectIds", d.quickConnects, id); err != nil {
			return err
		}
	}
	return nil
}
