package schedule_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/bus"
	"github.com/perch-chat/perch/schedule"
	"github.com/perch-chat/perch/store"
)

// staff are several processes on one store, none of which hears another's bell.
type staff struct {
	*house
	mu   sync.Mutex
	done map[perch.SessionID][]string // which of them did it
	stop map[string]func()
}

func (s *staff) hire(node string) {
	handler := func(_ context.Context, d perch.Due) error {
		s.mu.Lock()
		s.done[d.Session] = append(s.done[d.Session], node)
		s.mu.Unlock()
		return s.take(d)
	}
	s.run(map[string]schedule.Handler{"k": handler}, func(o *schedule.Options) {
		o.Node, o.Bus = node, &bus.Memory{}
		o.Done = func(err error) bool { return errors.Is(err, errTaken) }
	})
	s.stop[node] = s.house.stop
}

// work sets rows in many buckets and lets time pass.
func (s *staff) work(round int, d time.Duration) (by map[string]int) {
	const rows = 60
	for n := range rows {
		s.set(fmt.Sprint("session ", round, " ", n), "k", "", 0)
	}
	elapse(d)
	s.mu.Lock()
	defer s.mu.Unlock()
	by = map[string]int{}
	all := 0
	for session, nodes := range s.done {
		for _, n := range nodes {
			by[n]++
		}
		all++
		if len(nodes) != 1 {
			s.t.Errorf("%s was done by %v", session, nodes)
		}
	}
	by["all"] = all
	clear(s.done)
	return by
}

func (s *staff) leases() map[string]store.Share {
	s.t.Helper()
	found, err := s.store.Leases(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	out := map[string]store.Share{}
	for _, l := range found {
		out[l.Node] = l.Share
	}
	return out
}

func TestSeveralProcessesShareWhatIsDue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &staff{house: newHouse(t), done: map[perch.SessionID][]string{}, stop: map[string]func(){}}
		s.hire("a")
		elapse(100 * time.Millisecond)
		if by := s.work(1, 300*time.Millisecond); by["a"] != 60 || by["all"] != 60 {
			t.Errorf("one alone does %v", by)
		}
		s.hire("b")
		s.hire("c")
		elapse(5 * time.Second)
		want := map[string]store.Share{"a": {First: 0, Past: 341}, "b": {First: 341, Past: 682}, "c": {First: 682, Past: 1024}}
		for node, share := range s.leases() {
			if want[node] != share {
				t.Errorf("%s has %v, want %v", node, share, want[node])
			}
			delete(want, node)
		}
		if len(want) > 0 {
			t.Errorf("these have no lease: %v", want)
		}
		if by := s.work(2, 300*time.Millisecond); by["all"] != 60 || by["a"] < 5 || by["b"] < 5 || by["c"] < 5 {
			t.Errorf("three do %v", by)
		}

		s.stop["b"]() // in peace: the others know with their next look
		if _, there := s.leases()["b"]; there {
			t.Error("who has left has a lease")
		}
		if by := s.work(3, 2300*time.Millisecond); by["all"] != 60 || by["b"] != 0 || by["a"] < 5 || by["c"] < 5 {
			t.Errorf("the two who are left do %v", by)
		}
	})
}

func TestWorkOfTheDeadIsTakenOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &staff{house: newHouse(t), done: map[perch.SessionID][]string{}, stop: map[string]func(){}}
		s.hire("a")
		ghost := store.Lease{Node: "b", Share: store.AllBuckets()}
		for range 10 { // it lives, and takes its share
			ghost.Beat++
			s.write(store.PutLease(ghost))
			elapse(time.Second)
		}
		if by := s.work(1, 500*time.Millisecond); by["all"] == 0 || by["all"] > 50 {
			t.Errorf("beside another process, one does %v", by)
		}
		elapse(7500 * time.Millisecond) // since its last sign of life: 9 s at most
		if left := s.left(); len(left) != 0 {
			t.Errorf("%d rows are left of the dead", len(left))
		}
		if leases := s.leases(); len(leases) != 1 || leases["a"] != store.AllBuckets() {
			t.Errorf("the leases are %v", leases)
		}
		// It was only asleep: it is counted again.
		ghost.Beat++
		s.write(store.PutLease(ghost))
		elapse(3 * time.Second)
		if leases := s.leases(); leases["a"] != (store.Share{First: 0, Past: 512}) {
			t.Errorf("the leases are %v", leases)
		}
	})
}

// A lease that cannot be renewed is no reason to stop.
func TestWorkGoesOnWhileALeaseCannotBeRenewed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &staff{house: newHouse(t), done: map[perch.SessionID][]string{}, stop: map[string]func(){}}
		s.hire("a")
		elapse(time.Second)
		s.failWith(errors.New("no disk"))
		elapse(10 * time.Second)
		s.failWith(nil)
		if by := s.work(1, 500*time.Millisecond); by["a"] != 60 {
			t.Errorf("it does %v", by)
		}
	})
}
