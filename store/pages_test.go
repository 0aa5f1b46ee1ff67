package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// testPages compares the statements that pages are made of with a slice.
func testPages(t *testing.T, open opener) {
	s := running(t, open)
	session := 0
	rapid.Check(t, func(t *rapid.T) {
		session++
		id := perch.SessionID(rune(0x4e00 + session))
		all := drawLog(t)
		if len(all) > 0 {
			commit(t, s, store.Turn{ID: 10, Session: id, Entries: all})
		}
		for range 4 {
			to := rapid.SampledFrom([]perch.Audience{perch.ToNobody, perch.ToCustomer, perch.ToAgents, perch.ToSupervisors, perch.ToStaff}).Draw(t, "audience")
			contact := rapid.SampledFrom([]perch.ContactID{"", "", "c1", "c2", "c3"}).Draw(t, "contact")
			limit := rapid.IntRange(1, 12).Draw(t, "limit")
			from := rapid.Int64Range(0, int64(len(all))+2).Draw(t, "from")
			through := rapid.Int64Range(0, int64(len(all))+2).Draw(t, "through")
			sees := func(e perch.Entry) bool { return e.Audience&to != 0 && (contact == "" || e.Contact == contact) }

			var before, after []perch.Entry
			for _, e := range slices.Backward(all) {
				if e.Number < from && sees(e) && len(before) < limit {
					before = append(before, e)
				}
			}
			for _, e := range all {
				if e.Number >= from && e.Number <= through && sees(e) && len(after) < limit {
					after = append(after, e)
				}
			}
			got, err := s.ItemsBefore(t.Context(), id, from, to, contact, limit)
			if diff := cmp.Diff(before, got); err != nil || diff != "" {
				t.Fatalf("%d before %d: %v (-want +got):\n%s", limit, from, err, diff)
			}
			got, err = s.ItemsFrom(t.Context(), id, from, through, to, contact, limit)
			if diff := cmp.Diff(after, got); err != nil || diff != "" {
				t.Fatalf("%d from %d through %d: %v (-want +got):\n%s", limit, from, through, err, diff)
			}
		}
	})
}

// drawLog draws entries of several contacts for several audiences.
func drawLog(t *rapid.T) []perch.Entry {
	var all []perch.Entry
	for n := range rapid.IntRange(0, 30).Draw(t, "entries") {
		e := said(int64(n)+1, "text")
		e.Turn, e.Time = 10, epoch.Add(time.Duration(n)*time.Millisecond)
		e.Contact = rapid.SampledFrom([]perch.ContactID{"c1", "c2"}).Draw(t, "of contact")
		e.Audience = rapid.SampledFrom([]perch.Audience{perch.ToAll, perch.ToNobody, perch.ToAgents, perch.ToStaff, perch.ToCustomer}).Draw(t, "to")
		all = append(all, e)
	}
	return all
}
