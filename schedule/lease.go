package schedule

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

const (
	// renewEvery is how often a process renews its lease and looks at those of
	// the others.
	renewEvery = 2 * time.Second
	// deadAfter is how many looks at an unchanged lease it takes to call its
	// process dead. What was due there is taken over at most
	// (deadAfter+1)*renewEvery after the process has stopped, which is 8 s.
	deadAfter = 3
	// sharedReadEvery is how late the rows that another process has set may be found.
	sharedReadEvery = 250 * time.Millisecond
)

// leases divides the buckets among the processes that live. Each renews a row of
// its own and takes its place among those that do so: no clocks are compared,
// and nobody has to agree. While views differ a bucket may have two holders, or
// none for a moment; both are harmless, as rows are taken in the commit of their
// effect and stay until then.
type leases struct {
	opts  *Options
	share atomic.Pointer[store.Share]
	moved func() // called when the share has changed

	// The rest belongs to Run's goroutine.
	beat    int64
	others  map[string]sighting
	failing bool
}

// sighting is how often a lease has been seen with the same beat.
type sighting struct {
	beat int64
	same int
}

func newLeases(opts *Options, moved func()) *leases {
	l := &leases{opts: opts, moved: moved, others: map[string]sighting{}}
	all := store.AllBuckets()
	if opts.Node != "" {
		all = store.Share{} // until the others have been seen
	}
	l.share.Store(&all)
	return l
}

// run keeps the lease until ctx is done, and then gives it up.
func (l *leases) run(ctx context.Context) {
	tick := time.NewTicker(renewEvery)
	defer tick.Stop()
	for {
		l.report(ctx, l.renew(ctx))
		select {
		case <-ctx.Done():
			// The others would find out by themselves, only later.
			l.report(ctx, l.commit(store.DeleteLease(l.opts.Node, l.beat)))
			return
		case <-tick.C:
		}
	}
}

func (l *leases) commit(w ...store.Write) error { return l.opts.Store.Commit(store.Turn{Writes: w}) }

// report logs the first of several failures.
func (l *leases) report(ctx context.Context, err error) {
	if err != nil && !l.failing && ctx.Err() == nil {
		l.opts.Log.ErrorContext(ctx, "the lease on due work cannot be renewed: another process may take the work over; it is tried again", "error", err)
	}
	l.failing = err != nil
}

func (l *leases) renew(ctx context.Context) error {
	l.beat++
	mine := store.Lease{Node: l.opts.Node, Share: *l.share.Load(), Beat: l.beat}
	if err := l.commit(store.PutLease(mine)); err != nil {
		return err
	}
	found, err := l.opts.Store.Leases(ctx)
	if err != nil {
		return err
	}
	nodes, change := l.living(found)
	if share := shareOf(l.opts.Node, nodes); share != mine.Share {
		l.share.Store(&share)
		l.moved()
		mine.Share = share
		change = append(change, store.PutLease(mine)) // for whoever looks
	}
	if len(change) == 0 {
		return nil
	}
	return l.commit(change...)
}

// living are the nodes that renew their leases, and the removal of the others'.
func (l *leases) living(found []store.Lease) (nodes []string, dead []store.Write) {
	seen := map[string]sighting{}
	for _, f := range found {
		s, known := l.others[f.Node]
		switch {
		case f.Node == l.opts.Node:
		case known && s.beat == f.Beat:
			s.same++
		default:
			s = sighting{beat: f.Beat}
		}
		if s.same >= deadAfter {
			dead = append(dead, store.DeleteLease(f.Node, f.Beat))
		} else {
			nodes = append(nodes, f.Node)
		}
		seen[f.Node] = s
	}
	l.others = seen
	return nodes, dead
}

// shareOf is a node's part of the buckets, as even as can be.
func shareOf(node string, nodes []string) store.Share {
	slices.Sort(nodes)
	at, found := slices.BinarySearch(nodes, node)
	if !found { // its lease was taken for dead this very moment
		return store.Share{}
	}
	part := func(i int) int { return i * perch.Buckets / len(nodes) }
	return store.Share{First: part(at), Past: part(at + 1)}
}
