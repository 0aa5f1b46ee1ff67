package serve_test

import (
	"context"
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/perch-chat/perch/store/pgtest"
)

// backends are the server's processes that serve this perch's writers.
func (w *twins) backends() (pids []int) {
	w.t.Helper()
	conn, err := pgx.Connect(w.t.Context(), w.database)
	if err != nil {
		return nil // it may be starting again
	}
	defer conn.Close(w.t.Context()) //nolint:errcheck // it has been read
	rows, err := conn.Query(w.t.Context(), `SELECT pid FROM pg_stat_activity WHERE application_name = 'perch writer' AND datname = current_database()`)
	if err != nil {
		return nil
	}
	pids, err = pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		return nil
	}
	return pids
}

// insist sends a message until it is acknowledged. Of one without a token only
// the first try counts, since another one would be another message.
func (s *sender) insist(ctx context.Context, m message) (acknowledged bool) {
	for ctx.Err() == nil {
		_, _, r := s.send(m)
		switch {
		case r.status == 200:
			return true
		case r.status != 0 && r.status < 500:
			s.h.t.Errorf("%s: %q is answered %d %s", s.name, m.text, r.status, r.body)
			return false
		case m.token == "":
			return false
		}
		select {
		case <-ctx.Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
	return false
}

// Whatever becomes of the database's processes, and in whatever instant: what
// was acknowledged is there once, and nothing is there twice.
func TestNothingIsLostOrDoubledWhenTheDatabaseFails(t *testing.T) {
	t.Parallel()
	for name, harm := range map[string]struct {
		rounds int
		do     func(t *testing.T, w *twins)
	}{
		"connections are terminated": {25, func(t *testing.T, w *twins) {
			postgresDo(t, w.database, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'perch%' AND datname = current_database()`)
		}},
		"a process of the server is killed": {4, func(t *testing.T, w *twins) { w.signal(syscall.SIGKILL) }},
		// Longer than perch waits: it gives a commit up, which lands later.
		"a process of the server is frozen": {1, func(t *testing.T, w *twins) {
			frozen := w.signal(syscall.SIGSTOP)
			<-time.After(22 * time.Second)
			for _, pid := range frozen {
				if err := syscall.Kill(pid, syscall.SIGCONT); err != nil {
					t.Error(err)
				}
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := &pgtest.Server{} // a killed process takes all others along
			t.Cleanup(server.Stop)
			w := launchTwins(t, server)
			customer, worker := w.talking()
			w.endure(t, []*sender{
				{person: customer, name: "one"}, {person: worker, name: "two"},
				{person: customer.with(w.b), name: "three"}, {person: worker.with(w.a), name: "four"},
			}, harm.rounds, func() { harm.do(t, w) })
		})
	}
}

// signal sends a signal to a writer's process in the server.
func (w *twins) signal(s syscall.Signal) (to []int) {
	pids := w.backends()
	if len(pids) == 0 {
		return nil
	}
	if err := syscall.Kill(pids[0], s); err != nil {
		w.t.Error(err)
	}
	return pids[:1]
}

func postgresDo(t *testing.T, database, text string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context()) //nolint:errcheck // it is over
	if _, err := conn.Exec(t.Context(), text); err != nil {
		t.Fatal(err)
	}
}

// endure has people talk, with and without tokens, while harm is done.
func (w *twins) endure(t *testing.T, people []*sender, rounds int, harm func()) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var wg sync.WaitGroup
	sent := make([][]string, len(people))
	acked := make([]map[string]bool, len(people))
	over := make(chan struct{})
	for i, s := range people {
		acked[i] = map[string]bool{}
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-over:
					return
				default:
				}
				m := message{text: fmt.Sprintf("%s <%d>", s.name, n)}
				if n%2 == 0 {
					m.token = m.text
				}
				sent[i] = append(sent[i], m.text)
				acked[i][m.text] = s.insist(ctx, m)
			}
		})
	}
	for range rounds {
		<-time.After(150 * time.Millisecond)
		harm()
	}
	<-time.After(time.Second)
	close(over)
	giveUp := time.AfterFunc(2*patience, stop)
	defer giveUp.Stop()
	wg.Wait()
	if ctx.Err() != nil {
		t.Fatal("messages are not acknowledged any more")
	}
	there := map[string]int{}
	for _, i := range people[0].transcript() {
		there[i.Content]++
	}
	total := 0
	for i := range people {
		for _, text := range sent[i] {
			switch n := there[text]; {
			case n > 1:
				t.Errorf("%q is there %d times", text, n)
			case n == 0 && acked[i][text]:
				t.Errorf("%q was acknowledged and is not there", text)
			}
			if acked[i][text] {
				total++
			}
		}
	}
	if total < 20 {
		t.Errorf("%d messages were acknowledged: too few to show anything", total)
	}
	w.numbers(people[0].contact)
}
