package store

import (
	"cmp"
	"context"
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
	list []statement // that make it up
	err  error
	done chan struct{}
}

// plain is a turn that is one entry and nothing else, as most messages are.
func (p *pending) plain() bool { return len(p.turn.Entries) == 1 && len(p.list) == 1 }

// rank is the turn's place in a batch: plain ones, others of a log, rows alone.
func (p *pending) rank() int {
	switch {
	case p.plain():
		return 0
	case len(p.turn.Entries) > 0:
		return 1
	}
	return 2
}

// Commit hands a turn to the committer and waits for its outcome, whatever
// happens to the caller: a turn once handed over is not cancelled.
func (s *Store) Commit(t Turn) error {
	list, err := s.listOf(t)
	if err != nil {
		return err
	}
	p := &pending{turn: t, list: list, done: make(chan struct{})}
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

// listOf are the statements of a turn, the entries' first.
func (s *Store) listOf(t Turn) ([]statement, error) {
	list := make([]statement, 0, len(t.Entries)+len(t.Writes))
	for _, e := range t.Entries {
		some, err := s.append(t, e)
		if err != nil {
			return nil, err
		}
		list = append(list, some...)
	}
	for _, w := range t.Writes {
		list = append(list, statement{w.SQL, w.Args, w.Rows, w.Else})
	}
	return list, nil
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
	if s.distrusted {
		for _, p := range batch {
			p.err = ErrStopped
		}
		return
	}
	// Rows are locked in one order everywhere: logs by session, then what staff
	// rooms keep. A stable sort keeps the order of turns of one session. Where
	// two processes get in each other's way all the same, the engine undoes one.
	slices.SortStableFunc(batch, func(a, b *pending) int {
		return cmp.Or(a.rank()-b.rank(), cmp.Compare(a.turn.Session, b.turn.Session))
	})
	err := s.persist(batch)
	if err == nil {
		return
	}
	if fate := s.engine.fate(err); len(batch) == 1 || errors.Is(err, ErrUnknown) || fate == cut || fate == away {
		for _, p := range batch {
			p.err = s.explain(err)
		}
		return
	}
	for _, p := range batch {
		if err := s.persist([]*pending{p}); err != nil {
			p.err = s.explain(err)
		}
	}
}

// maxAttempts of one transaction that others were in the way of.
const maxAttempts = 10

// persist runs a transaction, and again where that is known to have left nothing
// and may go better: once over a new connection, and for a single turn as often
// as the engine undoes it in favour of another.
func (s *Store) persist(batch []*pending) error {
	reconnected := false
	for attempt := 1; ; attempt++ {
		err := s.transaction(batch)
		if err == nil || errors.Is(err, ErrUnknown) {
			return err
		}
		switch s.engine.fate(err) {
		case raced:
			if len(batch) == 1 && attempt < maxAttempts {
				continue
			}
		case cut:
			if !reconnected {
				reconnected = true
				continue
			}
		}
		return err
	}
}

// explain makes an error of the engine one that a caller can act on.
func (s *Store) explain(err error) error {
	if errors.Is(err, ErrUnknown) {
		return err
	}
	switch s.engine.fate(err) {
	case raced, busy, cut, away:
		return unavailable(err)
	}
	return err
}

// transaction applies a batch. With an error that is not ErrUnknown nothing of
// it remains.
func (s *Store) transaction(batch []*pending) error {
	ctx := context.Background()
	err := s.statements(ctx, batch)
	if err != nil {
		s.rollback(ctx)
		return err
	}
	commit := func() error { return s.engine.commit(ctx) }
	s.Stats.Writes.Add(1)
	if s.opts.AroundCommit != nil {
		err = s.opts.AroundCommit(commit)
	} else {
		err = commit()
	}
	if err != nil {
		s.rollback(ctx)
		switch s.engine.fate(err) {
		case raced: // undone, for certain
			return err
		case unsynced:
			s.distrusted = true
			if s.opts.Fatal != nil {
				s.opts.Fatal(fmt.Errorf("the disk did not confirm a write: %w; check the disk, then start perch again: it repairs itself", err))
			}
		}
		return fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	s.Stats.Commits.Add(1)
	s.Stats.Turns.Add(int64(len(batch)))
	return nil
}

// rollback ends a transaction that may have ended by itself.
func (s *Store) rollback(ctx context.Context) {
	if err := s.engine.rollback(ctx); err != nil {
		s.opts.Log.Debug("rolling back", "error", err)
	}
}

// statements applies the turns of a batch, each with an outcome of its own. The
// error is the transaction's.
func (s *Store) statements(ctx context.Context, batch []*pending) error {
	list := []statement{{text: begin, rows: Any}}
	plain := 0
	for plain < len(batch) && batch[plain].plain() {
		one := batch[plain].list[0]
		one.rows = Any // no row, no harm
		list = append(list, one)
		plain++
	}
	affected, err := s.exec(ctx, list)
	if err != nil {
		return err
	}
	for i, p := range batch[:plain] {
		p.err = nil
		if affected[1+i] == 0 {
			p.err = ErrBehind
		}
	}
	for i, p := range batch[plain:] {
		list := []statement{{text: "RELEASE turn", rows: Any}, {text: "SAVEPOINT turn", rows: Any}}
		if i == 0 {
			list = list[1:]
		}
		if p.err, err = s.savepoint(ctx, append(list, p.list...)); err != nil {
			return err
		}
	}
	return nil
}

// savepoint applies one turn, after the statements that make the savepoint. The
// first result is the turn's own failure, after which nothing of it remains; the
// second is the transaction's.
func (s *Store) savepoint(ctx context.Context, list []statement) (own, whole error) {
	affected, err := s.exec(ctx, list)
	for i, n := range affected {
		if list[i].rows == Any || list[i].rows == n {
			continue
		}
		// What came after it does not count, not even if it has failed.
		if _, err := s.exec(ctx, []statement{{text: "ROLLBACK TO turn", rows: Any}}); err != nil {
			return nil, err
		}
		if list[i].otherwise != nil {
			return list[i].otherwise, nil
		}
		return ErrBehind, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", list[len(affected)].text, err)
	}
	return nil, nil
}

func (s *Store) exec(ctx context.Context, list []statement) (affected []int64, err error) {
	s.Stats.Writes.Add(int64(len(list)))
	return s.engine.exec(ctx, list)
}
