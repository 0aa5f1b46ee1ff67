package store_test

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

func TestSQLite(t *testing.T) {
	t.Parallel()
	testContract(t, openSQLite)
}

func TestPostgres(t *testing.T) {
	t.Parallel()
	testContract(t, openPostgres)
}

// testContract is what every engine has to keep.
func testContract(t *testing.T, open opener) {
	for name, test := range map[string]func(*testing.T, opener){
		"a log comes back in order and whole":                testOrder,
		"a part of a log includes both its ends":             testRange,
		"a body of 16,384 incompressible bytes comes back":   testLargeBody,
		"bodies of all lengths come back":                    testLongBodies,
		"sessions grow side by side without gaps":            testConcurrentSessions,
		"writers of one session leave no gap":                testConcurrentWriters,
		"of two turns for one number one wins":               testConflict,
		"a turn that fails leaves nothing":                   testFailedTurn,
		"a turn's first failing write decides its error":     testElse,
		"a statement that cannot be run fails its turn only": testBadStatement,
		"a checkpoint is replaced by the next":               testCheckpoint,
		"a link is made once":                                testLink,
		"the first confirmation of each kind stays":          testReceipts,
		"a flow log is read in pages and forgets the oldest": testFlowLog,
		"a due row is set, moved, put off and taken once":    testDue,
		"due rows come longest overdue first":                testDueOrder,
		"due rows are those of a share of the buckets":       testShares,
		"a lease is renewed and given up":                    testLeases,
		"the heads of many sessions are found at once":       testHeads,
		"an answer is given once and expires":                testAnswers,
		"attributes change from one version to the next":     testAttributes,
		"details change from one version to the next":        testDetails,
		"notes come back by contact, in order":               testNotes,
		"sessions and contacts are found":                    testSessions,
		"a customer's last ended session is found":           testLastSession,
		"a customer's sessions come the latest first":        testCustomerSessions,
		"work after a contact is noted":                      testWork,
		"contacts are found by their words":                  testWords,
		"sessions that have not ended are counted":           testSessionsWithin,
		"pages agree with a plain slice":                     testPages,
		"a committer that has ended takes nothing":           testStopped,
		"what was handed over is committed at the end":       testDrain,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open)
		})
	}
}

func testOrder(t *testing.T, open opener) {
	s := running(t, open)
	var want []perch.Entry
	for n := int64(1); n <= 20; n++ {
		e := said(n, fmt.Sprint("message ", n))
		if n%3 == 0 {
			e = perch.Entry{Number: n, Contact: "other", Kind: perch.KindClosed, Time: e.Time, Turn: 5, Body: perch.Closed{Reason: perch.Expired}}
		}
		want = append(want, e)
	}
	commit(t, s, store.Turn{ID: 1, Session: "s", Entries: want[:1]}) // alone: without a savepoint
	commit(t, s, store.Turn{ID: 5, Session: "s", Entries: want[1:12]})
	for _, e := range want[12:] {
		commit(t, s, store.Turn{ID: e.Turn, Session: "s", Entries: []perch.Entry{e}})
	}
	want[0].Turn = 1
	for i := range want[1:12] {
		want[1+i].Turn = 5
	}
	if diff := cmp.Diff(want, entries(t, s, "s")); diff != "" {
		t.Errorf("the log (-want +got):\n%s", diff)
	}
	for _, e := range want {
		if at, found, err := s.EntryTime(t.Context(), "s", e.Number); err != nil || !found || !at.Equal(e.Time) {
			t.Errorf("number %d has the time %v, %v, %v", e.Number, at, found, err)
		}
	}
	if _, found, err := s.EntryTime(t.Context(), "s", 21); found || err != nil {
		t.Errorf("number 21 of 20 is found: %v, %v", found, err)
	}
	if other := entries(t, s, "t"); len(other) != 0 {
		t.Errorf("another session has %d entries", len(other))
	}
}

func testRange(t *testing.T, open opener) {
	s := running(t, open)
	for n := int64(1); n <= 9; n++ {
		commit(t, s, store.Turn{ID: 1, Session: "s", Entries: []perch.Entry{said(n, "")}})
	}
	for _, r := range [][]int64{{3, 5}, {1, 1}, {9, 20}, {5, 4}, {10, 20}} {
		var got, want []int64
		err := s.Log(t.Context(), "s", r[0], r[1], func(e perch.Entry) error { got = append(got, e.Number); return nil })
		for n := r[0]; n <= min(r[1], 9); n++ {
			want = append(want, n)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("numbers %d..%d: %v, %v", r[0], r[1], got, err)
		}
	}
	enough := errors.New("enough")
	wantErr(t, s.Log(t.Context(), "s", 1, 9, func(perch.Entry) error { return enough }), enough)
}

