package catalog

import (
	"context"
	"slices"
	"time"

	"github.com/perch-chat/perch"
)

// Limits of hours of operation.
// doc: API_CreateHoursOfOperation
const (
	maxHoursName        = 127
	maxHoursDescription = 250
	maxHoursSlots       = 100
	maxHoursOverrides   = 50
)

// minutesOfDay is how many minutes a day has on the clock.
const minutesOfDay = 24 * 60

// Hours are hours of operation: when queues are open, on the clocks of one time
// zone.
type Hours struct {
	ID          perch.HoursID
	Name        string // up to 127 characters, unique
	Description string // up to 250 characters
	TimeZone    string // such as Europe/Berlin
	Slots       []HoursSlot
	Overrides   []HoursOverride
	Label
}

// HoursSlot is a time of one day of the week. It begins with the minute Start and
// ends before the minute End, both counted from midnight; an End that is not
// after Start is on the next day. Amazon's console writes the end of a day as
// 23:59, which is taken for midnight, so that no minute of a round-the-clock
// queue is closed.
type HoursSlot struct {
	Day        time.Weekday
	Start, End int
}

// HoursOverride takes the place of the slots from one day through another: on
// those days it is open in the override's slots alone, which may be none.
//
// doc: API_CreateHoursOfOperationOverride
type HoursOverride struct {
	ID          string
	Name        string
	Description string
	From, Till  string // days as 2006-01-02, both included
	Slots       []HoursSlot
}

func (h Hours) key() (id, name string) { return string(h.ID), h.Name }

// HoursKind is the kind of hours of operation.
func HoursKind() Kind[Hours] {
	return Kind[Hours]{of: hours, place: (*draft).putHours, label: func(h *Hours) *Label { return &h.Label }, inUse: (*draft).usesHours, most: maxAllHours}
}

// usesHours is what refers to hours of operation.
func (d *draft) usesHours(h Hours) string {
	for _, q := range d.queues.byID {
		if q.Hours == h.ID {
			return "the queue " + q.Name
		}
	}
	return d.namedInFlows(string(h.ID))
}

func hours(s *settings) shelf[Hours] { return s.hours }

// Hours are the hours of operation of an id.
func (c *Catalog) Hours(ctx context.Context, instance perch.InstanceID, id perch.HoursID) (Hours, error) {
	return byID(ctx, c, instance, hours, string(id))
}

// HoursNamed are the hours of operation of a name.
func (c *Catalog) HoursNamed(ctx context.Context, instance perch.InstanceID, name string) (Hours, error) {
	return byName(ctx, c, instance, hours, name)
}

// AllHours are all hours of operation of an instance, by name.
func (c *Catalog) AllHours(ctx context.Context, instance perch.InstanceID) ([]Hours, error) {
	return all(ctx, c, instance, hours)
}

// PutHours changes the hours of h.ID, or makes new ones where that is empty, and
// returns them.
func (c *Catalog) PutHours(ctx context.Context, instance perch.InstanceID, h Hours) (Hours, error) {
	return putIn(ctx, c, instance, h, (*draft).putHours)
}

func (d *draft) putHours(h *Hours) error {
	err := first(
		checkName("Name", h.Name, maxHoursName),
		checkText("Description", h.Description, maxHoursDescription),
		h.checkTimes(),
		identify(d, d.hours, &h.ID))
	if err != nil {
		return err
	}
	return put(d, d.hours, "Name", *h)
}

func (h Hours) checkTimes() error {
	if _, err := time.LoadLocation(h.TimeZone); err != nil || h.TimeZone == "" || h.TimeZone == "Local" {
		return perch.InvalidField("TimeZone", "must be a name such as Europe/Berlin")
	}
	if err := checkSlots(h.Slots); err != nil {
		return err
	}
	if len(h.Overrides) > maxHoursOverrides {
		return perch.Errorf(perch.LimitExceeded, "hours of operation have at most %d overrides", maxHoursOverrides)
	}
	names := map[string]bool{}
	for _, o := range h.Overrides {
		if names[o.Name] {
			return &perch.Error{Kind: perch.Conflict, Field: "Name", Message: "is taken: there is another override of this name"}
		}
		names[o.Name] = true
		from, err := time.Parse(time.DateOnly, o.From)
		if err != nil {
			return perch.InvalidField("EffectiveFrom", "must be a day such as 2026-12-24")
		}
		till, err := time.Parse(time.DateOnly, o.Till)
		if err != nil || till.Before(from) {
			return perch.InvalidField("EffectiveTill", "must be a day such as 2026-12-26, and not before EffectiveFrom")
		}
		if err := first(checkName("Name", o.Name, maxHoursName), checkSlots(o.Slots)); err != nil {
			return err
		}
	}
	return nil
}

func checkSlots(slots []HoursSlot) error {
	if len(slots) > maxHoursSlots {
		return perch.InvalidField("Config", "must have at most %d entries, not %d", maxHoursSlots, len(slots))
	}
	for _, s := range slots {
		if s.Day < time.Sunday || s.Day > time.Saturday || s.Start < 0 || s.Start >= minutesOfDay || s.End < 0 || s.End >= minutesOfDay {
			return perch.InvalidField("Config", "must have times of a day, from 00:00 to 23:59")
		}
	}
	return nil
}

// Open tells whether it is within the hours. The clock on the wall counts: when
// clocks are put forward or back, a slot begins and ends when they show it.
//
// doc: set-hours-operation.md
func (h Hours) Open(at time.Time) bool {
	zone, err := time.LoadLocation(h.TimeZone)
	if err != nil {
		return false // it was checked when it was put; a zone that is gone is no reason to be open
	}
	local := at.In(zone)
	minute, day := local.Hour()*60+local.Minute(), time.Date(local.Year(), local.Month(), local.Day(), 12, 0, 0, 0, time.UTC)
	for _, s := range h.On(day) {
		if minute >= s.Start && (minute < s.end() || s.end() <= s.Start) {
			return true
		}
	}
	for _, s := range h.On(day.AddDate(0, 0, -1)) {
		if s.end() <= s.Start && minute < s.end() {
			return true
		}
	}
	return false
}

// OverrideOn is the override that counts on a day, if there is one.
func (h Hours) OverrideOn(day time.Time) (o HoursOverride, ok bool) {
	date := day.Format(time.DateOnly)
	for _, each := range h.Overrides { // the last one that was made counts
		if each.From <= date && date <= each.Till {
			o, ok = each, true
		}
	}
	return o, ok
}

// On are the slots that begin on a day.
func (h Hours) On(day time.Time) []HoursSlot {
	slots := h.Slots
	if o, ok := h.OverrideOn(day); ok {
		slots = o.Slots
	}
	return slices.DeleteFunc(slices.Clone(slots), func(s HoursSlot) bool { return s.Day != day.Weekday() })
}

// end is the minute before which a slot ends.
func (s HoursSlot) end() int {
	if s.End == minutesOfDay-1 || s.End == 0 && s.Start < minutesOfDay {
		return minutesOfDay
	}
	return s.End
}

// roundTheClock are slots that are never closed.
func roundTheClock() []HoursSlot {
	var out []HoursSlot
	for day := time.Sunday; day <= time.Saturday; day++ {
		out = append(out, HoursSlot{Day: day, Start: 0, End: minutesOfDay - 1})
	}
	return out
}
