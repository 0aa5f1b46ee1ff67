package chat

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/segment"
	"github.com/perch-chat/perch/store"
)

// What reads a log goes through here, and need not know where it lies.

// portion is how many entries are read at once, and deleted in one commit.
const portion = 1000

// reading reads something of a session's log: of its rows or, where it is cold, of
// its file. The rows of a session are deleted after the commit that makes it cold,
// so what rows have said is true of a session that is not cold afterwards; where
// it is, rows may have been called in vain. A session that goes on is never cold.
func (c *Chats) reading(ctx context.Context, id perch.SessionID, rows func() error, file func(*segment.File) error) error {
	failed := rows()
	if c.goesOn(id) {
		return failed
	}
	f, err := c.fileOf(ctx, id)
	switch {
	case err != nil:
		return err
	case f == nil:
		return failed
	}
	return c.told(ctx, file(f))
}

// goesOn reports whether it is certain that a session has not ended.
func (c *Chats) goesOn(id perch.SessionID) bool {
	if c.opts.Store.Shared() {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	s, ok := c.slots[id]
	if !ok {
		return false
	}
	state := s.state.Load()
	return state != nil && state.Head > 0 && !state.Ended
}

// fileOf opens the file of a session; nil of one that is not cold.
func (c *Chats) fileOf(ctx context.Context, id perch.SessionID) (*segment.File, error) {
	cold, found, err := c.opts.Store.Cold(ctx, id)
	if err != nil || !found {
		return nil, err
	}
	if c.opts.Cold == nil {
		return nil, fmt.Errorf("session %s is in the file %s, and no place for files is known", id, cold.File)
	}
	f, err := c.opts.Cold.Open(ctx, refOf(cold))
	return f, c.told(ctx, err)
}

func refOf(c store.Cold) segment.Ref {
	return segment.Ref{Session: c.Session, Generation: c.Generation, Head: c.Head, Key: c.File, Size: c.Size, Index: c.IndexSize, Hash: c.Hash}
}

// told logs that a file is damaged: somebody has to put it back.
func (c *Chats) told(ctx context.Context, err error) error {
	if d, ok := errors.AsType[*segment.Damaged](err); ok {
		c.opts.Log.ErrorContext(ctx, "a past chat cannot be read: its file is damaged or gone; put it back from a copy",
			"session", d.Session, "file", d.Key, "error", d.Err)
	}
	return err
}

// damaged reports whether an error is that of a file.
func damaged(err error) bool {
	_, ok := errors.AsType[*segment.Damaged](err)
	return ok
}

// Entries hands the entries numbered from..to to each, in order.
func (c *Chats) Entries(ctx context.Context, id perch.SessionID, from, to int64, each func(perch.Entry) error) error {
	for from <= to {
		some, err := c.entries(ctx, id, from, min(to, from+portion-1))
		if err != nil {
			return err
		}
		for _, e := range some {
			if err := each(e); err != nil {
				return err
			}
		}
		if len(some) < portion {
			return nil
		}
		from += portion
	}
	return nil
}

// entries are those numbered from..to, a portion at the most.
func (c *Chats) entries(ctx context.Context, id perch.SessionID, from, to int64) (some []perch.Entry, err error) {
	err = c.reading(ctx, id, func() error {
		return c.opts.Store.Log(ctx, id, from, to, func(e perch.Entry) error { some = append(some, e); return nil })
	}, func(f *segment.File) (err error) {
		some, err = f.Entries(ctx, from, to)
		return err
	})
	return some, err
}

func (c *Chats) itemsBefore(ctx context.Context, id perch.SessionID, number int64, to perch.Audience, contact perch.ContactID, limit int) (found []perch.Entry, err error) {
	err = c.reading(ctx, id, func() (err error) {
		found, err = c.opts.Store.ItemsBefore(ctx, id, number, to, contact, limit)
		return err
	}, func(f *segment.File) (err error) {
		found, err = f.ItemsBefore(ctx, number, to, contact, limit)
		return err
	})
	return found, err
}

func (c *Chats) itemsFrom(ctx context.Context, id perch.SessionID, from, through int64, to perch.Audience, contact perch.ContactID, limit int) (found []perch.Entry, err error) {
	err = c.reading(ctx, id, func() (err error) {
		found, err = c.opts.Store.ItemsFrom(ctx, id, from, through, to, contact, limit)
		return err
	}, func(f *segment.File) (err error) {
		found, err = f.ItemsFrom(ctx, from, through, to, contact, limit)
		return err
	})
	return found, err
}

// firstFrom is the number of the first entry at a time or later, or limit+1.
// Times rise strictly within a session, so bisection finds it.
func (c *Chats) firstFrom(ctx context.Context, id perch.SessionID, at time.Time, limit int64) (number int64, err error) {
	err = c.reading(ctx, id, func() error {
		var failed error
		n := sort.Search(int(limit), func(i int) bool {
			t, found, err := c.opts.Store.EntryTime(ctx, id, int64(i)+1)
			if err != nil {
				failed = err
			}
			return failed != nil || !found || !t.Before(at)
		})
		number = int64(n) + 1
		return failed
	}, func(f *segment.File) (err error) {
		number, err = f.FirstFrom(ctx, at, limit)
		return err
	})
	return number, err
}

// receiptsOf are what has been confirmed of the messages numbered from..to.
func (c *Chats) receiptsOf(ctx context.Context, id perch.SessionID, from, to int64) (found []store.Receipt, err error) {
	err = c.reading(ctx, id, func() (err error) {
		found, err = c.opts.Store.Receipts(ctx, id, from, to)
		return err
	}, func(f *segment.File) error {
		kept, err := f.Receipts(ctx, from, to)
		found = nil
		for _, r := range kept {
			found = append(found, store.Receipt(r))
		}
		return err
	})
	return found, err
}

// load reads a session's state: the last checkpoint and the entries after it, or
// what its file says.
func (c *Chats) load(ctx context.Context, id perch.SessionID, s *slot) error {
	mark := int64(0)
	return c.reread(ctx, id, s, func() (*perch.Session, error) {
		state, err := c.opts.Store.Checkpoint(ctx, id)
		if err != nil {
			return nil, err
		}
		if state == nil {
			state = &perch.Session{ID: id}
		}
		mark = state.Head
		return state, nil
	}, &mark)
}

// reload reads what others have added.
func (c *Chats) reload(ctx context.Context, id perch.SessionID, s *slot) error {
	return c.reread(ctx, id, s, func() (*perch.Session, error) { return s.state.Load().Clone(), nil }, &s.mark)
}

// reread makes a session's state what its log tells, from a state on. A session
// that has not ended by then cannot be cold.
func (c *Chats) reread(ctx context.Context, id perch.SessionID, s *slot, from func() (*perch.Session, error), mark *int64) error {
	state, err := from()
	if err == nil {
		err = c.opts.Store.Log(ctx, id, state.Head+1, maxNumber, apply(state))
	}
	if err != nil || state.Ended || state.Head == 0 || c.opts.Store.Shared() {
		f, opening := c.fileOf(ctx, id)
		if opening != nil {
			return opening
		}
		if f != nil {
			if state, err = f.State(); err == nil {
				*mark = state.Head
			}
		}
	}
	if err != nil {
		return err
	}
	state.Settle()
	s.mark = *mark
	s.state.Store(state)
	return nil
}

const maxNumber = 1<<63 - 1

func apply(state *perch.Session) func(perch.Entry) error {
	return func(e perch.Entry) error {
		if e.Number != state.Head+1 {
			return fmt.Errorf("session %s lacks number %d: its log is damaged; restore a backup", state.ID, state.Head+1)
		}
		state.Apply(e)
		return nil
	}
}
