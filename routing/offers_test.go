package routing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/routing"
	"github.com/perch-chat/perch/store"
)

func wantKind(t *testing.T, what string, err error, want perch.ErrorKind) {
	t.Helper()
	if err == nil || perch.KindOf(err) != want {
		t.Errorf("%s: the error is %v, want one of kind %d", what, err, want)
	}
}

func (f *floor) wantWork(u catalog.User, id perch.SessionID, want store.WorkState) {
	f.t.Helper()
	if got := f.work(u, id.First()); got != want {
		f.t.Errorf("%s has the contact as %q, want %q", u.Username, got, want)
	}
}

// expire has the offers that are due noticed.
func (f *floor) expire() {
	f.t.Helper()
	for _, d := range f.due(routing.DueOffer) {
		f.must(f.nodes[0].router.OfferExpired(f.t.Context(), d))
	}
	f.elapse(time.Millisecond)
}

// Nobody notices here that the offer has expired until the test does.
func TestOfferThatHasExpiredUnnoticedCannotBeAccepted(t *testing.T) {
	story(t, 2, 1, func(t *testing.T, f *floor) {
		first, second, router := f.agents[0], f.agents[1], f.nodes[0].router
		f.available(first)
		id := f.waiting()
		f.wantWork(first, id, store.Incoming)
		f.elapse(20*time.Second - 2*time.Millisecond)
		late := f.waiting()
		f.elapse(time.Millisecond)
		_, err := router.Accept(t.Context(), first, id.First())
		wantKind(t, "accepting after 20 s", err, perch.Conflict)
		f.wantWork(first, id, store.Incoming)
		f.available(second)
		f.wantWork(second, id, "")
		f.expire()
		f.wantWork(first, id, store.Missed)
		f.wantWork(second, id, store.Incoming)
		if _, err := router.Accept(t.Context(), first, late.First()); err != nil {
			t.Error(err)
		}
	})
}

