// Package routing brings waiting contacts and free agents together: statuses,
// queues, offers and what becomes of them, transfers, after-contact work.
//
// Every decision that two could take at once is a condition of a statement, so
// that one of them wins whatever races. Taking an offer and joining the chat
// are one commit.
//
// Every turn changes rows in one order: of the waiting contact, of the agent, of
// the agent's work. Where processes share a database, the first of these makes
// others wait, and what a turn counts or finds after it is what is so: an
// agent's slots hold, and an offer is not left behind by a chat that ends.
package routing

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/bus"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/store"
)

const (
	// topic is rung when a contact or an agent may have become free.
	topic = "routing"
	// rescan is how long a lost ring can delay a match.
	rescan = 2 * time.Second
	// offersAtOnce is how many offers are under way at the same time.
	offersAtOnce = 256
	// DueOffer comes due when an offer has not been answered.
	DueOffer = "routing.offer"
	// DueAccept comes due at once with an offer that is accepted by itself.
	DueAccept = "routing.accept"
	// DueAfterWork comes due when after-contact work has lasted its time.
	DueAfterWork = "routing.after_work"
)

// Options of a Router.
type Options struct {
	Store    *store.Store
	Chats    *chat.Chats
	Settings *catalog.Catalog
	Bus      bus.Bus
	Now      func() time.Time
	Log      *slog.Logger
	// Connected are the agents who have a socket open at this process. Who has had
	// one and has had none anywhere for GoneAfter goes offline; nobody does where
	// that is 0.
	Connected func() []perch.UserID
	GoneAfter time.Duration
	// LastAgentFor is how long the agent of the chat that one continues is asked
	// before all others, where the chat itself does not say; 0 is not at all.
	LastAgentFor time.Duration
}

// Router is the routing of all instances.
type Router struct {
	opts Options
	asks chan chan bool // see Quiet
	seen time.Time      // when it was last noted who is connected; Run's
}

// New makes a Router; matching happens while Run runs.
func New(opts Options) *Router { return &Router{opts: opts, asks: make(chan chan bool)} }

func (r *Router) poke() { r.opts.Bus.Ring(topic, 0, nil) }

// Run offers waiting contacts to free agents until ctx is done.
func (r *Router) Run(ctx context.Context) error {
	rung := make(chan struct{}, 1)
	stop := r.opts.Bus.Watch(topic, func(bus.Signal) {
		select {
		case rung <- struct{}{}:
		default: // a match is to come anyway
		}
	})
	defer stop()
	tick := time.NewTicker(rescan)
	defer tick.Stop()
	var answer chan bool // of who waits for quiet
	for {
		if err := r.attend(ctx, r.opts.Now().UTC()); err != nil && ctx.Err() == nil {
			r.opts.Log.ErrorContext(ctx, "looking which agents are there failed; trying again", "error", err)
		}
		made, err := r.match(ctx)
		if err != nil && ctx.Err() == nil {
			r.opts.Log.ErrorContext(ctx, "matching contacts and agents failed; trying again", "error", err)
		}
		if answer != nil {
			answer <- made > 0
			answer = nil
		}
		select {
		case <-ctx.Done():
			return nil
		case answer = <-r.asks:
		case <-rung:
		case <-tick.C:
		}
	}
}

