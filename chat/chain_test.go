package chat_test

import (
	"slices"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
)

// What a link leaves out is shown as left out, however the chain is paged.
func TestAChainTellsWhatItLeavesOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.tell()
	second := h.start(continuing(perch.FromSegment, c.c2))
	second.end()
	third := h.start(continuing(perch.EntirePastSession, second.id.First()))
	for _, limit := range []int{1, 2, 10} {
		var got []string
		for at, pages := (chat.ChainPlace{}), 0; ; pages++ {
			page, next, err := h.Chain(t.Context(), third.state(), at, limit)
			h.must(err)
			for _, s := range page {
				for _, of := range s.Contacts {
					line := map[perch.ContactID]string{c.c1: "c1", c.c2: "c2", c.c3: "c3", second.id.First(): "second", third.id.First(): "third"}[of.ID]
					if !s.Has(of) {
						line += " dropped"
					}
					got = append(got, line)
				}
			}
			if at = next; at == (chat.ChainPlace{}) {
				break
			}
			if pages > 5 {
				t.Fatal("paging does not end")
			}
		}
		if want := []string{"third", "second", "c1", "c2", "c3 dropped"}; !slices.Equal(got, want) {
			t.Errorf("in pages of %d the chain is %q, want %q", limit, got, want)
		}
	}
}

// Only who has signed for a CustomerId is found by it, and the chat itself is not
// among the others.
func TestACustomersOtherChatsAreFoundByTheVerifiedID(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	who := func(id string, verified bool) func(*chat.Start) {
		return func(in *chat.Start) { in.CustomerID, in.Verified = id, verified }
	}
	var ids []perch.SessionID
	for range 3 {
		k := h.start(who("ann", true))
		k.end()
		ids = append(ids, k.id)
		h.clock.move(time.Second)
	}
	running := h.start(who("ann", true))
	for _, other := range []talk{h.start(who("ann", false)), h.start(who("bob", true)), h.start()} {
		other.end()
	}
	asks := h.start(who("ann", true))
	for _, limit := range []int{1, 2, 10} {
		var got []perch.SessionID
		for at := (chat.CustomerPlace{}); ; {
			page, next, err := h.OfCustomer(t.Context(), asks.state(), at, limit)
			h.must(err)
			for _, s := range page {
				got = append(got, s.ID)
			}
			if at = next; at == (chat.CustomerPlace{}) {
				break
			}
		}
		if want := []perch.SessionID{running.id, ids[2], ids[1], ids[0]}; !slices.Equal(got, want) {
			t.Errorf("in pages of %d they are %v, want %v", limit, got, want)
		}
	}
	if page, _, err := h.OfCustomer(t.Context(), h.start(who("ann", false)).state(), chat.CustomerPlace{}, 10); err != nil || len(page) > 0 {
		t.Errorf("who has not signed finds %d chats, %v", len(page), err)
	}
}
