// Package pgtest gives tests a PostgreSQL of their own: a server on a socket in
// a temporary directory, which goes when the tests do, with a database for each
// test. Nothing that is installed or running on the machine is touched.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	port = "5432" // a part of the socket's name; the server listens nowhere else
	user = "perch"
	// readyWithin is how long a server may take to start.
	readyWithin = 30 * time.Second
)

// Server is a PostgreSQL server that starts with the first database asked for
// and ends with the process. Its zero value is ready. A test binary has one, and
// another for each test that would be in the way of the rest.
type Server struct {
	// Tables, if set, makes the tables of an empty database. It is done once:
	// each database begins as a copy of that one.
	Tables func(ctx context.Context, url string) error

	once  sync.Once
	dir   string
	err   error
	alive io.Closer // while it is open the server runs

	mu sync.Mutex
	n  int
}

// errNone says that there is no PostgreSQL on the machine.
var errNone = errors.New("no PostgreSQL: install it (Debian: apt-get install postgresql, macOS: brew install postgresql), or name the directory of initdb in PG_BINDIR")

// Database makes a database without rows and gives its URL. A machine without
// PostgreSQL skips the test; where CI is true it fails.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	s.once.Do(func() {
		if s.err = s.start(); s.err == nil && s.Tables != nil {
			s.err = s.prepare()
		}
	})
	if errors.Is(s.err, errNone) && os.Getenv("CI") != "true" {
		t.Skip(s.err)
	}
	if s.err != nil {
		t.Fatal(s.err)
	}
	s.mu.Lock()
	s.n++
	name := "test" + strconv.Itoa(s.n)
	s.mu.Unlock()
	text := "CREATE DATABASE " + name
	if s.Tables != nil {
		text += " TEMPLATE " + template
	}
	s.Do(t, "postgres", text)
	return s.URL(name)
}

// template is the database that others are copies of.
const template = "tables"

func (s *Server) prepare() error {
	ctx := context.Background()
	if err := s.do(ctx, "postgres", "CREATE DATABASE "+template); err != nil {
		return err
	}
	return s.Tables(ctx, s.URL(template))
}

// Stop ends the server, for a test that has one of its own.
func (s *Server) Stop() {
	if s.alive != nil {
		s.alive.Close() //nolint:errcheck // the server sees to the rest
	}
}

// URL is that of one of the server's databases.
func (s *Server) URL(database string) string {
	u := url.URL{Scheme: "postgres", User: url.User(user), Path: "/" + database,
		RawQuery: url.Values{"host": {s.dir}, "port": {port}, "sslmode": {"disable"}}.Encode()}
	return u.String()
}

// Do runs a statement, as the server's superuser.
func (s *Server) Do(t testing.TB, database, text string, args ...any) {
	t.Helper()
	if err := s.do(context.Background(), database, text, args...); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

func (s *Server) do(ctx context.Context, database, text string, args ...any) error {
	conn, err := pgx.Connect(ctx, s.URL(database))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, text, args...)
	return errors.Join(err, conn.Close(ctx))
}

// keeper runs the server for as long as its own input is open, which is until
// the process that has started it closes that or ends in whatever way. SIGQUIT
// ends it even where a test has left one of its processes frozen.
const keeper = `
"$1/initdb" -D "$2/data" -U "$3" -A trust --locale=C -E UTF8 -N >"$2/log" 2>&1 || exit
"$1/postgres" -D "$2/data" -k "$2" -p "$4" -h "" -c fsync=off -c max_connections=300 >>"$2/log" 2>&1 &
cat >/dev/null
kill -QUIT $!
wait
rm -rf "$2"
`

func (s *Server) start() error {
	programs, err := programs()
	if err != nil {
		return err
	}
	// Not in the test's own directory: the path of a socket has to be short.
	if s.dir, err = os.MkdirTemp("", "pg"); err != nil {
		return err
	}
	cmd := exec.Command("sh", "-c", keeper, "sh", programs, s.dir, user, port)
	cmd.Dir = s.dir
	if err := disown(cmd, s.dir); err != nil {
		return err
	}
	if s.alive, err = cmd.StdinPipe(); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting PostgreSQL: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), readyWithin)
	defer cancel()
	for {
		err := s.do(ctx, "postgres", "SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			said, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			return errors.Join(fmt.Errorf("PostgreSQL did not start: %w\n%s", err, said), s.alive.Close())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// programs is the directory of the server's programs.
func programs() (string, error) {
	if dir := os.Getenv("PG_BINDIR"); dir != "" {
		return dir, complete(dir)
	}
	var dirs []string
	if found, err := exec.LookPath("initdb"); err == nil {
		if found, err = filepath.EvalSymlinks(found); err == nil {
			dirs = append(dirs, filepath.Dir(found))
		}
	}
	// Debian keeps them out of the way, and so does Homebrew.
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin", "/usr/pgsql-*/bin"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			return "", err
		}
		slices.Reverse(found) // the newest first
		dirs = append(dirs, found...)
	}
	for _, dir := range dirs {
		if complete(dir) == nil {
			return dir, nil
		}
	}
	return "", errNone
}

func complete(dir string) error {
	for _, program := range []string{"initdb", "postgres"} {
		if _, err := os.Stat(filepath.Join(dir, program)); err != nil {
			return fmt.Errorf("the programs of PostgreSQL: %w; correct PG_BINDIR", err)
		}
	}
	return nil
}
