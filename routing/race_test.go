package routing_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/store"
)

// crowd is agents who do all they can to the same contacts, from four nodes
// at once, while offers expire and customers leave.
type crowd struct {
	*floor
	chats []perch.SessionID
	ctx   context.Context
}

const (
	waves       = 4
	hands       = 16
	contacts    = 12
	leaving     = 3 // of the contacts
	concurrency = 2
)

func TestOneAgentPerContactWhateverRaces(t *testing.T) {
	t.Parallel()
	c := &crowd{floor: newFloor(t, 6, 4), ctx: t.Context()}
	profile, err := c.settings.RoutingProfile(c.ctx, c.instance, c.agents[0].RoutingProfile)
	c.must(err)
	profile.ChatConcurrency = concurrency // so that slots are scarce
	_, err = c.settings.PutRoutingProfile(c.ctx, c.instance, profile)
	c.must(err)
	for _, u := range c.agents {
		c.must(c.nodes[0].router.SetStatus(c.ctx, u, catalog.Available))
	}
	for wave := range waves {
		c.gather()
		look := c.look
		c.committed.Store(&look)
		stop := c.run()
		c.rush(uint64(wave))
		stop()
		c.committed.Store(nil)
		for n, id := range c.chats {
			c.verdict(id, n < leaving)
		}
		c.goHome()
	}
}

// gather lets chats wait.
func (c *crowd) gather() {
	c.t.Helper()
	c.chats = nil
	for range contacts {
		id := c.chat()
		if branch := c.enqueue(id, perch.Enqueue{Queue: c.queue}); branch != "" {
			c.t.Fatal("a chat is not queued: ", branch)
		}
		c.chats = append(c.chats, id)
	}
}

// rush has everybody act until each contact has its agent or has ended.
func (c *crowd) rush(seed uint64) {
	var all sync.WaitGroup
	for n := range hands {
		all.Go(func() {
			dice := rand.New(rand.NewPCG(seed, uint64(n)))
			for !c.settled() {
				c.act(dice)
			}
		})
	}
	all.Go(func() {
		for _, id := range c.chats[:leaving] {
			if err := c.nodes[1].chats.On(c.ctx, id, func(t *chat.Turn) error { return t.End(perch.CustomerDisconnect) }); err != nil {
				c.t.Error(err)
			}
		}
	})
	all.Wait()
}

// goHome ends all chats and clears all work, so that the next wave finds
// everybody free.
func (c *crowd) goHome() {
	c.t.Helper()
	for _, id := range c.chats[leaving:] {
		c.must(c.nodes[0].chats.On(c.ctx, id, func(t *chat.Turn) error { return t.End(perch.Stopped) }))
	}
	for _, u := range c.agents {
		work, err := c.store.WorkOf(c.ctx, u.ID)
		c.must(err)
		for _, w := range work {
			c.must(c.nodes[0].router.Clear(c.ctx, u, w.Contact))
		}
	}
}

// look holds what is committed against what must always be so.
func (c *crowd) look() {
	ctx := context.Background()
	waits := map[perch.ContactID]bool{}
	unoffered, err := c.store.Unoffered(ctx)
	if err != nil {
		c.t.Error(err)
	}
	for _, w := range unoffered {
		waits[w.Contact] = true
	}
	holders := map[perch.ContactID]int{}
	for _, u := range c.agents {
		work, err := c.store.WorkOf(ctx, u.ID)
		if err != nil || len(work) > concurrency {
			c.t.Errorf("%s has %d contacts, %v", u.Username, len(work), err)
		}
		for _, w := range work {
			if w.State == store.Incoming || w.State == store.Connected || w.State == store.EndedWork {
				holders[w.Contact]++
			}
		}
	}
	for contact, n := range holders {
		if n > 1 || waits[contact] {
			c.t.Errorf("the contact is with %d agents, and waits for one: %v", n, waits[contact])
		}
	}
}

// settled reports whether every contact has its agent, or has ended.
func (c *crowd) settled() bool {
	for _, id := range c.chats {
		s, err := c.nodes[0].chats.Session(c.ctx, id)
		if err != nil {
			c.t.Error(err)
			return true
		}
		if s.Ended {
			continue
		}
		with, err := c.store.WorkWith(c.ctx, id.First())
		if err != nil {
			c.t.Error(err)
			return true
		}
		connected := false
		for _, w := range with {
			connected = connected || w.State == store.Connected
		}
		ended, err := c.store.Ended(c.ctx, id) // another node may have ended it
		if err != nil {
			c.t.Error(err)
			return true
		}
		if !connected && ended.IsZero() {
			return false
		}
	}
	return true
}

// act does something that an agent, or the clock, might do now.
func (c *crowd) act(dice *rand.Rand) {
	router := c.nodes[dice.IntN(len(c.nodes))].router
	u := c.agents[dice.IntN(len(c.agents))]
	contact := c.chats[dice.IntN(len(c.chats))].First()
	// Mostly one that the agent knows of, or did a moment ago.
	work, err := c.store.WorkOf(c.ctx, u.ID)
	if n := len(work); n > 0 && dice.IntN(4) > 0 {
		contact = work[dice.IntN(n)].Contact
	}
	if err != nil {
		c.t.Error(err)
	}
	switch what := dice.IntN(20); {
	case what < 6:
		_, err = router.Accept(c.ctx, u, contact)
	case what < 10:
		err = router.Reject(c.ctx, u, contact)
	case what < 18:
		err = router.Clear(c.ctx, u, contact)
	case what < 19:
		status := catalog.Available
		if dice.IntN(3) == 0 {
			status = catalog.Offline
		}
		err = router.SetStatus(c.ctx, u, status)
	default:
		c.clock.Add((5 * time.Second).Milliseconds())
		for _, d := range c.due("routing.offer") {
			if err := router.OfferExpired(c.ctx, d); err != nil && perch.KindOf(err) != perch.Conflict {
				c.t.Error(err)
			}
		}
	}
	switch perch.KindOf(err) {
	case perch.NotFound, perch.Conflict: // somebody else's, or in another state
	default:
		if err != nil {
			c.t.Error(err)
		}
	}
}

// verdict is about a contact in the end.
func (c *crowd) verdict(id perch.SessionID, ended bool) {
	c.t.Helper()
	var joined []perch.ParticipantID
	c.must(c.nodes[0].chats.Entries(c.ctx, id, 1, 1<<40, func(e perch.Entry) error {
		if j, ok := e.Body.(perch.Joined); ok && j.Role == perch.Agent {
			joined = append(joined, e.Participant)
		}
		return nil
	}))
	with, err := c.store.WorkWith(c.ctx, id.First())
	c.must(err)
	var holder perch.ParticipantID
	for _, w := range with {
		if w.State == store.Connected || w.State == store.EndedWork {
			holder = w.Participant
		}
		if w.State == store.Connected && ended || w.State == store.Incoming {
			c.t.Errorf("in the end an agent has the contact as %s", w.State)
		}
	}
	switch {
	case len(joined) > 1, !ended && len(joined) != 1:
		c.t.Errorf("%d agents have joined", len(joined))
	case len(joined) == 1 && holder != joined[0] && !ended:
		c.t.Errorf("%s has joined, %s has the contact", joined[0], holder)
	}
}
