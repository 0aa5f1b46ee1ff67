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
	if in := count(func(n int) []store.Write {
		w, err := store.InsertWaiting(store.Waiting{Contact: perch.ContactID(fmt.Sprint("c", n)), Queue: "q", Since: epoch}, limit, full)
		if err != nil {
			t.Error(err)
		}
		return append(here.Pass(), w)
	}); in != limit {
		t.Errorf("%d contacts are in the queue, want %d", in, limit)
	}
}
