package store_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

func testDetails(t *testing.T, open opener) {
	s := running(t, open)
	write(t, s, store.InsertSession("s", "i", epoch, ""), store.InsertContact("s", "s", "i"), store.InsertContact("s", "c2", "i"))
	for _, c := range []perch.ContactID{"s", "c2", "none"} {
		if d, version, err := s.Details(t.Context(), "s", c); err != nil || version != 0 || !cmp.Equal(d, perch.Details{}) {
			t.Errorf("of %s, which has none: %+v, %d, %v", c, d, version, err)
		}
	}
	write(t, s, store.SetDetails("s", "c2", []byte(`{"n":"x\u0000é"}`), 1))
	for _, version := range []int64{1, 3} { // not the one after what is there
		wantErr(t, s.Commit(store.Turn{Writes: []store.Write{store.SetDetails("s", "c2", []byte(`{}`), version)}}), store.ErrBehind)
	}
	wantErr(t, s.Commit(store.Turn{Writes: []store.Write{store.SetDetails("s", "none", []byte(`{}`), 1)}}), store.ErrBehind)
	if d, version, err := s.Details(t.Context(), "s", "c2"); err != nil || version != 1 || d.Name != "x\x00é" {
		t.Errorf("got %+v, %d, %v", d, version, err)
	}
	if d, version, err := s.Details(t.Context(), "s", "s"); err != nil || version != 0 || d.Name != "" {
		t.Errorf("the other contact has %+v, %d, %v", d, version, err)
	}
	write(t, s, store.SetDetails("s", "c2", []byte(`{`), 2))
	if _, _, err := s.Details(t.Context(), "s", "c2"); err == nil || !strings.Contains(err.Error(), "c2") {
		t.Errorf("damaged details are read with %v", err)
	}
}

func testNotes(t *testing.T, open opener) {
	s := running(t, open)
	note := func(contact perch.ContactID, number int, text string) perch.Note {
		return perch.Note{Session: "s", Contact: contact, Number: number, Author: perch.Author{ID: "u", Name: "Ana"}, Time: epoch, Text: text}
	}
	want := []perch.Note{note("c1", 1, "x\x00é"), note("c1", 2, "y"), note("c2", 1, "z")}
	for _, n := range []int{2, 1, 0} {
		write(t, s, store.InsertNote(want[n]))
	}
	if err := s.Commit(store.Turn{Writes: []store.Write{store.InsertNote(note("c1", 2, "again"))}}); err == nil {
		t.Error("a number was given twice")
	}
	other := note("c1", 1, "elsewhere")
	other.Session = "t"
	write(t, s, store.InsertNote(other))
	if got, err := s.Notes(t.Context(), "s"); err != nil || !cmp.Equal(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func testFlowLog(t *testing.T, open opener) {
	s := running(t, open)
	for _, last := range []int64{2, 5, 9} {
		write(t, s, store.InsertFlowLog("s", "c", last, fmt.Appendf(nil, "to %d", last)))
	}
	write(t, s, store.InsertFlowLog("s", "other", 2, []byte("other")))
	if err := s.Commit(store.Turn{Session: "s", Writes: []store.Write{store.InsertFlowLog("s", "c", 9, []byte("again"))}}); err == nil {
		t.Error("a turn is written twice")
	}
	read := func(after int64, limit int, want string) {
		t.Helper()
		got, err := s.FlowLog(t.Context(), "s", "c", after, limit)
		if text := string(bytes.Join(got, []byte(", "))); err != nil || text != want {
			t.Errorf("after %d: %q, %v; want %q", after, text, err, want)
		}
	}
	read(0, 2, "to 2, to 5")
	read(3, 5, "to 5, to 9")
	read(9, 5, "")
	write(t, s, store.TrimFlowLog("s", "c", 5))
	read(0, 5, "to 9")
}
