package catalog_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/store"
)

func TestOtherProcessSeesChangesAfterRefresh(t *testing.T) {
	t.Parallel()
	h := found(t)
	other := open(t, h.store, key(1))
	must(other.Queue(t.Context(), h.instance, h.queue.ID))(t)
	must(other.Instance(t.Context(), h.instance))(t)
	q := h.queue
	q.MaxContacts = 3
	must(h.PutQueue(t.Context(), h.instance, q))(t)
	if got := must(h.Queue(t.Context(), h.instance, q.ID))(t); got.MaxContacts != 3 {
		t.Errorf("one's own change is not seen: %+v", got)
	}
	if got := must(other.Queue(t.Context(), h.instance, q.ID))(t); got.MaxContacts != 0 {
		t.Errorf("nothing is kept in memory: %+v", got)
	}
	if err := other.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := must(other.Queue(t.Context(), h.instance, q.ID))(t); got.MaxContacts != 3 {
		t.Errorf("after Refresh: %+v", got)
	}
}

// A change is decided on what is committed, whatever is remembered.
func TestChangeOnOldSettings(t *testing.T) {
	t.Parallel()
	h := found(t)
	other := open(t, h.store, key(1))
	must(other.Queues(t.Context(), h.instance))(t)
	must(h.PutQueue(t.Context(), h.instance, catalog.Queue{Name: "new"}))(t)
	_, err := other.PutQueue(t.Context(), h.instance, catalog.Queue{Name: "new"})
	refused(t, "same name", err, perch.Conflict, "Name", "taken")
}

func TestChangesAndReadsAtOnce(t *testing.T) {
	t.Parallel()
	h := found(t)
	others := []*catalog.Catalog{h.Catalog, open(t, h.store, key(1))}
	var wg sync.WaitGroup
	var won atomic.Int32
	for i := range 12 {
		c := others[i%2]
		wg.Go(func() {
			q, err := c.PutQueue(t.Context(), h.instance, catalog.Queue{Name: fmt.Sprint("queue ", i/2), MaxContacts: i})
			if perch.KindOf(err) == perch.Conflict && err != nil {
				return
			}
			if err != nil {
				t.Error(err)
				return
			}
			won.Add(1)
			if got, err := c.Queue(t.Context(), h.instance, q.ID); err != nil || got.Name != q.Name {
				t.Errorf("put %+v, got %+v, %v", q, got, err)
			}
		})
		wg.Go(func() {
			if list, err := c.Queues(t.Context(), h.instance); err != nil || len(list) < 1 {
				t.Errorf("got %v, %v", list, err)
			}
			if err := c.Refresh(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if err := others[1].Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, c := range others {
		if list := must(c.Queues(t.Context(), h.instance))(t); len(list) != 7 || won.Load() != 6 {
			t.Errorf("got %d queues after %d were made", len(list), won.Load())
		}
	}
}

// A change that was committed and reported as failed is seen all the same.
func TestChangeOfUnknownOutcome(t *testing.T) {
	t.Parallel()
	var lost atomic.Bool
	st := openStore(t, store.Options{Dir: disk.Dir(t), AroundCommit: func(commit func() error) error {
		return errors.Join(commit(), map[bool]error{true: errors.New("connection lost")}[lost.Load()])
	}})
	c := open(t, st, key(1))
	f := must(c.Found(t.Context(), founding()))(t)
	must(c.Queues(t.Context(), f.InstanceID))(t)
	lost.Store(true)
	if _, err := c.PutQueue(t.Context(), f.InstanceID, catalog.Queue{Name: "new"}); !errors.Is(err, store.ErrUnknown) {
		t.Errorf("got %v", err)
	}
	lost.Store(false)
	must(c.QueueNamed(t.Context(), f.InstanceID, "new"))(t)
}
