package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// readers is how many connections read beside the one that writes.
const readers = 4

// sqliteEngine is a database in a file that belongs to this process.
//
// Durability is a setting of SQLite: synchronous=FULL makes a commit wait for
// the disk, NORMAL loses acknowledged rows when the power goes.
type sqliteEngine struct {
	db     *sql.DB   // reads
	writer *sql.DB   // one connection
	conn   *sql.Conn // that connection

	mu       sync.Mutex
	prepared map[string]*sql.Stmt // reads, on db
	writes   map[string]*sql.Stmt // on conn; only the committer's goroutine
}

func newSQLite(ctx context.Context, dir string, reading, fleeting bool) (*sqliteEngine, error) {
	path := filepath.Join(dir, databaseFile)
	e := &sqliteEngine{prepared: map[string]*sql.Stmt{}, writes: map[string]*sql.Stmt{}}
	var err error
	if reading {
		_, err = os.Stat(path)
	} else {
		err = private(path)
	}
	if err != nil {
		return nil, err
	}
	synchronous := "FULL"
	if fleeting {
		synchronous = "OFF"
	}
	if e.writer, err = openSQLite(path, synchronous, 1); err != nil {
		return nil, err
	}
	if err := migrate(ctx, goose.DialectSQLite3, e.writer, migrations, reading); err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", path, err), e.close())
	}
	if e.db, err = openSQLite(path, synchronous, readers); err != nil {
		return nil, errors.Join(err, e.close())
	}
	if e.conn, err = e.writer.Conn(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", path, err), e.close())
	}
	return e, nil
}

// private makes the database its owner's alone to read: every message is in it.
// SQLite gives the files beside it the same mode.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("opening %s: %w", path, err)
	}
	defer f.Close()
	if err := f.Chmod(0o600); err != nil {
		return fmt.Errorf("making %s private: %w; perch must own its data directory", path, err)
	}
	return nil
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

func (e *sqliteEngine) read(ctx context.Context, text string, args []any) (*sql.Rows, error) {
	st, err := e.prepare(ctx, text)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

func (e *sqliteEngine) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if st, ok := e.prepared[text]; ok {
		return st, nil
	}
	// The statement outlives the call that needs it first.
	st, err := e.db.PrepareContext(context.WithoutCancel(ctx), text)
	if err != nil {
		return nil, fmt.Errorf("preparing %q: %w", text, err)
	}
	e.prepared[text] = st
	return st, nil
}

func (e *sqliteEngine) exec(ctx context.Context, list []statement) (affected []int64, err error) {
	for _, s := range list {
		n, err := e.execOne(ctx, s.text, s.args...)
		if err != nil {
			return affected, err
		}
		affected = append(affected, n)
		if s.rows != Any && s.rows != n {
			break
		}
	}
	return affected, nil
}

func (e *sqliteEngine) execOne(ctx context.Context, text string, args ...any) (int64, error) {
	st, ok := e.writes[text]
	if !ok {
		var err error
		if st, err = e.conn.PrepareContext(ctx, text); err != nil {
			return 0, fmt.Errorf("preparing %q: %w", text, err)
		}
		e.writes[text] = st
	}
	r, err := st.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (e *sqliteEngine) commit(ctx context.Context) error {
	_, err := e.execOne(ctx, "COMMIT")
	return err
}

func (e *sqliteEngine) rollback(ctx context.Context) error {
	_, err := e.execOne(ctx, "ROLLBACK")
	return err
}

// errUnsynced stands for a failed sync in tests: the driver's own error cannot
// be made.
var errUnsynced = errors.New("the sync failed")

func (e *sqliteEngine) fate(err error) fate {
	if s, ok := errors.AsType[*sqlite.Error](err); ok {
		switch s.Code() {
		case sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC:
			return unsynced
		}
	}
	if errors.Is(err, errUnsynced) {
		return unsynced
	}
	return refused
}

func (e *sqliteEngine) longest() int { return 0 }

func (e *sqliteEngine) ping(ctx context.Context) error { return e.db.PingContext(ctx) }

func (e *sqliteEngine) shared() bool { return false }

func (e *sqliteEngine) close() error {
	var errs []error
	e.mu.Lock()
	for _, st := range e.prepared {
		errs = append(errs, st.Close())
	}
	e.mu.Unlock()
	for _, st := range e.writes {
		errs = append(errs, st.Close())
	}
	if e.conn != nil {
		errs = append(errs, e.conn.Close())
	}
	if e.db != nil {
		errs = append(errs, e.db.Close())
	}
	return errors.Join(append(errs, e.writer.Close())...)
}
