package store_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

func testStopped(t *testing.T, open opener) {
	s := open(t)
	stop := run(t, s)
	commit(t, s, store.Turn{Session: "s", Entries: []perch.Entry{said(1, "kept")}})
	stop()
	var wg sync.WaitGroup
	for i := range 2000 { // more than any queue takes
		wg.Go(func() {
			turn := store.Turn{Session: "s", Entries: []perch.Entry{said(2, "late")}}
			if i%2 == 0 {
				turn = store.Turn{Writes: []store.Write{store.DeleteDue("s", "k", "")}}
			}
			if err := s.Commit(turn); !errors.Is(err, store.ErrStopped) || perch.KindOf(err) != perch.Unavailable {
				t.Errorf("a commit after the end gives %v", err)
			}
		})
	}
	wg.Wait()
	if got := texts(t, s, "s"); !slices.Equal(got, []string{"kept"}) {
		t.Errorf("the log has %q", got)
	}
}

// Stopping in the midst of a rush: whoever is told that it is done finds it,
// whoever is told that perch is stopping does not.
func testDrain(t *testing.T, open opener) {
	s := open(t)
	stop := run(t, s)
	const sessions = 40
	var acked, refused [sessions]int64
	var wg sync.WaitGroup
	halfway := make(chan struct{})
	var once sync.Once
	for i := range sessions {
		wg.Go(func() {
			for n := int64(1); ; n++ {
				if n == 4 {
					once.Do(func() { close(halfway) })
				}
				err := s.Commit(store.Turn{Session: perch.SessionID(fmt.Sprint("s", i)), Entries: []perch.Entry{said(n, "")}})
				if errors.Is(err, store.ErrStopped) {
					refused[i] = n
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				acked[i] = n
			}
		})
	}
	<-halfway
	stop()
	wg.Wait()
	for i := range sessions {
		if got := int64(len(entries(t, s, perch.SessionID(fmt.Sprint("s", i))))); got != acked[i] || refused[i] != got+1 {
			t.Errorf("session %d: %d entries, acknowledged %d, refused number %d", i, got, acked[i], refused[i])
		}
	}
}

// Whoever has handed over a turn waits for it; a committer that is told to end
// commits it first.
func TestAWaitingTurnIsCommittedBeforeTheEnd(t *testing.T) {
	t.Parallel()
	for n := range 6 { // the committer has the choice between ending and going on
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := openDir(t, store.Options{Dir: t.TempDir()})
				var wg sync.WaitGroup
				for i := range 50 {
					wg.Go(func() {
						commit(t, s, store.Turn{Session: perch.SessionID(fmt.Sprint("s", i)), Entries: []perch.Entry{said(1, "")}})
					})
				}
				synctest.Wait()
				ended, cancel := context.WithCancel(context.Background())
				cancel()
				if err := s.Run(ended); err != nil {
					t.Error(err)
				}
				wg.Wait()
			})
		})
	}
}

// gate holds the first commit until it is opened, so that others gather.
type gate chan struct{}

func (g gate) hold() func(func() error) error {
	var once sync.Once
	return func(commit func() error) error {
		once.Do(func() { <-g })
		return commit()
	}
}

func TestTurnsThatWaitAreCommittedTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := make(gate)
		s := openDir(t, store.Options{Dir: t.TempDir(), AroundCommit: g.hold()})
		run(t, s)
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				commit(t, s, store.Turn{Session: perch.SessionID(fmt.Sprint("s", i)), Entries: []perch.Entry{said(1, fmt.Sprint(i))}})
			})
			synctest.Wait() // the first alone, the others behind it
		}
		close(g)
		wg.Wait()
		if commits, turns := s.Stats.Commits.Load(), s.Stats.Turns.Load(); commits != 2 || turns != 200 {
			t.Errorf("%d turns in %d commits, want 200 in 2", turns, commits)
		}
		for i := range 200 {
			if got := texts(t, s, perch.SessionID(fmt.Sprint("s", i))); !slices.Equal(got, []string{fmt.Sprint(i)}) {
				t.Errorf("session %d has %q", i, got)
			}
		}
	})
}