func testLargeBody(t *testing.T, open opener) {
	s := running(t, open)
	raw := make([]byte, 12288)
	if _, err := rand.Read(raw); err != nil {
		t.Fatal(err)
	}
	text := base64.StdEncoding.EncodeToString(raw)
	if len(text) != 16384 {
		t.Fatalf("the text has %d bytes", len(text))
	}
	commit(t, s, store.Turn{ID: 1, Session: "s", Entries: []perch.Entry{said(1, text)}})
	if got := texts(t, s, "s"); len(got) != 1 || got[0] != text {
		t.Error("the text comes back changed")
	}
}

// An engine may keep long bodies in another place than short ones.
func testLongBodies(t *testing.T, open opener) {
	s := running(t, open)
	raw := make([]byte, 2000)
	if _, err := rand.Read(raw); err != nil {
		t.Fatal(err)
	}
	text := base64.RawURLEncoding.EncodeToString(raw) // nothing that could be compressed
	var want []string
	next := int64(1)
	for size := 1650; size <= 1850; size += 8 {
		want = append(want, text[:size])
		commit(t, s, store.Turn{ID: 1, Session: "s", Entries: []perch.Entry{said(next, text[:size])}})
		next++
	}
	several := store.Turn{ID: 2, Session: "s", Entries: []perch.Entry{said(next, text), said(next+1, "short"), said(next+2, text)},
		Writes: []store.Write{store.DeleteDue("s", "none", "")}}
	commit(t, s, several)
	want = append(want, text, "short", text)
	// Who is behind leaves nothing, and is in nobody's way.
	for _, behind := range [][]perch.Entry{{said(next, text)}, {said(next+3, text), said(next, text)}} {
		wantErr(t, s.Commit(store.Turn{ID: 3, Session: "s", Entries: behind}), store.ErrBehind)
	}
	commit(t, s, store.Turn{ID: 4, Session: "s", Entries: []perch.Entry{said(next+3, text[1:])}})
	want = append(want, text[1:])
	if diff := cmp.Diff(want, texts(t, s, "s")); diff != "" {
		t.Errorf("the log (-want +got):\n%s", diff)
	}
	last, err := s.ItemsBefore(t.Context(), "s", next+4, perch.ToAll, "", 3)
	if err != nil || len(last) != 3 || last[0].Body.(perch.Message).Content != text[1:] || last[2].Body.(perch.Message).Content != "short" {
		t.Errorf("the last three: %+v, %v", last, err)
	}
}

func testConcurrentSessions(t *testing.T, open opener) {
	s := running(t, open)
	const sessions, messages = 24, 12
	var wg sync.WaitGroup
	for i := range sessions {
		id := perch.SessionID(fmt.Sprint("s", i))
		wg.Go(func() {
			for n := int64(1); n <= messages; n++ {
				turn := store.Turn{ID: perch.TurnID(i), Session: id, Entries: []perch.Entry{said(n, fmt.Sprint(i, "/", n))}}
				if n%4 == 0 {
					turn.Writes = []store.Write{store.SetDue(perch.Due{Session: id, Kind: "k", At: epoch})}
				}
				if err := s.Commit(turn); err != nil {
					t.Errorf("session %s, number %d: %v", id, n, err)
				}
			}
		})
	}
	wg.Wait()
	for i := range sessions {
		got := texts(t, s, perch.SessionID(fmt.Sprint("s", i)))
		for n := range messages {
			if len(got) != messages || got[n] != fmt.Sprint(i, "/", n+1) {
				t.Fatalf("session %d has %q", i, got)
			}
		}
	}
	if turns, rows := s.Stats.Turns.Load(), s.Stats.Rows.Load(); turns != sessions*messages || rows != sessions*messages {
		t.Errorf("%d turns and %d entries are counted, want %d of each", turns, rows, sessions*messages)
	}
}

