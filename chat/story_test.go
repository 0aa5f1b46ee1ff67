package chat_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
)

// story is a chat that goes from an agent to another, to a survey, and ends.
type story struct {
	talk
	a1, a2     perch.ParticipantID
	c1, c2, c3 perch.ContactID
}

func (h *house) tell(set ...func(*chat.Start)) story {
	h.Helper()
	s := story{talk: h.start(set...)}
	s.c1 = s.id.First()
	s.hook()
	s.connect(s.customer)
	s.say(s.customer, "hello")
	s.a1 = s.agent("a1")
	s.say(s.a1, "how can I help?")
	s.c2 = s.transfer(s.a1)
	s.a2 = s.agent("a2")
	s.say(s.customer, "are you there?")
	s.say(s.a2, "I am")
	s.leave(s.a2)
	s.c3 = s.state().Current().ID
	s.on(func(t *chat.Turn) error { t.Prompt("how was it?", perch.ToAll); return nil })
	s.say(s.customer, "5")
	s.on(func(t *chat.Turn) error { t.Prompt("thank you", perch.ToAll); return t.End(perch.FlowDisconnect) })
	return s
}

func TestAChatGoesFromAgentToAgentToSurvey(t *testing.T) {
	t.Parallel()
	s := newHouse(t).tell()
	s.sound()
	state := s.state()
	type contact struct {
		ID, Previous perch.ContactID
		Method       perch.Method
		Reason       perch.Reason
		Agent        perch.UserID
	}
	var got []contact
	for _, c := range state.Contacts {
		got = append(got, contact{c.ID, c.Previous, c.Method, c.Reason, c.Agent})
		if c.Closed.IsZero() || c.Related != "" {
			t.Errorf("contact %s: closed %v, related to %q", c.ID, c.Closed, c.Related)
		}
	}
	want := []contact{
		{s.c1, "", perch.ByAPI, perch.Transferred, "a1"},
		{s.c2, s.c1, perch.ByTransfer, perch.AgentDisconnect, "a2"},
		{s.c3, s.c2, perch.ByDisconnect, perch.FlowDisconnect, ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("contacts (-want +got):\n%s", diff)
	}
	if !state.Ended || s.c1 != perch.ContactID(s.id) || s.begun.ContinuedFrom != "" {
		t.Errorf("ended %v, first contact %s of session %s, continued from %q", state.Ended, s.c1, s.id, s.begun.ContinuedFrom)
	}
	var items []string
	for _, e := range s.log() {
		if e.Kind.Item() {
			items = append(items, fmt.Sprint(slices.Index([]perch.ContactID{s.c1, s.c2, s.c3}, e.Contact)+1, " ", e.Kind))
		}
	}
	if diff := cmp.Diff([]string{
		"1 2", "1 1", "1 2", "1 1", "1 3", "1 4", // joined, said, joined, said, left, transferred
		"2 2", "2 1", "2 1", "2 3",
		"3 1", "3 1", "3 1", "3 6",
	}, items); diff != "" {
		t.Errorf("items by contact and kind (-want +got):\n%s", diff)
	}
}

func TestATransferIsOneTurn(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	a1 := k.agent("a1")
	before := len(k.log())
	c2 := k.transfer(a1)
	turn := k.log()[before:]
	if diff := cmp.Diff([]perch.Kind{perch.KindLeft, perch.KindTransferSucceeded, perch.KindClosed, perch.KindOpened}, kinds(turn)); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	for i, e := range turn {
		if want := []perch.ContactID{k.id.First(), k.id.First(), k.id.First(), c2}[i]; e.Contact != want || e.Turn != turn[0].Turn {
			t.Errorf("entry %d is stamped %s, turn %d", i, e.Contact, e.Turn)
		}
	}
	if by := turn[1].Body.(perch.TransferSucceeded).Who; turn[1].Participant != a1 || by.Name != "a1" || by.Role != perch.Agent {
		t.Errorf("the transfer is by %s, %+v", turn[1].Participant, by)
	}
	d := k.due(chat.DueFlowStart, string(c2))
	if d.Contact != c2 || string(d.Body) != `{"f":"transfer"}` || !d.At.Equal(k.clock.Now()) {
		t.Errorf("the flow starts by %+v", d)
	}
	if _, ok := k.dues()[chat.DueFlowStart+"/"+string(k.id)]; ok {
		t.Error("the first contact's flow is still to start")
	}
	// Who has handed over is out of it at once.
	_, err := k.saying(a1, "one more thing", "")
	k.refused(err, perch.Denied)
	k.refused(k.try(func(t *chat.Turn) error { return t.Leave(a1) }), perch.Denied)
	k.refused(k.try(func(t *chat.Turn) error { _, err := t.Transfer(a1, chat.FlowCall{}); return err }), perch.Denied)
	k.refused(k.try(func(t *chat.Turn) error { _, err := t.Transfer(k.customer, chat.FlowCall{}); return err }), perch.Denied)
	k.sound()
}

func TestTheLastAgentsGoingOpensTheSurvey(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	k.hook()
	k.connect(k.customer)
	a1, a2 := k.agent("a1"), k.agent("a2")
	k.leave(a1)
	if k.state().Current().ID != k.id.First() {
		t.Fatal("one of two agents has gone, and the contact with him")
	}
	before := len(k.log())
	k.leave(a2)
	turn := k.log()[before:]
	if diff := cmp.Diff([]perch.Kind{perch.KindLeft, perch.KindClosed, perch.KindOpened}, kinds(turn)); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	c2 := k.state().Current()
	if turn[0].Contact != k.id.First() || turn[2].Turn != turn[0].Turn || c2.Method != perch.ByDisconnect || k.state().Contacts[0].Reason != perch.AgentDisconnect {
		t.Errorf("left is stamped %s; contacts %+v", turn[0].Contact, k.state().Contacts)
	}
	if d := k.due(chat.DueFlowStart, string(c2.ID)); string(d.Body) != `{"f":"survey"}` {
		t.Errorf("the survey starts by %s", d.Body)
	}
	k.say(k.customer, "5")
	k.sound()
}

func TestWithoutASurveyTheLastAgentsGoingEndsTheChat(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	k.connect(k.customer)
	k.leave(k.agent("a1"))
	if s := k.state(); !s.Ended || s.Current().Reason != perch.AgentDisconnect || len(s.Contacts) != 1 {
		t.Errorf("ended %v, contacts %+v", s.Ended, s.Contacts)
	}
	k.sound()
}

func TestTheCustomersGoingEndsTheChatInOneTurn(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	k.hook()
	k.connect(k.customer)
	a := k.agent("a1")
	before := len(k.log())
	k.leave(k.customer)
	if diff := cmp.Diff([]perch.Kind{perch.KindLeft, perch.KindEnded}, kinds(k.log()[before:])); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if r := k.state().Current().Reason; r != perch.CustomerDisconnect {
		t.Errorf("the reason is %s", r)
	}
	_, err := k.saying(a, "hello?", "")
	k.refused(err, perch.Denied)
	if left := k.dues(); len(left) != 0 {
		t.Errorf("due after the end: %v", left)
	}
	k.sound()
}

func TestACustomerWhoGoesMayStillBeAsked(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	k := h.start(func(in *chat.Start) { in.SurveyOnExit = true })
	k.hook()
	k.connect(k.customer)
	a1, a2 := k.agent("a1"), k.agent("a2")
	k.leave(k.customer)
	s := k.state()
	if s.Ended || len(s.Contacts) != 2 || s.Contacts[0].Reason != perch.CustomerDisconnect || s.Current().Method != perch.ByDisconnect {
		t.Fatalf("ended %v, contacts %+v", s.Ended, s.Contacts)
	}
	for _, a := range []perch.ParticipantID{a1, a2} {
		_, err := k.saying(a, "hello?", "")
		k.refused(err, perch.Denied)
	}
	k.say(k.customer, "5")
	k.leave(k.customer) // with no agent left there is nobody to ask about
	if s := k.state(); !s.Ended || len(s.Contacts) != 2 {
		t.Errorf("ended %v, contacts %+v", s.Ended, s.Contacts)
	}
	k.sound()

	// Without a survey the chat is over for both.
	k = h.start(func(in *chat.Start) { in.SurveyOnExit = true })
	k.connect(k.customer)
	k.agent("a1")
	k.leave(k.customer)
	if !k.state().Ended {
		t.Error("nothing to ask, and the chat goes on")
	}
}

func TestAChatHasTwelveContactsAtMost(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	k.hook()
	k.connect(k.customer)
	for range perch.MaxContacts - 1 {
		k.transfer(k.agent("a"))
	}
	a := k.agent("last")
	before := len(k.log())
	k.refused(k.try(func(t *chat.Turn) error { _, err := t.Transfer(a, chat.FlowCall{}); return err }), perch.Refused)
	if n := len(k.log()) - before; n != 0 {
		t.Errorf("a transfer that is refused leaves %d entries", n)
	}
	k.leave(a) // no room for the survey either
	if s := k.state(); !s.Ended || len(s.Contacts) != 12 || s.Current().Reason != perch.AgentDisconnect {
		t.Errorf("ended %v, %d contacts, %+v", s.Ended, len(s.Contacts), s.Current())
	}
	k.sound()
}

func TestNothingFollowsTheEnd(t *testing.T) {
	t.Parallel()
	s := newHouse(t).tell()
	want := len(s.log())
	var verbs = map[string]struct {
		body func(*chat.Turn) error
		kind perch.ErrorKind
	}{
		"say": {func(t *chat.Turn) error {
			_, err := t.Say(s.customer, chat.Saying{ContentType: "text/plain"})
			return err
		}, perch.Denied},
		"connect":  {func(t *chat.Turn) error { return t.Connect(s.customer) }, perch.Denied},
		"leave":    {func(t *chat.Turn) error { return t.Leave(s.customer) }, perch.Denied},
		"transfer": {func(t *chat.Turn) error { _, err := t.Transfer(s.a2, chat.FlowCall{}); return err }, perch.Denied},
		"end":      {func(t *chat.Turn) error { return t.End(perch.Expired) }, perch.Gone},
		"persist": {func(t *chat.Turn) error {
			_, err := t.Persist(chat.Past{Source: s.c1, Origin: perch.FromSigV4})
			return err
		}, perch.Refused},
		"prompt":    {func(t *chat.Turn) error { t.Prompt("late", perch.ToAll); return nil }, perch.Gone},
		"invite":    {func(t *chat.Turn) error { _, err := t.Invite(perch.Who{Role: perch.Agent}, "a3"); return err }, perch.Gone},
		"hook":      {func(t *chat.Turn) error { t.Hook(perch.CustomerRemaining, "f"); return nil }, perch.Gone},
		"move flow": {func(t *chat.Turn) error { t.MoveFlow(perch.FlowMoved{Listening: true}); return nil }, perch.Gone},
		"queue":     {func(t *chat.Turn) error { t.Queued("q", ""); return nil }, perch.Gone},
	}
	for name, v := range verbs {
		err := s.try(v.body)
		if perch.KindOf(err) != v.kind || err == nil {
			t.Errorf("%s gives %v, want an error of kind %d", name, err, v.kind)
		}
	}
	if got := len(s.log()); got != want {
		t.Errorf("%d entries have followed the end", got-want)
	}
	// What ends and then says in one turn does neither.
	k := s.start()
	k.refused(k.try(func(t *chat.Turn) error {
		if err := t.End(perch.Stopped); err != nil {
			return err
		}
		t.Prompt("bye", perch.ToAll)
		return nil
	}), perch.Gone)
	if k.state().Ended {
		t.Error("a turn that failed has ended the chat")
	}
	// Contact tables may still change.
	s.on(func(t *chat.Turn) error {
		t.StartWork(s.c2)
		return t.SetAttributes(perch.Attributes{"disposition": {Value: "sold"}})
	})
	s.on(func(t *chat.Turn) error { t.EndWork(s.c2); return nil })
	if a, err := s.Attributes(t.Context(), s.id); err != nil || a["disposition"].Value != "sold" {
		t.Errorf("attributes %v, %v", a, err)
	}
	if w, err := s.store.Work(t.Context(), s.id); err != nil || w[s.c2].Ended.IsZero() {
		t.Errorf("work %v, %v", w, err)
	}
	s.sound()
}

func TestClosedContactsAreToldOfInTheirTurn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var told []perch.ContactID
	h.opts.ContactClosed = func(t *chat.Turn, c perch.Contact) { // one turn at a time: no lock
		if c.Last != t.State().Head {
			h.Errorf("contact %s ends at %d, the log at %d", c.ID, c.Last, t.State().Head)
		}
		told = append(told, c.ID)
	}
	s := h.restarted().tell()
	if diff := cmp.Diff([]perch.ContactID{s.c1, s.c2, s.c3}, told); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestASupervisorWatchesUnseen(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	k.connect(k.customer)
	a := k.agent("a1")
	before := len(k.log())
	w := k.join(perch.Who{Name: "W", Role: perch.Supervisor}, "w")
	k.leave(w)
	for _, e := range k.log()[before:] {
		if e.Audience != perch.ToNobody {
			t.Errorf("number %d of kind %d is shown to %d", e.Number, e.Kind, e.Audience)
		}
	}
	if k.state().Ended || len(k.state().Agents()) != 1 {
		t.Errorf("ended %v, agents %v, want %s alone", k.state().Ended, k.state().Agents(), a)
	}
	k.sound()
}
