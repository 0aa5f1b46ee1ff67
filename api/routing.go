package api

import (
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

// putUserStatus changes an agent's status or, of one who has contacts, the status
// that follows.
func putUserStatus(c *call, in wire.PutUserStatusRequest) (nothing, error) {
	u, err := c.worksHere(in.InstanceId, in.UserId)
	if err != nil {
		return nothing{}, err
	}
	s, err := catalog.StatusKind().Get(c.Context(), c.opts.Settings, c.instance, wire.ResourceID(in.AgentStatusId))
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, c.opts.Router.SetNextStatus(c.Context(), u, s.Name)
}

// dismissUserContact clears a contact in an agent's place.
func dismissUserContact(c *call, in wire.DismissUserContactRequest) (nothing, error) {
	u, err := c.worksHere(in.InstanceId, in.UserId)
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, c.opts.Router.Clear(c.Context(), u, perch.ContactID(in.ContactId))
}

// associateContactWithUser offers a waiting contact to an agent.
func associateContactWithUser(c *call, in wire.AssociateContactWithUserRequest) (nothing, error) {
	if _, err := c.contact(in.InstanceId, in.ContactId); err != nil {
		return nothing{}, err
	}
	u, err := c.worksHere(in.InstanceId, in.UserId)
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, c.opts.Router.Assign(c.Context(), u, perch.ContactID(in.ContactId))
}

// worksHere is a user of the caller's instance.
func (c *call) worksHere(instance, idOrARN string) (catalog.User, error) {
	if err := c.of(instance); err != nil {
		return catalog.User{}, err
	}
	return c.opts.Settings.User(c.Context(), c.instance, perch.UserID(wire.ResourceID(idOrARN)))
}

// updateContactRoutingData moves a contact in its queue, or says which agents to
// ask. What is not given stays.
func updateContactRoutingData(c *call, in wire.UpdateContactRoutingDataRequest) (nothing, error) {
	s, err := c.contact(in.InstanceId, in.ContactId)
	if err != nil {
		return nothing{}, err
	}
	switch {
	case in.QueuePriority != nil && in.QueueTimeAdjustmentSeconds != nil:
		return nothing{}, perch.InvalidField("QueuePriority", "and QueueTimeAdjustmentSeconds exclude each other")
	case in.QueuePriority == nil && in.QueueTimeAdjustmentSeconds == nil && in.RoutingCriteria == nil:
		return nothing{}, perch.InvalidField("QueuePriority", "or QueueTimeAdjustmentSeconds or RoutingCriteria must be given")
	}
	var steps []perch.RoutingStep
	if in.RoutingCriteria != nil {
		if steps, err = c.stepsOf(in.RoutingCriteria.Steps); err != nil {
			return nothing{}, err
		}
	}
	return nothing{}, c.opts.Router.Place(c.Context(), s.ID, perch.ContactID(in.ContactId), func(at *perch.Place, now time.Time) {
		if in.QueuePriority != nil {
			at.Priority = *in.QueuePriority
		}
		if in.QueueTimeAdjustmentSeconds != nil {
			at.Seconds = *in.QueueTimeAdjustmentSeconds
		}
		if in.RoutingCriteria != nil {
			at.Criteria = perch.Criteria{Steps: steps, From: now}
		}
	})
}
