//go:build unix

package serve_test

import (
	"fmt"
	"sync"
	"sync/atomic"
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

// Whatever becomes of the database's processes, and in whatever instant: what
// was acknowledged is there once, and nothing is there twice.
func TestNothingIsLostOrDoubledWhenTheDatabaseFails(t *testing.T) {
	t.Parallel()
	for name, harm := range map[string]struct {
		rounds int
		pause  time.Duration
		do     func(w *twins)
	}{
		"connections are terminated": {25, 0, func(w *twins) {
			w.do(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'perch%' AND datname = current_database()`)
		}},
		"a process of the server is killed": {4, 0, func(w *twins) {
			conn, err := pgx.Connect(w.t.Context(), w.database)
			if err != nil {
				w.t.Fatal(err)
			}
			defer conn.Close(w.t.Context()) //nolint:errcheck // it has ended
			w.signal(syscall.SIGKILL)
			// Until the server notices, the other process's connection does its work.
			w.a.until("the server ends all connections", func() bool { return conn.Ping(w.t.Context()) != nil })
		}},
		// For so long that perch gives up what it has sent, which is done later. Who talks by
		// the other process need not do it all the time until then.
		"a process of the server is frozen": {1, 10 * time.Millisecond, func(w *twins) {
			frozen := w.signal(syscall.SIGSTOP)
			w.t.Cleanup(func() { syscall.Kill(frozen, syscall.SIGCONT) }) //nolint:errcheck // it may have ended
			w.a.until("perch gives the frozen connection up", func() bool { return len(w.backends()) > 2 })
			if err := syscall.Kill(frozen, syscall.SIGCONT); err != nil {
				w.t.Error(err)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := &pgtest.Server{} // a killed process takes all others along
			t.Cleanup(server.Stop)
			w := launchTwins(t, server)
			customer, worker := w.talking()
			r := &flood{pause: harm.pause, people: []*sender{
				{person: customer, name: "one"}, {person: worker, name: "two"},
				{person: customer.with(w.b), name: "three"}, {person: worker.with(w.a), name: "four"},
			}}
			r.begin(t)
			for range harm.rounds {
				r.until(w, 10)
				harm.do(w)
			}
			r.until(w, 20)
			r.end()
			r.check(t)
			w.numbers(customer.contact)
		})
	}
}

// signal sends a signal to a writer's process in the server.
func (w *twins) signal(s syscall.Signal) (to int) {
	w.t.Helper()
	w.a.until("a process can be found", func() bool {
		pids := w.backends()
		if len(pids) == 0 {
			return false
		}
		to = pids[0]
		return syscall.Kill(to, s) == nil
	})
	return to
}

// do runs a statement on the database.
func (w *twins) do(text string) {
	w.t.Helper()
	conn, err := pgx.Connect(w.t.Context(), w.database)
	if err != nil {
		w.t.Fatal(err)
	}
	defer conn.Close(w.t.Context()) //nolint:errcheck // it is over
	if _, err := conn.Exec(w.t.Context(), text); err != nil {
		w.t.Fatal(err)
	}
}

// flood is people who talk all the time, every second message without a token.
type flood struct {
	people         []*sender
	pause          time.Duration // after each message
	acked, refused atomic.Int64

	sent [][]string
	kept []map[string]bool // what was acknowledged
	over chan struct{}
	all  sync.WaitGroup
}

func (r *flood) begin(t *testing.T) {
	r.sent, r.kept, r.over = make([][]string, len(r.people)), make([]map[string]bool, len(r.people)), make(chan struct{})
	for i, s := range r.people {
		r.kept[i] = map[string]bool{}
		r.all.Go(func() {
			for n := 0; ; n++ {
				m := message{text: fmt.Sprintf("%s <%d>", s.name, n)}
				if n%2 == 0 {
					m.token = m.text
				}
				r.sent[i] = append(r.sent[i], m.text)
				r.kept[i][m.text] = r.insist(s, m)
				select {
				case <-r.over:
					return
				case <-t.Context().Done():
					return
				case <-time.After(r.pause):
				}
			}
		})
	}
}

// insist sends a message until it is acknowledged. Of one without a token only
// the first try counts, since another one would be another message.
func (r *flood) insist(s *sender, m message) (acknowledged bool) {
	for {
		_, _, got := s.send(m)
		switch {
		case got.status == 200:
			r.acked.Add(1)
			return true
		case got.status != 0 && got.status < 500:
			s.h.t.Errorf("%s: %q is answered %d %s", s.name, m.text, got.status, got.body)
			return false
		}
		r.refused.Add(1)
		if m.token == "" {
			return false
		}
		select {
		case <-s.h.t.Context().Done():
			return false
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// until waits for so many more messages to be acknowledged.
func (r *flood) until(w *twins, more int64) {
	w.t.Helper()
	want := r.acked.Load() + more
	w.a.until("messages are acknowledged again", func() bool { return r.acked.Load() >= want })
}

func (r *flood) end() {
	close(r.over)
	r.all.Wait()
}

func (r *flood) check(t *testing.T) {
	t.Helper()
	there := map[string]int{}
	for _, i := range r.people[0].transcript() {
		there[i.Content]++
	}
	for i := range r.people {
		for _, text := range r.sent[i] {
			switch n := there[text]; {
			case n > 1:
				t.Errorf("%q is there %d times", text, n)
			case n == 0 && r.kept[i][text]:
				t.Errorf("%q was acknowledged and is not there", text)
			}
		}
	}
	t.Logf("%d messages were acknowledged, %d tries were refused", r.acked.Load(), r.refused.Load())
}
