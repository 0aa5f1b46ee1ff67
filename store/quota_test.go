package store_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

func testSessionsWithin(t *testing.T, open opener) {
	s := running(t, open)
	full := errors.New("full")
	start := func(id perch.SessionID, instance perch.InstanceID, limit int) error {
		return s.Commit(store.Turn{Writes: []store.Write{store.InsertSessionWithin(limit, full, id, instance, epoch, "c")}})
	}
	for _, id := range []perch.SessionID{"s1", "s2"} {
		wantErr(t, start(id, "i", 2), nil)
	}
	wantErr(t, start("s3", "i", 2), full)
	wantErr(t, start("s3", "i", 3), nil) // the limit is the caller's
	wantErr(t, start("s4", "j", 1), nil) // another instance
	write(t, s, store.EndSession("s1", epoch))
	wantErr(t, start("s5", "i", 2), full)
	write(t, s, store.EndSession("s2", epoch))
	wantErr(t, start("s5", "i", 2), nil)
	if got, found, err := s.LastSession(t.Context(), "i", "c"); err != nil || !found || got != "s1" && got != "s2" {
		t.Errorf("the row is not that of InsertSession: %q, %v, %v", got, found, err)
	}
}

// The count must stay cheap however many chats an instance has had.
func TestCountOfActiveSessionsReadsAnIndexOfThemAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	openDir(t, store.Options{Dir: dir})
	db, err := sql.Open("sqlite", filepath.Join(dir, "perch.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	w := store.InsertSessionWithin(500, nil, "s", "i", epoch, "")
	rows, err := db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+w.SQL, w.Args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		plan = append(plan, detail)
	}
	if text := strings.Join(plan, "\n"); rows.Err() != nil || !strings.Contains(text, "COVERING INDEX session_active (instance=?)") {
		t.Errorf("the plan is\n%s\n%v", text, rows.Err())
	}
}
