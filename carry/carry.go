// Package carry brings past chats in that were had on Amazon Connect, from the files
// that it leaves behind.
//
// Files are read once and put down on a heap, then chats are made of them: all
// contacts of one InitialContactId are a chat, and chats come after those that they
// continue. A chat is imported whole or not at all, and again it changes nothing; so
// an import that breaks off is simply begun anew. What cannot be used is refused with
// a reason, and nothing else suffers for it.
package carry

import (
	"context"
	"log/slog"
	"sync"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/blob"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
)

const (
	// readsAtOnce is how many files are read, importsAtOnce how many chats written, at
	// the same time; the latter mostly wait for the disk.
	readsAtOnce   = 8
	importsAtOnce = 32
)

// Options of an import.
type Options struct {
	Chats    *chat.Chats
	Settings *catalog.Catalog
	// Bucket is the store that an instance knows by a name.
	Bucket func(name string) (blob.Store, bool)
	Dir    string // where what is read lies meanwhile
	Log    *slog.Logger
	// Progress is told now and then how far things are; nil tells nobody. It is not
	// called by two at once.
	Progress func(Progress)
}

// Progress is how far an import is.
type Progress struct {
	Stage       string // StageRead or StageWrite
	Done, Total int    // files of the one, chats of the other
}

// Stages of an import.
const (
	StageRead  = "reading files"
	StageWrite = "importing chats"
)

// work is one import.
type work struct {
	Options
	instance perch.InstanceID
	from     blob.Store
	heap     *blob.Heap
	report   *report
	chats    *chains
	files    map[string]attached // what was attached and lies beside, by file id
	names    names
}

// Import makes past chats of an instance of what a store holds.
func Import(ctx context.Context, o Options, instance perch.InstanceID, from blob.Store) (Report, error) {
	heap, err := blob.NewHeap(o.Dir)
	if err != nil {
		return Report{}, err
	}
	defer heap.Close() //nolint:errcheck // it was read, and goes
	w := &work{Options: o, instance: instance, from: from, heap: heap, report: &report{}, chats: newChains(), files: map[string]attached{}}
	if w.names, err = namesOf(ctx, o.Settings, instance); err != nil {
		return Report{}, err
	}
	if err := w.readAll(ctx); err != nil {
		return w.report.sum(), err
	}
	w.chats.order(w.report)
	err = w.writeAll(ctx)
	return w.report.sum(), err
}

// tell tells how far things are.
func (w *work) tell(stage string, done, total int) {
	if w.Progress != nil {
		w.Progress(Progress{stage, done, total})
	}
}

// each calls f with all of some things, several at once, and tells how far it is. It
// ends early with an error of f's.
func each[T any](ctx context.Context, w *work, stage string, before, total, atOnce int, all []T, f func(context.Context, T) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wait sync.WaitGroup
	var mu sync.Mutex
	done := before
	queue := make(chan T)
	for range min(atOnce, len(all)) {
		wait.Go(func() {
			for one := range queue {
				if err := f(ctx, one); err != nil {
					cancel(err)
					continue
				}
				mu.Lock()
				done++
				w.tell(stage, done, total)
				mu.Unlock()
			}
		})
	}
	for _, one := range all {
		if ctx.Err() != nil {
			break
		}
		queue <- one
	}
	close(queue)
	wait.Wait()
	return context.Cause(ctx)
}
