package archive

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
)

const (
	// A round looks for what is to be moved, no seldomer than each minute.
	longestPause  = time.Minute
	shortestPause = 100 * time.Millisecond
	// movesAtOnce is how many chats move at the same time, foundAtOnce how many are
	// looked up.
	movesAtOnce = 4
	foundAtOnce = 200
	// moveWithin is how long one may take.
	moveWithin = time.Minute
)

// FreezerOptions are what a Freezer needs.
type FreezerOptions struct {
	Chats *chat.Chats
	// After is how long a chat has ended when it is moved; 0 moves none.
	After time.Duration
	Now   func() time.Time
	Log   *slog.Logger
}

// Freezer moves the logs of chats that have ended for some time out of the
// database. With several processes on a database each looks for itself, and who
// comes second finds it done.
type Freezer struct {
	opts FreezerOptions
	// Moved and Failed count since the start; Sessions and Bytes are all that is in
	// files, as of the last round.
	Moved, Failed, Sessions, Bytes atomic.Int64
}

// NewFreezer makes a Freezer.
func NewFreezer(opts FreezerOptions) *Freezer { return &Freezer{opts: opts} }

// Run moves what is to be moved until ctx is done. What cannot be moved is tried
// again in the next round, and stays in the database until then.
func (f *Freezer) Run(ctx context.Context) error {
	f.count(ctx)
	if f.opts.After <= 0 {
		return nil
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
		if err := f.round(ctx); err != nil && ctx.Err() == nil {
			f.opts.Log.WarnContext(ctx, "chats that have ended could not be looked up; they stay in the database for now", "error", err)
		}
		timer.Reset(min(max(f.opts.After, shortestPause), longestPause))
	}
}

// round moves all that are old enough.
func (f *Freezer) round(ctx context.Context) error {
	before := f.opts.Now().Add(-f.opts.After)
	var after chat.Over
	for found := foundAtOnce; found == foundAtOnce && ctx.Err() == nil; {
		some, err := f.opts.Chats.Warm(ctx, before, after, foundAtOnce)
		if err != nil || len(some) == 0 {
			return err
		}
		var wait sync.WaitGroup
		room := make(chan struct{}, movesAtOnce)
		for _, o := range some {
			room <- struct{}{}
			wait.Go(func() {
				defer func() { <-room }()
				f.move(ctx, o.Session)
			})
		}
		wait.Wait()
		f.count(ctx)
		found, after = len(some), some[len(some)-1]
	}
	return nil
}

func (f *Freezer) move(ctx context.Context, id perch.SessionID) {
	if ctx.Err() != nil {
		return
	}
	limited, cancel := context.WithTimeout(ctx, moveWithin)
	defer cancel()
	err := f.opts.Chats.Freeze(limited, id)
	if err == nil {
		f.Moved.Add(1)
	} else if ctx.Err() == nil {
		f.Failed.Add(1)
		f.opts.Log.WarnContext(ctx, "a chat that has ended could not be moved into a file; it stays in the database, and is tried again: look whether the place for files can be reached",
			"session", id, "error", err)
	}
}

func (f *Freezer) count(ctx context.Context) {
	sessions, bytes, err := f.opts.Chats.ColdOnes(ctx)
	if err != nil {
		return // it is only for show
	}
	f.Sessions.Store(sessions)
	f.Bytes.Store(bytes)
}
