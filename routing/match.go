package routing

import (
	"cmp"
	"container/heap"
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
	Idle   time.Time // since when the agent counts as free, by the profile's timer
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
// Contacts only become fewer and agents only fuller as offers are made, so an agent
// for whom there is nothing is done with. An offer costs as much as the agent has
// queues, and what is passed over in them.
//
// doc: concepts-routing.md
func Match(waiting []Waiting, agents []Candidate, now time.Time) []Offer {
	lines := line(waiting, now)
	next := make(byIdleness, 0, len(agents))
	for i, a := range agents {
		if a.Load < a.Slots {
			next = append(next, turn{a, i})
		}
	}
	heap.Init(&next)
	var offers []Offer
	for len(next) > 0 {
		a := &next[0].Candidate
		w := lines.first(a, now)
		if w == nil {
			heap.Pop(&next)
			continue
		}
		w.taken = true
		offers = append(offers, Offer{w.Contact, a.User})
		if a.Load, a.Idle = a.Load+1, now; a.Load >= a.Slots {
			heap.Pop(&next)
			continue
		}
		heap.Fix(&next, 0)
	}
	return offers
}

// turn is an agent who waits for the next contact; the place among those given
// decides between equals.
type turn struct {
	Candidate
	place int
}

// byIdleness has the agent who is next on top.
type byIdleness []turn

func (t byIdleness) Len() int      { return len(t) }
func (t byIdleness) Swap(i, j int) { t[i], t[j] = t[j], t[i] }
func (t byIdleness) Less(i, j int) bool {
	return cmp.Or(t[i].Idle.Compare(t[j].Idle), t[i].Load-t[j].Load, t[i].place-t[j].place) < 0
}
func (t *byIdleness) Push(x any) { *t = append(*t, x.(turn)) }
func (t *byIdleness) Pop() any {
	last := len(*t) - 1
	x := (*t)[last]
	*t = (*t)[:last]
	return x
}

// inLine is a contact in its queue.
type inLine struct {
	Waiting
	taken bool
}

// ahead orders contacts of equal queues.
func (w *inLine) ahead(o *inLine, now time.Time) int {
	return cmp.Or(cmp.Compare(w.Place.Priority, o.Place.Priority), cmp.Compare(o.age(now), w.age(now)))
}

// queues are the contacts that wait, each in its queue or in an agent's own, in the
// order in which they are to go.
type queues struct {
	of  map[perch.QueueID][]*inLine
	own map[perch.UserID][]*inLine
}

func line(waiting []Waiting, now time.Time) queues {
	all := make([]*inLine, len(waiting))
	for i, w := range waiting {
		all[i] = &inLine{Waiting: w}
	}
	slices.SortStableFunc(all, func(a, b *inLine) int { return a.ahead(b, now) })
	q := queues{of: map[perch.QueueID][]*inLine{}, own: map[perch.UserID][]*inLine{}}
	for _, w := range all {
		if w.User != "" {
			q.own[w.User] = append(q.own[w.User], w)
		} else {
			q.of[w.Queue] = append(q.of[w.Queue], w)
		}
	}
	return q
}

// first is the contact that an agent is to get; nil for none.
func (q *queues) first(a *Candidate, now time.Time) *inLine {
	var w *inLine
	if w, q.own[a.User] = a.pick(q.own[a.User], Served{}, now); w != nil {
		return w
	}
	var best *inLine
	rank := 0
	for _, s := range a.Queues {
		if best != nil && s.Priority > rank {
			continue
		}
		if w, q.of[s.Queue] = a.pick(q.of[s.Queue], s, now); w == nil {
			continue
		}
		if best == nil || s.Priority < rank || w.ahead(best, now) < 0 {
			best, rank = w, s.Priority
		}
	}
	return best
}

// pick is the first contact of a queue that may go to an agent, and the queue
// without those at its head that have gone.
func (a *Candidate) pick(queue []*inLine, s Served, now time.Time) (*inLine, []*inLine) {
	for len(queue) > 0 && queue[0].taken {
		queue = queue[1:]
	}
	for _, w := range queue {
		if w.taken || a.Had[w.Contact] {
			continue
		}
		if w.User != "" || w.age(now) >= s.Delay && a.can(w.asks(now)) {
			return w, queue
		}
	}
	return nil, queue
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
