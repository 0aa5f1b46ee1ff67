package catalog_test

import (
	"testing"
	"time"
	_ "time/tzdata" // the same zones on every machine

	"pgregory.net/rapid"

	"github.com/perch-chat/perch/catalog"
)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestHoursAreThoseOfTheClockOnTheWall(t *testing.T) {
	t.Parallel()
	office := catalog.Hours{TimeZone: "Europe/Berlin", Slots: []catalog.HoursSlot{
		{Day: time.Monday, Start: 9 * 60, End: 17 * 60}, {Day: time.Friday, Start: 22 * 60, End: 2 * 60}, {Day: time.Sunday, Start: 0, End: 0}},
		Overrides: []catalog.HoursOverride{
			{From: "2026-12-21", Till: "2026-12-27"},
			{From: "2026-12-28", Till: "2026-12-28", Slots: []catalog.HoursSlot{{Day: time.Monday, Start: 10 * 60, End: 12 * 60}}}}}
	for when, want := range map[string]bool{
		"2026-11-23T07:59:59Z": false, "2026-11-23T08:00:00Z": true, "2026-11-23T15:59:59Z": true, "2026-11-23T16:00:00Z": false, // Monday, winter
		"2026-06-22T06:59:59Z": false, "2026-06-22T07:00:00Z": true, "2026-06-22T15:00:00Z": false, // summer: an hour earlier
		"2026-11-20T20:59:00Z": false, "2026-11-20T21:00:00Z": true, "2026-11-21T00:59:00Z": true, "2026-11-21T01:00:00Z": false, // over midnight
		"2026-11-24T12:00:00Z": false,                                                             // Tuesday
		"2026-11-21T23:00:00Z": true, "2026-11-22T22:59:59Z": true, "2026-11-22T23:00:00Z": false, // Sunday, whole
		"2026-12-21T10:00:00Z": false, "2026-12-28T08:30:00Z": false, "2026-12-28T09:30:00Z": true, "2027-01-04T08:30:00Z": true, // overrides
	} {
		if got := office.Open(at(t, when)); got != want {
			t.Errorf("at %s it is open: %v", when, got)
		}
	}
}

func TestRoundTheClockIsNeverClosed(t *testing.T) {
	t.Parallel()
	zones := []string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"}
	rapid.Check(t, func(t *rapid.T) {
		end := rapid.SampledFrom([]int{0, 24*60 - 1}).Draw(t, "end")
		h := catalog.Hours{TimeZone: rapid.SampledFrom(zones).Draw(t, "zone")}
		for day := time.Sunday; day <= time.Saturday; day++ {
			h.Slots = append(h.Slots, catalog.HoursSlot{Day: day, End: end})
		}
		when := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "when"), 0)
		if !h.Open(when) {
			t.Errorf("closed at %s in %s", when.UTC(), h.TimeZone)
		}
	})
}
