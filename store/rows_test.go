package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

func testCheckpoint(t *testing.T, open opener) {
	s := running(t, open)
	if got, err := s.Checkpoint(t.Context(), "s"); got != nil || err != nil {
		t.Errorf("without one: %+v, %v", got, err)
	}
	for _, head := range []int64{3, 7} {
		state := &perch.Session{ID: "s", Head: head, Time: epoch, ContentTypes: []string{"text/plain"}, Contacts: []perch.Contact{{ID: "s", First: 2}}}
		write(t, s, must(t)(store.SetCheckpoint("s", head, state)))
		got, err := s.Checkpoint(t.Context(), "s")
		if diff := cmp.Diff(state, got); err != nil || diff != "" {
			t.Errorf("checkpoint at %d: %v (-want +got):\n%s", head, err, diff)
		}
	}
	if got, err := s.Checkpoint(t.Context(), "t"); got != nil || err != nil {
		t.Errorf("of another session: %+v, %v", got, err)
	}
}

func testLink(t *testing.T, open opener) {
	s := running(t, open)
	if got, err := s.Link(t.Context(), "s"); got != nil || err != nil {
		t.Errorf("without one: %+v, %v", got, err)
	}
	want := perch.Link{Session: "past", Contact: "c2", Through: 17, Type: perch.FromSegment, Depth: 5, Jump: "far", JumpDepth: 2}
	write(t, s, store.InsertLink("s", want))
	if got, err := s.Link(t.Context(), "s"); err != nil || got == nil || *got != want {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	other := want
	other.Session = "other"
	if err := s.Commit(store.Turn{Session: "s", Entries: []perch.Entry{said(1, "")}, Writes: []store.Write{store.InsertLink("s", other)}}); err == nil {
		t.Error("a session is linked twice")
	}
	if got, err := s.Link(t.Context(), "s"); err != nil || got == nil || *got != want || len(entries(t, s, "s")) != 0 {
		t.Errorf("after the second one: %+v, %v, %d entries", got, err, len(entries(t, s, "s")))
	}
}

func testReceipts(t *testing.T, open opener) {
	s := running(t, open)
	at := func(n int) time.Time { return epoch.Add(time.Duration(n) * time.Second) }
	for _, r := range []store.Receipt{
		{Number: 4, Participant: "a", Delivered: at(1)},
		{Number: 4, Participant: "a", Delivered: at(2), Read: at(2)},
		{Number: 4, Participant: "a", Delivered: at(3), Read: at(3)},
		{Number: 4, Participant: "b", Delivered: at(4)},
		{Number: 6, Participant: "a", Read: at(5)},
		{Number: 9, Participant: "a", Delivered: at(6)},
	} {
		write(t, s, store.SetReceipt("s", r))
	}
	got, err := s.Receipts(t.Context(), "s", 4, 8)
	want := []store.Receipt{{Number: 4, Participant: "a", Delivered: at(1), Read: at(2)}, {Number: 4, Participant: "b", Delivered: at(4)},
		{Number: 6, Participant: "a", Read: at(5)}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if got, err := s.Receipts(t.Context(), "t", 1, 100); err != nil || len(got) != 0 {
		t.Errorf("of another session: %+v, %v", got, err)
	}
}

func testDue(t *testing.T, open opener) {
	s := running(t, open)
	gone := errors.New("gone")
	due := func(want ...perch.Due) {
		t.Helper()
		got, err := s.DueBy(t.Context(), store.AllBuckets(), epoch.Add(time.Hour), 10)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
	d := perch.Due{Session: "s", Kind: "k", Key: "n", Contact: "c", At: epoch, Body: []byte("b")}
	write(t, s, store.SetDue(d))
	due(d)

	moved := d
	moved.At, moved.Contact, moved.Body = epoch.Add(time.Minute), "c2", nil
	write(t, s, store.SetDue(moved))
	due(moved)
	wantErr(t, s.Commit(store.Turn{Writes: []store.Write{store.TakeDue(d, gone)}}), gone) // it is not what it was
	due(moved)

	write(t, s, store.PutOffDue(d, epoch, true)) // about the row before it was moved: nothing
	due(moved)
	late := moved
	late.At, late.Attempts = epoch.Add(2*time.Minute), 1
	write(t, s, store.PutOffDue(moved, late.At, false))
	due(late)
	write(t, s, store.TakeDue(late, gone))
	due()
	wantErr(t, s.Commit(store.Turn{Writes: []store.Write{store.TakeDue(late, gone)}}), gone)

	// A dead row comes due no more, until it is set anew.
	write(t, s, store.SetDue(d))
	write(t, s, store.PutOffDue(d, epoch, true))
	due()
	if at, found, err := s.NextDue(t.Context(), store.AllBuckets(), epoch.Add(-time.Hour)); found || err != nil {
		t.Errorf("a dead row is next at %v, %v, %v", at, found, err)
	}
	write(t, s, store.SetDue(d))
	due(d)

	write(t, s, store.DeleteDue("s", "k", "n"))
	write(t, s, store.DeleteDue("s", "k", "n")) // not there: no harm
	due()
	write(t, s, store.SetDue(perch.Due{Session: "s", Kind: "k", At: epoch}))
	due(perch.Due{Session: "s", Kind: "k", At: epoch})
}

func testDueOrder(t *testing.T, open opener) {
	s := running(t, open)
	for i, minutes := range []int{5, 1, 9, 3, 7} {
		write(t, s, store.SetDue(perch.Due{Session: perch.SessionID(rune('a' + i)), Kind: "k", At: epoch.Add(time.Duration(minutes) * time.Minute)}))
	}
	got, err := s.DueBy(t.Context(), store.AllBuckets(), epoch.Add(7*time.Minute), 3)
	var minutes []int
	for _, d := range got {
		minutes = append(minutes, int(d.At.Sub(epoch)/time.Minute))
	}
	if diff := cmp.Diff([]int{1, 3, 5}, minutes); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for after, want := range map[int]int{0: 1, 1: 3, 7: 9} {
		at, found, err := s.NextDue(t.Context(), store.AllBuckets(), epoch.Add(time.Duration(after)*time.Minute))
		if err != nil || !found || !at.Equal(epoch.Add(time.Duration(want)*time.Minute)) {
			t.Errorf("after minute %d the next is at %v, %v, %v; want minute %d", after, at, found, err, want)
		}
	}
	if at, found, err := s.NextDue(t.Context(), store.AllBuckets(), epoch.Add(9*time.Minute)); found || err != nil {
		t.Errorf("after the last one the next is at %v, %v", at, err)
	}
}

func testAnswers(t *testing.T, open opener) {
	s := running(t, open)
	taken := errors.New("taken")
	a := store.Answer{Instance: "i", Operation: "op", Token: "t", Request: []byte("q"), Result: []byte("r"), Expires: epoch.Add(time.Hour)}
	commit(t, s, store.Turn{Session: "s", Entries: []perch.Entry{said(1, "first")}, Writes: []store.Write{store.InsertAnswer(a, taken)}})
	wantErr(t, s.Commit(store.Turn{Session: "s", Entries: []perch.Entry{said(2, "again")}, Writes: []store.Write{store.InsertAnswer(a, taken)}}), taken)
	if got := texts(t, s, "s"); len(got) != 1 {
		t.Errorf("the log has %q", got)
	}
	if got, found, err := s.Answer(t.Context(), "i", "op", "t", epoch); err != nil || !found || !cmp.Equal(got, a) {
		t.Errorf("got %+v, %v, %v", got, found, err)
	}
	for _, other := range []store.Answer{{Instance: "j", Operation: "op", Token: "t"}, {Instance: "i", Operation: "o", Token: "t"}, {Instance: "i", Operation: "op", Token: "u"}} {
		if _, found, err := s.Answer(t.Context(), other.Instance, other.Operation, other.Token, epoch); found || err != nil {
			t.Errorf("%+v is answered: %v", other, err)
		}
	}
	if _, found, err := s.Answer(t.Context(), "i", "op", "t", a.Expires); found || err != nil {
		t.Errorf("an expired answer is given: %v", err)
	}
	write(t, s, store.ForgetAnswer("i", "op", "t", a.Expires.Add(-1*time.Millisecond))) // too early
	wantErr(t, s.Commit(store.Turn{Writes: []store.Write{store.InsertAnswer(a, taken)}}), taken)
	write(t, s, store.ForgetAnswer("i", "op", "t", a.Expires), store.InsertAnswer(a, taken))
	b := a
	b.Token, b.Expires = "later", a.Expires.Add(time.Hour)
	write(t, s, store.InsertAnswer(b, taken))
	write(t, s, store.ForgetAnswers(a.Expires))
	if _, found, _ := s.Answer(t.Context(), "i", "op", "t", epoch); found {
		t.Error("what has expired is kept")
	}
	if _, found, _ := s.Answer(t.Context(), "i", "op", "later", epoch); !found {
		t.Error("what has not expired is forgotten")
	}
}

func testAttributes(t *testing.T, open opener) {
	s := running(t, open)
	if a, version, err := s.Attributes(t.Context(), "s"); err != nil || a == nil || len(a) != 0 || version != 0 {
		t.Errorf("of no session: %v, %d, %v", a, version, err)
	}
	write(t, s, store.InsertSession("s", "i", epoch, ""))
	one := perch.Attributes{"k": {Value: "v", Origin: perch.FromJWT}, "ü": {Value: "\x00\n"}}
	write(t, s, must(t)(store.SetAttributes("s", one, 1)))
	for _, version := range []int64{1, 3} { // not the one after what is there
		wantErr(t, s.Commit(store.Turn{Writes: []store.Write{must(t)(store.SetAttributes("s", nil, version))}}), store.ErrBehind)
	}
	if a, version, err := s.Attributes(t.Context(), "s"); err != nil || !cmp.Equal(a, one) || version != 1 {
		t.Errorf("got %v, %d, %v", a, version, err)
	}
	two := perch.Attributes{"x": {Value: "y", Origin: perch.FromSigV4}}
	write(t, s, must(t)(store.SetAttributes("s", two, 2)))
	if a, version, err := s.Attributes(t.Context(), "s"); err != nil || !cmp.Equal(a, two) || version != 2 {
		t.Errorf("got %v, %d, %v", a, version, err)
	}
	wantErr(t, s.Commit(store.Turn{Writes: []store.Write{must(t)(store.SetAttributes("none", two, 1))}}), store.ErrBehind)
}

func testSessions(t *testing.T, open opener) {
	s := running(t, open)
	write(t, s, store.InsertSession("s", "i", epoch, ""), store.InsertContact("s", "s", "i"), store.InsertContact("s", "c2", "i"))
	for _, c := range []perch.ContactID{"s", "c2"} {
		if id, found, err := s.FindContact(t.Context(), "i", c); err != nil || !found || id != "s" {
			t.Errorf("%s is found in %q, %v, %v", c, id, found, err)
		}
		if id, found, err := s.FindContact(t.Context(), "j", c); err != nil || found {
			t.Errorf("another instance finds %s in %q, %v", c, id, err)
		}
	}
	if _, found, err := s.FindContact(t.Context(), "i", "c3"); err != nil || found {
		t.Errorf("what is not there is found: %v", err)
	}
	if at, err := s.Ended(t.Context(), "s"); err != nil || !at.IsZero() {
		t.Errorf("a live session ended at %v, %v", at, err)
	}
	write(t, s, store.EndSession("s", epoch.Add(time.Hour)))
	if at, err := s.Ended(t.Context(), "s"); err != nil || !at.Equal(epoch.Add(time.Hour)) {
		t.Errorf("the session ended at %v, %v", at, err)
	}
	wantErr(t, s.Commit(store.Turn{Writes: []store.Write{store.EndSession("none", epoch)}}), store.ErrBehind)
	wantErr(t, s.Commit(store.Turn{Writes: []store.Write{store.SetCustomer("none", "c")}}), store.ErrBehind)
}

func testLastSession(t *testing.T, open opener) {
	s := running(t, open)
	last := func(want perch.SessionID) {
		t.Helper()
		got, found, err := s.LastSession(t.Context(), "i", "c")
		if err != nil || found != (want != "") || got != want {
			t.Errorf("the last session is %q, %v, %v; want %q", got, found, err, want)
		}
	}
	for id, customer := range map[perch.SessionID]string{"s1": "c", "s2": "c", "s3": "", "other": "d"} {
		write(t, s, store.InsertSession(id, "i", epoch, customer))
	}
	write(t, s, store.InsertSession("elsewhere", "j", epoch, "c"))
	last("")
	write(t, s, store.EndSession("s1", epoch.Add(time.Minute)))
	last("s1")
	for id, minutes := range map[perch.SessionID]int{"s3": 2, "other": 9, "elsewhere": 9} {
		write(t, s, store.EndSession(id, epoch.Add(time.Duration(minutes)*time.Minute)))
	}
	last("s1")
	write(t, s, store.SetCustomer("s3", "c"))
	last("s3")
	write(t, s, store.EndSession("s2", epoch.Add(3*time.Minute)))
	last("s2")
}

func testCustomerSessions(t *testing.T, open opener) {
	s := running(t, open)
	for n, id := range []perch.SessionID{"s1", "s2", "s3", "s4", "s5"} {
		write(t, s, store.InsertSession(id, "i", epoch.Add(time.Duration(n)*time.Second), "c"))
	}
	write(t, s, store.InsertSession("other", "i", epoch, "d"), store.InsertSession("elsewhere", "j", epoch, "c"))
	for id, minutes := range map[perch.SessionID]int{"s1": 7, "s2": 5, "s3": 5, "other": 6, "elsewhere": 6} {
		write(t, s, store.EndSession(id, epoch.Add(time.Duration(minutes)*time.Minute)))
	}
	var got []perch.SessionID
	for after := (store.CustomerSession{}); ; {
		page, err := s.EndedSessions(t.Context(), "i", "c", after, 1)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		got, after = append(got, page[0].ID), page[0]
	}
	running, err := s.OpenSessions(t.Context(), "i", "c", 10)
	for _, o := range running {
		got = append(got, o.ID)
	}
	if want := []perch.SessionID{"s1", "s3", "s2", "s5", "s4"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}

func testWork(t *testing.T, open opener) {
	s := running(t, open)
	write(t, s, store.InsertContact("s", "c1", "i"), store.InsertContact("s", "c2", "i"))
	write(t, s, store.StartWork("s", "c1", epoch))
	want := map[perch.ContactID]store.AfterContactWork{"c1": {Started: epoch}, "c2": {}}
	if got, err := s.Work(t.Context(), "s"); err != nil || !cmp.Equal(got, want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
	write(t, s, store.EndWork("s", "c1", epoch.Add(time.Minute)))
	want["c1"] = store.AfterContactWork{Started: epoch, Ended: epoch.Add(time.Minute)}
	if got, err := s.Work(t.Context(), "s"); err != nil || !cmp.Equal(got, want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
	wantErr(t, s.Commit(store.Turn{Writes: []store.Write{store.StartWork("s", "c3", epoch)}}), store.ErrBehind)
}

func testLeases(t *testing.T, open opener) {
	s := running(t, open)
	a, b := store.Lease{Node: "a", Share: store.Share{First: 0, Past: 512}, Beat: 1}, store.Lease{Node: "b", Share: store.Share{First: 512, Past: 1024}, Beat: 7}
	write(t, s, store.PutLease(b), store.PutLease(a))
	a.Beat, a.Share = 2, store.AllBuckets()
	write(t, s, store.PutLease(a))
	write(t, s, store.DeleteLease("b", 6)) // it has been renewed since
	if got, err := s.Leases(t.Context()); err != nil || !cmp.Equal(got, []store.Lease{a, b}) {
		t.Errorf("the leases are %+v, %v", got, err)
	}
	write(t, s, store.DeleteLease("b", 7), store.DeleteLease("c", 1))
	if got, err := s.Leases(t.Context()); err != nil || !cmp.Equal(got, []store.Lease{a}) {
		t.Errorf("the leases are %+v, %v", got, err)
	}
}

func testShares(t *testing.T, open opener) {
	s := running(t, open)
	ids := []perch.SessionID{"s1", "s2", "s3", "s4"}
	for i, id := range ids {
		write(t, s, store.SetDue(perch.Due{Session: id, Kind: "k", At: epoch.Add(time.Duration(i) * time.Minute)}))
	}
	for i, id := range ids {
		of := store.Share{First: id.Bucket(), Past: id.Bucket() + 1}
		got, err := s.DueBy(t.Context(), of, epoch.Add(time.Hour), 10)
		if err != nil || len(got) != 1 || got[0].Session != id {
			t.Errorf("the bucket of %s holds %+v, %v", id, got, err)
		}
		at, found, err := s.NextDue(t.Context(), of, epoch.Add(-time.Hour))
		if want := epoch.Add(time.Duration(i) * time.Minute); err != nil || !found || !at.Equal(want) {
			t.Errorf("the next of %s is at %v, %v, %v; want %v", id, at, found, err, want)
		}
		for _, other := range []store.Share{{First: 0, Past: of.First}, {First: of.Past, Past: perch.Buckets}} {
			got, err := s.DueBy(t.Context(), other, epoch.Add(time.Hour), 10)
			for _, d := range got {
				if err != nil || d.Session == id {
					t.Errorf("%s is in %v: %v", id, other, err)
				}
			}
		}
	}
	if got, err := s.DueBy(t.Context(), store.Share{}, epoch.Add(time.Hour), 10); err != nil || len(got) != 0 {
		t.Errorf("no share holds %+v, %v", got, err)
	}
}

func testHeads(t *testing.T, open opener) {
	s := running(t, open)
	want := map[perch.SessionID]int64{}
	ids := []perch.SessionID{"none", "n\x00ne"}
	for i := range 70 { // more than one statement is about
		id := perch.SessionID(string(rune('a'+i%26)) + string(rune('a'+i/26)))
		for n := int64(1); n <= int64(i%3)+1; n++ {
			commit(t, s, store.Turn{Session: id, Entries: []perch.Entry{said(n, "")}})
			want[id] = n
		}
		ids = append(ids, id)
	}
	if got, err := s.Heads(t.Context(), ids); err != nil || !cmp.Equal(got, want) {
		t.Errorf("%v (-want +got):\n%s", err, cmp.Diff(want, got))
	}
	for _, id := range ids {
		if got, err := s.Head(t.Context(), id); err != nil || got != want[id] {
			t.Errorf("%s is at %d, %v; want %d", id, got, err, want[id])
		}
	}
}

func testWords(t *testing.T, open opener) {
	s := running(t, open)
	put := func(id int64, contact perch.ContactID, terms ...string) {
		t.Helper()
		write(t, s, store.InsertFound(store.Found{ID: id, Instance: "i", Session: "s", Contact: contact}, nil), store.PutWords(id, terms))
	}
	put(10, "c1", "refund", "blue", "_qa")
	put(20, "c2", "refund", "größe", "_qb")
	put(30, "c3", "refunded", "_qa")
	put(40, "c4", "blue", "bluebird", "_qc")
	find := func(q store.WordsQuery) (out []int64) {
		t.Helper()
		if q.Limit == 0 {
			q.Limit = 10
		}
		all, err := s.FindWords(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range all {
			out = append(out, f.ID)
		}
		return out
	}
	all := func(terms ...string) (out [][]string) {
		for _, one := range terms {
			out = append(out, []string{one})
		}
		return out
	}
	for what, c := range map[string]struct {
		q    store.WordsQuery
		want []int64
	}{
		"a word":           {store.WordsQuery{All: all("refund")}, []int64{20, 10}},
		"two words":        {store.WordsQuery{All: all("refund", "blue")}, []int64{10}},
		"one of two keys":  {store.WordsQuery{All: [][]string{{"refund"}, {"_qb", "_qc"}}}, []int64{20}},
		"other letters":    {store.WordsQuery{All: all("größe")}, []int64{20}},
		"a beginning":      {store.WordsQuery{All: all("refund*")}, []int64{30, 20, 10}},
		"a time":           {store.WordsQuery{All: all("refund*"), From: 20, Before: 30}, []int64{20}},
		"a page":           {store.WordsQuery{All: all("refund*"), Limit: 2}, []int64{30, 20}},
		"the page after":   {store.WordsQuery{All: all("refund*"), Before: 20, Limit: 2}, []int64{10}},
		"a word of no one": {store.WordsQuery{All: all("green")}, nil},
	} {
		if got := find(c.q); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", what, got, c.want)
		}
	}
	write(t, s, store.PutWords(10, []string{"green"}))
	if got := find(store.WordsQuery{All: all("refund")}); !slices.Equal(got, []int64{20}) {
		t.Errorf("after other terms have taken the place of some: %v", got)
	}
	if got := find(store.WordsQuery{All: all("green")}); !slices.Equal(got, []int64{10}) {
		t.Errorf("by the new ones: %v", got)
	}
	if id, err := s.FoundAs(t.Context(), "c3"); err != nil || id != 30 {
		t.Errorf("c3 is %d, %v", id, err)
	}
	taken := errors.New("taken")
	if err := s.Commit(store.Turn{Writes: []store.Write{store.InsertFound(store.Found{ID: 30, Contact: "c9"}, taken)}}); !errors.Is(err, taken) {
		t.Error("an id was given twice")
	}
	write(t, s, store.InsertSession("s", "i", epoch, ""), store.InsertContact("s", "c1", "i"), store.InsertContact("s", "c8", "i"), store.InsertContact("s", "c9", "i"))
	for _, c := range []perch.ContactID{"c1", "c8"} { // the third still runs
		write(t, s, store.SetFacts(store.Facts{Contact: c, Session: "s", Instance: "i", Opened: epoch, Closed: epoch}))
	}
	if got, err := s.Unfound(t.Context(), store.EndedContact{}, 10); err != nil || len(got) != 1 || got[0].Contact != "c8" {
		t.Errorf("without an id are %v, %v", got, err)
	}
}