// Quiet has all offers made that can be made now, and tells whether there were
// any. Run must be running.
//
// Errors: that of ctx, when it is done first.
func (r *Router) Quiet(ctx context.Context) (busy bool, err error) {
	answer := make(chan bool, 1)
	select {
	case r.asks <- answer:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	select {
	case busy = <-answer:
		return busy, nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

// match makes all offers that can be made now, and counts them.
func (r *Router) match(ctx context.Context) (made int, err error) {
	candidates, err := r.candidates(ctx)
	if err != nil || len(candidates) == 0 {
		return 0, err
	}
	waiting, err := r.opts.Store.Unoffered(ctx)
	if err != nil || len(waiting) == 0 {
		return 0, err
	}
	byContact := map[perch.ContactID]store.Waiting{}
	queue := make([]Waiting, 0, len(waiting))
	for _, w := range waiting {
		byContact[w.Contact] = w
		queue = append(queue, Waiting{Contact: w.Contact, Queue: w.Queue, User: w.User, Since: w.Since, Place: w.Place})
	}
	byUser := map[perch.UserID]Candidate{}
	for _, c := range candidates {
		byUser[c.User] = c
	}
	now := r.opts.Now().UTC()
	offers := Match(queue, candidates, now)
	// At the same time, so that they share their commits.
	errs := make([]error, len(offers))
	var all sync.WaitGroup
	hands := make(chan struct{}, offersAtOnce)
	for i, o := range offers {
		hands <- struct{}{}
		all.Go(func() {
			defer func() { <-hands }()
			if err := r.offer(ctx, byContact[o.Contact], byUser[o.User], now); !errors.Is(err, errLost) {
				errs[i] = err
			}
		})
	}
	all.Wait()
	return len(offers), errors.Join(errs...)
}

// candidates are the agents who can be offered something now.
func (r *Router) candidates(ctx context.Context) ([]Candidate, error) {
	agents, err := r.opts.Store.RoutableAgents(ctx)
	if err != nil || len(agents) == 0 {
		return nil, err
	}
	had, err := r.opts.Store.WorkOfRoutable(ctx)
	if err != nil {
		return nil, err
	}
	var out []Candidate
	for _, a := range agents {
		u, err := r.opts.Settings.User(ctx, a.Instance, a.User)
		if err == nil {
			err = r.fill(ctx, &out, a, u, had[a.User])
		}
		if err != nil && perch.KindOf(err) != perch.NotFound { // else somebody of before
			return nil, err
		}
	}
	return out, nil
}

// fill adds an agent who has a free slot.
func (r *Router) fill(ctx context.Context, out *[]Candidate, a store.Agent, u catalog.User, had []perch.ContactID) error {
	profile, err := r.opts.Settings.RoutingProfile(ctx, a.Instance, u.RoutingProfile)
	if err != nil || a.Load >= profile.ChatConcurrency {
		return err
	}
	c := Candidate{User: a.User, AutoAccept: u.AutoAccept, Idle: a.Idle, Slots: profile.ChatConcurrency, Load: a.Load, Skills: u.Proficiencies, Had: map[perch.ContactID]bool{}}
	if profile.Timer == catalog.SinceLastInbound {
		c.Idle = a.Handed
	}
	for _, contact := range had {
		c.Had[contact] = true
	}
	for _, q := range profile.Queues {
		c.Queues = append(c.Queues, Served{Queue: q.Queue, Priority: q.Priority, Delay: time.Duration(q.Delay) * time.Second})
	}
	*out = append(*out, c)
	return nil
}

func (r *Router) profile(ctx context.Context, instance perch.InstanceID, user perch.UserID) (catalog.RoutingProfile, error) {
	u, err := r.opts.Settings.User(ctx, instance, user)
	if err != nil {
		return catalog.RoutingProfile{}, err
	}
	return r.opts.Settings.RoutingProfile(ctx, instance, u.RoutingProfile)
}

var errLost = errors.New("somebody else was faster")

// offer makes one offer, if the contact still waits and the agent is still free.
func (r *Router) offer(ctx context.Context, w store.Waiting, to Candidate, now time.Time) error {
	return r.offerBy(ctx, w, to, now, func(o store.Work, lost error) store.Write { return store.InsertOffer(o, to.Slots, lost) },
		store.HandAgent(to.User, now))
}

// offerBy makes an offer by a statement that decides whether it may be made;
// agent is what becomes of the agent's row with it.
func (r *Router) offerBy(ctx context.Context, w store.Waiting, to Candidate, now time.Time,
	insert func(store.Work, error) store.Write, agent store.Write) error {
	expires, user, next := now.Add(perch.OfferFor), to.User, now.Add(perch.OfferFor)
	writes := append(r.opts.Store.Pass(),
		store.OfferWaiting(w.Contact, user, errLost),
		agent,
		insert(store.Work{User: user, Contact: w.Contact, Session: w.Session, Instance: w.Instance,
			Since: now, Expires: expires, Queue: w.Queue}, errLost),
		store.SetDue(perch.Due{Session: w.Session, Kind: DueOffer, Key: string(w.Contact), Contact: w.Contact, At: expires, Body: []byte(user)}))
	if to.AutoAccept { // by a row, so that a crash between the two costs no offer
		next = now
		writes = append(writes, store.SetDue(perch.Due{Session: w.Session, Kind: DueAccept, Key: string(w.Contact), Contact: w.Contact, At: now, Body: []byte(user)}))
	}
	err := r.opts.Store.Commit(store.Turn{Writes: writes})
	if err == nil {
		r.opts.Bus.Ring(perch.TopicDue, next.UnixMilli(), nil)
		r.ring(ctx, user)
	}
	return err
}

// OfferExpired marks an offer that nobody has answered as missed; the contact
// waits on, in its place.
func (r *Router) OfferExpired(ctx context.Context, d perch.Due) error {
	user := perch.UserID(d.Body)
	now := r.opts.Now().UTC()
	writes := r.closeOffer(user, d.Contact, store.Missed, now)
	writes[len(writes)-1].Rows = store.Any // the row must go, whatever has become of the offer
	err := r.opts.Store.Commit(store.Turn{Writes: append(writes, store.TakeDue(d, chat.ErrTaken))})
	r.poke()
	r.ring(ctx, user)
	return err
}

func (r *Router) closeOffer(user perch.UserID, contact perch.ContactID, as store.WorkState, now time.Time) []store.Write {
	return append(r.opts.Store.Pass(), store.ReturnWaiting(contact, user), store.TouchAgent(user),
		store.CloseOffer(user, contact, as, now, errNoOffer))
}

var errNoOffer = perch.Errorf(perch.Conflict, "the contact is not offered to you any more")

// Enqueue puts a contact into the queue that its flow has chosen, and tells the
// flow what became of it.
// doc: transfer-to-queue.md
func (r *Router) Enqueue(ctx context.Context, d perch.Due) error {
	return r.fitting(ctx, d, r.enqueue)
}

// Closed is told of every contact that is over, inside the turn that closes it.
func (r *Router) Closed(t *chat.Turn, c perch.Contact) {
	work, err := r.opts.Store.WorkWith(t.Context(), c.ID)
	r.ringAfter(t, work, err)
	t.Record(r.opts.Store.Pass()...)
	t.Record(store.DeleteWaiting(c.ID), store.TouchAgentsOf(c.ID), store.SettleStatusOf(c.ID, t.Now),
		store.EndWorkOn(c.ID, t.Now), store.DropOffers(c.ID))
	r.monitorsEnd(t, c.ID)
	r.limitWork(t, c)
	t.DropDue(DueOffer, string(c.ID))
	t.DropDue(perch.DueEnqueue, string(c.ID))
	if c.Agent != "" {
		t.StartWork(c.ID)
	}
	t.After(r.poke)
}

// Returned is told of a contact whose agent has left before the whispers were
// over, inside the turn in which that happens: it waits on, in its place. The
// agent has the contact to clear, and is not asked again before that.
func (r *Router) Returned(t *chat.Turn, c perch.Contact) {
	work, err := r.opts.Store.WorkWith(t.Context(), c.ID)
	r.ringAfter(t, work, err)
	t.Record(r.opts.Store.Pass()...)
	t.Record(store.RestoreWaiting(store.Waiting{Contact: c.ID, Session: t.State().ID, Instance: t.State().Instance,
		Queue: c.Queue, User: c.QueueUser, Since: c.Enqueued}),
		store.TouchAgentsOf(c.ID), store.EndWorkOn(c.ID, t.Now))
	r.limitWork(t, c)
	// Its place is in its details, which routing reads in a turn of its own.
	t.Due(perch.DueReorder, string(c.ID), t.Now, nil)
	t.After(r.poke)
}
