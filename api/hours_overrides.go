package api

import (
	"crypto/rand"
	"slices"
	"strings"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

// Overrides are parts of their hours of operation, and have no ARN or tags.

// editHours changes the hours that a request on an override names.
func (c *call) editHours(in wire.HoursOverrideRequest, how func(*catalog.Hours) error) (nothing, error) {
	return hoursSettings().edit(c, wire.HoursRequest{OfInstance: in.OfInstance, HoursOfOperationId: in.HoursOfOperationId}, how)
}

// overrideAt is the place of an override in its hours.
func overrideAt(h catalog.Hours, id string) (int, error) {
	i := slices.IndexFunc(h.Overrides, func(o catalog.HoursOverride) bool { return o.ID == id })
	if i < 0 {
		return 0, perch.Errorf(perch.NotFound, "the override does not exist")
	}
	return i, nil
}

func fillOverride(o *catalog.HoursOverride, in wire.HoursOverrideRequest) error {
	if in.RecurrenceConfig != nil {
		return refusedField("RecurrenceConfig", "is not supported: make one override for each time")
	}
	if in.OverrideType != "" && in.OverrideType != wire.OverrideStandard {
		return refusedField("OverrideType", "must be STANDARD: an override takes the place of the hours")
	}
	given(&o.Name, in.Name)
	said(&o.Description, in.Description)
	given(&o.From, in.EffectiveFrom)
	given(&o.Till, in.EffectiveTill)
	if in.Config == nil {
		return nil
	}
	slots, err := slotsOf(in.Config)
	o.Slots = slots
	return err
}

func createHoursOfOperationOverride(c *call, in wire.HoursOverrideRequest) (out wire.CreateHoursOverrideResponse, err error) {
	id, err := perch.NewID(rand.Reader)
	if err != nil {
		return out, err
	}
	o := catalog.HoursOverride{ID: id}
	if err := fillOverride(&o, in); err != nil {
		return out, err
	}
	_, err = c.editHours(in, func(h *catalog.Hours) error {
		h.Overrides = append(slices.Clone(h.Overrides), o)
		return nil
	})
	return wire.CreateHoursOverrideResponse{HoursOfOperationOverrideId: id}, err
}

// hoursWith are the hours that a request on an override names.
func (c *call) hoursWith(in wire.HoursOverrideRequest) (catalog.Hours, error) {
	return hoursSettings().get(c, wire.HoursRequest{OfInstance: in.OfInstance, HoursOfOperationId: in.HoursOfOperationId})
}

func (c *call) shownOverride(h catalog.Hours, o catalog.HoursOverride) wire.HoursOverride {
	return wire.HoursOverride{HoursOfOperationOverrideId: o.ID, HoursOfOperationId: string(h.ID), HoursOfOperationArn: hoursSettings().arn(c, h),
		Name: o.Name, Description: o.Description, Config: shownSlots(o.Slots), EffectiveFrom: o.From, EffectiveTill: o.Till, OverrideType: wire.OverrideStandard}
}

func describeHoursOfOperationOverride(c *call, in wire.HoursOverrideRequest) (out wire.DescribeHoursOverrideResponse, err error) {
	h, err := c.hoursWith(in)
	if err != nil {
		return out, err
	}
	i, err := overrideAt(h, in.HoursOfOperationOverrideId)
	if err != nil {
		return out, err
	}
	return wire.DescribeHoursOverrideResponse{HoursOfOperationOverride: c.shownOverride(h, h.Overrides[i])}, nil
}

func listHoursOfOperationOverrides(c *call, in wire.HoursOverrideRequest) (wire.ListHoursOverridesResponse, error) {
	out := wire.ListHoursOverridesResponse{HoursOfOperationOverrideList: []wire.HoursOverride{}}
	h, err := c.hoursWith(in)
	if err != nil {
		return out, err
	}
	name := func(o catalog.HoursOverride) string { return o.Name }
	all := slices.SortedFunc(slices.Values(h.Overrides), func(a, b catalog.HoursOverride) int { return strings.Compare(a.Name, b.Name) })
	some, next, err := pageByName(c, all, name, in.NextToken, in.MaxResults)
	for _, o := range some {
		out.HoursOfOperationOverrideList = append(out.HoursOfOperationOverrideList, c.shownOverride(h, o))
	}
	out.NextToken, out.Stamp = next, hoursSettings().stamp(c, h)
	return out, err
}

func updateHoursOfOperationOverride(c *call, in wire.HoursOverrideRequest) (nothing, error) {
	return c.editHours(in, func(h *catalog.Hours) error {
		i, err := overrideAt(*h, in.HoursOfOperationOverrideId)
		if err != nil {
			return err
		}
		h.Overrides = slices.Clone(h.Overrides)
		return fillOverride(&h.Overrides[i], in)
	})
}

func deleteHoursOfOperationOverride(c *call, in wire.HoursOverrideRequest) (nothing, error) {
	return c.editHours(in, func(h *catalog.Hours) error {
		i, err := overrideAt(*h, in.HoursOfOperationOverrideId)
		if err != nil {
			return err
		}
		h.Overrides = slices.Delete(slices.Clone(h.Overrides), i, i+1)
		return nil
	})
}
