package routing_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/routing"
	"github.com/perch-chat/perch/store"
)

const (
	histories    = 4
	historyHands = 16
	historyDeeds = 80 // of each hand
	historyChats = 8
	leastEffects = 100 // deeds that were done: fewer would show nothing
	judgeWithin  = 60 * time.Second
)

// scribe has many hands do what they can to a few contacts, on several nodes, and
// writes down what came of it.
type scribe struct {
	*floor
	ctx     context.Context
	chats   []perch.SessionID
	tick    atomic.Int64
	mu      sync.Mutex
	history []porcupine.Operation
}

// Whatever races, what agents are told could have been told one after the other:
// each contact has one holder, and an offer one end.
func TestOffersAreLinearizable(t *testing.T) {
	for name, open := range map[string]func(*testing.T) *floor{
		"one process":   func(t *testing.T) *floor { return newFloor(t, staffed, 1) },
		"two processes": func(t *testing.T) *floor { return newFloorOn(t, postgres.Database(t), staffed, 2) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			writeHistories(t, open(t))
		})
	}
}

func writeHistories(t *testing.T, f *floor) {
	f.ticks.Store(true) // so that no two offers end at one time, as none do for who takes 20 seconds to end one
	for _, u := range f.agents {
		f.must(f.nodes[0].router.SetStatus(t.Context(), u, catalog.Available))
	}
	effects := 0
	for n := range histories {
		s := &scribe{floor: f, ctx: t.Context()}
		for range historyChats {
			id := f.chat()
			if branch := f.enqueue(id, perch.Enqueue{Queue: f.queue}); branch != "" {
				t.Fatal("a chat is not queued: ", branch)
			}
			s.chats = append(s.chats, id)
		}
		stop := f.run()
		var all sync.WaitGroup
		for hand := range historyHands {
			all.Go(func() { s.work(hand, rand.New(rand.NewPCG(uint64(n), uint64(hand)))) })
		}
		all.Wait()
		stop()
		for _, o := range s.history {
			if d := o.Input.(deed).what; d != "look" && o.Output.(result).done {
				effects++
			}
		}
		if verdict, _ := porcupine.CheckOperationsVerbose(contactModel(), s.history, judgeWithin); verdict != porcupine.Ok {
			t.Errorf("history %d of %d deeds is judged %s", n, len(s.history), verdict)
		}
		s.goHome()
	}
	if effects < leastEffects {
		t.Errorf("of all deeds only %d were done: this shows too little", effects)
	}
}

func (s *scribe) work(hand int, dice *rand.Rand) {
	for range historyDeeds {
		d := s.choose(dice)
		call := s.tick.Add(1)
		r, ok := s.do(d)
		back := s.tick.Add(1)
		if !ok {
			continue // there was nothing to do
		}
		s.mu.Lock()
		s.history = append(s.history, porcupine.Operation{ClientId: hand, Input: d, Output: r, Call: call, Return: back})
		s.mu.Unlock()
	}
}

// choose is mostly what an agent would do with a contact who has to do with it,
// or had a moment ago, and now and then anything.
func (s *scribe) choose(dice *rand.Rand) deed {
	d := deed{contact: dice.IntN(len(s.chats)), agent: dice.IntN(staffed)}
	with, err := s.store.WorkWith(s.ctx, s.chats[d.contact].First())
	if err != nil {
		s.t.Error(err)
	}
	likely := []string{"look", "accept", "reject", "expire", "clear", "transfer"}
	if len(with) > 0 && dice.IntN(5) > 0 {
		w := with[dice.IntN(len(with))]
		d.agent = slices.IndexFunc(s.agents, func(u catalog.User) bool { return u.ID == w.User })
		switch w.State {
		case store.Incoming:
			likely = []string{"look", "accept", "reject", "reject", "reject", "expire", "expire", "expire"}
		case store.Connected:
			likely = []string{"look", "look", "look", "accept", "accept", "reject", "transfer", "end"}
		default:
			likely = []string{"look", "clear", "clear", "clear"}
		}
	}
	d.what = likely[dice.IntN(len(likely))]
	if dice.IntN(300) == 0 {
		d.what, d.agent = "leave", nobody
	}
	return d
}

// do does a deed on a node; ok is false for one that nobody could try.
func (s *scribe) do(d deed) (r result, ok bool) {
	n := s.nodes[(d.contact+d.agent+int(s.tick.Load()))%len(s.nodes)]
	id := s.chats[d.contact]
	contact := id.First()
	var err error
	switch d.what {
	case "look":
		w, _, err := s.store.WorkOn(s.ctx, s.agents[d.agent].ID, contact)
		if err != nil {
			s.t.Error(err)
		}
		return result{state: w.State}, true
	case "accept":
		_, err = n.router.Accept(s.ctx, s.agents[d.agent], contact)
	case "reject":
		err = n.router.Reject(s.ctx, s.agents[d.agent], contact)
	case "expire":
		return s.expireOf(n, d, contact)
	case "clear":
		err = n.router.Clear(s.ctx, s.agents[d.agent], contact)
	case "transfer":
		_, err = n.router.Transfer(s.ctx, s.agents[d.agent], contact, routing.Target{Queue: s.queue})
	case "end":
		err = n.router.End(s.ctx, s.agents[d.agent], contact)
	case "leave":
		err = n.chats.On(s.ctx, id, func(t *chat.Turn) error {
			if t.State().Current().ID != contact {
				return perch.Errorf(perch.Gone, "the chat has been handed over")
			}
			return t.End(perch.CustomerDisconnect)
		})
	}
	return s.told(err), true
}

// told is done or refused; whatever else is a failure.
func (s *scribe) told(err error) result {
	switch perch.KindOf(err) {
	case perch.NotFound, perch.Conflict, perch.Gone, perch.Denied, perch.Refused:
		if err != nil {
			return result{}
		}
	}
	if err != nil {
		s.t.Error(err)
	}
	return result{done: true}
}

// expireOf ends an open offer to the agent as the scheduler does when its time is
// over, by a row that may have been dealt with by then.
func (s *scribe) expireOf(n *node, d deed, contact perch.ContactID) (result, bool) {
	rows, err := s.store.DueBy(s.ctx, store.AllBuckets(), s.now().Add(time.Hour), 10_000)
	if err != nil {
		s.t.Error(err)
	}
	for _, row := range rows {
		if row.Kind == routing.DueOffer && row.Contact == contact && perch.UserID(row.Body) == s.agents[d.agent].ID {
			return s.told(n.router.OfferExpired(s.ctx, row)), true
		}
	}
	return result{}, false
}

// goHome ends all chats and clears all work.
func (s *scribe) goHome() {
	s.t.Helper()
	for _, id := range s.chats {
		err := s.nodes[0].chats.On(s.ctx, id, func(t *chat.Turn) error { return t.End(perch.Stopped) })
		if err != nil && perch.KindOf(err) != perch.Gone {
			s.t.Error(err)
		}
	}
	for _, u := range s.agents {
		work, err := s.store.WorkOf(s.ctx, u.ID)
		s.must(err)
		for _, w := range work {
			s.must(s.nodes[0].router.Clear(s.ctx, u, w.Contact))
		}
	}
}
