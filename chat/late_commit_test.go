package chat_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/perch-chat/perch/store"
)

// wire stands between perch and PostgreSQL. When it is told to, it cuts perch off
// in the midst of the next COMMIT and keeps that for itself.
type wire struct {
	t      *testing.T
	l      net.Listener
	server string // the socket
	all    sync.WaitGroup

	mu    sync.Mutex
	armed bool
	held  chan net.Conn // to the server, on which COMMIT is still to be sent
}

// commit is the message by which pgx ends a transaction.
var commit = []byte("Q\x00\x00\x00\x0bCOMMIT\x00")

// through gives a database's address by way of a wire.
func through(t *testing.T, database string) (*wire, string) {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{t: t, l: l, server: filepath.Join(q.Get("host"), ".s.PGSQL."+q.Get("port")), held: make(chan net.Conn, 1)}
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	q.Set("host", host)
	q.Set("port", port)
	u.RawQuery = q.Encode()
	w.all.Go(w.run)
	t.Cleanup(func() { l.Close(); w.all.Wait() })
	return w, u.String()
}

func (w *wire) run() {
	for {
		client, err := w.l.Accept()
		if err != nil {
			return
		}
		w.all.Go(func() { w.carry(client) })
	}
}

func (w *wire) carry(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("unix", w.server)
	if err != nil {
		w.t.Error(err)
		return
	}
	back := make(chan struct{})
	go func() {
		defer close(back)
		io.Copy(client, server) //nolint:errcheck // either may go first
		client.Close()
	}()
	defer func() { <-back }()
	buffer := make([]byte, 1<<16)
	for {
		n, err := client.Read(buffer)
		if err != nil {
			server.Close()
			return
		}
		w.mu.Lock()
		cut := w.armed && bytes.Equal(buffer[:n], commit)
		w.armed = w.armed && !cut
		w.mu.Unlock()
		if cut {
			client.Close()
			w.held <- server
			return
		}
		if _, err := server.Write(buffer[:n]); err != nil {
			return
		}
	}
}

func (w *wire) arm() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.armed = true
}

// blocked waits until somebody waits for the transaction that is held.
func blocked(t *testing.T, database string) {
	conn, err := pgx.Connect(context.Background(), database)
	if err != nil {
		t.Error(err)
		return
	}
	defer conn.Close(context.Background()) //nolint:errcheck // it has been read
	deadline := time.After(20 * time.Second)
	for waiting := 0; waiting == 0; {
		if err := conn.QueryRow(context.Background(), `SELECT COUNT(*) FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&waiting); err != nil {
			t.Error(err)
			return
		}
		select {
		case <-deadline:
			t.Error("nobody waits for the transaction that is under way")
			return
		case <-time.After(time.Millisecond):
		}
	}
}

// A commit that perch has given up may be under way still. A message without a
// ClientToken is said once all the same, and with the number that was answered.
func TestACommitThatComesLateIsTheSameOne(t *testing.T) {
	t.Parallel()
	for name, fate := range map[string]func(t *testing.T, database string, server net.Conn) error{
		"it lands before it is looked for": func(_ *testing.T, _ string, server net.Conn) error {
			_, err := server.Write(commit)
			return err
		},
		"it lands while it is made again": func(t *testing.T, database string, server net.Conn) error {
			blocked(t, database)
			_, err := server.Write(commit)
			return err
		},
		"it never lands": func(t *testing.T, database string, _ net.Conn) error {
			blocked(t, database)
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database := postgres.Database(t)
			w, address := through(t, database)
			h := newHouse(t, func(o *store.Options) { o.URL = address })
			k := h.start()
			k.connect(k.customer)
			k.say(k.customer, "before")
			w.arm()
			var ending sync.WaitGroup
			ending.Go(func() {
				server := <-w.held
				if err := errors.Join(fate(t, database, server), server.Close()); err != nil {
					t.Error(err)
				}
			})
			e, err := k.saying(k.customer, "hello", "")
			ending.Wait()
			if err != nil {
				t.Fatal(err)
			}
			k.say(k.customer, "after")
			var got []string
			for _, l := range k.log() {
				if l.Number == e.Number && (l.Turn != e.Turn || !l.Time.Equal(e.Time)) {
					t.Errorf("number %d is not what was answered", l.Number)
				}
			}
			if got = messages(k.log()); len(got) != 3 || got[1] != "hello" {
				t.Errorf("the log has %q", got)
			}
			k.sound()
		})
	}
}
