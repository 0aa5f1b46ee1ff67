package perch_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/perch-chat/perch"
)

func TestCheckpointAndTailFoldLikeTheWholeLog(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		entries := drawHistory(t, 60)
		whole := fold("session", entries)
		want := asJSON(t, whole)
		cut := rapid.IntRange(0, len(entries)).Draw(t, "checkpoint at")

		var loaded perch.Session
		if err := json.Unmarshal([]byte(asJSON(t, fold("session", entries[:cut]))), &loaded); err != nil {
			t.Fatal(err)
		}
		for _, e := range entries[cut:] {
			loaded.Apply(stored(t, e))
		}
		loaded.Settle()
		if got := asJSON(t, &loaded); got != want {
			t.Fatalf("a checkpoint at %d and the tail fold to another state:\n%s", cut, cmp.Diff(want, got))
		}
		for _, e := range entries {
			n, ok := loaded.Seen.Number(e.Token)
			if want := e.Token != 0 && !whole.Ended; ok != want || want && n != e.Number {
				t.Fatalf("the token of number %d gives %d, %v; want it remembered: %v", e.Number, n, ok, want)
			}
		}
	})
}

func TestFoldKeepsContactsAndPeopleTogether(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		entries := drawHistory(t, 60)
		s := fold("session", entries)
		last := entries[len(entries)-1]
		if s.Head != last.Number || !s.Time.Equal(last.Time) || s.Ended != (last.Kind == perch.KindEnded) {
			t.Fatalf("the state is at %d, %v, ended %v; the log at %d, %v", s.Head, s.Time, s.Ended, last.Number, last.Time)
		}
		// Contacts do not interleave, and all but the last one have ended.
		after := int64(0)
		for i, c := range s.Contacts {
			if over := i < len(s.Contacts)-1 || s.Ended; (c.Last != 0) != over || c.Closed.IsZero() == over || over && c.Listening {
				t.Fatalf("contact %d of %d, chat ended %v: %+v", i, len(s.Contacts), s.Ended, c)
			}
			if c.First <= after || c.Last != 0 && c.Last < c.First {
				t.Fatalf("contact %s has the numbers %d..%d, after %d", c.ID, c.First, c.Last, after)
			}
			after = c.Last
		}
		for _, e := range entries {
			c, ok := s.Contact(e.Contact)
			if !ok || e.Kind != perch.KindStarted && (e.Number < c.First || c.Last != 0 && e.Number > c.Last) {
				t.Fatalf("number %d is stamped %s, which has %+v", e.Number, e.Contact, c)
			}
		}
		for _, p := range s.Participants {
			if s.Ended && p.Presence != perch.Departed || (p.Presence == perch.Departed) != (p.Left > 0) {
				t.Fatalf("chat ended %v, participant %+v", s.Ended, p)
			}
			if _, err := s.Caller(p.ID); (err == nil) != (p.Presence != perch.Departed) {
				t.Fatalf("participant %+v may act: %v", p, err)
			}
		}
	})
}

func TestClonesChangeOnTheirOwn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		entries := drawHistory(t, 60)
		cut := rapid.IntRange(1, len(entries)).Draw(t, "cloned at")
		s := fold("session", entries[:cut])
		before := asJSON(t, s)
		one, other := s.Clone(), s.Clone()
		for _, e := range entries[cut:] {
			one.Apply(e)
			if _, known := s.Seen.Number(e.Token); known {
				t.Fatalf("the original knows the token of number %d", e.Number)
			}
			if _, known := other.Seen.Number(e.Token); known {
				t.Fatalf("the other clone knows the token of number %d", e.Number)
			}
		}
		if got := asJSON(t, s); got != before {
			t.Fatalf("applying to a clone has changed the original:\n%s", cmp.Diff(before, got))
		}
		if got := asJSON(t, other); got != before {
			t.Fatalf("applying to a clone has changed another:\n%s", cmp.Diff(before, got))
		}
		one.Settle()
		if got, want := asJSON(t, one), asJSON(t, fold("session", entries)); got != want {
			t.Fatalf("the clone folds to another state:\n%s", cmp.Diff(want, got))
		}
	})
}

