package store

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// Snapshot is the database as it is at one instant, whatever is written meanwhile: a
// store to read from, by one at a time. It must be closed.
func (s *Store) Snapshot(ctx context.Context) (*Store, error) {
	tx, err := s.engine.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	// The instant is that of the first read, on either engine.
	if _, err := tx.ExecContext(ctx, `SELECT 1 FROM instance`); err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	return &Store{opts: s.opts, engine: &frozen{engine: s.engine, tx: tx}, queue: make(chan *pending), closing: make(chan struct{})}, nil
}

// frozen is an engine that reads within a transaction. Nothing is written to it,
// since nobody runs its committer.
type frozen struct {
	engine
	mu sync.Mutex
	tx *sql.Tx
}

func (f *frozen) read(ctx context.Context, text string, args []any) (*sql.Rows, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.tx.QueryContext(ctx, f.engine.spelling(text), storable(args)...)
}

func (f *frozen) shared() bool { return false }

func (f *frozen) close() error {
	err := f.tx.Rollback()
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

func (e *sqliteEngine) snapshot(ctx context.Context) (*sql.Tx, error) {
	return e.db.BeginTx(ctx, nil)
}

func (e *sqliteEngine) spelling(text string) string { return text }

func (e *postgres) snapshot(ctx context.Context) (*sql.Tx, error) {
	return e.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
}

func (e *postgres) spelling(text string) string { return e.spell(text) }