func TestAcceptingTwiceGivesTheSameParticipantOnEveryNode(t *testing.T) {
	story(t, 1, 2, func(t *testing.T, f *floor) {
		f.available(f.agents[0])
		id := f.waiting()
		for _, n := range f.nodes { // so that both know the chat as it is now
			if _, err := n.chats.Session(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
		first, err := f.nodes[0].router.Accept(t.Context(), f.agents[0], id.First())
		f.must(err)
		second, err := f.nodes[1].router.Accept(t.Context(), f.agents[0], id.First())
		f.must(err)
		if first.Participant == "" || second.Participant != first.Participant {
			t.Errorf("the participants are %q and %q", first.Participant, second.Participant)
		}
	})
}

// A row that was set for an offer says nothing about a later one.
func TestExpiryOfAnEarlierOfferLeavesALaterOneAlone(t *testing.T) {
	story(t, 1, 1, func(t *testing.T, f *floor) {
		a, router := f.agents[0], f.nodes[0].router
		f.available(a)
		id := f.waiting()
		f.elapse(21 * time.Second)
		stale := f.due(routing.DueOffer)
		if len(stale) != 1 {
			t.Fatalf("due are %v", stale)
		}
		f.must(router.Reject(t.Context(), a, id.First()))
		f.must(router.Clear(t.Context(), a, id.First()))
		f.elapse(time.Millisecond)
		f.wantWork(a, id, store.Incoming)
		wantKind(t, "the expiry of the first offer", router.OfferExpired(t.Context(), stale[0]), perch.Conflict)
		f.wantWork(a, id, store.Incoming)
		_, err := router.Accept(t.Context(), a, id.First())
		f.must(err)
		wantKind(t, "the same once more", router.OfferExpired(t.Context(), stale[0]), perch.Conflict)
		f.wantWork(a, id, store.Connected)
	})
}

func TestWhatIsNotAnAgentsOwnDoesNotExistForThem(t *testing.T) {
	story(t, 2, 1, func(t *testing.T, f *floor) {
		mine, other, router := f.agents[0], f.agents[1], f.nodes[0].router
		f.available(mine)
		id := f.waiting()
		for _, contact := range []perch.ContactID{id.First(), "no-such-contact"} {
			_, err := router.Accept(t.Context(), other, contact)
			wantKind(t, "accept", err, perch.NotFound)
			wantKind(t, "reject", router.Reject(t.Context(), other, contact), perch.NotFound)
			wantKind(t, "end", router.End(t.Context(), other, contact), perch.NotFound)
			wantKind(t, "clear", router.Clear(t.Context(), other, contact), perch.NotFound)
			_, err = router.Transfer(t.Context(), other, contact, routing.Target{Queue: f.queue})
			wantKind(t, "transfer", err, perch.NotFound)
		}
		wantKind(t, "ending what is only offered", router.End(t.Context(), mine, id.First()), perch.Conflict)
		wantKind(t, "clearing what is only offered", router.Clear(t.Context(), mine, id.First()), perch.Conflict)
		_, err := router.Transfer(t.Context(), mine, id.First(), routing.Target{Queue: f.queue})
		wantKind(t, "transferring what is only offered", err, perch.Conflict)
		f.wantWork(mine, id, store.Incoming)
	})
}

func TestStatusThatCannotBeChosenIsRefused(t *testing.T) {
	story(t, 1, 1, func(t *testing.T, f *floor) {
		a, router := f.agents[0], f.nodes[0].router
		s, since, err := router.Status(t.Context(), a)
		f.must(err)
		if s.Name != catalog.Offline || !since.IsZero() {
			t.Errorf("who has never set a status is %v since %v", s, since)
		}
		wantKind(t, "a status of that name", router.SetStatus(t.Context(), a, "available"), perch.Invalid)
		lunch, err := f.settings.PutStatus(t.Context(), f.instance, catalog.Status{Name: "Lunch", Type: catalog.Custom})
		f.must(err)
		f.must(router.SetStatus(t.Context(), a, "Lunch"))
		lunch.Disabled = true
		_, err = f.settings.PutStatus(t.Context(), f.instance, lunch)
		f.must(err)
		wantKind(t, "a status that is disabled", router.SetStatus(t.Context(), a, "Lunch"), perch.Invalid)
		wantKind(t, "a next status that is disabled", router.SetNextStatus(t.Context(), a, "Lunch"), perch.Invalid)
		f.available(a)
		set := f.now()
		f.elapse(time.Minute)
		s, since, err = router.Status(t.Context(), a)
		f.must(err)
		if s.Name != catalog.Available || set.Sub(since) > time.Second {
			t.Errorf("the status is %v since %v, want Available since %v", s, since, set)
		}
	})
}

func TestFullQueueTakesItsBranch(t *testing.T) {
	story(t, 1, 1, func(t *testing.T, f *floor) {
		_, err := f.settings.PutQueue(t.Context(), f.instance, catalog.Queue{ID: f.queue, Name: "Small", MaxContacts: 2})
		f.must(err)
		first := f.waiting()
		f.waiting()
		third := f.chat()
		if branch := f.enqueue(third, perch.Enqueue{Queue: f.queue}); branch != "QueueAtCapacity" {
			t.Errorf("the third takes the branch %q", branch)
		}
		f.available(f.agents[0])
		f.wantWork(f.agents[0], first, store.Incoming)
		if branch := f.enqueue(third, perch.Enqueue{Queue: f.queue}); branch != "QueueAtCapacity" {
			t.Errorf("with one of them offered, the third takes the branch %q", branch)
		}
		_, err = f.nodes[0].router.Accept(t.Context(), f.agents[0], first.First())
		f.must(err)
		if branch := f.enqueue(third, perch.Enqueue{Queue: f.queue}); branch != "" {
			t.Errorf("with one of them accepted, the third takes the branch %q", branch)
		}
	})
}

// doc: feature-limits.md
func TestTenContactsWaitForOneAgent(t *testing.T) {
	story(t, 2, 1, func(t *testing.T, f *floor) {
		own := perch.Enqueue{User: f.agents[1].ID}
		for n := range 10 {
			if branch := f.enqueue(f.chat(), own); branch != "" {
				t.Fatalf("contact %d takes the branch %q", n+1, branch)
			}
		}
		if branch := f.enqueue(f.chat(), own); branch != "QueueAtCapacity" {
			t.Errorf("the eleventh takes the branch %q", branch)
		}
		if branch := f.enqueue(f.chat(), perch.Enqueue{User: f.agents[0].ID}); branch != "" {
			t.Errorf("another agent's takes the branch %q", branch)
		}
	})
}

func TestContactThatCannotBeQueuedTakesTheErrorBranch(t *testing.T) {
	story(t, 1, 1, func(t *testing.T, f *floor) {
		queued, taken := f.waiting(), f.waiting()
		f.available(f.agents[0])
		_, err := f.nodes[0].router.Accept(t.Context(), f.agents[0], taken.First())
		f.must(err)
		for what, c := range map[string]struct {
			id perch.SessionID
			to perch.Enqueue
		}{
			"no such queue":          {f.chat(), perch.Enqueue{Queue: "gone"}},
			"no such agent":          {f.chat(), perch.Enqueue{User: "gone"}},
			"neither":                {f.chat(), perch.Enqueue{}},
			"in a queue already":     {queued, perch.Enqueue{Queue: f.queue}},
			"with an agent already":  {taken, perch.Enqueue{Queue: f.queue}},
			"queued, to an agent's":  {queued, perch.Enqueue{User: f.agents[0].ID}},
			"taken, back to its own": {taken, perch.Enqueue{User: f.agents[0].ID}},
		} {
			if branch := f.enqueue(c.id, c.to); branch != "NoMatchingError" {
				t.Errorf("%s: the branch is %q", what, branch)
			}
		}
		f.wantWork(f.agents[0], taken, store.Connected)
	})
}

// The chat ended after its flow had asked for the queue.
func TestContactNoLongerInForceIsNotQueued(t *testing.T) {
	story(t, 1, 1, func(t *testing.T, f *floor) {
		id, chats := f.chat(), f.nodes[0].chats
		f.must(chats.On(t.Context(), id, func(t *chat.Turn) error {
			t.Due(perch.DueEnqueue, string(id), t.Now, fmt.Appendf(nil, `{"q":%q}`, f.queue))
			return nil
		}))
		asked := f.due(perch.DueEnqueue)
		f.must(chats.On(t.Context(), id, func(t *chat.Turn) error { return t.End(perch.Stopped) }))
		if left := f.due(perch.DueEnqueue); len(asked) != 1 || len(left) != 0 {
			t.Errorf("asked for was %v, left is %v", asked, left)
		}
		wantKind(t, "queueing late", f.nodes[0].router.Enqueue(t.Context(), asked[0]), perch.Conflict)
		f.available(f.agents[0])
		f.wantWork(f.agents[0], id, "")
	})
}

func TestDelayOfTheRoutingProfileHoldsContactsBack(t *testing.T) {
	story(t, 1, 1, func(t *testing.T, f *floor) {
		p, err := f.settings.RoutingProfile(t.Context(), f.instance, f.agents[0].RoutingProfile)
		f.must(err)
		p.Queues[0].Delay = 30
		_, err = f.settings.PutRoutingProfile(t.Context(), f.instance, p)
		f.must(err)
		f.available(f.agents[0])
		id := f.waiting()
		f.elapse(29 * time.Second)
		f.wantWork(f.agents[0], id, "")
		f.elapse(3 * time.Second) // nothing rings: it is found by looking again
		f.wantWork(f.agents[0], id, store.Incoming)
	})
}

func TestTransferNeedsATargetThatIsThere(t *testing.T) {
	story(t, 2, 1, func(t *testing.T, f *floor) {
		a, router := f.agents[0], f.nodes[0].router
		f.available(a)
		id := f.waiting()
		_, err := router.Accept(t.Context(), a, id.First())
		f.must(err)
		for what, c := range map[string]struct {
			to   routing.Target
			want perch.ErrorKind
		}{
			"no such quick connect": {routing.Target{QuickConnect: "gone"}, perch.NotFound},
			"no such queue":         {routing.Target{Queue: "gone"}, perch.NotFound},
			"no such user":          {routing.Target{User: "gone"}, perch.NotFound},
			"nothing":               {routing.Target{}, perch.NotFound},
			"oneself":               {routing.Target{User: a.ID}, perch.Refused},
		} {
			_, err := router.Transfer(t.Context(), a, id.First(), c.to)
			wantKind(t, what, err, c.want)
		}
		f.wantWork(a, id, store.Connected)

		// A queue that no quick connect leads to gets the flow of one like it.
		q, err := f.settings.PutQueue(t.Context(), f.instance, catalog.Queue{Name: "Another"})
		f.must(err)
		next, err := router.Transfer(t.Context(), a, id.First(), routing.Target{Queue: q.ID})
		f.must(err)
		s, err := f.nodes[0].chats.Session(t.Context(), id)
		f.must(err)
		if s.Current().ID != next || s.Current().Method != perch.ByTransfer {
			t.Errorf("the contact in force is %+v, want %s", s.Current(), next)
		}
		f.wantWork(a, id, store.EndedWork)
		_, err = router.Transfer(t.Context(), a, id.First(), routing.Target{Queue: q.ID})
		wantKind(t, "transferring once more", err, perch.Conflict)
	})
}
