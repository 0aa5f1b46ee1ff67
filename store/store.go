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
	"errors"
	"log/slog"
	"sync"
)

// maxReads is how often a read is tried on a connection that turns out to be
// dead: all that the pool holds may be.
const maxReads = poolSize + 1

// Options of a store.
type Options struct {
	Dir string // the data directory; SQLite's database is perch.db in it
	// URL is that of a PostgreSQL database, used in place of SQLite's.
	URL string
	// Reading opens what is there and changes nothing, beside the process that it
	// belongs to. A database of another version's schema is refused.
	Reading bool
	// Fleeting says that the data is thrown away with the process: nothing waits
	// for the disk.
	Fleeting bool
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
	Stats   Stats
	opts    Options
	engine  engine
	queue   chan *pending
	closing chan struct{} // Run is over: nothing more is taken
	close   sync.Once
	// distrusted is set by a failed sync, after which nothing may be
	// acknowledged any more; only the committer's goroutine looks at it.
	distrusted bool
}

// Open opens the database, creating what it needs and migrating what is there.
// Several processes may open one of PostgreSQL at the same time.
func Open(ctx context.Context, opts Options) (*Store, error) {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	s := &Store{opts: opts, queue: make(chan *pending, 1024), closing: make(chan struct{})}
	var err error
	if opts.URL != "" {
		s.engine, err = openPostgres(ctx, opts.URL, opts.Reading, opts.Log)
	} else {
		s.engine, err = newSQLite(ctx, opts.Dir, opts.Reading, opts.Fleeting)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Close releases the connections. Run must have returned.
func (s *Store) Close() error { return s.engine.close() }

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.engine.ping(ctx) }

// Shared reports whether other processes may write to the database: what was
// read of it a moment ago may be old by now.
func (s *Store) Shared() bool { return s.engine.shared() }

// query runs a statement and hands each row to scan. Where the database cannot
// be reached it fails as Unavailable.
func (s *Store) query(ctx context.Context, scan func(*sql.Rows) error, text string, args ...any) error {
	for tries := 1; ; tries++ {
		begun, err := s.read(ctx, scan, text, args)
		if err == nil || ctx.Err() != nil {
			return err
		}
		fate := s.engine.fate(err)
		if fate == away || fate == cut && (begun || tries == maxReads) {
			return unavailable(err)
		}
		if fate != cut {
			return err
		}
	}
}

// read is one try of query; begun says that scan has been called.
func (s *Store) read(ctx context.Context, scan func(*sql.Rows) error, text string, args []any) (begun bool, err error) {
	s.Stats.Reads.Add(1)
	rows, err := s.engine.read(ctx, text, args)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	for rows.Next() {
		begun = true
		if err := scan(rows); err != nil {
			return begun, err
		}
	}
	return begun, rows.Err()
}

// one reads one row into dest; found is false where there is none.
func (s *Store) one(ctx context.Context, dest []any, text string, args ...any) (found bool, err error) {
	enough := errors.New("one row is enough")
	err = s.query(ctx, func(rows *sql.Rows) error {
		found = true
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		return enough
	}, text, args...)
	if errors.Is(err, enough) {
		err = nil
	}
	return found, err
}
