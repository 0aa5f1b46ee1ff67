package routing

import (
	"cmp"
	"slices"
	"time"

	"github.com/perch-chat/perch"
)

// Waiting is a contact that waits to be offered to somebody.
type Waiting struct {
	Contact perch.ContactID
	Queue   perch.QueueID
	User    perch.UserID // set where it waits for this agent alone
	Since   time.Time
	Place   perch.Place
}

// age is how long a contact has waited, or is taken to have.
func (w *Waiting) age(now time.Time) time.Duration {
	return now.Sub(w.Since) + time.Duration(w.Place.Seconds)*time.Second
}

// asks is the step that holds now, which says whom to ask; of nothing where all
// are.
// doc: concepts-routing.md, routing criteria
func (w *Waiting) asks(now time.Time) perch.RoutingStep {
	begins := w.Since
	if from := w.Place.Criteria.From; from.After(begins) {
		begins = from
	}
	asked := now.Sub(begins)
	for _, s := range w.Place.Criteria.Steps {
		lasts := time.Duration(s.Seconds) * time.Second
		if s.Seconds == 0 || asked < lasts {
			return s
		}
		asked -= lasts
	}
	return perch.RoutingStep{}
}

// Candidate is an agent who takes contacts now.
type Candidate struct {
	User   perch.UserID
	Idle   time.Time // since when nothing has been handed to this agent
	Slots  int
	Load   int // slots taken
	Queues []Served
	Skills []perch.Proficiency
	// AutoAccept says that what is offered is accepted by itself.
	AutoAccept bool
	// Had are contacts that the agent was offered and has not cleared.
	Had map[perch.ContactID]bool
}

// Served is a queue that an agent takes contacts of, once they have waited Delay.
type Served struct {
	Queue    perch.QueueID
	Priority int // lower first
	Delay    time.Duration
}

// Offer is a contact for an agent.
type Offer struct {
	Contact perch.ContactID
	User    perch.UserID
}

// Match pairs contacts with agents: an agent's own queue before all others,
// queues in the order of their priority to the agent, then the contact of the
// lowest priority number and among equals the one that has waited longest; it
// goes to the agent who has been idle longest, and among equals to the one with
// the least to do. It is a pure function of what is given, so that every node
// would decide alike.
//
// doc: concepts-routing.md
func Match(waiting []Waiting, agents []Candidate, now time.Time) []Offer {
	waiting, agents = slices.Clone(waiting), slices.Clone(agents)
	slices.SortStableFunc(waiting, func(a, b Waiting) int {
		if own := ownFirst(a) - ownFirst(b); own != 0 {
			return own
		}
		if first := cmp.Compare(a.Place.Priority, b.Place.Priority); first != 0 {
			return first
		}
		return cmp.Compare(b.age(now), a.age(now))
	})
	var offers []Offer
	for {
		offer, ok := best(waiting, agents, now)
		if !ok {
			return offers
		}
		offers = append(offers, offer)
		waiting = slices.DeleteFunc(waiting, func(w Waiting) bool { return w.Contact == offer.Contact })
		for i := range agents {
			if agents[i].User == offer.User {
				agents[i].Load++
				agents[i].Idle = now
			}
		}
	}
}

func ownFirst(w Waiting) int {
	if w.User != "" {
		return 0
	}
	return 1
}

// best is the next offer: the first agent in order of idleness that any contact
// may go to, and of those contacts the one that comes first for that agent.
func best(waiting []Waiting, agents []Candidate, now time.Time) (Offer, bool) {
	slices.SortStableFunc(agents, func(a, b Candidate) int {
		if c := a.Idle.Compare(b.Idle); c != 0 {
			return c
		}
		return a.Load - b.Load
	})
	for i := range agents {
		a := &agents[i]
		if a.Load >= a.Slots {
			continue
		}
		found, rank := -1, 0
		for j := range waiting {
			r, ok := a.takes(&waiting[j], now)
			if ok && (found < 0 || r < rank) {
				found, rank = j, r
			}
		}
		if found >= 0 {
			return Offer{waiting[found].Contact, a.User}, true
		}
	}
	return Offer{}, false
}

// takes reports whether a contact may go to this agent, and with which rank;
// the lowest goes first.
func (a *Candidate) takes(w *Waiting, now time.Time) (rank int, ok bool) {
	if a.Had[w.Contact] {
		return 0, false
	}
	if w.User != "" {
		return -1, w.User == a.User
	}
	for _, s := range a.Queues {
		if s.Queue == w.Queue && w.age(now) >= s.Delay {
			return s.Priority, a.can(w.asks(now))
		}
	}
	return 0, false
}

// can tells whether an agent is one of those that a step asks.
func (a *Candidate) can(asked perch.RoutingStep) bool {
	if len(asked.Agents) > 0 && !slices.Contains(asked.Agents, a.User) {
		return false
	}
	has := func(p perch.Proficiency) bool { return slices.ContainsFunc(a.Skills, p.By) }
	lacks := func(p perch.Proficiency) bool { return !has(p) }
	if slices.ContainsFunc(asked.All, lacks) || slices.ContainsFunc(asked.Not, has) {
		return false
	}
	return len(asked.Any) == 0 || slices.ContainsFunc(asked.Any, a.can)
}
