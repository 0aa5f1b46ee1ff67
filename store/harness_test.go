package store_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/store/pgtest"
	"github.com/perch-chat/perch/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// opener opens an empty store that is closed with the test.
type opener func(*testing.T) *store.Store

func openSQLite(t *testing.T) *store.Store {
	t.Helper()
	return openDir(t, store.Options{Dir: disk.Dir(t)})
}

// disk has the directories of this binary's tests.
var disk storetest.Disk

// postgres is the server of this binary's tests.
var postgres pgtest.Server

func openPostgres(t *testing.T) *store.Store {
	t.Helper()
	return openDir(t, store.Options{URL: postgres.Database(t)})
}

func openDir(t *testing.T, opts store.Options) *store.Store {
	t.Helper()
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	s, err := store.Open(context.Background(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	return s
}

// run starts the committer; stop ends it and waits for that. It ends with the
// test anyway.
func run(t *testing.T, s *store.Store) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the committer: %v", err)
		}
	}
	t.Cleanup(stop)
	return stop
}

// running opens a store and starts its committer.
func running(t *testing.T, open opener) *store.Store {
	t.Helper()
	s := open(t)
	run(t, s)
	return s
}

var epoch = time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)

// said is a message entry.
func said(n int64, text string) perch.Entry {
	return perch.Entry{Number: n, Contact: "contact", Kind: perch.KindMessage, Audience: perch.ToAll, Time: epoch.Add(time.Duration(n) * time.Second),
		Participant: "participant", Turn: perch.TurnID(n * 10), Token: perch.TokenHash(n * 100),
		Body: perch.Message{Who: perch.Who{Name: "N", Role: perch.Customer}, ContentType: "text/plain", Content: text}}
}

// commit must come through.
func commit(t rapid.TB, s *store.Store, turn store.Turn) {
	t.Helper()
	if err := s.Commit(turn); err != nil {
		t.Fatal(err)
	}
}

// write commits rows alone.
func write(t rapid.TB, s *store.Store, w ...store.Write) {
	t.Helper()
	commit(t, s, store.Turn{Writes: w})
}

// must unwraps a Write that has been made without an error.
func must(t rapid.TB) func(store.Write, error) store.Write {
	return func(w store.Write, err error) store.Write {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
}

// entries are all of a session's, which must be numbered without gaps.
func entries(t rapid.TB, s *store.Store, id perch.SessionID) []perch.Entry {
	t.Helper()
	var out []perch.Entry
	err := s.Log(context.Background(), id, 1, 1<<62, func(e perch.Entry) error {
		if want := int64(len(out)) + 1; e.Number != want {
			return fmt.Errorf("number %d of session %s stands where %d belongs", e.Number, id, want)
		}
		out = append(out, e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// texts are the messages of a session in order.
func texts(t rapid.TB, s *store.Store, id perch.SessionID) []string {
	t.Helper()
	var out []string
	for _, e := range entries(t, s, id) {
		out = append(out, e.Body.(perch.Message).Content)
	}
	return out
}

// wantErr checks which error something failed with.
func wantErr(t rapid.TB, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("the error is %v, want %v", got, want)
	}
}
