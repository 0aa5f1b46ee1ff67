package chat_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/store"
)

func once(operation, token, request string) chat.Once {
	return chat.Once{Instance: instance, Operation: operation, ClientToken: token, Request: []byte(request)}
}

func TestAStartIsMadeOnceForItsToken(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	past := h.tell()
	in := starting(continuing(perch.FromSegment, past.c2), func(in *chat.Start) { in.Once = once("Start", "token", "request") })
	first, err := h.Start(t.Context(), in)
	h.must(err)
	before := h.store.Stats.Turns.Load()
	for _, h := range []*house{h, h.restarted()} {
		if again, err := h.Start(t.Context(), in); err != nil || again != first {
			t.Errorf("started again: %+v, %v; want %+v", again, err, first)
		}
	}
	other := in
	other.Request = []byte("another request")
	_, err = h.Start(t.Context(), other)
	h.refused(err, perch.Refused)
	if n := h.store.Stats.Turns.Load() - before; n != 0 {
		t.Errorf("%d turns have been committed", n)
	}
	h.clock.move(perch.TokenLife - time.Millisecond)
	if again, err := h.Start(t.Context(), in); err != nil || again != first {
		t.Errorf("at the end of its life: %+v, %v; want %+v", again, err, first)
	}
	h.clock.move(time.Millisecond)
	if again, err := h.Start(t.Context(), other); err != nil || again.Session == first.Session {
		t.Errorf("after its life: %+v, %v", again, err)
	}
	in.Once = chat.Once{Instance: instance, Operation: "Start"} // without a token: each time anew
	one, err := h.Start(t.Context(), in)
	h.must(err)
	if two, err := h.Start(t.Context(), in); err != nil || two.Session == one.Session {
		t.Errorf("without a token: %+v, %v", two, err)
	}
}

func TestManyStartsWithOneTokenAreOneChat(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	past := h.tell()
	in := starting(continuing(perch.FromSegment, past.c2), func(in *chat.Start) { in.Once = once("Start", "token", "request") })
	begun := make([]chat.Begun, 16)
	var wg sync.WaitGroup
	for i := range begun {
		wg.Go(func() {
			var err error
			if begun[i], err = h.Start(t.Context(), in); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if all := slices.Compact(begun); len(all) != 1 || all[0].ContinuedFrom != past.c2 {
		t.Errorf("the answers differ: %+v", all)
	}
	talk{house: h, id: begun[0].Session}.sound()
	if due, err := h.store.DueBy(t.Context(), store.AllBuckets(), h.clock.Now().Add(100*time.Hour), 100); err != nil || len(due) != 3 {
		t.Errorf("%d due rows, %v; want the 3 of one chat", len(due), err)
	}
}

func TestAnAssociationIsMadeOnceForItsToken(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	past := h.tell()
	p := chat.Past{Type: perch.EntirePastSession, Source: past.c1, Origin: perch.FromSigV4}
	k := h.start()
	results := make([]perch.ContactID, 16)
	var wg sync.WaitGroup
	other := h.restarted() // another process
	for i := range results {
		h := h
		if i%2 == 1 {
			h = other
		}
		wg.Go(func() {
			var err error
			if results[i], err = h.Associate(t.Context(), k.id, p, once("Associate", "token", "request")); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if diff := cmp.Diff([]perch.ContactID{past.c3}, slices.Compact(results)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	_, err := h.Associate(t.Context(), k.id, p, once("Associate", "token", "another request"))
	h.refused(err, perch.Refused)
	// Without a token, or with another, it is a second association.
	for _, token := range []string{"", "other"} {
		_, err = h.Associate(t.Context(), k.id, p, once("Associate", token, "request"))
		h.refused(err, perch.Refused)
	}
	k.end() // the same question has the same answer even now
	if from, err := h.Associate(t.Context(), k.id, p, once("Associate", "token", "request")); err != nil || from != past.c3 {
		t.Errorf("after the end: %q, %v", from, err)
	}
	k.sound()
}

// Two requests that race for one token with different questions: one is served
// and the other told so.
func TestATokenRacedForByTwoRequestsServesOne(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	past := h.tell()
	for n := range 20 {
		token := time.Duration(n).String()
		ks := []talk{h.start(), h.start()}
		errs := make([]error, 2)
		var wg sync.WaitGroup
		for i, k := range ks {
			wg.Go(func() {
				_, errs[i] = h.Associate(t.Context(), k.id, chat.Past{Type: perch.FromSegment, Source: past.c1, Origin: perch.FromSigV4},
					once("Associate", token, string(k.id)))
			})
		}
		wg.Wait()
		winner := slices.Index(errs, nil)
		if winner < 0 || ks[winner].state().Link == nil || ks[1-winner].state().Link != nil {
			t.Fatalf("the errors are %v", errs)
		}
		h.refused(errs[1-winner], perch.Refused)
	}
}
