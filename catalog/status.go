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

// Status is what an agent can be in.
type Status struct {
	ID          string `json:",omitempty"` // empty: its name is its id
	Name        string // up to 127 characters
	Type        StatusType
	Description string `json:",omitempty"` // up to 250 characters
	Disabled    bool   `json:",omitempty"` // nobody can choose it
	Order       int    `json:",omitempty"` // of it among the others; kept
	Label
}

func (s Status) key() (id, name string) { return cmp.Or(s.ID, s.Name), s.Name }

// StatusKind is the kind of statuses.
func StatusKind() Kind[Status] {
	return Kind[Status]{of: statuses, place: (*draft).putStatus, most: maxStatuses,
		label: func(s *Status) *Label { return &s.Label }, builtIn: func(s Status) bool { return s.Type != Custom },
		fresh: func(d *draft, s *Status) (err error) {
			s.ID, err = perch.NewID(d.rand)
			return err
		}}
}

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
	if err := first(checkName("Name", s.Name, maxStatusName), checkText("Description", s.Description, maxDescription), checkAmong("Type", s.Type, Custom)); err != nil {
		return err
	}
	return put(d, d.statuses, "Name", *s)
}
