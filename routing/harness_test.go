package routing_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/bus"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/routing"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/store/pgtest"
	"github.com/perch-chat/perch/store/storetest"
	"github.com/perch-chat/perch/token"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// postgres is the server of this binary's tests.
var postgres = pgtest.Server{Tables: storetest.Tables}

// floor is a store with an instance, some agents and any number of nodes. Its
// clock stands still unless it is moved, and nothing that is due happens by
// itself; offers are made once run has been called.
type floor struct {
	t        testing.TB
	url      string // of a PostgreSQL database
	store    *store.Store
	bell     bus.Memory
	settings *catalog.Catalog
	instance perch.InstanceID
	queue    perch.QueueID
	flow     perch.FlowID
	agents   []catalog.User
	clock    atomic.Int64 // milliseconds
	ticks    atomic.Bool  // whoever looks at the clock finds another time
	nodes    []*node
	// committed, if set, is called after each commit, before anything else is.
	committed atomic.Pointer[func()]
}

// node is what one process has of its own.
type node struct {
	chats     *chat.Chats
	router    *routing.Router
	connected atomic.Pointer[[]perch.UserID]
}

const (
	goneAfter = 2 * time.Minute
	seeing    = 12 * time.Second // in which a socket is noticed
)

func newFloor(t testing.TB, agents, nodes int) *floor {
	t.Helper()
	return newFloorOn(t, "", agents, nodes)
}

// newFloorOn is a floor on the PostgreSQL database of a URL, where each node is a
// process with a committer of its own; on SQLite if that is empty, where they
// share the first one's.
func newFloorOn(t testing.TB, url string, agents, nodes int) *floor {
	t.Helper()
	f := &floor{t: t, url: url}
	f.clock.Store(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).UnixMilli())
	f.store = f.open()
	f.found(agents)
	for n := range nodes {
		of := f.store
		if n > 0 && url != "" {
			of = f.open()
		}
		f.nodes = append(f.nodes, f.node(of))
	}
	return f
}

// disk has the directories of this binary's tests.
var disk storetest.Disk

// open opens a store and starts its committer.
func (f *floor) open() *store.Store {
	f.t.Helper()
	s, err := store.Open(f.t.Context(), store.Options{Dir: disk.Dir(f.t), Fleeting: true, URL: f.url, AroundCommit: func(commit func() error) error {
		if err := commit(); err != nil {
			return err
		}
		if look := f.committed.Load(); look != nil {
			(*look)()
		}
		return nil
	}})
	f.must(err)
	stop := background(f.t, s.Run)
	f.t.Cleanup(func() {
		stop()
		f.must(s.Close())
	})
	return s
}

// background runs something until stop is called.
func background(t testing.TB, run func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	over := make(chan error, 1)
	go func() { over <- run(ctx) }()
	return sync.OnceFunc(func() {
		cancel()
		if err := <-over; err != nil {
			t.Error(err)
		}
	})
}

func (f *floor) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *floor) now() time.Time {
	if f.ticks.Load() {
		return time.UnixMilli(f.clock.Add(1)).UTC()
	}
	return time.UnixMilli(f.clock.Load()).UTC()
}

// story runs a test in a bubble, with routers that make offers.
func story(t *testing.T, agents, nodes int, tell func(*testing.T, *floor)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFloor(t, agents, nodes)
		f.run()
		tell(t, f)
	})
}

// run has all nodes make offers.
func (f *floor) run() (stop func()) {
	var stops []func()
	for _, n := range f.nodes {
		stops = append(stops, background(f.t, n.router.Run))
	}
	stop = func() {
		for _, stop := range stops {
			stop()
		}
	}
	f.t.Cleanup(stop)
	return stop
}

// elapse moves the clock of a bubble on, and waits until everybody has done
// what there is to do by then.
func (f *floor) elapse(d time.Duration) {
	f.clock.Add(d.Milliseconds())
	<-time.After(d)
	synctest.Wait()
}