// Writers that know no lock but the number: whoever is behind reads and tries
// again, and nothing is lost.
func testConcurrentWriters(t *testing.T, open opener) {
	s := running(t, open)
	const writers, messages = 8, 10
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			next := int64(1)
			for m := 0; m < messages; {
				text := fmt.Sprint(w, "/", m)
				turn := store.Turn{ID: perch.TurnID(w), Session: "s", Entries: []perch.Entry{said(next, text)}}
				if m%2 == 1 {
					turn.Writes = []store.Write{store.DeleteDue("s", "none", "")}
				}
				switch err := s.Commit(turn); {
				case err == nil:
					m++
					next++
				case errors.Is(err, store.ErrBehind):
					if err := s.Log(context.Background(), "s", next, 1<<62, func(e perch.Entry) error { next = e.Number + 1; return nil }); err != nil {
						t.Error(err)
						return
					}
				default:
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	got := texts(t, s, "s")
	if len(got) != writers*messages {
		t.Fatalf("%d messages, want %d", len(got), writers*messages)
	}
	// Each writer's own are in the order in which it wrote them.
	for w := range writers {
		m := 0
		for _, text := range got {
			if text == fmt.Sprint(w, "/", m) {
				m++
			}
		}
		if m != messages {
			t.Errorf("writer %d has %d messages in order, want %d", w, m, messages)
		}
	}
}

func testConflict(t *testing.T, open opener) {
	due := store.SetDue(perch.Due{Session: "s", Kind: "k", Key: "loser", At: epoch})
	for name, writes := range map[string][]store.Write{"plain": nil, "with rows": {due}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := running(t, open)
			commit(t, s, store.Turn{ID: 1, Session: "s", Entries: []perch.Entry{said(1, "first")}})
			errs := make([]error, 2)
			var wg sync.WaitGroup
			for i := range errs {
				wg.Go(func() {
					errs[i] = s.Commit(store.Turn{ID: perch.TurnID(i), Session: "s", Entries: []perch.Entry{said(2, fmt.Sprint(i))}, Writes: writes})
				})
			}
			wg.Wait()
			winner := slices.Index(errs, nil)
			if winner < 0 {
				t.Fatalf("nobody wins: %v", errs)
			}
			if loser := errs[1-winner]; !errors.Is(loser, store.ErrBehind) {
				t.Errorf("the other gets %v, want %v", loser, store.ErrBehind)
			}
			if got := texts(t, s, "s"); !slices.Equal(got, []string{"first", fmt.Sprint(winner)}) {
				t.Errorf("the log has %q, the winner was %d", got, winner)
			}
		})
	}
}

func testFailedTurn(t *testing.T, open opener) {
	s := running(t, open)
	commit(t, s, store.Turn{ID: 1, Session: "s", Entries: []perch.Entry{said(1, "kept")}})
	due := func(key string) store.Write {
		return store.SetDue(perch.Due{Session: "s", Kind: "k", Key: key, At: epoch})
	}
	taken := errors.New("taken")
	gone := store.TakeDue(perch.Due{Session: "s", Kind: "k", Key: "none", At: epoch}, taken)
	for name, turn := range map[string]store.Turn{
		"its second number is taken": {Entries: []perch.Entry{said(2, "new"), said(1, "old")}, Writes: []store.Write{due("a")}},
		"its first number is taken":  {Entries: []perch.Entry{said(1, "old"), said(2, "new")}, Writes: []store.Write{due("b")}},
		"a row is missing":           {Entries: []perch.Entry{said(2, "new")}, Writes: []store.Write{due("c"), gone, due("d")}},
		"rows alone":                 {Writes: []store.Write{due("e"), gone}},
	} {
		turn.Session = "s"
		if err := s.Commit(turn); err == nil {
			t.Errorf("%s: it is committed", name)
		}
		if got := texts(t, s, "s"); !slices.Equal(got, []string{"kept"}) {
			t.Errorf("%s: the log has %q", name, got)
		}
		if left, err := s.DueBy(t.Context(), store.AllBuckets(), epoch, 10); err != nil || len(left) != 0 {
			t.Errorf("%s: it leaves %+v, %v", name, left, err)
		}
	}
}

func testElse(t *testing.T, open opener) {
	s := running(t, open)
	missing := func(is error) store.Write {
		return store.TakeDue(perch.Due{Session: "s", Kind: "k", At: epoch}, is)
	}
	one, two := errors.New("one"), errors.New("two")
	wantErr(t, s.Commit(store.Turn{Session: "s", Writes: []store.Write{missing(one), missing(two)}}), one)
	wantErr(t, s.Commit(store.Turn{Session: "s", Writes: []store.Write{missing(nil)}}), store.ErrBehind)
	wantErr(t, s.Commit(store.Turn{Session: "s", Entries: []perch.Entry{said(1, "")}, Writes: []store.Write{missing(two)}}), two)
	anyRows := missing(one)
	anyRows.Rows = store.Any
	write(t, s, anyRows)
}

func testBadStatement(t *testing.T, open opener) {
	s := running(t, open)
	err := s.Commit(store.Turn{Session: "s", Entries: []perch.Entry{said(1, "lost")}, Writes: []store.Write{{SQL: "INSERT INTO nowhere (x) VALUES (1)", Rows: 1}}})
	if err == nil || errors.Is(err, store.ErrBehind) || errors.Is(err, store.ErrUnknown) {
		t.Errorf("a table that does not exist gives %v", err)
	}
	// A key that is there already is an error of the engine, not a short count.
	write(t, s, store.InsertContact("s", "c", "i"))
	if err := s.Commit(store.Turn{Session: "t", Entries: []perch.Entry{said(1, "lost")}, Writes: []store.Write{store.InsertContact("t", "c", "i")}}); err == nil {
		t.Error("two contacts have one id")
	}
	commit(t, s, store.Turn{Session: "s", Entries: []perch.Entry{said(1, "kept")}})
	if got := texts(t, s, "s"); !slices.Equal(got, []string{"kept"}) {
		t.Errorf("the log has %q", got)
	}
	if got := texts(t, s, "t"); len(got) != 0 {
		t.Errorf("the other log has %q", got)
	}
}
