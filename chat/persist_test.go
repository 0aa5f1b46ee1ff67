package chat_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
)

// pastItems pages through everything behind a chat's own items and gives the
// past, newest first.
func (k talk) pastItems(to perch.Audience) (items []chat.Item) {
	k.Helper()
	var from *perch.Position
	for n := 0; ; n++ {
		page, err := k.Page(context.Background(), chat.Query{Session: k.state(), To: to, From: from, Limit: 7})
		k.must(err)
		for _, it := range slices.Backward(page.Items) {
			if it.Past {
				items = append(items, it)
			}
		}
		if from = page.Next; from == nil {
			return items
		}
		if n > 1000 {
			k.Fatal("paging does not end")
		}
	}
}

// contactsOf are the contacts of items, each once for a run of its items.
func contactsOf(items []chat.Item) (out []perch.ContactID) {
	for _, it := range items {
		if len(out) == 0 || out[len(out)-1] != it.Contact {
			out = append(out, it.Contact)
		}
	}
	return out
}

// continues checks what a new chat continues and shows of the past.
func (k talk) continues(from perch.ContactID, past ...perch.ContactID) {
	k.Helper()
	s := k.state()
	if k.begun.ContinuedFrom != from || s.Contacts[0].Related != from || s.Link == nil || s.Link.Contact != from {
		k.Errorf("continued from %q, related to %q, link %+v; want %s", k.begun.ContinuedFrom, s.Contacts[0].Related, s.Link, from)
	}
	for _, to := range []perch.Audience{perch.ToCustomer, perch.ToAgents} {
		if diff := cmp.Diff(past, contactsOf(k.pastItems(to))); diff != "" {
			k.Errorf("contacts of the past, newest first (-want +got):\n%s", diff)
		}
	}
	k.sound()
}

func TestANewChatContinuesWhatItsRequestNames(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.tell()
	for _, row := range []struct {
		kind   perch.RehydrationType
		source perch.ContactID
		past   []perch.ContactID
	}{
		{perch.FromSegment, c.c1, []perch.ContactID{c.c1}},
		{perch.FromSegment, c.c2, []perch.ContactID{c.c2, c.c1}},
		{perch.FromSegment, c.c3, []perch.ContactID{c.c3, c.c2, c.c1}},
		{perch.EntirePastSession, c.c1, []perch.ContactID{c.c3, c.c2, c.c1}},
		{perch.EntirePastSession, c.c2, []perch.ContactID{c.c3, c.c2, c.c1}},
	} {
		k := h.start(continuing(row.kind, row.source))
		k.continues(row.past[0], row.past...)
		if at := k.log()[0].Time; !at.After(c.state().Time) {
			t.Errorf("it begins at %v, its past ends at %v", at, c.state().Time)
		}
		if has, err := k.HasPast(t.Context(), k.state(), perch.ToCustomer); err != nil || !has {
			t.Errorf("it has a past: %v, %v", has, err)
		}
	}
	c.sound()
}

func TestLinksAddUpAndWhatWasDroppedStaysAway(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.tell()
	d := h.tell(continuing(perch.FromSegment, c.c2))
	d.continues(c.c2, c.c2, c.c1)
	e := h.start(continuing(perch.EntirePastSession, d.c1))
	e.continues(d.c3, d.c3, d.c2, d.c1, c.c2, c.c1)
	e.connect(e.customer)
	e.say(e.customer, "one more on top")
	e.end()
	f := h.start(continuing(perch.FromSegment, e.id.First()))
	f.continues(e.id.First(), e.id.First(), d.c3, d.c2, d.c1, c.c2, c.c1)
	// A fork is harmless.
	g := h.start(continuing(perch.FromSegment, d.c1))
	g.continues(d.c1, d.c1, c.c2, c.c1)
	if has, err := h.HasPast(t.Context(), c.state(), perch.ToAll); err != nil || has {
		t.Errorf("the first of all has a past: %v, %v", has, err)
	}
}

func TestAPastWithoutItemsIsNone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	past := h.start()
	past.on(func(t *chat.Turn) error {
		t.MessageTo(perch.ToAgents, "note")
		if _, err := t.NextContact(); err != nil {
			return err
		}
		t.Prompt("dropped", perch.ToAll)
		return t.End(perch.Stopped)
	})
	k := h.start(continuing(perch.FromSegment, past.id.First()))
	k.say(k.customer, "hello")
	if k.begun.ContinuedFrom != past.id.First() {
		t.Errorf("continued from %q", k.begun.ContinuedFrom)
	}
	for to, want := range map[perch.Audience]bool{perch.ToCustomer: false, perch.ToAgents: true} {
		page, err := k.Page(t.Context(), chat.Query{Session: k.state(), To: to, Limit: 2})
		if err != nil || len(page.Items) != 2 || (page.Next != nil) != want {
			t.Errorf("audience %d: %d items, next %v, %v; want more: %v", to, len(page.Items), page.Next, err, want)
		}
		if has, err := k.HasPast(t.Context(), k.state(), to); err != nil || has != want {
			t.Errorf("audience %d: it has a past: %v, %v", to, has, err)
		}
	}
}

