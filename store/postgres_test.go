package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// do runs a statement on a database, behind perch's back.
func do(t *testing.T, database, text string, args ...any) {
	t.Helper()
	conn := connect(t, database)
	if _, err := conn.Exec(t.Context(), text, args...); err != nil {
		t.Fatal(err)
	}
}

func connect(t *testing.T, database string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) }) //nolint:errcheck // the test is over
	return conn
}

// nameOf is the name of a database.
func nameOf(url string) string {
	_, path, _ := strings.Cut(url, "@/")
	name, _, _ := strings.Cut(path, "?")
	return name
}

// dropConnections ends all that a store has.
const dropConnections = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'perch%' AND datname = current_database()`

func TestPostgresThatWouldForgetIsRefused(t *testing.T) {
	t.Parallel()
	url := postgres.Database(t)
	do(t, url, `ALTER DATABASE `+nameOf(url)+` SET synchronous_commit = off`)
	s, err := store.Open(t.Context(), store.Options{URL: url})
	if err == nil {
		t.Fatal("it is opened", s.Close())
	}
	if !strings.Contains(err.Error(), "synchronous_commit = on") {
		t.Errorf("the error is %v, which does not say what to do", err)
	}
}

func TestPostgresAddressesAreExplained(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"postgres://u:secret@host:port/x":                            "--store",
		"mysql://u:secret@host/x":                                    "--store",
		"postgres://u:secret@127.0.0.1:1/database?connect_timeout=2": "database",
	} {
		s, err := store.Open(t.Context(), store.Options{URL: address})
		if err == nil {
			t.Errorf("%s is opened: %v", address, s.Close())
			continue
		}
		if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error is %v", address, err)
		}
	}
}

func TestDataOfANewerPerchIsRefused(t *testing.T) {
	t.Parallel()
	url := postgres.Database(t)
	openDir(t, store.Options{URL: url})
	do(t, url, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`)
	if s, err := store.Open(t.Context(), store.Options{URL: url}); err == nil || !strings.Contains(err.Error(), "newer perch") {
		t.Errorf("the error is %v, %v", err, s)
	}
}

func TestSeveralMayOpenANewDatabaseAtOnce(t *testing.T) {
	t.Parallel()
	url := postgres.Database(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			s, err := store.Open(context.Background(), store.Options{URL: url})
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	run(t, openDir(t, store.Options{URL: url}))
}

func TestConnectionsThatAreCutAreMadeAnew(t *testing.T) {
	t.Parallel()
	url := postgres.Database(t)
	s := openDir(t, store.Options{URL: url})
	run(t, s)
	for n := int64(1); n <= 5; n++ {
		commit(t, s, store.Turn{Session: "s", Entries: []perch.Entry{said(n, fmt.Sprint(n))}})
		if got := len(entries(t, s, "s")); got != int(n) {
			t.Errorf("%d entries, want %d", got, n)
		}
		var wg sync.WaitGroup
		for range 50 { // until there are as many connections as there can be
			wg.Go(func() { _ = entries(t, s, "s") })
		}
		wg.Wait()
		do(t, url, dropConnections)
	}
}

// While there is no database, callers are told so at once; afterwards it goes on.
func TestADatabaseThatIsAwayIsUnavailable(t *testing.T) {
	t.Parallel()
	url := postgres.Database(t)
	name := nameOf(url)
	s := openDir(t, store.Options{URL: url})
	run(t, s)
	commit(t, s, store.Turn{Session: "s", Entries: []perch.Entry{said(1, "before")}})
	postgres.Do(t, "postgres", `ALTER DATABASE `+name+` ALLOW_CONNECTIONS false`)
	postgres.Do(t, "postgres", `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1`, name)
	for range 3 {
		err := s.Commit(store.Turn{Session: "s", Entries: []perch.Entry{said(2, "lost")}})
		if perch.KindOf(err) != perch.Unavailable {
			t.Errorf("a commit fails with %v", err)
		}
		if _, err := s.Head(t.Context(), "s"); perch.KindOf(err) != perch.Unavailable {
			t.Errorf("a read fails with %v", err)
		}
	}
	if err := s.Ping(t.Context()); err == nil {
		t.Error("it answers")
	}
	postgres.Do(t, "postgres", `ALTER DATABASE `+name+` ALLOW_CONNECTIONS true`)
	commit(t, s, store.Turn{Session: "s", Entries: []perch.Entry{said(2, "after")}})
	if got := texts(t, s, "s"); !slices.Equal(got, []string{"before", "after"}) {
		t.Errorf("the log has %q", got)
	}
}

// Somebody who holds a row and does not go on stops nobody else.
func TestARowThatIsHeldDoesNotHoldTheCommitter(t *testing.T) {
	t.Parallel()
	url := postgres.Database(t)
	s := openDir(t, store.Options{URL: url})
	run(t, s)
	commit(t, s, store.Turn{Session: "s", Entries: []perch.Entry{said(1, "")}, Writes: []store.Write{store.SetDue(perch.Due{Session: "s", Kind: "k", At: epoch})}})
	holder := connect(t, url)
	if _, err := holder.Exec(t.Context(), `BEGIN; UPDATE due SET at = at`); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		err := s.Commit(store.Turn{Session: "s", Writes: []store.Write{store.DeleteDue("s", "k", "")}})
		if perch.KindOf(err) != perch.Unavailable {
			t.Errorf("who wants the row fails with %v", err)
		}
	})
	for n := int64(1); n <= 3; n++ {
		wg.Go(func() {
			commit(t, s, store.Turn{Session: perch.SessionID(fmt.Sprint("other", n)), Entries: []perch.Entry{said(1, "")}})
		})
	}
	wg.Wait()
	if _, err := holder.Exec(t.Context(), `ROLLBACK`); err != nil {
		t.Fatal(err)
	}
	write(t, s, store.DeleteDue("s", "k", ""))
}

