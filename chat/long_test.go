package chat_test

import (
	"context"
	"math/bits"
	"testing"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
)

const longest = 10_000

// linked makes a chain of ended chats, each but the first continuing another,
// and gives their ids, oldest first.
func (h *house) linked(links int) (ids []perch.SessionID) {
	h.Helper()
	for n := range links + 1 {
		in := starting(func(in *chat.Start) { in.Initial = &chat.Saying{ContentType: "text/plain", Content: "hello"} })
		if n > 0 {
			continuing(perch.EntirePastSession, ids[n-1].First())(&in)
		}
		id, err := perch.NewID(h.opts.Rand)
		h.must(err)
		_, err = h.StartEnded(context.Background(), perch.SessionID(id), in)
		h.must(err)
		ids = append(ids, perch.SessionID(id))
	}
	return ids
}

// statements counts those that something takes.
func (h *house) statements(do func()) (reads, writes int64) {
	s := &h.store.Stats
	reads, writes = s.Reads.Load(), s.Writes.Load()
	do()
	return s.Reads.Load() - reads, s.Writes.Load() - writes
}

// What a persistent chat costs does not depend on how much lies behind it.
func TestTenThousandLinkedChatsCostWhatOneDoes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	short, long := h.linked(1), h.linked(longest)
	type cost struct{ startReads, startWrites, presentReads, pastReads, nextReads int64 }
	measure := func(source perch.SessionID) (c cost, k talk) {
		h := h.restarted() // nothing is at hand
		c.startReads, c.startWrites = h.statements(func() { k = h.start(continuing(perch.EntirePastSession, source.First())) })
		k.connect(k.customer)
		read := func(from *perch.Position) (page chat.Page, reads int64) {
			state := k.state()
			reads, _ = h.statements(func() {
				var err error
				page, err = h.Page(t.Context(), chat.Query{Session: state, To: perch.ToCustomer, From: from, Limit: 1})
				h.must(err)
			})
			if len(page.Items) != 1 || page.Next == nil || page.Items[0].Past != (from != nil) {
				t.Fatalf("%d items, next %v", len(page.Items), page.Next)
			}
			return page, reads
		}
		present, n := read(nil)
		c.presentReads = n
		past, n := read(present.Next)
		c.pastReads = n
		_, c.nextReads = read(past.Next)
		return c, k
	}
	want, _ := measure(short[1])
	got, k := measure(long[longest])
	if got != want {
		t.Errorf("with %d links it costs %+v, with 1 %+v", longest, got, want)
	}
	if want.startReads > 10 || want.pastReads > 6 {
		t.Errorf("it costs %+v", want)
	}
	testDeepPlaces(t, k, long)
}

// testDeepPlaces looks at how many statements it takes to get anywhere in a
// long chain: a logarithm of its length.
func testDeepPlaces(t *testing.T, k talk, ids []perch.SessionID) {
	enough := int64(12 * bits.Len(longest))
	all := k.log()
	state := k.state()
	first := func(id perch.SessionID) (it perch.Entry) {
		it, err := k.itemIn(id)
		k.must(err)
		return it
	}
	one := 1
	for _, depth := range []int{0, 1, 2, 1000, 1999, longest - 1, longest} {
		id := ids[depth]
		item := first(id)
		for name, q := range map[string]chat.Query{
			"a border":                    {From: &perch.Position{Session: id, Number: 1}},
			"an item":                     {Start: &chat.StartPosition{ID: perch.ItemID(id, item.Number, item.Time)}},
			"a time":                      {Start: &chat.StartPosition{Time: item.Time}},
			"a contact":                   {Contact: id.First()},
			"a contact and its last item": {Contact: id.First(), Start: &chat.StartPosition{MostRecent: &one}},
		} {
			for _, forward := range []bool{true, false} {
				if name == "a border" && !forward {
					continue // what lies before the chat's first entry is another's
				}
				q.Session, q.To, q.Limit, q.Forward = state, perch.ToCustomer, 1, forward
				var page chat.Page
				reads, _ := k.statements(func() {
					var err error
					page, err = k.Page(t.Context(), q)
					k.must(err)
				})
				if len(page.Items) != 1 || page.Items[0].Session != id {
					t.Errorf("%s at depth %d, forward %v: %d items", name, depth, forward, len(page.Items))
				}
				if reads > enough {
					t.Errorf("%s at depth %d, forward %v: %d reads, want at most %d", name, depth, forward, reads, enough)
				}
			}
		}
	}
	// All the way from the oldest to the present: each step a logarithm.
	from, pages := &perch.Position{Session: ids[longest-40], Number: 1}, int64(0)
	var last chat.Item
	reads, _ := k.statements(func() {
		for ; from != nil; pages++ {
			page, err := k.Page(t.Context(), chat.Query{Session: state, To: perch.ToCustomer, From: from, Limit: 1, Forward: true})
			k.must(err)
			last, from = page.Items[0], page.Next
		}
	})
	if last.Number != all[len(all)-1].Number || last.Session != k.id || pages != 2*41+1 {
		t.Errorf("after %d pages the walk ends at number %d of %s", pages, last.Number, last.Session)
	}
	if reads > pages*enough {
		t.Errorf("%d reads for %d pages", reads, pages)
	}
	// No place at all: found out as fast.
	reads, _ = k.statements(func() {
		_, err := k.Page(t.Context(), chat.Query{Session: state, To: perch.ToCustomer, Limit: 1, From: &perch.Position{Session: "unknown", Number: 1}})
		k.refused(err, perch.Invalid)
	})
	if reads > enough {
		t.Errorf("%d reads for a border that is nowhere", reads)
	}
}

// itemIn is a session's first message.
func (h *house) itemIn(id perch.SessionID) (it perch.Entry, err error) {
	k := talk{house: h, id: id}
	for _, e := range k.log() {
		if e.Kind == perch.KindMessage {
			return e, nil
		}
	}
	return it, perch.Errorf(perch.NotFound, "no message")
}
