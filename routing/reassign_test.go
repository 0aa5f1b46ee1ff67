package routing_test

import (
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/routing"
	"github.com/perch-chat/perch/store"
)

// secondQueue is a queue that the agents' profile serves as well.
func (f *floor) secondQueue(change func(*catalog.Queue)) perch.QueueID {
	f.t.Helper()
	q := catalog.Queue{Name: "Second"}
	if change != nil {
		change(&q)
	}
	q, err := f.settings.PutQueue(f.t.Context(), f.instance, q)
	f.must(err)
	return q.ID
}

func (f *floor) current(id perch.SessionID) perch.Contact {
	f.t.Helper()
	s, err := f.nodes[0].chats.Session(f.t.Context(), id)
	f.must(err)
	return *s.Current()
}

func TestAWaitingContactIsReassigned(t *testing.T) {
	story(t, 2, 1, func(t *testing.T, f *floor) {
		r, boss := f.nodes[0].router, f.agents[1]
		second, none := f.secondQueue(nil), f.secondQueue(func(q *catalog.Queue) { q.Name, q.Disabled = "Closed", true })
		id := f.chat()
		_, err := r.Reassign(t.Context(), boss, id.First(), routing.Target{Queue: second})
		wantKind(t, "one that is with a flow", err, perch.Refused)
		id = f.waiting()
		for what, to := range map[string]perch.QueueID{"where it waits": f.queue, "a closed queue": none} {
			_, err := r.Reassign(t.Context(), boss, id.First(), routing.Target{Queue: to})
			wantKind(t, what, err, perch.Refused)
		}
		next, err := r.Reassign(t.Context(), boss, id.First(), routing.Target{Queue: second})
		f.must(err)
		if c := f.current(id); c.ID != next || c.Queue != second || c.Method != perch.ByQueueTransfer || c.Enqueued.IsZero() {
			t.Errorf("the chat goes on as %+v", c)
		}
		_, err = r.Reassign(t.Context(), boss, id.First(), routing.Target{Queue: f.queue})
		wantKind(t, "the contact of before", err, perch.Conflict)

		f.available(f.agents[0])
		next, err = r.Reassign(t.Context(), boss, next, routing.Target{User: f.agents[0].ID})
		f.must(err)
		f.elapse(time.Millisecond)
		if got := f.work(f.agents[0], next); got != store.Incoming {
			t.Errorf("the agent has it as %q, want an offer", got)
		}
	})
}

func TestAnOfferEndsWhenItsContactIsReassigned(t *testing.T) {
	story(t, 2, 1, func(t *testing.T, f *floor) {
		r := f.nodes[0].router
		f.available(f.agents[0])
		id := f.waiting()
		if got := f.work(f.agents[0], id.First()); got != store.Incoming {
			t.Fatalf("the agent has it as %q, want an offer", got)
		}
		next, err := r.Reassign(t.Context(), f.agents[1], id.First(), routing.Target{User: f.agents[1].ID})
		f.must(err)
		if got := f.work(f.agents[0], id.First()); got != "" {
			t.Errorf("the agent of before has it as %q", got)
		}
		_, err = r.Accept(t.Context(), f.agents[0], id.First())
		wantKind(t, "accepting what has gone", err, perch.NotFound)
		f.available(f.agents[1])
		if got := f.work(f.agents[1], next); got != store.Incoming {
			t.Errorf("the agent has it as %q, want an offer", got)
		}
	})
}

func TestAConnectedContactIsReassignedAsItsAgentWouldTransferIt(t *testing.T) {
	story(t, 2, 1, func(t *testing.T, f *floor) {
		r := f.nodes[0].router
		f.available(f.agents[0])
		id := f.waiting()
		_, err := r.Accept(t.Context(), f.agents[0], id.First())
		f.must(err)
		_, err = r.Reassign(t.Context(), f.agents[1], id.First(), routing.Target{User: f.agents[0].ID})
		wantKind(t, "to the agent who has it", err, perch.Refused)
		next, err := r.Reassign(t.Context(), f.agents[1], id.First(), routing.Target{User: f.agents[1].ID})
		f.must(err)
		if c := f.current(id); c.ID != next || c.Method != perch.ByTransfer {
			t.Errorf("the chat goes on as %+v", c)
		}
		if got := f.work(f.agents[0], id.First()); got != store.EndedWork {
			t.Errorf("the agent of before has it as %q, want after-contact work", got)
		}
		if got := f.due(chat.DueFlowStart); len(got) != 1 {
			t.Errorf("%d flows start, want that of the transfer", len(got))
		}
	})
}
