package store_test

import (
	"database/sql"
	"path/filepath"
	"slices"
	"testing"

	"github.com/perch-chat/perch/store"
)

// stays are the tables that do not move with a session that has ended, and why.
var stays = map[string]string{
	"log": "is in the session's file", "log_long": "the same", "receipt": "the same", "checkpoint": "the same",
	"imported_item": "is made anew of the log", "found": "the same, for search, within the hour",
	"due": "is about what goes on", "waiting": "the same", "work": "the same", "monitor": "the same",
}

// A table of a session that is forgotten would be lost on the way to another database.
func TestAllThatBelongsToASessionMoves(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "perch.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(`SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY m.name, c.cid`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	there := map[string][]string{}
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			t.Fatal(err)
		}
		there[table] = append(there[table], column)
	}
	moved := store.MovedColumns()
	for table, columns := range there {
		if !slices.Contains(columns, "session") && table != "session" || stays[table] != "" {
			continue
		}
		slices.Sort(columns)
		got := slices.Sorted(slices.Values(moved[table]))
		if !slices.Equal(columns, got) {
			t.Errorf("of the table %s there move %v, and it has %v", table, got, columns)
		}
	}
}
