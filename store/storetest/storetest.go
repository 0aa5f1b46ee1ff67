// Package storetest gives tests databases that have today's tables already:
// making them takes most of the time that opening a store on an empty one does.
// What is tested of migrations begins with an empty one.
package storetest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/perch-chat/perch/store"
)

// Disk gives out data directories. Its zero value is ready; a test binary has
// one.
type Disk struct {
	once     sync.Once
	database []byte
	err      error
}

// Dir makes a directory that goes with the test, for a store that nothing has
// been written to.
func (d *Disk) Dir(t testing.TB) string {
	t.Helper()
	d.once.Do(func() { d.database, d.err = empty() })
	if d.err != nil {
		t.Fatal(d.err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), d.database, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// name is that of the database in a data directory.
const name = "perch.db"

// empty is a database with all tables and no rows.
func empty() (_ []byte, err error) {
	dir, err := os.MkdirTemp("", "perch-empty-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := migrated(context.Background(), store.Options{Dir: dir, Fleeting: true}); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, name))
}

// Tables makes those of a PostgreSQL database, for pgtest.
func Tables(ctx context.Context, url string) error {
	return migrated(ctx, store.Options{URL: url})
}

// migrated opens a store and closes it, which brings into SQLite's file what is
// beside it.
func migrated(ctx context.Context, o store.Options) error {
	s, err := store.Open(ctx, o)
	if err != nil {
		return err
	}
	return s.Close()
}
