package chat_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
)

func (k talk) timers(t perch.Timers) {
	k.Helper()
	k.on(func(turn *chat.Turn) error {
		return turn.SetTimers(k.state().Current().ID, func(to *perch.Timers) { *to = t })
	})
}

// look calls the handler of a side's row when that is due.
func (k talk) look(side string) {
	k.Helper()
	d := k.due(chat.DueSilence, side)
	k.clock.move(d.At.Sub(k.clock.Now()))
	k.must(k.SilenceDue(context.Background(), d))
}

func TestPlainMessageCostsNoDueRowWhileSilenceIsWatched(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	k.timers(perch.Timers{Customer: perch.RoleTimers{Idle: 2 * time.Minute}, Agent: perch.RoleTimers{Disconnect: 10 * time.Minute}})
	k.connect(k.customer)
	agent := k.agent("a1")
	k.say(agent, "the first one is noted as the response")
	before, at := k.dues(), k.due(chat.DueSilence, "customer").At
	writes := k.store.Stats.Writes.Load()
	for range 5 {
		k.clock.move(10 * time.Second)
		k.say(k.customer, "hello")
		k.say(agent, "hello")
	}
	if diff := cmp.Diff(before, k.dues()); diff != "" {
		t.Errorf("messages have changed what is due:\n%s", diff)
	}
	perMessage := float64(k.store.Stats.Writes.Load()-writes) / 10
	plain := func() float64 { // of a chat that nobody watches
		other := k.house.start()
		other.connect(other.customer)
		writes := k.store.Stats.Writes.Load()
		for range 10 {
			other.say(other.customer, "hello")
		}
		return float64(k.store.Stats.Writes.Load()-writes) / 10
	}()
	if perMessage != plain {
		t.Errorf("a message takes %v statements where silence is watched, %v elsewhere", perMessage, plain)
	}

	// The row looks again when it is due, and moves to where the messages put it.
	k.look("customer")
	if moved := k.due(chat.DueSilence, "customer").At; moved.Sub(at) < 40*time.Second || !k.state().Watch.Customer.Idle.IsZero() {
		t.Errorf("the row was due at %v and is at %v; %+v", at, moved, k.state().Watch)
	}
	k.look("customer")
	if k.state().Watch.Customer.Idle.IsZero() {
		t.Error("the customer is not idle")
	}
	if _, again := k.dues()[chat.DueSilence+"/customer"]; again {
		t.Error("who is idle and has no other timer is looked at again")
	}
	k.say(k.customer, "back")
	k.due(chat.DueSilence, "customer")
	k.sound()
}

func TestRowOfAWatchThatIsOverDoesNothing(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	k.timers(perch.Timers{Customer: perch.RoleTimers{Disconnect: 2 * time.Minute}})
	k.connect(k.customer)
	k.transfer(k.agent("a1"))
	head := k.state().Head
	k.look("customer")
	if k.state().Head != head || len(k.state().Current().Reason) != 0 {
		t.Errorf("something has happened: %v", kinds(k.log()[head:]))
	}
	if _, left := k.dues()[chat.DueSilence+"/customer"]; left {
		t.Error("the row is still there")
	}
	k.agent("a2")
	k.end()
	k.look("customer")
	k.sound()
}

func TestOneOfManyCustomParticipantsIsLetIn(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	k.connect(k.customer)
	var group sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		group.Go(func() {
			_, errs[i] = k.AddBot(context.Background(), k.id, chat.Bot{Contact: k.id.First(), Name: "Robbie"})
		})
	}
	group.Wait()
	in := 0
	for _, err := range errs {
		if err == nil {
			in++
		} else {
			k.refused(err, perch.Conflict)
		}
	}
	if in != 1 {
		t.Errorf("%d were let in", in)
	}
	k.sound()
}

// The same request with the same token has the same answer, however many make it
// at once.
func TestOneClientTokenAddsOneCustomParticipant(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	k.connect(k.customer)
	once := chat.Once{Instance: instance, Operation: "CreateParticipant", ClientToken: "once", Request: []byte("same")}
	var group sync.WaitGroup
	ids := make([]perch.ParticipantID, 8)
	for i := range ids {
		group.Go(func() {
			var err error
			if ids[i], err = k.AddBot(context.Background(), k.id, chat.Bot{Contact: k.id.First(), Name: "Robbie", Once: once}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for _, id := range ids {
		if id == "" || id != ids[0] {
			t.Errorf("the answers are %v", ids)
			break
		}
	}
}
