package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/perch-chat/perch"
)

// maxBatch is how many turns one transaction takes.
const maxBatch = 1024

// Write is one statement of a turn.
type Write struct {
	SQL  string
	Args []any
	// Rows is how many rows must be affected, or Any.
	Rows int64
	// Else is what the turn fails with when they are not; with none, the turn
	// is undone and its body runs again on what is there now.
	Else error
}

// Any number of rows will do.
const Any = -1

// Turn is everything that one change of a conversation writes: it is committed
// whole or not at all. Without entries it is rows of a staff room or settings.
type Turn struct {
	ID      perch.TurnID
	Session perch.SessionID
	Entries []perch.Entry
	Writes  []Write
}

// ErrBehind says that the log or a row has moved on: read what is new and run
// the turn's body again.
var ErrBehind = errors.New("the session has moved on")

// ErrUnknown says that nobody can tell whether the turn was committed. Its id
// tells: a log that holds it at the turn's first number has taken it.
var ErrUnknown = errors.New("the outcome of the commit is unknown")

// ErrStopped says that the committer takes no more.
var ErrStopped = perch.Errorf(perch.Unavailable, "perch is stopping: try again")

// Stats counts what the committer has done, and the statements run for it
// (Writes) and for readers (Reads).
type Stats struct{ Commits, Turns, Rows, Reads, Writes atomic.Int64 }

type pending struct {
	turn Turn
	err  error
	done chan struct{}
}

// Commit hands a turn to the committer and waits for its outcome, whatever
// happens to the caller: a turn once handed over is not cancelled.
func (s *Store) Commit(t Turn) error {
	p := &pending{turn: t, done: make(chan struct{})}
	select {
	case <-s.closing:
		return ErrStopped
	case s.queue <- p:
	}
	select {
	case <-p.done:
		return p.err
	case <-s.closing:
	}
	// The committer is over; it may have taken this one as its last.
	select {
	case <-p.done:
		return p.err
	default:
		return ErrStopped
	}
}

// Run commits until ctx is done, and then what has been handed over.
func (s *Store) Run(ctx context.Context) error {
	defer s.close.Do(func() { close(s.closing) })
	batch := make([]*pending, 0, maxBatch)
	for {
		select {
		case <-ctx.Done():
			if batch = s.drain(batch[:0]); len(batch) == 0 {
				return nil
			}
		case p := <-s.queue:
			batch = s.drain(append(batch[:0], p))
		}
		s.apply(batch)
		for _, p := range batch {
			close(p.done)
		}
	}
}

func (s *Store) drain(batch []*pending) []*pending {
	for len(batch) < maxBatch {
		select {
		case p := <-s.queue:
			batch = append(batch, p)
		default:
			return batch
		}
	}
	return batch
}

// apply commits a batch in one transaction. When that fails for a reason that
// is not one turn's own, each is tried once more alone, so that none suffers
// for its neighbour.
func (s *Store) apply(batch []*pending) {
	// Rows are locked in one order everywhere: sessions, then what staff rooms
	// keep. A stable sort keeps the order of turns of one session.
	slices.SortStableFunc(batch, func(a, b *pending) int {
		return cmp.Or(cmp.Compare(len(a.turn.Writes), len(b.turn.Writes)), cmp.Compare(a.turn.Session, b.turn.Session))
	})
	err := s.transaction(batch)
	if err != nil && len(batch) > 1 && !errors.Is(err, ErrUnknown) {
		for _, p := range batch {
			if err := s.transaction([]*pending{p}); err != nil {
				p.err = err
			}
		}
		return
	}
	if err != nil {
		for _, p := range batch {
			p.err = err
		}
	}
}

func (s *Store) transaction(batch []*pending) error {
	ctx := context.Background()
	if _, err := s.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for _, p := range batch {
		var err error
		if p.err, err = s.savepoint(ctx, p.turn); err != nil {
			s.rollback(ctx)
			return err
		}
	}
	commit := func() error {
		_, err := s.exec(ctx, "COMMIT")
		return err
	}
	var err error
	if s.opts.AroundCommit != nil {
		err = s.opts.AroundCommit(commit)
	} else {
		err = commit()
	}
	if err != nil {
		if failedSync(err) && s.opts.Fatal != nil {
			s.opts.Fatal(fmt.Errorf("the disk did not confirm a write: %w; check the disk, then start perch again: it repairs itself", err))
		}
		s.rollback(ctx)
		return fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	s.Stats.Commits.Add(1)
	s.Stats.Turns.Add(int64(len(batch)))
	return nil
}

// rollback ends a transaction that may have ended by itself.
func (s *Store) rollback(ctx context.Context) {
	if _, err := s.exec(ctx, "ROLLBACK"); err != nil && s.opts.Log != nil {
		s.opts.Log.Debug("rolling back", "error", err)
	}
}

// savepoint applies one turn. The first result is the turn's own failure, after
// which nothing of it remains; the second is the transaction's.
func (s *Store) savepoint(ctx context.Context, t Turn) (own, whole error) {
	plain := len(t.Entries) == 1 && len(t.Writes) == 0
	if plain { // no row, no harm
		n, err := s.append(ctx, t, t.Entries[0])
		if err == nil && n == 0 {
			return ErrBehind, nil
		}
		return nil, err
	}
	if _, err := s.exec(ctx, "SAVEPOINT turn"); err != nil {
		return nil, err
	}
	own, whole = s.statements(ctx, t)
	if whole != nil {
		return nil, whole
	}
	if own != nil {
		if _, err := s.exec(ctx, "ROLLBACK TO turn"); err != nil {
			return nil, err
		}
	}
	_, whole = s.exec(ctx, "RELEASE turn")
	return own, whole
}

func (s *Store) statements(ctx context.Context, t Turn) (own, whole error) {
	for _, e := range t.Entries {
		n, err := s.append(ctx, t, e)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return ErrBehind, nil
		}
	}
	for _, w := range t.Writes {
		n, err := s.exec(ctx, w.SQL, w.Args...)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", w.SQL, err)
		}
		if w.Rows != Any && n != w.Rows {
			if w.Else != nil {
				return w.Else, nil
			}
			return ErrBehind, nil
		}
	}
	return nil, nil
}

func (s *Store) exec(ctx context.Context, text string, args ...any) (int64, error) {
	s.Stats.Writes.Add(1)
	st, ok := s.writes[text]
	if !ok {
		var err error
		if st, err = s.conn.PrepareContext(ctx, text); err != nil {
			return 0, fmt.Errorf("preparing %q: %w", text, err)
		}
		s.writes[text] = st
	}
	var r sql.Result
	r, err := st.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}
