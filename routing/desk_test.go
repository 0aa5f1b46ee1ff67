package routing_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/bus"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/routing"
	"github.com/perch-chat/perch/store"
)

// shown is an agent's version, and what an agent's page shows at it.
type shown struct {
	*floor
	t    *testing.T
	user catalog.User
	mu   sync.Mutex
	rung int64
}

func (f *floor) shown(t *testing.T, u catalog.User) *shown {
	s := &shown{floor: f, t: t, user: u}
	t.Cleanup(f.bell.Watch(routing.AgentTopic(u.ID), func(r bus.Signal) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.rung = r.At
	}))
	return s
}

func (s *shown) version() int64 {
	s.t.Helper()
	v, err := s.nodes[0].router.Version(s.t.Context(), s.user.ID)
	s.must(err)
	return v
}

// rises checks that something raises the version, and rings with it.
func (s *shown) rises(what string, do func()) {
	s.t.Helper()
	before := s.version()
	do()
	s.elapse(time.Millisecond)
	after := s.version()
	s.mu.Lock()
	defer s.mu.Unlock()
	if after <= before {
		s.t.Errorf("%s: the version is %d, and was %d", what, after, before)
	}
	if s.rung != after {
		s.t.Errorf("%s: rung is %d, the version is %d", what, s.rung, after)
	}
}

// stays checks that something that no page shows changes nothing.
func (s *shown) stays(what string, do func()) {
	s.t.Helper()
	before := s.version()
	do()
	s.elapse(time.Millisecond)
	if after := s.version(); after != before {
		s.t.Errorf("%s: the version is %d, and was %d", what, after, before)
	}
}

func (f *floor) on(id perch.SessionID, body func(*chat.Turn) error) {
	f.t.Helper()
	f.must(f.nodes[0].chats.On(f.t.Context(), id, body))
}

// mark sets an attribute.
func (f *floor) mark(id perch.SessionID, value string) {
	f.t.Helper()
	f.on(id, func(t *chat.Turn) error {
		return t.SetAttributes(perch.Attributes{"mark": {Value: value, Origin: perch.FromSigV4}})
	})
}

func TestEveryChangeRaisesTheAgentsVersionAndRings(t *testing.T) {
	story(t, 1, 1, func(t *testing.T, f *floor) {
		u, router, ctx := f.agents[0], f.nodes[0].router, t.Context()
		s := f.shown(t, u)
		s.rises("a status", func() { f.must(router.SetStatus(ctx, u, catalog.Available)) })
		s.rises("the same status again", func() { f.must(router.SetStatus(ctx, u, catalog.Available)) })

		var id perch.SessionID
		s.stays("a chat that begins", func() { id = f.chat(); f.mark(id, "new") })
		contact := id.First()
		s.rises("an offer", func() { f.enqueue(id, perch.Enqueue{Queue: f.queue}) })
		f.wantWork(u, id, store.Incoming)
		s.rises("attributes of what is offered", func() { f.mark(id, "offered") })
		s.rises("a rejection", func() { f.must(router.Reject(ctx, u, contact)) })
		s.rises("clearing it, and the next offer", func() { f.must(router.Clear(ctx, u, contact)) })
		f.wantWork(u, id, store.Incoming)
		s.rises("an offer missed", func() { f.elapse(perch.OfferFor); f.expire() })
		f.wantWork(u, id, store.Missed)
		f.must(router.Clear(ctx, u, contact))
		f.elapse(time.Millisecond)
		s.rises("accepting", func() {
			_, err := router.Accept(ctx, u, contact)
			f.must(err)
		})
		s.rises("attributes of a chat", func() { f.mark(id, "accepted") })
		s.rises("attributes of the first contact, while the second is in force", func() {
			_, err := router.Transfer(ctx, u, contact, routing.Target{Queue: f.queue})
			f.must(err)
			f.elapse(time.Millisecond)
			f.mark(id, "transferred")
		})
		f.wantWork(u, id, store.EndedWork)
		s.rises("the end of after-contact work", func() { f.must(router.Clear(ctx, u, contact)) })
		s.stays("attributes of what has been put away", func() { f.mark(id, "away") })
	})
}

func TestWhatOthersDoRaisesTheAgentsVersionToo(t *testing.T) {
	story(t, 1, 1, func(t *testing.T, f *floor) {
		u, router, ctx := f.agents[0], f.nodes[0].router, t.Context()
		s := f.shown(t, u)
		f.available(u)
		end := func(id perch.SessionID) {
			f.on(id, func(t *chat.Turn) error { return t.End(perch.CustomerDisconnect) })
		}
		offered := f.waiting()
		f.wantWork(u, offered, store.Incoming)
		s.rises("a customer who goes before anybody came", func() { end(offered) })
		f.wantWork(u, offered, "")

		id := f.waiting()
		_, err := router.Accept(ctx, u, id.First())
		f.must(err)
		f.mark(id, "first")
		s.rises("a past that is attached", func() {
			past := chat.Past{Type: perch.EntirePastSession, Source: offered.First(), Origin: perch.FromSigV4}
			_, err := f.nodes[0].chats.Associate(ctx, id, past, chat.Once{})
			f.must(err)
		})
		s.rises("a customer who goes", func() { end(id) })
		f.wantWork(u, id, store.EndedWork)
		s.rises("attributes after the end", func() { f.mark(id, "ended") })
		next := f.chat()
		f.on(next, func(t *chat.Turn) error {
			_, err := t.Persist(chat.Past{Type: perch.EntirePastSession, Source: id.First(), Origin: perch.FromSigV4})
			return err
		})
		s.rises("attributes set from a chat that continues it", func() {
			f.on(next, func(t *chat.Turn) error {
				return t.SetRelatedAttributes(perch.Attributes{"mark": {Value: "related", Origin: perch.FromFlow}})
			})
		})
	})
}

// The version is in the commit of the change: at no time does a page show the
// new state at the old version.
func TestVersionIsInTheCommitOfTheChange(t *testing.T) {
	story(t, 1, 1, func(t *testing.T, f *floor) {
		u, router := f.agents[0], f.nodes[0].router
		f.available(u)
		var mu sync.Mutex
		seen := map[int64]store.WorkState{}
		id := f.waiting()
		look := func() {
			d, err := router.Desk(context.WithoutCancel(t.Context()), u)
			f.must(err)
			state := store.WorkState("")
			for _, w := range d.Work {
				state = w.State
			}
			mu.Lock()
			defer mu.Unlock()
			if was, ok := seen[d.Version]; ok && was != state {
				t.Errorf("version %d shows %q, and showed %q", d.Version, state, was)
			}
			seen[d.Version] = state
		}
		f.committed.Store(&look)
		_, err := router.Accept(t.Context(), u, id.First())
		f.must(err)
		f.on(id, func(t *chat.Turn) error { return t.End(perch.CustomerDisconnect) })
		f.must(router.Clear(t.Context(), u, id.First()))
		f.elapse(time.Millisecond)
		f.committed.Store(nil)
		mu.Lock()
		defer mu.Unlock()
		if len(seen) < 3 {
			t.Errorf("only %v has been seen", seen)
		}
	})
}