func TestOnlyEndedChatsOfTheInstanceCanBeContinued(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	open := h.start()
	a := open.agent("a1")
	closed := open.state().Current().ID
	open.transfer(a) // the contact is over, the chat is not
	ended := h.tell()
	count := func() int64 { return h.store.Stats.Turns.Load() }
	before := count()
	try := func(p chat.Past, want perch.ErrorKind, set ...func(*chat.Start)) {
		t.Helper()
		in := starting(append(set, func(in *chat.Start) { in.Past = &p })...)
		_, err := h.Start(t.Context(), in)
		h.refused(err, want)
	}
	elsewhere := func(in *chat.Start) { in.Instance = "another" }
	for _, kind := range []perch.RehydrationType{perch.FromSegment, perch.EntirePastSession} {
		try(chat.Past{Type: kind, Source: closed, Origin: perch.FromSigV4}, perch.Refused)
		try(chat.Past{Type: kind, Source: "unknown", Origin: perch.FromSigV4}, perch.NotFound)
		try(chat.Past{Type: kind, Source: "", Origin: perch.FromSigV4}, perch.NotFound)
		try(chat.Past{Type: kind, Source: ended.c2, Origin: perch.FromSigV4}, perch.NotFound, elsewhere)
	}
	try(chat.Past{Type: "SOME", Source: ended.c2, Origin: perch.FromSigV4}, perch.Invalid)
	try(chat.Past{Type: perch.FromSegment, Source: ended.c2, Origin: perch.FromSigV4}, perch.Refused,
		func(in *chat.Start) { in.Related = ended.c2 })
	if _, err := h.Start(t.Context(), starting(func(in *chat.Start) { in.Related = "unknown" })); perch.KindOf(err) != perch.NotFound {
		t.Errorf("an unknown related contact gives %v", err)
	}
	if _, err := h.Start(t.Context(), starting(elsewhere, func(in *chat.Start) { in.Related = ended.c2 })); perch.KindOf(err) != perch.NotFound {
		t.Errorf("another instance's related contact gives %v", err)
	}
	if n := count() - before; n != 0 {
		t.Errorf("%d turns have been committed for starts that were refused", n)
	}
}

func TestAChatIsGivenAPastOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c, d := h.tell(), h.tell()
	past := func(source perch.ContactID) chat.Past {
		return chat.Past{Type: perch.FromSegment, Source: source, Origin: perch.FromFlow}
	}
	k := h.start()
	k.say(k.customer, "first I say something")
	// Its own contact, or one of a chat that is open, is no past.
	k.refused(k.try(func(t *chat.Turn) error { _, err := t.Persist(past(k.id.First())); return err }), perch.Refused)
	k.on(func(t *chat.Turn) error {
		from, err := t.Persist(past(c.c2))
		if from != c.c2 {
			k.Errorf("continued from %q", from)
		}
		return err
	})
	if diff := cmp.Diff([]perch.ContactID{c.c2, c.c1}, contactsOf(k.pastItems(perch.ToCustomer))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, source := range []perch.ContactID{c.c2, d.c1} {
		k.refused(k.try(func(t *chat.Turn) error { _, err := t.Persist(past(source)); return err }), perch.Refused)
	}
	k.sound()
	// By start and then by flow is twice as well.
	k = h.start(continuing(perch.FromSegment, c.c1))
	k.refused(k.try(func(t *chat.Turn) error { _, err := t.Persist(past(d.c1)); return err }), perch.Refused)
	k.continues(c.c1, c.c1)
}

