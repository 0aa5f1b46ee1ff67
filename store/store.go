// Package store is perch's disk: one SQL text for every engine, small functions
// of one statement each, and the committer, which is the only writer.
//
// A file's name begins with the package that writes its table. Reads return
// what is committed; writes are values (Write) that a turn collects and the
// committer applies. Nothing here knows a rule, reads a clock or makes an id.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"path/filepath"
	"sync"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

//go:embed migrations/*.sql
var migrations embed.FS

// readers is how many connections read beside the one that writes.
const readers = 4

// Options of a store.
type Options struct {
	Dir string // the data directory; the database is perch.db in it
	// Log receives what an operator should know.
	Log *slog.Logger
	// Fatal is called when a write may or may not have reached the disk for
	// good (a failed sync). The process must stop: what the kernel holds is
	// not what the disk holds.
	Fatal func(error)
	// AroundCommit, if set, stands between the committer and the engine's
	// COMMIT, for tests that make a commit fail before or after it is done.
	AroundCommit func(commit func() error) error
}

// Store is an open database. Reads may be called from anywhere; commits are
// applied while Run runs.
type Store struct {
	opts    Options
	db      *sql.DB   // reads
	writer  *sql.DB   // one connection
	conn    *sql.Conn // that connection
	queue   chan *pending
	closing chan struct{} // Run is over: nothing more is taken
	close   sync.Once

	mu       sync.Mutex
	prepared map[string]*sql.Stmt // reads, on db
	writes   map[string]*sql.Stmt // on conn; only the committer's goroutine
	Stats    Stats
}

// Open opens the database of a data directory, creating and migrating it.
//
// Durability is a setting of SQLite: synchronous=FULL makes a commit wait for
// the disk, NORMAL loses acknowledged rows when the power goes.
func Open(ctx context.Context, opts Options) (*Store, error) {
	path := filepath.Join(opts.Dir, "perch.db")
	writer, err := openSQLite(path, "FULL", 1)
	if err != nil {
		return nil, err
	}
	s := &Store{opts: opts, writer: writer, queue: make(chan *pending, 1024), closing: make(chan struct{}),
		prepared: map[string]*sql.Stmt{}, writes: map[string]*sql.Stmt{}}
	if err := migrate(ctx, writer); err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", path, err), s.Close())
	}
	if s.db, err = openSQLite(path, "FULL", readers); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if s.conn, err = writer.Conn(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", path, err), s.Close())
	}
	return s, nil
}

func openSQLite(path, synchronous string, conns int) (*sql.DB, error) {
	q := url.Values{"_pragma": {
		"journal_mode(WAL)", "synchronous(" + synchronous + ")", "busy_timeout(10000)",
		"wal_autocheckpoint(16000)", "cache_size(-65536)", "temp_store(MEMORY)",
	}}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

func migrate(ctx context.Context, db *sql.DB) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, dir, goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return err
	}
	has, target, err := p.GetVersions(ctx)
	if err != nil {
		return err
	}
	if has > target {
		return fmt.Errorf("the data was written by a newer perch (schema %d, this one knows %d): use the newer one", has, target)
	}
	_, err = p.Up(ctx)
	return err
}

// Close releases the files. Run must have returned.
func (s *Store) Close() error {
	var errs []error
	s.mu.Lock()
	for _, st := range s.prepared {
		errs = append(errs, st.Close())
	}
	for _, st := range s.writes {
		errs = append(errs, st.Close())
	}
	s.mu.Unlock()
	if s.conn != nil {
		errs = append(errs, s.conn.Close())
	}
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	return errors.Join(append(errs, s.writer.Close())...)
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.db.PingContext(ctx) }

func (s *Store) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st, ok := s.prepared[text]; ok {
		return st, nil
	}
	// The statement outlives the call that needs it first.
	st, err := s.db.PrepareContext(context.WithoutCancel(ctx), text)
	if err != nil {
		return nil, fmt.Errorf("preparing %q: %w", text, err)
	}
	s.prepared[text] = st
	return st, nil
}

// query runs a statement and hands each row to scan.
func (s *Store) query(ctx context.Context, scan func(*sql.Rows) error, text string, args ...any) error {
	st, err := s.prepare(ctx, text)
	if err != nil {
		return err
	}
	s.Stats.Reads.Add(1)
	rows, err := st.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// one reads one row into dest; found is false where there is none.
func (s *Store) one(ctx context.Context, dest []any, text string, args ...any) (found bool, err error) {
	st, err := s.prepare(ctx, text)
	if err != nil {
		return false, err
	}
	s.Stats.Reads.Add(1)
	err = st.QueryRowContext(ctx, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// failedSync reports an error after which the disk's contents are unknown.
func failedSync(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return false
	}
	switch e.Code() {
	case sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC:
		return true
	}
	return false
}
