package chat_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/bus"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/store"
)

func (k talk) idOf(e perch.Entry) string { return perch.ItemID(k.id, e.Number, e.Time) }

func TestAMessageIsConfirmedToBothSides(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	k.connect(k.customer)
	a := k.agent("a1")
	e := k.say(a, "do you read me?")
	k.say(k.customer, "another")
	var heard []chat.Confirmed
	stop := k.bus.Watch(chat.Topic(k.id), func(s bus.Signal) { heard = append(heard, s.Payload.(chat.Confirmed)) })
	head := k.state().Head
	delivered := k.clock.Now()
	c, err := k.Confirm(t.Context(), k.state(), k.customer, k.idOf(e), false)
	k.must(err)
	k.clock.move(time.Second)
	_, err = k.Confirm(t.Context(), k.state(), k.customer, k.idOf(e), true)
	k.must(err)
	k.clock.move(time.Second)
	_, err = k.Confirm(t.Context(), k.state(), k.customer, k.idOf(e), true) // again: the first time stays
	k.must(err)
	stop()
	if k.state().Head != head || len(k.log()) != int(head) {
		t.Error("a confirmation is in the log")
	}
	want := chat.Confirmed{ID: c.ID, At: delivered, Contact: k.id.First(), MessageID: k.idOf(e), Participant: k.customer}
	if len(heard) != 3 || heard[0] != want || c != want || !heard[1].Read {
		t.Errorf("whispered %+v", heard)
	}
	check := func(k talk) {
		t.Helper()
		page, err := k.Page(t.Context(), chat.Query{Session: k.state(), To: perch.ToAgents, Limit: 100})
		k.must(err)
		for _, it := range page.Items {
			var want []store.Receipt
			if it.Number == e.Number {
				want = []store.Receipt{{Number: e.Number, Participant: k.customer, Delivered: delivered, Read: delivered.Add(time.Second)}}
			}
			if diff := cmp.Diff(want, it.Receipts); diff != "" {
				t.Errorf("receipts of number %d (-want +got):\n%s", it.Number, diff)
			}
		}
	}
	check(k)
	check(k.in(k.restarted()))

	// A reader of a later chat sees them too.
	k.end()
	next := k.start(continuing(perch.FromSegment, k.id.First()))
	found := 0
	for _, it := range next.pastItems(perch.ToCustomer) {
		found += len(it.Receipts)
	}
	if found != 1 {
		t.Errorf("%d receipts in the past, want 1", found)
	}
}

func TestWhatCannotBeConfirmed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	k := h.start()
	k.connect(k.customer)
	a := k.agent("a1")
	said := k.say(a, "hello")
	var note, joined perch.Entry
	k.on(func(t *chat.Turn) error { t.MessageTo(perch.ToAgents, "a note"); return nil })
	for _, e := range k.log() {
		switch {
		case e.Kind == perch.KindJoined:
			joined = e
		case e.Audience == perch.ToAgents:
			note = e
		}
	}
	other := h.start()
	elsewhere := other.say(other.customer, "elsewhere")
	try := func(who perch.ParticipantID, id string, want perch.ErrorKind) {
		t.Helper()
		_, err := k.Confirm(t.Context(), k.state(), who, id, true)
		h.refused(err, want)
	}
	for _, id := range []string{"", "abc", perch.ItemID(k.id, 999, said.Time), perch.ItemID(k.id, 1, said.Time.Add(time.Hour)),
		k.idOf(joined), k.idOf(note) /* not for customers */, other.idOf(elsewhere)} {
		try(k.customer, id, perch.Invalid)
	}
	if _, err := k.Confirm(t.Context(), k.state(), a, k.idOf(note), true); err != nil {
		t.Errorf("an agent confirms a note: %v", err)
	}
	for _, who := range []perch.ParticipantID{"", "unknown", other.customer} {
		try(who, k.idOf(said), perch.Denied)
	}
	// Somebody who watches must not be noticed by what fails.
	k.join(perch.Who{Role: perch.Supervisor}, "w")
	if _, err := k.Confirm(t.Context(), k.state(), k.customer, k.idOf(said), true); err != nil {
		t.Errorf("while a supervisor watches: %v", err)
	}
	third := k.agent("a2")
	try(k.customer, k.idOf(said), perch.Conflict)
	k.leave(third)
	if _, err := k.Confirm(t.Context(), k.state(), k.customer, k.idOf(said), true); err != nil {
		t.Errorf("two again: %v", err)
	}
	k.end()
	try(k.customer, k.idOf(said), perch.Denied)
}

func TestTypingIsWhisperedAndNeverStored(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	k.connect(k.customer)
	var heard []bus.Signal
	stop := k.bus.Watch(chat.Topic(k.id), func(s bus.Signal) { heard = append(heard, s) })
	defer stop()
	turns := k.store.Stats.Turns.Load()
	y, err := k.Type(t.Context(), k.state(), k.customer)
	k.must(err)
	want := chat.Typing{ID: y.ID, At: k.clock.Now(), Contact: k.id.First(), Participant: k.customer, Who: perch.Who{Name: "Customer", Role: perch.Customer}}
	if y != want || y.ID == "" || len(heard) != 1 || heard[0].Payload != any(want) || heard[0].At != 0 {
		t.Errorf("typing is %+v, heard %+v", y, heard)
	}
	if k.store.Stats.Turns.Load() != turns {
		t.Error("typing is written down")
	}
	_, err = k.Type(t.Context(), k.state(), "unknown")
	k.refused(err, perch.Denied)
	k.end()
	_, err = k.Type(t.Context(), k.state(), k.customer)
	k.refused(err, perch.Denied)
}
