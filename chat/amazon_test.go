package chat_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/strict"
)

// held is a context in which some rules hold.
func held(rules ...strict.Rule) context.Context {
	j := strict.New()
	j.Set(rules, true)
	return strict.With(context.Background(), j.Call("GetTranscript"))
}

// pastContacts are the contacts of the past, newest first, as pages of some size
// show them.
func (k talk) pastContacts(ctx context.Context, limit int) []perch.ContactID {
	k.Helper()
	var items []chat.Item
	var from *perch.Position
	for {
		page, err := k.Page(ctx, chat.Query{Session: k.state(), To: perch.ToCustomer, From: from, Limit: limit})
		k.must(err)
		if from != nil && len(page.Items) == 0 {
			k.Errorf("a token of a page of %d leads to nothing", limit)
		}
		for _, it := range slices.Backward(page.Items) {
			if it.Past {
				items = append(items, it)
			}
		}
		if from = page.Next; from == nil {
			return contactsOf(items)
		}
	}
}

// Three contacts of each session come along and one does not: the hundredth lies in
// the midst of a session.
func TestAmazonsHistoryGoesBackAHundredContacts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var all []perch.ContactID // newest first
	source := perch.ContactID("")
	k := h.start()
	for range 36 {
		k.connect(k.begun.Participant)
		first := k.id.First()
		second := k.transfer(k.agent("a1"))
		source = k.transfer(k.agent("a2"))
		all = append([]perch.ContactID{source, second, first}, all...)
		k.transfer(k.agent("a3"))
		k.say(k.begun.Participant, "dropped")
		k.end()
		k = h.start(continuing(perch.FromSegment, source))
	}
	for _, limit := range []int{1, 7, 100} {
		if diff := cmp.Diff(all, k.pastContacts(held(), limit)); diff != "" {
			t.Errorf("pages of %d, explained (-want +got):\n%s", limit, diff)
		}
		if diff := cmp.Diff(all[:strict.MostPastContacts], k.pastContacts(held(strict.PastContacts), limit)); diff != "" {
			t.Errorf("pages of %d, strict (-want +got):\n%s", limit, diff)
		}
	}
}

// A StartPosition is kept to the chat itself: an item of the past is not there, and
// a time and a number reach to the beginning.
func TestAmazonsStartPositionEndsWithTheChat(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	past := h.start()
	past.connect(past.begun.Participant)
	old := past.say(past.begun.Participant, "old")
	past.end()
	h.clock.move(time.Hour)
	k := h.start(continuing(perch.EntirePastSession, past.id.First()))
	k.connect(k.begun.Participant)
	k.say(k.begun.Participant, "new")
	many := 10
	for name, at := range map[string]chat.StartPosition{"time": {Time: old.Time}, "number": {MostRecent: &many}} {
		q := chat.Query{Session: k.state(), To: perch.ToCustomer, Start: &at, Forward: true, Limit: 20}
		page, err := k.Page(held(strict.StartPosition), q)
		if err != nil || len(page.Items) != 2 || page.Items[0].Past {
			t.Errorf("%s: %+v, %v; want the joining and the message of the chat", name, page.Items, err)
		}
		if page, err = k.Page(held(), q); err != nil || len(page.Items) == 0 || !page.Items[0].Past {
			t.Errorf("%s, explained: %+v, %v", name, page.Items, err)
		}
	}
	q := chat.Query{Session: k.state(), To: perch.ToCustomer, Start: &chat.StartPosition{ID: old.ID(past.id)}, Forward: true, Limit: 20}
	_, err := k.Page(held(strict.StartPosition), q)
	h.refused(err, perch.Invalid)
	_, err = k.Page(held(), q)
	h.must(err)
}
