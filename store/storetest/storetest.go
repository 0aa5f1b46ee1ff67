// Package storetest gives tests data directories whose database has today's
// tables already: making them takes most of the time that opening a store in
// an empty directory does. What is tested of migrations begins with an empty
// one.
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
	s, err := store.Open(context.Background(), store.Options{Dir: dir, Fleeting: true})
	if err != nil {
		return nil, err
	}
	// Closing brings into the file what is beside it.
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, name))
}