func TestSettledTokensStayWithTheNextClone(t *testing.T) {
	t.Parallel()
	say := func(n int64, token perch.TokenHash) perch.Entry {
		return perch.Entry{Number: n, Kind: perch.KindMessage, Token: token, Body: perch.Message{}}
	}
	s := &perch.Session{ID: "s"}
	s.Apply(say(1, 11))
	s.Settle()
	lost := s.Clone()
	lost.Apply(say(2, 22)) // a turn that did not come through
	kept := s.Clone()
	kept.Apply(say(2, 33))
	kept.Settle()
	next := kept.Clone()
	for token, want := range map[perch.TokenHash]int64{11: 1, 33: 2} {
		if n, ok := next.Seen.Number(token); !ok || n != want {
			t.Errorf("token %d gives %d, %v; want %d", token, n, ok, want)
		}
	}
	if n, ok := next.Seen.Number(22); ok {
		t.Errorf("a token that was never committed gives %d", n)
	}
	if n, ok := next.Seen.Number(0); ok {
		t.Errorf("no token at all gives %d", n)
	}
	var none *perch.Seen
	if n, ok := none.Number(11); ok || none.Fork() != nil {
		t.Errorf("nothing seen gives %d, and a fork of it is %v", n, none.Fork())
	}
}

func TestDamagedTokensOfACheckpointAreRefused(t *testing.T) {
	t.Parallel()
	s := fold("s", []perch.Entry{{Number: 300, Kind: perch.KindMessage, Token: 5, Body: perch.Message{}}})
	good := asJSON(t, s.Seen)
	var whole []byte
	if err := json.Unmarshal([]byte(good), &whole); err != nil {
		t.Fatal(err)
	}
	for cut := 1; cut < len(whole); cut++ {
		var seen perch.Seen
		if err := json.Unmarshal([]byte(asJSON(t, whole[:cut])), &seen); err == nil {
			t.Errorf("%d bytes of %d are taken for whole", cut, len(whole))
		}
	}
	var seen perch.Seen
	if err := json.Unmarshal([]byte(good), &seen); err != nil {
		t.Fatal(err)
	}
	if n, ok := seen.Number(5); !ok || n != 300 {
		t.Errorf("token 5 gives %d, %v; want 300", n, ok)
	}
}

