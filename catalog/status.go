package catalog

import (
	"cmp"
	"context"
	"slices"

	"github.com/perch-chat/perch"
)

// StatusType says whether an agent in a status is offered contacts.
type StatusType string

// Types of status.
// doc: API_AgentStatus, Type
const (
	Routable    StatusType = "ROUTABLE"
	Custom      StatusType = "CUSTOM"
	OfflineType StatusType = "OFFLINE"
)

// Available and Offline are the statuses that every instance has.
const (
	Available = "Available"
	Offline   = "Offline"
)

// Status is what an agent can be in; its name is its id.
type Status struct {
	Name string // up to 127 characters
	Type StatusType
}

func (s Status) key() (id, name string) { return s.Name, s.Name }

func statuses(s *settings) shelf[Status] { return s.statuses }

// Status is the status of a name.
func (c *Catalog) Status(ctx context.Context, instance perch.InstanceID, name string) (Status, error) {
	return byName(ctx, c, instance, statuses, name)
}

// Statuses are all statuses of an instance: Available, the instance's own by
// name, Offline.
func (c *Catalog) Statuses(ctx context.Context, instance perch.InstanceID) ([]Status, error) {
	list, err := all(ctx, c, instance, statuses)
	order := []StatusType{Routable, Custom, OfflineType}
	slices.SortStableFunc(list, func(a, b Status) int {
		return cmp.Compare(slices.Index(order, a.Type), slices.Index(order, b.Type))
	})
	return list, err
}

// PutStatus makes a status of type CUSTOM, in which no contacts are offered.
// The other types have the one status that every instance has.
func (c *Catalog) PutStatus(ctx context.Context, instance perch.InstanceID, s Status) (Status, error) {
	return putIn(ctx, c, instance, s, (*draft).putStatus)
}

func (d *draft) putStatus(s *Status) error {
	if s.Name == Available || s.Name == Offline {
		return perch.InvalidField("Name", "%s is there always and cannot be changed", s.Name)
	}
	if err := first(checkName("Name", s.Name, maxStatusName), checkAmong("Type", s.Type, Custom)); err != nil {
		return err
	}
	return put(d, d.statuses, "Name", *s)
}
