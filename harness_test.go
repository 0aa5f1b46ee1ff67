package perch_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/perch-chat/perch"
)

// asJSON is a state as a checkpoint keeps it: two states with the same text are
// the same in everything that a fold knows.
func asJSON(t rapid.TB, v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// stored is an entry as it comes back from a log.
func stored(t rapid.TB, e perch.Entry) perch.Entry {
	codec, data, err := perch.EncodeBody(e.Body)
	if err != nil {
		t.Fatal(err)
	}
	if e.Body, err = perch.DecodeBody(e.Kind, codec, data); err != nil {
		t.Fatal(err)
	}
	return e
}

// fold applies entries to a new state.
func fold(id perch.SessionID, entries []perch.Entry) *perch.Session {
	s := &perch.Session{ID: id}
	for _, e := range entries {
		s.Apply(e)
	}
	s.Settle()
	return s
}

// history draws the log of a session, one entry at a time.
type history struct {
	t       *rapid.T
	entries []perch.Entry
	at      time.Time

	contact  perch.ContactID
	contacts int
	people   []*person
	linked   bool
	version  int64
	over     bool
	held     []int64
}

type person struct {
	id   perch.ParticipantID
	who  perch.Who
	user perch.UserID
	in   perch.Presence
}

func drawHistory(t *rapid.T, most int) []perch.Entry {
	h := &history{t: t, at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), contact: "session"}
	h.add("", 0, perch.Started{Instance: "instance", CustomerID: rapid.StringMatching(`[a-z]{0,3}`).Draw(t, "customer"),
		Verified: rapid.Bool().Draw(t, "verified"), Expires: h.at.Add(25*time.Hour + time.Nanosecond), ContentTypes: []string{"text/plain"},
		SurveyOnExit: rapid.Bool().Draw(t, "survey on exit")})
	h.open(perch.ByAPI, "")
	h.invite(perch.Customer)
	for n := rapid.IntRange(0, most).Draw(t, "entries"); n > 0 && !h.over; n-- {
		h.step()
	}
	return h.entries
}

func (h *history) add(who perch.ParticipantID, to perch.Audience, b perch.Body) {
	e := perch.Entry{Number: int64(len(h.entries)) + 1, Contact: h.contact, Kind: b.Kind(), Audience: to, Time: h.at,
		Participant: who, Turn: 7, Body: b}
	if e.Kind == perch.KindMessage && rapid.Bool().Draw(h.t, "with token") {
		e.Token = perch.HashToken(who, "SendMessage", fmt.Sprint(e.Number))
	}
	h.entries = append(h.entries, e)
	h.at = h.at.Add(time.Duration(rapid.IntRange(1, 5000).Draw(h.t, "ms")) * time.Millisecond)
}

func (h *history) open(how perch.Method, previous perch.ContactID) {
	h.contacts++
	h.add("", 0, perch.Opened{Previous: previous, Method: how})
}

func (h *history) invite(role perch.Role) {
	p := &person{id: perch.ParticipantID(fmt.Sprint("p", len(h.people))), who: perch.Who{Name: "N", Role: role}}
	if role.Human() {
		p.user = perch.UserID(fmt.Sprint("u", len(h.people)))
	}
	h.people = append(h.people, p)
	h.add(p.id, 0, perch.Invited{Who: p.who, User: p.user})
}