// Whose history? An id alone opens nothing: somebody has to vouch for it.
func TestASourceMustBeVouchedForOrTheSameCustomers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	customer := func(id string, verified bool) func(*chat.Start) {
		return func(in *chat.Start) { in.CustomerID, in.Verified = id, verified }
	}
	ended := func(set ...func(*chat.Start)) perch.ContactID {
		k := h.start(set...)
		k.end()
		return k.id.First()
	}
	hers, unsigned, nobodys := ended(customer("ann", true)), ended(customer("ann", false)), ended()
	for _, c := range []struct {
		name   string
		who    func(*chat.Start)
		source perch.ContactID
		origin perch.Origin
		want   perch.ErrorKind // Internal: no error
	}{
		{"a stranger from a page", customer("", false), hers, perch.FromBrowser, perch.Denied},
		{"a stranger by an agent's hand", customer("", false), hers, perch.FromAgent, perch.Denied},
		{"a stranger guessing", customer("", false), "unknown", perch.FromBrowser, perch.Denied},
		{"another customer", customer("bob", true), hers, perch.FromBrowser, perch.Denied},
		{"another customer guessing", customer("bob", true), "unknown", perch.FromBrowser, perch.Denied},
		{"the same name, unsigned", customer("ann", false), hers, perch.FromBrowser, perch.Denied},
		{"the same name, unsigned then", customer("ann", true), unsigned, perch.FromBrowser, perch.Denied},
		{"no name, now and then", customer("", true), nobodys, perch.FromBrowser, perch.Denied},
		{"the same customer", customer("ann", true), hers, perch.FromBrowser, perch.Internal},
		{"a flow", customer("", false), hers, perch.FromFlow, perch.Internal},
		{"the site's signature", customer("", false), hers, perch.FromJWT, perch.Internal},
		{"an access key", customer("", false), nobodys, perch.FromSigV4, perch.Internal},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := h.failing(t)
			p := chat.Past{Type: perch.EntirePastSession, Source: c.source, Origin: c.origin}
			b, atStart := h.Start(t.Context(), starting(c.who, func(in *chat.Start) { in.Past = &p }))
			k := h.start(c.who)
			later := k.try(func(t *chat.Turn) error { _, err := t.Persist(p); return err })
			if c.want != perch.Internal {
				h.refused(atStart, c.want)
				h.refused(later, c.want)
				if k.state().Link != nil {
					t.Error("it is linked all the same")
				}
				return
			}
			if atStart != nil || later != nil || b.ContinuedFrom != c.source || k.state().Link.Contact != c.source {
				t.Errorf("at the start %v, later %v, continued from %q", atStart, later, b.ContinuedFrom)
			}
		})
	}
}

func TestLatestIsTheLastEndedChatOfTheVerifiedCustomer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ann := func(in *chat.Start) { in.CustomerID, in.Verified = "ann", true }
	latest := func(in *chat.Start) { in.Past = &chat.Past{Source: chat.Latest, Origin: perch.FromBrowser} }
	none := func(k talk, why string) {
		t.Helper()
		if k.begun.ContinuedFrom != "" || k.state().Link != nil || k.state().Current().Related != "" {
			t.Errorf("%s: continued from %q, link %v", why, k.begun.ContinuedFrom, k.state().Link)
		}
	}
	none(h.start(ann, latest), "she has no chat yet")
	first := h.start(ann)
	none(h.start(ann, latest), "her chat has not ended")
	h.clock.move(time.Minute)
	first.end()
	second := h.tell(ann)
	h.clock.move(time.Minute)
	for _, other := range []func(*chat.Start){
		func(in *chat.Start) { in.CustomerID, in.Verified = "bob", true },
		func(in *chat.Start) { in.CustomerID = "ann" }, // says so, unsigned
		func(in *chat.Start) { ann(in); in.Instance = "another" },
	} {
		k := h.start(other)
		h.clock.move(time.Minute)
		k.end()
	}
	h.start(ann) // not ended
	h.start(ann, latest).continues(second.c3, second.c3, second.c2, second.c1)
	none(h.start(latest), "nobody in particular")
	none(h.start(latest, func(in *chat.Start) { in.CustomerID = "ann" }), "unsigned")
	none(h.start(latest, func(in *chat.Start) { in.CustomerID, in.Verified = "eve", true }), "somebody new")
	k := h.start(ann)
	k.on(func(t *chat.Turn) error {
		from, err := t.Persist(chat.Past{Source: chat.Latest, Origin: perch.FromBrowser})
		if from != second.c3 {
			k.Errorf("continued from %q", from)
		}
		return err
	})
	// A chat that became hers by what it continues counts as well.
	k = h.start()
	k.on(func(t *chat.Turn) error {
		_, err := t.Persist(chat.Past{Type: perch.FromSegment, Source: first.id.First(), Origin: perch.FromFlow})
		return err
	})
	h.clock.move(time.Minute)
	k.end()
	if got := h.start(ann, latest).begun.ContinuedFrom; got != k.id.First() {
		t.Errorf("continued from %q, want %s", got, k.id)
	}
}

// A chat that is given a past after the clock went back still lies after it.
func TestWhatFollowsAnAssociationLiesAfterThePast(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	k := h.start()
	h.clock.move(time.Hour)
	past := h.tell()
	h.clock.move(-2 * time.Hour)
	k.on(func(t *chat.Turn) error {
		_, err := t.Persist(chat.Past{Type: perch.FromSegment, Source: past.c3, Origin: perch.FromFlow})
		return err
	})
	if at := k.state().Time; !at.After(past.state().Time) {
		t.Errorf("it goes on at %v, its past ended at %v", at, past.state().Time)
	}
	k.sound()
}