func TestEveryBodyComesBackFromTheLog(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	who := perch.Who{Name: "Ann <b>", Role: perch.Agent}
	bodies := []perch.Body{
		perch.Message{Who: who, ContentType: "text/plain", Content: "a\u2028\"<&>\x00é", Initial: true},
		perch.Joined{Who: who}, perch.Left{Who: who}, perch.TransferSucceeded{Who: who}, perch.TransferFailed{Who: who},
		perch.Ended{Reason: perch.Stopped}, perch.Event{Who: who, ContentType: "a/b", Content: "{}"}, perch.Renamed{Who: who},
		perch.Started{Instance: "i", CustomerID: "c", Verified: true, Expires: at, ContentTypes: []string{"a", "b"}, SurveyOnExit: true,
			Subtype: perch.SubtypeGuide, ResponseMode: "COMPLETE"},
		perch.Opened{Previous: "p", Method: perch.ByQueueTransfer, Related: "r"}, perch.Closed{Reason: perch.Expired},
		perch.Invited{Who: who, User: "u"}, perch.Connected{},
		perch.Linked{Link: perch.Link{Session: "s", Contact: "c", Through: 5, Type: perch.FromSegment, Depth: 3, Jump: "j", JumpDepth: 1}},
		perch.AttributesChanged{Version: 4}, perch.HookSet{Hook: perch.CustomerRemaining, Flow: "f"},
		perch.FlowMoved{State: json.RawMessage(`{"x":[1,2]}`), Listening: true, Bot: true}, perch.CustomerKnown{CustomerID: "c", Verified: true},
		perch.Queued{Queue: "q", User: "u"}, perch.Idled{Role: perch.Agent},
		perch.ProcessingSet{Processing: perch.Processing{Function: "f", Deliver: true}},
		perch.Held{Who: who, ContentType: "text/plain", Content: "c", Processing: perch.Processing{Function: "f"}},
		perch.Undelivered{Message: perch.Message{Who: who, ContentType: "text/plain", Content: "c", Held: 7, Sent: at}, Status: perch.MessageFailed},
		perch.Attached{Who: who, File: "f", Name: "a.png", ContentType: "image/png", State: perch.FileScanning},
		perch.Scanned{Attached: perch.Attached{Who: who, File: "f", Name: "a.png", ContentType: "image/png", State: perch.FileApproved}, Number: 7, Sent: at},
		perch.TimersSet{Timers: perch.Timers{Customer: perch.RoleTimers{Idle: time.Minute}, Agent: perch.RoleTimers{Disconnect: time.Hour}}},
	}
	kinds := map[perch.Kind]bool{}
	for _, b := range bodies {
		if back := stored(t, perch.Entry{Kind: b.Kind(), Body: b}).Body; !reflect.DeepEqual(back, b) {
			t.Errorf("kind %d comes back changed:\n%s", b.Kind(), cmp.Diff(b, back))
		}
		kinds[b.Kind()] = true
	}
	// Whatever else can be decoded must be in the list above.
	for k := range 256 {
		if _, err := perch.DecodeBody(perch.Kind(k), perch.CodecJSON, []byte("{}")); (err == nil) != kinds[perch.Kind(k)] {
			t.Errorf("kind %d: decoding gives %v, and it is tried here: %v", k, err, kinds[perch.Kind(k)])
		}
	}
	if _, err := perch.DecodeBody(perch.KindMessage, perch.CodecJSON+1, []byte("{}")); err == nil || !strings.Contains(err.Error(), "newer perch") {
		t.Errorf("an unknown codec gives %v", err)
	}
	if _, err := perch.DecodeBody(perch.KindMessage, perch.CodecJSON, []byte("{")); err == nil {
		t.Error("a torn body is taken for whole")
	}
}

func TestAgentsAreThoseNowPresent(t *testing.T) {
	t.Parallel()
	e := func(n int64, id perch.ParticipantID, b perch.Body) perch.Entry {
		return perch.Entry{Number: n, Contact: "s", Kind: b.Kind(), Participant: id, Body: b}
	}
	agent, customer := perch.Who{Name: "A", Role: perch.Agent}, perch.Who{Name: "C", Role: perch.Customer}
	s := fold("s", []perch.Entry{
		e(1, "", perch.Opened{Method: perch.ByAPI}), e(2, "c", perch.Invited{Who: customer}), e(3, "a1", perch.Invited{Who: agent, User: "u1"}),
		e(4, "a2", perch.Invited{Who: agent, User: "u2"}), e(5, "a3", perch.Invited{Who: agent, User: "u3"}), e(6, "w", perch.Invited{Who: perch.Who{Role: perch.Supervisor}}),
		e(7, "c", perch.Joined{Who: customer}), e(8, "a1", perch.Joined{Who: agent}), e(9, "a2", perch.Joined{Who: agent}), e(10, "w", perch.Connected{}),
		e(11, "a1", perch.Left{Who: agent}), e(12, "a1", perch.Joined{Who: agent}), // who has gone does not come back
	})
	if in := s.Agents(); len(in) != 1 || in[0].ID != "a2" {
		t.Errorf("the agents present are %+v, want a2", in)
	}
	if c, ok := s.Customer(); !ok || c.ID != "c" || c.Presence != perch.Present {
		t.Errorf("the customer is %+v, %v", c, ok)
	}
	if _, err := s.Caller("a1"); perch.KindOf(err) != perch.Denied {
		t.Errorf("who has gone may act: %v", err)
	}
	if c := s.Current(); c.Agent != "u2" {
		t.Errorf("the contact's agent is %q, want the last to join", c.Agent)
	}
}
