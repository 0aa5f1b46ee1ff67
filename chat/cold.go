package chat

import (
	"context"
	"errors"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/segment"
	"github.com/perch-chat/perch/store"
)

// errMoved says that a session has become cold by another's doing, or is not what
// was written any more.
var errMoved = perch.Errorf(perch.Conflict, "the session has been moved, or changed, meanwhile")

// Freeze moves the log of a session that has ended into a file, and out of the
// database. Nobody notices: what reads a log finds it where it is.
//
// The file is written and read back, then one commit says that the session is in
// it, and only then are the rows deleted, some at a time. It can break off at any
// point, and called again it goes on from there.
//
// Errors: Refused of a session that goes on.
func (c *Chats) Freeze(ctx context.Context, id perch.SessionID) error {
	cold, found, err := c.opts.Store.Cold(ctx, id)
	if err != nil {
		return err
	}
	if !found {
		cold, err = c.write(ctx, id)
		if errors.Is(err, errMoved) {
			return nil
		}
		if err != nil {
			return err
		}
		err = c.opts.Store.Commit(store.Turn{Session: id, Writes: store.SetCold(cold, errMoved)})
		if errors.Is(err, errMoved) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	for through := min(portion, cold.Head); ; through = min(through+portion, cold.Head) {
		writes := store.DeleteEntries(id, through)
		last := through == cold.Head
		if last {
			writes = append(writes, store.FinishCold(id)...)
		}
		if err := c.opts.Store.Commit(store.Turn{Session: id, Writes: writes}); err != nil || last {
			return err
		}
	}
}

// write makes the file of a session.
//
// Errors: errMoved where another process moves it, whose rows then go under the
// reader's hands.
func (c *Chats) write(ctx context.Context, id perch.SessionID) (store.Cold, error) {
	content, err := c.content(ctx, id)
	if err != nil {
		if _, moved, looking := c.opts.Store.Cold(ctx, id); looking == nil && moved {
			err = errMoved
		}
		return store.Cold{}, err
	}
	ref, err := c.opts.Cold.Write(ctx, content)
	return coldOf(ref), err
}

// content is what the file of a session that has its rows is to hold.
func (c *Chats) content(ctx context.Context, id perch.SessionID) (segment.Content, error) {
	// What is written is of this generation; if it rises meanwhile, it counts for
	// nothing.
	generation, err := c.opts.Store.Generation(ctx, id)
	if err != nil {
		return segment.Content{}, err
	}
	if c.opts.Cold == nil {
		return segment.Content{}, perch.Errorf(perch.Refused, "no place for files is known")
	}
	content := segment.Content{Session: id, Generation: generation, State: &perch.Session{ID: id}}
	check := apply(content.State)
	err = c.opts.Store.Log(ctx, id, 1, maxNumber, func(e perch.Entry) error {
		content.Entries = append(content.Entries, e)
		return check(e)
	})
	if err != nil {
		return segment.Content{}, err
	}
	if !content.State.Ended {
		return segment.Content{}, perch.Errorf(perch.Refused, "the chat goes on: it stays in the database")
	}
	content.State.Settle()
	receipts, err := c.opts.Store.Receipts(ctx, id, 1, maxNumber)
	if err != nil {
		return segment.Content{}, err
	}
	for _, r := range receipts {
		content.Receipts = append(content.Receipts, segment.Receipt(r))
	}
	return content, nil
}

func coldOf(ref segment.Ref) store.Cold {
	return store.Cold{Session: ref.Session, Generation: ref.Generation, Head: ref.Head, File: ref.Key, Size: ref.Size, IndexSize: ref.Index, Hash: ref.Hash}
}

// Over is a session that has ended, and when.
type Over = store.Over

// Warm are sessions that ended before a time and are in the database still, or
// partly, in the order of their ends; those behind another, its zero value being
// before all.
func (c *Chats) Warm(ctx context.Context, before time.Time, after Over, limit int) ([]Over, error) {
	return c.opts.Store.Warm(ctx, before, after, limit)
}

// ColdOnes are how many sessions are in files, and the bytes of those.
func (c *Chats) ColdOnes(ctx context.Context) (sessions, bytes int64, err error) {
	return c.opts.Store.ColdOnes(ctx)
}
