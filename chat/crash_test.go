package chat_test

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/store"
)

// A process may die at any instant. Before each commit of a story, with its
// statements run, and after it the files are put aside as a dead process would
// leave them. Opened again, each copy holds what had been committed by then.
func TestADeathAtAnyInstantLosesNothingCommitted(t *testing.T) {
	t.Parallel()
	var copies []string
	src := t.TempDir()
	aside := t.TempDir()
	put := func() {
		dir := filepath.Join(aside, fmt.Sprint(len(copies)))
		if err := copyFiles(src, dir); err != nil {
			t.Error(err)
		}
		copies = append(copies, dir)
	}
	f := &faults{at: func(_ int64, commit func() error) error {
		put()
		err := commit()
		put()
		return err
	}}
	h := newHouse(t, f.around, func(o *store.Options) { o.Dir = src })

	// Each step is one commit: states[n] is what n of them have led to.
	k := h.start()
	states := []string{asJSON(t, (*perch.Session)(nil)), asJSON(t, k.state())}
	var a perch.ParticipantID
	say := func(t *chat.Turn) error {
		_, err := t.Say(k.customer, chat.Saying{ContentType: "text/plain", Content: "hello", ClientToken: fmt.Sprint(t.State().Head)})
		return err
	}
	invite := func(t *chat.Turn) (err error) {
		if a, err = t.Invite(perch.Who{Role: perch.Agent}, "a"); err != nil {
			return err
		}
		return t.Connect(a)
	}
	for _, step := range []func(*chat.Turn) error{
		func(t *chat.Turn) error { t.Hook(perch.CustomerRemaining, "survey"); return nil },
		say, say, invite, say,
		func(t *chat.Turn) error { _, err := t.Transfer(a, chat.FlowCall{Flow: "f"}); return err },
		say, invite, say,
		func(t *chat.Turn) error { return t.Leave(a) },
		say,
		func(t *chat.Turn) error { return t.End(perch.FlowDisconnect) },
	} {
		k.on(step)
		states = append(states, asJSON(t, k.state()))
	}
	if len(copies) != 2*(len(states)-1) {
		t.Fatalf("%d copies of %d steps", len(copies), len(states)-1)
	}
	var wg sync.WaitGroup
	for i, dir := range copies {
		wg.Go(func() {
			want := states[(i+1)/2] // before the first commit, after it, before the second ...
			if diff := cmp.Diff(want, reopened(t, dir, k.id)); diff != "" {
				t.Errorf("instant %d (-want +got):\n%s", i, diff)
			}
		})
	}
	wg.Wait()
	k.sound()
}

// reopened is the state of a session in a directory that a process has left.
func reopened(t *testing.T, dir string, id perch.SessionID) string {
	s, err := store.Open(t.Context(), store.Options{Dir: dir, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Error(err)
		return ""
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	state, err := onStore(t, s, dir).Session(t.Context(), id)
	if err != nil && perch.KindOf(err) != perch.NotFound {
		t.Error(err)
	}
	return asJSON(t, state)
}

func copyFiles(from, to string) error {
	if err := os.Mkdir(to, 0o700); err != nil {
		return err
	}
	for _, name := range []string{"perch.db", "perch.db-wal"} {
		in, err := os.Open(filepath.Join(from, name))
		if err != nil {
			return err
		}
		defer in.Close()
		out, err := os.Create(filepath.Join(to, name))
		if err != nil {
			return err
		}
		if _, err := io.Copy(out, in); err != nil {
			return err
		}
		if err := out.Close(); err != nil {
			return err
		}
	}
	return nil
}
