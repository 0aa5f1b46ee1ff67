package store

import (
	"context"
	"database/sql"
	"testing"
)

// What has been acknowledged survives a loss of power only with these two; the
// database is asked, since a misspelt setting is ignored without a word.
func TestTheWriterSyncsEveryCommit(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	e := s.engine.(*sqliteEngine)
	ask := func(row func(context.Context, string, ...any) *sql.Row, pragma string) (answer string) {
		t.Helper()
		if err := row(t.Context(), "PRAGMA "+pragma).Scan(&answer); err != nil {
			t.Fatal(err)
		}
		return answer
	}
	if got := ask(e.conn.QueryRowContext, "synchronous"); got != "2" {
		t.Errorf("synchronous is %s, want 2 (FULL)", got)
	}
	if got := ask(e.conn.QueryRowContext, "journal_mode"); got != "wal" {
		t.Errorf("the journal is %s, want wal", got)
	}
	if n := e.writer.Stats().MaxOpenConnections; n != 1 {
		t.Errorf("%d connections may write", n)
	}
	if got := ask(e.db.QueryRowContext, "journal_mode"); got != "wal" {
		t.Errorf("readers see the journal %s, want wal", got)
	}
}
