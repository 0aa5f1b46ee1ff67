package store_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// Two processes: each sees only in part what the other is about to commit.
func TestWhatIsCountedBehindATurnstileIsExact(t *testing.T) {
	t.Parallel()
	const limit, tries = 10, 60
	url := postgres.Database(t)
	process := func(t *testing.T) *store.Store { return openDir(t, store.Options{URL: url}) }
	here, there := running(t, process), running(t, process)
	full := errors.New("full")
	count := func(turn func(n int) []store.Write) (in int) {
		var mu sync.Mutex
		var all sync.WaitGroup
		for n := range tries {
			all.Go(func() {
				s := here
				if n%2 == 1 {
					s = there
				}
				err := s.Commit(store.Turn{Writes: turn(n)})
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					in++
				case !errors.Is(err, full):
					t.Error(err)
				}
			})
		}
		all.Wait()
		return in
	}
	if in := count(func(n int) []store.Write {
		return append(here.Pass(), store.InsertSessionWithin(limit, full, perch.SessionID(fmt.Sprint("s", n)), "i", epoch, ""))
	}); in != limit {
		t.Errorf("%d chats have been started, want %d", in, limit)
	}
	q := store.PutSetting("i", store.Setting{Kind: store.KindQueue, ID: "q", Name: "Orders", Body: []byte("{}")})
	if err := here.Commit(store.Turn{Writes: []store.Write{q}}); err != nil {
		t.Fatal(err)
	}
	if in := count(func(n int) []store.Write {
		w, err := store.InsertWaiting(store.Waiting{Contact: perch.ContactID(fmt.Sprint("c", n)), Instance: "i", Queue: "q", Since: epoch}, limit, full)
		if err != nil {
			t.Error(err)
		}
		return append(here.Pass(), w)
	}); in != limit {
		t.Errorf("%d contacts are in the queue, want %d", in, limit)
	}
}

// A queue goes while contacts come: nobody waits in one that is gone.
func TestNobodyWaitsInAQueueThatIsDeleted(t *testing.T) {
	t.Parallel()
	url := postgres.Database(t)
	shared := func(t *testing.T) *store.Store { return openDir(t, store.Options{URL: url}) }
	alone := running(t, openSQLite)
	for name, s := range map[string][2]*store.Store{"SQLite": {alone, alone}, "PostgreSQL": {running(t, shared), running(t, shared)}} {
		waits, gone, deleted := errors.New("somebody waits"), errors.New("there is no such queue"), 0
		for n := range 40 {
			id := fmt.Sprint("q", n)
			q := store.PutSetting("i", store.Setting{Kind: store.KindQueue, ID: id, Name: id, Body: []byte("{}")})
			if err := s[0].Commit(store.Turn{Writes: []store.Write{q}}); err != nil {
				t.Fatal(err)
			}
			in, err := store.InsertWaiting(store.Waiting{Contact: perch.ContactID("c" + id), Instance: "i", Queue: perch.QueueID(id), Since: epoch}, 0, gone)
			if err != nil {
				t.Fatal(err)
			}
			var came, went error
			var both sync.WaitGroup
			come := func() { came = s[0].Commit(store.Turn{Writes: append(s[0].Pass(), in)}) }
			leave := func() { went = s[1].Commit(store.Turn{Writes: append(s[1].Pass(), store.DeleteQueue("i", id, waits))}) }
			for i := range 2 { // each is begun first as often as the other
				both.Go([]func(){come, leave}[(n+i)%2])
			}
			both.Wait()
			switch {
			case came == nil && errors.Is(went, waits):
			case errors.Is(came, gone) && went == nil:
				deleted++
			default:
				t.Errorf("%s: who comes is told %v, who deletes %v", name, came, went)
			}
		}
		t.Logf("%s: of 40 queues %d were deleted", name, deleted)
	}
}
