package catalog

import (
	"context"
	"math"

	"github.com/perch-chat/perch"
)

// Queue is where contacts wait for agents.
type Queue struct {
	ID          perch.QueueID
	Name        string        // up to 256 characters, unique
	Description string        // up to 250 characters
	MaxContacts int           // waiting at once; 0 means without limit
	Hours       perch.HoursID `json:",omitempty"` // empty means always open
}

func (q Queue) key() (id, name string) { return string(q.ID), q.Name }

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
