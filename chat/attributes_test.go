package chat_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
)

func attr(origin perch.Origin, pairs ...string) perch.Attributes {
	a := perch.Attributes{}
	for i := 0; i < len(pairs); i += 2 {
		a[pairs[i]] = perch.Attribute{Value: pairs[i+1], Origin: origin}
	}
	return a
}

func (k talk) attributes() perch.Attributes {
	k.Helper()
	a, err := k.Attributes(context.Background(), k.id)
	k.must(err)
	return a
}

func (k talk) set(a perch.Attributes) error {
	return k.try(func(t *chat.Turn) error { return t.SetAttributes(a) })
}

func with(a perch.Attributes) func(*chat.Start) {
	return func(in *chat.Start) { in.Attributes = a }
}

func TestAttributesAreAddedAndReplaced(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start(with(attr(perch.FromSigV4, "a", "1", "b", "2")))
	k.must(k.set(attr(perch.FromFlow, "b", "3", "c", "4")))
	want := attr(perch.FromFlow, "b", "3", "c", "4")
	want["a"] = perch.Attribute{Value: "1", Origin: perch.FromSigV4}
	if diff := cmp.Diff(want, k.attributes()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if v := k.state().Attributes; v != 2 {
		t.Errorf("version %d, want 2", v)
	}
	before := k.state().Head
	k.must(k.set(nil))
	if k.state().Head != before {
		t.Error("setting nothing is written down")
	}
	// Twice in a turn: the second sees the first.
	k.on(func(t *chat.Turn) error {
		if err := t.SetAttributes(attr(0, "d", "5")); err != nil {
			return err
		}
		if a, err := t.Attributes(); err != nil || a["d"].Value != "5" || a["a"].Value != "1" {
			k.Errorf("within the turn: %v, %v", a, err)
		}
		return t.SetAttributes(attr(0, "e", "6"))
	})
	if a := k.attributes(); a["d"].Value != "5" || a["e"].Value != "6" || len(a) != 5 {
		t.Errorf("attributes %v", a)
	}
	k.sound()
}

func TestAttributesHaveALimit(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	k := h.start(with(attr(0, "a", strings.Repeat("x", 100))))
	rest := perch.MaxAttributeBytes - 101
	k.refused(k.set(attr(0, "b", strings.Repeat("x", rest))), perch.Invalid)
	if a := k.attributes(); len(a) != 1 {
		t.Errorf("what was refused is there: %d attributes", len(a))
	}
	k.must(k.set(attr(0, "b", strings.Repeat("x", rest-1))))
	k.refused(k.set(attr(0, "c", "")), perch.Invalid)
	k.must(k.set(attr(0, "b", ""))) // replacing makes room
	k.sound()
	_, err := h.Start(t.Context(), starting(with(attr(0, "a", strings.Repeat("x", perch.MaxAttributeBytes)))))
	h.refused(err, perch.Invalid)
}

func TestARelatedChatsAttributesAreCopied(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	past := h.start(with(attr(perch.FromBrowser, "a", "past", "b", "past", "sourceContactId", "x", "rehydrationType", "y")),
		func(in *chat.Start) { in.CustomerID, in.Verified = "customer", true })
	past.end()
	own := attr(perch.FromJWT, "b", "own")
	want := attr(perch.FromBrowser, "a", "past") // its origin comes along
	want["b"] = own["b"]
	check := func(name string, k talk) {
		t.Helper()
		if diff := cmp.Diff(want, k.attributes()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if s := k.state(); s.CustomerID != "customer" || !s.Verified {
			t.Errorf("%s: the customer is %q, %v", name, s.CustomerID, s.Verified)
		}
		k.sound()
	}
	check("persistent", h.start(with(own), continuing(perch.FromSegment, past.id.First())))
	related := h.start(with(own), func(in *chat.Start) { in.Related = past.id.First() })
	check("related", related)
	if s := related.state(); s.Link != nil || s.Current().Related != past.id.First() || related.begun.ContinuedFrom != "" {
		t.Errorf("a related chat has link %v, related contact %q, continues %q", s.Link, s.Current().Related, related.begun.ContinuedFrom)
	}
	k := h.start(with(own))
	k.on(func(t *chat.Turn) error {
		_, err := t.Persist(chat.Past{Type: perch.FromSegment, Source: past.id.First(), Origin: perch.FromFlow})
		return err
	})
	check("associated", k)

	// The customer that a request names stays.
	k = h.start(continuing(perch.FromSegment, past.id.First()), func(in *chat.Start) { in.CustomerID = "else" })
	if s := k.state(); s.CustomerID != "else" || s.Verified {
		t.Errorf("the customer is %q, %v", s.CustomerID, s.Verified)
	}
}

func TestWhatWouldPassTheLimitIsLeftOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	big := strings.Repeat("x", 10_000)
	past := h.start(with(attr(0, "k1", big, "k2", big, "k3", "small")))
	past.end()
	own := attr(0, "own", big+big)
	for name, k := range map[string]talk{
		"persistent": h.start(with(own), continuing(perch.EntirePastSession, past.id.First())),
		"associated": func() talk {
			k := h.start(with(own))
			k.on(func(t *chat.Turn) error {
				_, err := t.Persist(chat.Past{Type: perch.EntirePastSession, Source: past.id.First(), Origin: perch.FromSigV4})
				return err
			})
			return k
		}(),
	} {
		a := k.attributes()
		if n := a.Bytes(); n > perch.MaxAttributeBytes || len(a) != 3 || a["own"].Value != big+big || a["k1"].Value != big || a["k3"].Value != "small" {
			t.Errorf("%s: %d bytes in %d attributes", name, n, len(a))
		}
		k.sound()
	}
}

func TestARelatedChatsOwnAttributesCanBeSet(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	past := h.start(with(attr(perch.FromSigV4, "a", "1")))
	past.end()
	k := h.start(continuing(perch.FromSegment, past.id.First()))
	k.on(func(t *chat.Turn) error { // twice in one turn, as a flow may
		for i := range 2 {
			if err := t.SetRelatedAttributes(attr(perch.FromFlow, fmt.Sprint("b", i), "2")); err != nil {
				return err
			}
		}
		return nil
	})
	if a := past.attributes(); len(a) != 3 || a["a"].Value != "1" || a["b0"].Value != "2" || a["b1"].Value != "2" {
		t.Errorf("the past chat has %v", a)
	}
	if a := k.attributes(); len(a) != 1 {
		t.Errorf("the chat itself has %v", a)
	}
	k.refused(k.try(func(t *chat.Turn) error {
		return t.SetRelatedAttributes(attr(0, "c", strings.Repeat("x", perch.MaxAttributeBytes)))
	}), perch.Invalid)
	alone := h.start()
	alone.refused(alone.try(func(t *chat.Turn) error { return t.SetRelatedAttributes(attr(0, "b", "2")) }), perch.Refused)
}

func TestTwoWhoSetAttributesLoseNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	k := h.start()
	k.end() // without entries to guard them, the version has to
	other := k.in(h.restarted())
	done := make(chan error)
	for i, k := range []talk{k, other} {
		go func() {
			for n := range 10 {
				if err := k.set(attr(0, fmt.Sprint(i, "/", n), "x")); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range 2 {
		k.must(<-done)
	}
	if n := len(k.attributes()); n != 20 {
		t.Errorf("%d attributes, want 20", n)
	}
}
