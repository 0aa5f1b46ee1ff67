package api

import (
	"strings"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

func hoursSettings() resource[catalog.Hours, wire.HoursRequest] {
	return resource[catalog.Hours, wire.HoursRequest]{kind: catalog.HoursKind(), path: "operating-hours",
		id: func(in wire.HoursRequest) string { return in.HoursOfOperationId }, fill: fillHours}
}

func fillHours(_ *call, h *catalog.Hours, in wire.HoursRequest) error {
	given(&h.Name, in.Name)
	said(&h.Description, in.Description)
	given(&h.TimeZone, in.TimeZone)
	if in.Tags != nil {
		h.Tags = in.Tags
	}
	if in.Config == nil {
		return nil
	}
	slots, err := slotsOf(in.Config)
	h.Slots = slots
	return err
}

// slotsOf reads the times of a week.
func slotsOf(config []wire.HoursSlot) ([]catalog.HoursSlot, error) {
	var out []catalog.HoursSlot
	for _, s := range config {
		if s.Day == "" || s.StartTime == nil || s.EndTime == nil {
			return nil, perch.InvalidField("Config", "must have Day, StartTime and EndTime")
		}
		day := time.Sunday
		for !strings.EqualFold(day.String(), s.Day) { // the table lets only days by
			day++
		}
		out = append(out, catalog.HoursSlot{Day: day, Start: s.StartTime.Hours*60 + s.StartTime.Minutes, End: s.EndTime.Hours*60 + s.EndTime.Minutes})
	}
	return out, nil
}

func shownSlots(slots []catalog.HoursSlot) []wire.HoursSlot {
	out := []wire.HoursSlot{}
	for _, s := range slots {
		start, end := clock(s.Start), clock(s.End)
		out = append(out, wire.HoursSlot{Day: strings.ToUpper(s.Day.String()), StartTime: &start, EndTime: &end})
	}
	return out
}

func clock(minute int) wire.TimeOfDay {
	return wire.TimeOfDay{Hours: minute / 60, Minutes: minute % 60}
}

func createHoursOfOperation(c *call, in wire.HoursRequest) (wire.CreateHoursResponse, error) {
	h, err := hoursSettings().create(c, in)
	return wire.CreateHoursResponse{HoursOfOperationId: string(h.ID), HoursOfOperationArn: hoursSettings().arn(c, h)}, err
}

func describeHoursOfOperation(c *call, in wire.HoursRequest) (wire.DescribeHoursResponse, error) {
	h, err := hoursSettings().get(c, in)
	return wire.DescribeHoursResponse{HoursOfOperation: c.shownHours(h)}, err
}

func (c *call) shownHours(h catalog.Hours) wire.Hours {
	return wire.Hours{HoursOfOperationId: string(h.ID), HoursOfOperationArn: hoursSettings().arn(c, h), Name: h.Name,
		Description: h.Description, TimeZone: h.TimeZone, Config: shownSlots(h.Slots), Tags: h.Tags, Stamp: hoursSettings().stamp(c, h)}
}

func listHoursOfOperations(c *call, in wire.HoursRequest) (wire.ListHoursResponse, error) {
	some, next, err := hoursSettings().list(c, in, nil)
	out := wire.ListHoursResponse{HoursOfOperationSummaryList: []wire.Summary{}, NextToken: next}
	for _, h := range some {
		out.HoursOfOperationSummaryList = append(out.HoursOfOperationSummaryList, hoursSettings().summary(c, h))
	}
	return out, err
}

// maxEffectiveDays is how many days one request may ask about; ours.
const maxEffectiveDays = 366

func getEffectiveHoursOfOperations(c *call, in wire.HoursRequest) (out wire.EffectiveHoursResponse, err error) {
	h, err := hoursSettings().get(c, in)
	if err != nil {
		return out, err
	}
	from, err := time.Parse(time.DateOnly, in.FromDate)
	if err != nil {
		return out, perch.InvalidField("FromDate", "must be a day such as 2026-12-24")
	}
	to, err := time.Parse(time.DateOnly, in.ToDate)
	if err != nil || to.Before(from) || to.Sub(from) >= maxEffectiveDays*24*time.Hour {
		return out, perch.InvalidField("ToDate", "must be a day such as 2026-12-26, not before FromDate, and at most %d days after it", maxEffectiveDays-1)
	}
	out = wire.EffectiveHoursResponse{TimeZone: h.TimeZone, EffectiveHoursOfOperationList: []wire.EffectiveHours{}, EffectiveOverrideHoursList: []wire.EffectiveOverride{}}
	for day := from; !day.After(to); day = day.AddDate(0, 0, 1) {
		date, open := day.Format(time.DateOnly), []wire.OperationalHour{}
		override, over := h.OverrideOn(day)
		changed := wire.EffectiveOverride{Date: date, OverrideHours: []wire.OverrideHour{}}
		for _, s := range h.On(day) {
			open = append(open, wire.OperationalHour{Start: clock(s.Start), End: clock(s.End)})
			changed.OverrideHours = append(changed.OverrideHours, wire.OverrideHour{Start: clock(s.Start), End: clock(s.End), OverrideName: override.Name, OperationalStatus: "OPEN"})
		}
		out.EffectiveHoursOfOperationList = append(out.EffectiveHoursOfOperationList, wire.EffectiveHours{Date: date, OperationalHours: open})
		if over {
			out.EffectiveOverrideHoursList = append(out.EffectiveOverrideHoursList, changed)
		}
	}
	return out, nil
}