func (f *floor) found(agents int) {
	f.t.Helper()
	key := bytes.Repeat([]byte{7}, token.KeySize)
	sealer, err := token.New(key)
	f.must(err)
	f.settings = catalog.New(catalog.Options{Store: f.store, Sealer: sealer, Rand: rand.Reader})
	secrets := catalog.Secrets{TokenKeys: [][]byte{key}, AccessKeyID: "PERCHTEST", SecretAccessKey: "secret"}
	for n := range agents {
		secrets.Agents = append(secrets.Agents, catalog.Login{Username: fmt.Sprint("agent", n+1), Password: "password"})
	}
	founded, err := f.settings.Found(f.t.Context(), catalog.Founding{At: f.now(), Secrets: secrets,
		Credential: func(instance perch.InstanceID, user perch.UserID, username, _ string) (store.Write, error) {
			return store.InsertCredential(store.Credential{User: user, Instance: instance, Username: username, Hash: "none"}, nil), nil
		}})
	f.must(err)
	f.instance, f.flow = founded.InstanceID, founded.ContactFlowID
	queues, err := f.settings.Queues(f.t.Context(), f.instance)
	f.must(err)
	f.queue = queues[0].ID
	f.agents, err = f.settings.Users(f.t.Context(), f.instance)
	f.must(err)
}

func (f *floor) node(of *store.Store) *node {
	n := &node{}
	log := slog.New(slog.DiscardHandler)
	n.chats = chat.New(chat.Options{Store: of, Bus: &f.bell, Now: f.now, Rand: rand.Reader, Log: log,
		ContactClosed:   func(t *chat.Turn, c perch.Contact) { n.router.Closed(t, c) },
		ContactsChanged: func(t *chat.Turn, id perch.SessionID) { n.router.Changed(t, id) }})
	n.router = routing.New(routing.Options{Store: of, Chats: n.chats, Settings: f.settings, Bus: &f.bell, Now: f.now, Log: log,
		GoneAfter: goneAfter, Connected: func() []perch.UserID {
			if users := n.connected.Load(); users != nil {
				return *users
			}
			return nil
		}})
	return n
}

// chat is a chat whose customer is there.
func (f *floor) chat() perch.SessionID {
	f.t.Helper()
	n := f.nodes[0]
	b, err := n.chats.Start(f.t.Context(), chat.Start{Instance: f.instance, Flow: f.flow, DisplayName: "Ada"})
	f.must(err)
	f.must(n.chats.On(f.t.Context(), b.Session, func(t *chat.Turn) error { return t.Connect(b.Participant) }))
	return b.Session
}

// enqueue asks for the contact in force to be queued, and returns the branch
// that its flow is told to take.
func (f *floor) enqueue(id perch.SessionID, to perch.Enqueue) (branch string) {
	f.t.Helper()
	body, err := json.Marshal(to)
	f.must(err)
	n := f.nodes[0]
	f.must(n.chats.On(f.t.Context(), id, func(t *chat.Turn) error {
		t.Due(perch.DueEnqueue, string(t.State().Current().ID), t.Now, body)
		return nil
	}))
	for _, d := range f.due(perch.DueEnqueue) {
		f.must(n.router.Enqueue(f.t.Context(), d))
	}
	for _, d := range f.due(perch.DueFlowOutcome) {
		var o perch.Outcome
		f.must(json.Unmarshal(d.Body, &o))
		if d.Session == id {
			branch = o.Error
		}
		f.must(f.store.Commit(store.Turn{Writes: []store.Write{store.TakeDue(d, nil)}}))
	}
	return branch
}

// waiting is a chat in the queue.
func (f *floor) waiting() perch.SessionID {
	f.t.Helper()
	id := f.chat()
	if branch := f.enqueue(id, perch.Enqueue{Queue: f.queue}); branch != "" {
		f.t.Fatalf("the chat is not queued: %s", branch)
	}
	f.elapse(time.Millisecond) // so that no two wait equally long
	return id
}

// due are the rows of a kind that are due now.
func (f *floor) due(kind string) (of []perch.Due) {
	f.t.Helper()
	all, err := f.store.DueBy(f.t.Context(), store.AllBuckets(), f.now(), 10_000)
	f.must(err)
	for _, d := range all {
		if d.Kind == kind {
			of = append(of, d)
		}
	}
	return of
}

func (f *floor) available(u catalog.User) {
	f.t.Helper()
	f.must(f.nodes[0].router.SetStatus(f.t.Context(), u, catalog.Available))
	f.elapse(time.Millisecond)
}

func (f *floor) work(u catalog.User, contact perch.ContactID) store.WorkState {
	f.t.Helper()
	w, _, err := f.store.WorkOn(f.t.Context(), u.ID, contact)
	f.must(err)
	return w.State
}