func (h *history) step() {
	p := rapid.SampledFrom(h.people).Draw(h.t, "who")
	switch rapid.SampledFrom(strings.Fields("say say say attach event come go next link attributes hook flow queue customer invite timers idle process hold release refuse end")).Draw(h.t, "what") {
	case "say":
		h.add(p.id, perch.ToAll, perch.Message{Who: p.who, ContentType: "text/plain", Content: "hello", Initial: p.in == perch.Expected})
	case "attach":
		h.add(p.id, perch.ToAll, perch.Attached{Who: p.who, File: "f", Name: "a.png", ContentType: "image/png", State: perch.FileScanning})
	case "event":
		h.add(p.id, perch.ToAll, perch.Event{Who: p.who, ContentType: "application/vnd.amazonaws.connect.event.participant.idle"})
	case "come":
		if p.in == perch.Expected {
			p.in = perch.Present
			h.add(p.id, perch.ToAll, perch.Joined{Who: p.who})
		}
	case "go":
		if p.in == perch.Present {
			p.in = perch.Departed
			h.add(p.id, perch.ToAll, perch.Left{Who: p.who})
		}
	case "next":
		if h.contacts < perch.MaxContacts {
			before := h.contact
			h.add("", 0, perch.Closed{Reason: perch.AgentDisconnect})
			h.contact = perch.ContactID(fmt.Sprint("c", h.contacts+1))
			h.open(perch.ByTransfer, before)
		}
	case "link":
		if !h.linked {
			h.linked = true
			h.add("", 0, perch.Linked{Link: perch.Link{Session: "before", Contact: "b2", Through: 9, Type: perch.FromSegment, Depth: 1, Jump: "before"}})
		}
	case "attributes":
		h.version++
		h.add("", 0, perch.AttributesChanged{Version: h.version})
	case "hook":
		h.add("", 0, perch.HookSet{Hook: rapid.SampledFrom([]perch.Hook{perch.CustomerRemaining, perch.AgentWhisper}).Draw(h.t, "hook"), Flow: perch.FlowID(rapid.StringMatching(`f[0-9]`).Draw(h.t, "flow"))})
	case "flow":
		h.add("", 0, perch.FlowMoved{State: json.RawMessage(`{"a":1}`), Listening: rapid.Bool().Draw(h.t, "listening"), Bot: rapid.Bool().Draw(h.t, "bot")})
	case "queue":
		h.add("", 0, perch.Queued{Queue: "q", Back: rapid.Bool().Draw(h.t, "back")})
	case "customer":
		h.add("", 0, perch.CustomerKnown{CustomerID: "x", Verified: true})
	case "timers":
		h.add("", 0, perch.TimersSet{Timers: perch.Timers{Customer: perch.RoleTimers{Idle: time.Duration(rapid.IntRange(0, 3).Draw(h.t, "idle")) * time.Minute}}})
	case "idle":
		h.add("", 0, perch.Idled{Role: rapid.SampledFrom([]perch.Role{perch.Customer, perch.Agent}).Draw(h.t, "side")})
	case "process":
		h.add("", 0, perch.ProcessingSet{Processing: perch.Processing{Function: rapid.SampledFrom([]string{"", "f"}).Draw(h.t, "function"), Deliver: rapid.Bool().Draw(h.t, "deliver")}})
	case "hold":
		h.held = append(h.held, int64(len(h.entries))+1)
		h.add(p.id, 0, perch.Held{Who: p.who, ContentType: "text/plain", Content: "hello", Processing: perch.Processing{Function: "f"}})
	case "release", "refuse":
		if len(h.held) > 0 {
			m := perch.Message{Who: p.who, ContentType: "text/plain", Content: "hello", Held: h.held[0], Sent: time.UnixMilli(1).UTC()}
			h.held = h.held[1:]
			if rapid.Bool().Draw(h.t, "refused") {
				h.add(p.id, 0, perch.Undelivered{Message: m, Status: perch.MessageRejected})
			} else {
				h.add(p.id, perch.ToAll, m)
			}
		}
	case "invite":
		if len(h.people) < 6 {
			h.invite(rapid.SampledFrom([]perch.Role{perch.Agent, perch.Bot, perch.Supervisor}).Draw(h.t, "role"))
		}
	case "end":
		h.over = true
		h.add("", perch.ToAll, perch.Ended{Reason: perch.Expired})
	}
}

// errorKind fails the test for an error of another kind.
func errorKind(t *testing.T, err error, want perch.ErrorKind) {
	t.Helper()
	if err == nil || perch.KindOf(err) != want {
		t.Errorf("the error is %v, want one of kind %d", err, want)
	}
}
