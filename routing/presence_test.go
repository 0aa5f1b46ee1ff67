package routing_test

import (
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/store"
)

func (f *floor) wantStatus(u catalog.User, want string) {
	f.t.Helper()
	s, _, err := f.nodes[0].router.Status(f.t.Context(), u)
	f.must(err)
	if s.Name != want {
		f.t.Errorf("%s is %s, want %s", u.Username, s.Name, want)
	}
}

// Two processes: a socket at either of them will do.
func TestAgentWhosePageIsGoneForTooLongGoesOfflineAndKeepsTheChats(t *testing.T) {
	story(t, 2, 2, func(t *testing.T, f *floor) {
		a, program := f.agents[0], f.agents[1]
		f.connect(0, a.ID)
		f.available(a)
		f.available(program) // has no socket, and is missed by nobody
		id := f.waiting()
		_, err := f.nodes[0].router.Accept(t.Context(), a, id.First())
		f.must(err)
		f.pass(10 * time.Minute)
		f.wantStatus(a, catalog.Available)

		f.connect(0) // the page is loaded again, and finds the other process
		f.pass(time.Minute)
		f.connect(1, a.ID)
		f.pass(10 * time.Minute)
		f.wantStatus(a, catalog.Available)

		f.connect(1)
		f.pass(goneAfter - 10*time.Second)
		f.wantStatus(a, catalog.Available)
		f.pass(30 * time.Second)
		f.wantStatus(a, catalog.Offline)
		f.wantWork(a, id, store.Connected)
		f.wantStatus(program, catalog.Available)

		f.available(a) // from elsewhere, without a socket
		f.pass(10 * time.Minute)
		f.wantStatus(a, catalog.Available)
	})
}

// As long as the agent counts as there, offers are made, and missed.
func TestOffersToAnAgentWhosePageIsGoneAreMissed(t *testing.T) {
	story(t, 2, 1, func(t *testing.T, f *floor) {
		first, second := f.agents[0], f.agents[1]
		f.connect(0, first.ID)
		f.available(first)
		f.elapse(seeing)
		f.connect(0)
		id := f.waiting()
		f.wantWork(first, id, store.Incoming)
		f.available(second)
		f.elapse(20 * time.Second)
		f.expire()
		f.wantWork(first, id, store.Missed)
		f.wantWork(second, id, store.Incoming)
		f.elapse(goneAfter + 15*time.Second)
		f.wantStatus(first, catalog.Offline)
		f.wantWork(first, id, store.Missed)
		late := f.waiting()
		f.wantWork(first, late, "")
	})
}

// pass lets time pass as it does, so that who looks now and then has looked.
func (f *floor) pass(d time.Duration) {
	for ; d > 0; d -= 2 * time.Second {
		f.elapse(min(d, 2*time.Second))
	}
}

// connect says which agents have sockets open at a node.
func (f *floor) connect(n int, users ...perch.UserID) { f.nodes[n].connected.Store(&users) }
