package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

const (
	// oldestPostgres is the lowest version that is tested.
	oldestPostgres = 15
	// poolSize is how many connections read beside the one that writes.
	poolSize = 8
	// connectWithin is how long a connection may take to come about, where the
	// URL does not say.
	connectWithin = 5 * time.Second
	// answerWithin is how long the server may take over what is sent to it at
	// once. A server that is frozen must not freeze the committer.
	answerWithin = 10 * time.Second
	// A row that another process has locked is waited for this long, unless the
	// database's URL has its own lock_timeout, and a process that has locked some
	// and has stopped in its tracks loses them.
	lockWithin = 4 * time.Second
	idleWithin = 5 * time.Second
)

// postgres is a database that processes share.
//
// The writer's connection is the committer's own: what it has to say is sent in
// one piece, so that a batch costs a round trip and not each of its statements.
type postgres struct {
	log    *slog.Logger
	db     *sql.DB // reads
	config *pgx.ConnConfig
	conn   *pgx.Conn // the writer's, made when it is needed; only the committer's goroutine
	warned bool

	mu    sync.Mutex
	spelt map[string]string
}

func openPostgres(ctx context.Context, url string, readOnly bool, log *slog.Logger) (*postgres, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil { // which does not quote the password
		return nil, fmt.Errorf("the address of the database: %w; correct --store, which looks like postgres://user:password@host:5432/database", err)
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectWithin
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "perch"
	}
	e := &postgres{log: log, config: config, spelt: map[string]string{}}
	if err := e.prepare(ctx, readOnly); err != nil {
		where := fmt.Sprintf("%s on %s", config.Database, config.Host)
		return nil, errors.Join(fmt.Errorf("opening the database %s: %w", where, err), e.close())
	}
	return e, nil
}

// prepare checks and migrates the database, and opens the readers' connections.
func (e *postgres) prepare(ctx context.Context, readOnly bool) error {
	if err := e.connect(ctx); err != nil {
		return err
	}
	if err := migratePostgres(ctx, e.config, readOnly); err != nil {
		return err
	}
	reading := e.config.Copy()
	reading.RuntimeParams["default_transaction_read_only"] = "on"
	e.db = stdlib.OpenDB(*reading)
	e.db.SetMaxOpenConns(poolSize)
	e.db.SetMaxIdleConns(poolSize)
	return e.db.PingContext(ctx)
}

// connect makes the writer's connection.
func (e *postgres) connect(ctx context.Context) error {
	writing := e.config.Copy()
	writing.RuntimeParams["application_name"] += " writer"
	if writing.RuntimeParams["lock_timeout"] == "" {
		writing.RuntimeParams["lock_timeout"] = fmt.Sprint(lockWithin.Milliseconds())
	}
	writing.RuntimeParams["idle_in_transaction_session_timeout"] = fmt.Sprint(idleWithin.Milliseconds())
	conn, err := pgx.ConnectConfig(ctx, writing)
	if err != nil {
		return err
	}
	if err := e.check(ctx, conn); err != nil {
		return errors.Join(err, conn.Close(ctx))
	}
	e.conn = conn
	return nil
}

// check refuses a server on which what is acknowledged could be lost. It asks
// anew on each connection: settings of role and database may have changed.
func (e *postgres) check(ctx context.Context, conn *pgx.Conn) error {
	var version int
	var commits, syncs string
	var standby bool
	err := conn.QueryRow(ctx, `SELECT current_setting('server_version_num')::int, current_setting('synchronous_commit'),
		current_setting('fsync'), pg_is_in_recovery()`).Scan(&version, &commits, &syncs, &standby)
	switch {
	case err != nil:
		return err
	case version/10000 < oldestPostgres:
		return fmt.Errorf("the server is PostgreSQL %d, perch needs %d or newer: upgrade it", version/10000, oldestPostgres)
	case standby:
		return errors.New("the server is a standby, which cannot be written to: give --store the address of the primary")
	case commits == "off":
		return errors.New("synchronous_commit is off, so that the server forgets acknowledged messages when it fails: " +
			"run ALTER DATABASE ... SET synchronous_commit = on (and look for it at the role and in postgresql.conf), then start perch again")
	case syncs == "off" && !e.warned:
		e.warned = true
		e.log.Warn("fsync is off in PostgreSQL: everything can be lost when its machine fails; set fsync = on in postgresql.conf for all but tests")
	}
	return nil
}

func (e *postgres) read(ctx context.Context, text string, args []any) (*sql.Rows, error) {
	args = storable(args)
	if strings.Contains(text, haveWords) {
		// How rare the words are decides how they are found: the plan is made
		// for them, and not kept for others.
		args = append([]any{pgx.QueryExecModeExec}, args...)
	}
	return e.db.QueryContext(ctx, e.spell(text), args...)
}

func (e *postgres) exec(ctx context.Context, list []statement) (affected []int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	if first := list[0].text == begin; first && (e.conn == nil || e.conn.IsClosed()) {
		if err := e.connect(ctx); err != nil {
			return nil, err
		}
	}
	batch := &pgx.Batch{}
	for _, s := range list {
		batch.Queue(e.spell(s.text), storable(s.args)...)
	}
	results := e.conn.SendBatch(ctx, batch)
	for range list {
		tag, err := results.Exec()
		if err != nil {
			results.Close() //nolint:errcheck // says the same
			return affected, err
		}
		affected = append(affected, tag.RowsAffected())
	}
	return affected, results.Close()
}

func (e *postgres) commit(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	tag, err := e.conn.Exec(ctx, "COMMIT")
	if err == nil && tag.String() != "COMMIT" { // of a transaction that had failed
		err = fmt.Errorf("the server answers COMMIT with %s", tag)
	}
	return err
}

func (e *postgres) rollback(ctx context.Context) error {
	if e.conn == nil || e.conn.IsClosed() {
		return nil // and so the server undoes what was begun
	}
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	_, err := e.conn.Exec(ctx, "ROLLBACK")
	if err != nil { // what state it is in, nobody knows
		err = errors.Join(err, e.conn.Close(ctx))
	}
	return err
}

func (e *postgres) fate(err error) fate {
	if _, connecting := errors.AsType[*pgconn.ConnectError](err); connecting { // whatever the server says to that
		return away
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch pg.Code {
		case "40001", "40P01": // serialization failure, deadlock
			return raced
		case "55P03": // lock not available
			return busy
		case "25P03", "57P01", "57P02", "57P03", "57P05": // idle in transaction, shutdown, crash, starting up, idle
			return cut
		}
		switch pg.Code[:min(2, len(pg.Code))] {
		case "08", "53": // connection, no room: of connections, memory, disk
			return cut
		}
		return refused
	}
	_, network := errors.AsType[net.Error](err)
	if network || pgconn.SafeToRetry(err) || pgconn.Timeout(err) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, context.DeadlineExceeded) {
		return cut
	}
	return refused
}

// longest see spelt: what the log's key holds must fit into a third of a page.
func (e *postgres) longest() int { return 1800 }

func (e *postgres) ping(ctx context.Context) error { return e.db.PingContext(ctx) }

func (e *postgres) shared() bool { return true }

func (e *postgres) close() error {
	var errs []error
	if e.conn != nil && !e.conn.IsClosed() {
		ctx, cancel := context.WithTimeout(context.Background(), connectWithin)
		defer cancel()
		errs = append(errs, e.conn.Close(ctx))
	}
	if e.db != nil {
		errs = append(errs, e.db.Close())
	}
	return errors.Join(errs...)
}