// Turns of one batch fail each for itself, whatever the way in which they fail.
func TestATurnThatFailsInABatchLeavesItsNeighbours(t *testing.T) {
	t.Parallel()
	taken := errors.New("taken")
	missing := store.TakeDue(perch.Due{Session: "bad", Kind: "k", At: epoch}, taken)
	due := func(id perch.SessionID) store.Write {
		return store.SetDue(perch.Due{Session: id, Kind: "set", At: epoch})
	}
	for name, c := range map[string]struct {
		bad  store.Turn
		want func(error) bool
	}{
		"a condition is not met": {store.Turn{Entries: []perch.Entry{said(1, "bad")}, Writes: []store.Write{due("bad"), missing}},
			func(err error) bool { return errors.Is(err, taken) }},
		"its number is taken": {store.Turn{Entries: []perch.Entry{said(1, "bad"), said(1, "bad")}, Writes: []store.Write{due("bad")}},
			func(err error) bool { return errors.Is(err, store.ErrBehind) }},
		"the engine refuses a statement": {store.Turn{Entries: []perch.Entry{said(1, "bad")}, Writes: []store.Write{due("bad"), {SQL: "INSERT INTO nowhere (x) VALUES (1)"}}},
			func(err error) bool {
				return err != nil && !errors.Is(err, store.ErrBehind) && !errors.Is(err, store.ErrUnknown)
			}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				g := make(gate)
				s := openDir(t, store.Options{Dir: t.TempDir(), AroundCommit: g.hold()})
				run(t, s)
				var wg sync.WaitGroup
				wg.Go(func() { commit(t, s, store.Turn{Session: "gate", Entries: []perch.Entry{said(1, "")}}) })
				synctest.Wait()
				for i := range 10 {
					wg.Go(func() {
						id := perch.SessionID(fmt.Sprint("good", i))
						turn := store.Turn{Session: id, Entries: []perch.Entry{said(1, "good")}}
						if i%2 == 0 {
							turn.Writes = []store.Write{due(id)}
						}
						commit(t, s, turn)
					})
				}
				wg.Go(func() {
					c.bad.Session = "bad"
					if err := s.Commit(c.bad); !c.want(err) {
						t.Errorf("the bad turn fails with %v", err)
					}
				})
				synctest.Wait()
				close(g)
				wg.Wait()
				for i := range 10 {
					if got := texts(t, s, perch.SessionID(fmt.Sprint("good", i))); !slices.Equal(got, []string{"good"}) {
						t.Errorf("neighbour %d has %q", i, got)
					}
				}
				if got := texts(t, s, "bad"); len(got) != 0 {
					t.Errorf("the bad turn leaves %q", got)
				}
				if rows, err := s.DueBy(t.Context(), store.AllBuckets(), epoch, 100); err != nil || len(rows) != 5 {
					t.Errorf("%d due rows, %v; want the 5 of the good turns", len(rows), err)
				}
			})
		})
	}
}

// A commit whose outcome nobody knows is told as such to the whole batch.
func TestACommitThatFailsIsOfUnknownOutcome(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, done := range map[string]bool{"not done": false, "done but reported failed": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fail := true
			s := openDir(t, store.Options{Dir: t.TempDir(), AroundCommit: func(commit func() error) error {
				if !fail {
					return commit()
				}
				if done {
					if err := commit(); err != nil {
						return err
					}
				}
				return broken
			}})
			stop := run(t, s)
			err := s.Commit(store.Turn{ID: 1, Session: "s", Entries: []perch.Entry{said(1, "perhaps")}})
			wantErr(t, err, store.ErrUnknown)
			wantErr(t, err, broken)
			if got := len(entries(t, s, "s")); (got == 1) != done {
				t.Errorf("%d entries", got)
			}
			stop()
			fail = false
		})
	}
}

func TestNothingIsAcknowledgedAfterAFailedSync(t *testing.T) {
	t.Parallel()
	var told error
	s := openDir(t, store.Options{Dir: t.TempDir(), Fatal: func(err error) { told = err },
		AroundCommit: func(func() error) error { return store.ErrUnsynced }})
	stop := run(t, s)
	wantErr(t, s.Commit(store.Turn{ID: 1, Session: "s", Entries: []perch.Entry{said(1, "perhaps")}}), store.ErrUnknown)
	wantErr(t, s.Commit(store.Turn{ID: 2, Session: "t", Entries: []perch.Entry{said(1, "never")}}), store.ErrStopped)
	stop()
	if told == nil {
		t.Error("nobody was told to stop the process")
	}
}

func TestTheCommitterGoesOnAfterAFailedCommit(t *testing.T) {
	t.Parallel()
	n := 0
	s := openDir(t, store.Options{Dir: t.TempDir(), AroundCommit: func(commit func() error) error {
		if n++; n%2 == 1 {
			return errors.New("broken")
		}
		return commit()
	}})
	run(t, s)
	for i := int64(1); i <= 5; i++ {
		wantErr(t, s.Commit(store.Turn{Session: "s", Entries: []perch.Entry{said(i, fmt.Sprint(i))}}), store.ErrUnknown)
		commit(t, s, store.Turn{Session: "s", Entries: []perch.Entry{said(i, fmt.Sprint(i))}})
	}
	if got := texts(t, s, "s"); !slices.Equal(got, []string{"1", "2", "3", "4", "5"}) {
		t.Errorf("the log has %q", got)
	}
}

func TestDataIsThereAfterReopening(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a b?c#d%41") // names that an address would have to escape
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for n := int64(1); n <= 3; n++ {
		t.Run(fmt.Sprint("opening ", n), func(t *testing.T) {
			s := openDir(t, store.Options{Dir: dir})
			run(t, s)
			if got := int64(len(entries(t, s, "s"))); got != n-1 {
				t.Errorf("%d entries, want %d", got, n-1)
			}
			commit(t, s, store.Turn{Session: "s", Entries: []perch.Entry{said(n, "")}})
		})
	}
	if _, err := os.Stat(filepath.Join(dir, "perch.db")); err != nil {
		t.Errorf("the database is not in its directory: %v", err)
	}
}

func TestOpeningFailsWithTheReason(t *testing.T) {
	t.Parallel()
	if s, err := store.Open(t.Context(), store.Options{Dir: filepath.Join(t.TempDir(), "none")}); err == nil {
		t.Errorf("a directory that does not exist is opened: %v", s.Close())
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "perch.db"), []byte("this is not a database, but it is long enough to be one: "+string(make([]byte, 8192))), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := store.Open(t.Context(), store.Options{Dir: dir}); err == nil {
		t.Errorf("what is no database is opened: %v", s.Close())
	} else if errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the reason is wrong: %v", err)
	}
}