// Two that lock the same rows in opposite order: the engine undoes perch's turn,
// and it is applied again.
func TestATurnThatTheEngineUndoesIsAppliedAgain(t *testing.T) {
	t.Parallel()
	url := postgres.Database(t)
	do(t, url, `ALTER DATABASE `+nameOf(url)+` SET deadlock_timeout = '5ms'`)
	// On a machine that is busy the steps below take longer than perch waits for a row.
	s := openDir(t, store.Options{URL: url + "&lock_timeout=60000"})
	run(t, s)
	due := func(key string) store.Write {
		return store.SetDue(perch.Due{Session: "s", Kind: "k", Key: key, At: epoch})
	}
	write(t, s, due("x"), due("y"), due("z"))
	watch, other, third := connect(t, url), connect(t, url), connect(t, url)
	tell := func(conn *pgx.Conn, text string) {
		t.Helper()
		if _, err := conn.Exec(context.Background(), text); err != nil {
			t.Error(err)
		}
	}
	waiting := func(want int) {
		t.Helper()
		deadline := time.After(20 * time.Second)
		for n := -1; n != want; {
			if err := watch.QueryRow(t.Context(), `SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			select {
			case <-deadline:
				t.Fatalf("%d wait, want %d", n, want)
			case <-time.After(time.Millisecond):
			}
		}
	}
	tell(other, `SET deadlock_timeout = '1min'; BEGIN; UPDATE due SET at = at WHERE name = 'y'`)
	tell(third, `BEGIN; UPDATE due SET at = at WHERE name = 'z'`)
	var wg sync.WaitGroup
	wg.Go(func() {
		commit(t, s, store.Turn{Session: "s", Entries: []perch.Entry{said(1, "once")}, Writes: []store.Write{due("x"), due("z"), due("y")}})
	})
	waiting(1)
	wg.Go(func() { tell(other, `UPDATE due SET at = at WHERE name = 'x'; COMMIT`) })
	waiting(2)
	tell(third, `COMMIT`) // and perch's turn, which has x, goes on to y
	wg.Wait()
	if got := texts(t, s, "s"); !slices.Equal(got, []string{"once"}) {
		t.Errorf("the log has %q", got)
	}
	if s.Stats.Turns.Load() != 2 {
		t.Errorf("%d turns are counted", s.Stats.Turns.Load())
	}
}

// Clients send what no text of PostgreSQL can be where an id belongs.
func TestTextThatPostgresCannotStoreIsFoundAgain(t *testing.T) {
	t.Parallel()
	s := running(t, openPostgres)
	taken := errors.New("taken")
	odd := []string{"a\x00b", "\xff\xfe", "\x01", "\x0161", "a", "61", "\x0101", ""}
	for _, token := range odd {
		a := store.Answer{Instance: "i", Operation: "op", Token: token, Request: []byte(token), Result: []byte{}, Expires: epoch.Add(time.Hour)}
		write(t, s, store.InsertAnswer(a, taken))
		wantErr(t, s.Commit(store.Turn{Writes: []store.Write{store.InsertAnswer(a, nil)}}), store.ErrBehind)
	}
	for _, token := range odd {
		a, found, err := s.Answer(t.Context(), "i", "op", token, epoch)
		if err != nil || !found || string(a.Request) != token {
			t.Errorf("%q gives %q, %v, %v", token, a.Request, found, err)
		}
	}
	if _, found, err := s.FindContact(t.Context(), "i\x00", "\xff"); found || err != nil {
		t.Errorf("a contact that cannot be is found: %v", err)
	}
}

// Of a chat that nobody has looked at for a while, each block read is a disk
// access: its entries must come from the log's key.
func TestPostgresReadsAPageFromTheKey(t *testing.T) {
	t.Parallel()
	url := postgres.Database(t)
	s := openDir(t, store.Options{URL: url})
	run(t, s)
	for n := int64(1); n <= 30; n++ { // as many chats at once, as it is in life
		for i := range 30 {
			commit(t, s, store.Turn{Session: perch.SessionID(fmt.Sprint("s", i)), Entries: []perch.Entry{said(n, strings.Repeat("x", 200))}})
		}
	}
	conn := connect(t, url)
	if _, err := conn.Exec(t.Context(), `VACUUM ANALYZE log`); err != nil {
		t.Fatal(err)
	}
	rows, err := conn.Query(t.Context(), `EXPLAIN (ANALYZE, COSTS off) `+store.Spell(store.LogQuery+
		`WHERE bucket = ? AND session = ? AND number < ? AND audience & ? <> 0 AND (? = '' OR contact = ?) ORDER BY number DESC LIMIT ?`),
		perch.SessionID("s7").Bucket(), "s7", 25, int(perch.ToAll), "", "", 15)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	plan := strings.Join(lines, "\n")
	if err != nil || !strings.Contains(plan, "Index Only Scan") || !strings.Contains(plan, "Heap Fetches: 0") || !strings.Contains(plan, "rows=15") {
		t.Errorf("a page is read by %v\n%s", err, plan)
	}
}

func TestStatementsAreSpelt(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`SELECT 1`: `SELECT 1`,
		`UPDATE t SET a = ?, b = '?' WHERE c = ? AND d = ''`: `UPDATE t SET a = $1, b = '?' WHERE c = $2 AND d = ''`,
		`SELECT ?, 'it''s ?', ?` + strings.Repeat(`, ?`, 10): `SELECT $1, 'it''s ?', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12`,
		store.Begin: `BEGIN`,
	} {
		if got := store.Spell(text); got != want {
			t.Errorf("%s\nis spelt %s\nwant     %s", text, got, want)
		}
	}
}
