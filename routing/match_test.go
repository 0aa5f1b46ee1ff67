package routing_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/routing"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// draws are waiting contacts and agents, few enough to get in each other's way.
func drawWaiting(t *rapid.T) []routing.Waiting {
	var out []routing.Waiting
	for n := range rapid.IntRange(0, 12).Draw(t, "contacts") {
		w := routing.Waiting{Contact: perch.ContactID(fmt.Sprint("c", n)), Since: noon.Add(-time.Duration(rapid.IntRange(0, 40).Draw(t, "waited")) * time.Second), Place: drawPlace(t)}
		if rapid.IntRange(0, 3).Draw(t, "own") == 0 {
			w.User = drawUser(t)
		} else {
			w.Queue = drawQueue(t)
		}
		out = append(out, w)
	}
	return out
}

func drawPlace(t *rapid.T) perch.Place {
	at := perch.Place{Priority: rapid.SampledFrom([]int64{1, 5, 5, 5, 9}).Draw(t, "first"), Seconds: rapid.SampledFrom([]int{0, 0, -20, 15}).Draw(t, "adjusted")}
	for range rapid.IntRange(0, 2).Draw(t, "steps") {
		step := perch.RoutingStep{Seconds: rapid.IntRange(0, 3).Draw(t, "lasts") * 10}
		for range rapid.IntRange(0, 2).Draw(t, "asked") {
			step.All = append(step.All, drawSkill(t))
		}
		for range rapid.SampledFrom([]int{0, 0, 1, 2}).Draw(t, "named") {
			step.Agents = append(step.Agents, drawUser(t))
		}
		at.Criteria.Steps = append(at.Criteria.Steps, step)
		at.Criteria.From = noon.Add(-time.Duration(rapid.IntRange(0, 60).Draw(t, "since")) * time.Second)
	}
	return at
}

func drawSkill(t *rapid.T) perch.Proficiency {
	return perch.Proficiency{Name: "language", Value: rapid.SampledFrom([]string{"nb", "fr"}).Draw(t, "language"), Level: float64(rapid.IntRange(1, 3).Draw(t, "level"))}
}

func drawUser(t *rapid.T) perch.UserID {
	return perch.UserID(fmt.Sprint("u", rapid.IntRange(0, 4).Draw(t, "user")))
}

func drawQueue(t *rapid.T) perch.QueueID {
	return perch.QueueID(fmt.Sprint("q", rapid.IntRange(0, 2).Draw(t, "queue")))
}

func drawAgents(t *rapid.T) []routing.Candidate {
	var out []routing.Candidate
	for n := range rapid.IntRange(0, 5).Draw(t, "agents") {
		a := routing.Candidate{User: perch.UserID(fmt.Sprint("u", n)), Idle: noon.Add(-time.Duration(rapid.IntRange(0, 3).Draw(t, "idle")) * time.Minute),
			Slots: rapid.IntRange(1, 4).Draw(t, "slots"), Had: map[perch.ContactID]bool{}}
		a.Load = rapid.IntRange(0, a.Slots).Draw(t, "load")
		for q := range 3 {
			if rapid.Bool().Draw(t, "serves") {
				a.Queues = append(a.Queues, routing.Served{Queue: perch.QueueID(fmt.Sprint("q", q)),
					Priority: rapid.IntRange(1, 3).Draw(t, "priority"), Delay: time.Duration(rapid.IntRange(0, 2).Draw(t, "delay")) * 10 * time.Second})
			}
		}
		for range rapid.IntRange(0, 2).Draw(t, "skills") {
			a.Skills = append(a.Skills, drawSkill(t))
		}
		for range rapid.IntRange(0, 3).Draw(t, "had") {
			a.Had[perch.ContactID(fmt.Sprint("c", rapid.IntRange(0, 11).Draw(t, "which")))] = true
		}
		out = append(out, a)
	}
	return out
}

// place is where a contact stands in an agent's order: own queue, then the
// queue's priority, then the contact's, then age. ok is false where it may not go to this agent at all.
type place struct {
	own      bool
	priority int
	contact  int64
	since    time.Time // with the adjustment
}

func placeOf(a routing.Candidate, w routing.Waiting) (p place, ok bool) {
	if a.Had[w.Contact] {
		return p, false
	}
	since := w.Since.Add(-time.Duration(w.Place.Seconds) * time.Second)
	if w.User != "" {
		return place{own: true, contact: w.Place.Priority, since: since}, w.User == a.User
	}
	for _, q := range a.Queues {
		if q.Queue == w.Queue {
			return place{priority: q.Priority, contact: w.Place.Priority, since: since}, noon.Sub(since) >= q.Delay && suits(a, w)
		}
	}
	return p, false
}

func (p place) before(o place) bool {
	switch {
	case p.own != o.own:
		return p.own
	case p.priority != o.priority:
		return p.priority < o.priority
	case p.contact != o.contact:
		return p.contact < o.contact
	}
	return p.since.Before(o.since)
}

// suits tells whether an agent has what the step that holds at noon asks for:
// steps are walked by the instant at which each ends.
func suits(a routing.Candidate, w routing.Waiting) bool {
	ends := w.Since
	if w.Place.Criteria.From.After(ends) {
		ends = w.Place.Criteria.From
	}
	for _, step := range w.Place.Criteria.Steps {
		ends = ends.Add(time.Duration(step.Seconds) * time.Second)
		if step.Seconds > 0 && !noon.Before(ends) {
			continue // over
		}
		if len(step.Agents) > 0 && !slices.Contains(step.Agents, a.User) {
			return false
		}
		for _, asked := range step.All {
			best := 0.0
			for _, s := range a.Skills {
				if s.Name == asked.Name && s.Value == asked.Value {
					best = max(best, s.Level)
				}
			}
			if best < asked.Level {
				return false
			}
		}
		return true
	}
	return true
}

// referee replays offers one by one, and objects to those against the rules.
type referee struct {
	t       *rapid.T
	waiting map[perch.ContactID]routing.Waiting
	agents  map[perch.UserID]*routing.Candidate
}

func (r *referee) offer(o routing.Offer) {
	w, waits := r.waiting[o.Contact]
	a := r.agents[o.User]
	switch {
	case !waits:
		r.t.Fatalf("%s is offered, which waits no more", o.Contact)
	case a == nil:
		r.t.Fatalf("%s is offered to %s, who is not there", o.Contact, o.User)
	case a.Load >= a.Slots:
		r.t.Fatalf("%s is offered to %s, who has %d of %d", o.Contact, o.User, a.Load, a.Slots)
	}
	at, ok := placeOf(*a, w)
	if !ok {
		r.t.Fatalf("%s is offered to %s, who may not get it", o.Contact, o.User)
	}
	for _, other := range r.waiting {
		if p, ok := placeOf(*a, other); ok && p.before(at) {
			r.t.Fatalf("%s is offered %s before %s", o.User, o.Contact, other.Contact)
		}
	}
	for _, b := range r.agents {
		if !r.canTakeAny(*b) || b.User == a.User {
			continue
		}
		if b.Idle.Before(a.Idle) || b.Idle.Equal(a.Idle) && b.Load < a.Load {
			r.t.Fatalf("%s goes to %s, but %s has been idle for longer", o.Contact, a.User, b.User)
		}
	}
	delete(r.waiting, o.Contact)
	a.Load, a.Idle = a.Load+1, noon
}

func (r *referee) canTakeAny(a routing.Candidate) bool {
	for _, w := range r.waiting {
		if _, ok := placeOf(a, w); ok && a.Load < a.Slots {
			return true
		}
	}
	return false
}

func TestMatchMakesAllOffersThatTheRulesAllowAndNoOther(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		waiting, agents := drawWaiting(t), drawAgents(t)
		r := &referee{t: t, waiting: map[perch.ContactID]routing.Waiting{}, agents: map[perch.UserID]*routing.Candidate{}}
		for _, w := range waiting {
			r.waiting[w.Contact] = w
		}
		for _, a := range agents {
			r.agents[a.User] = &a
		}
		for _, o := range routing.Match(waiting, agents, noon) {
			r.offer(o)
		}
		for _, a := range r.agents {
			if r.canTakeAny(*a) {
				t.Fatalf("%s is free, and one of %v could go there", a.User, r.waiting)
			}
		}
	})
}

// Every node decides alike, and may look at what it has read once more.
func TestMatchIsAFunctionOfWhatIsGiven(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		waiting, agents := drawWaiting(t), drawAgents(t)
		beforeWaiting, beforeAgents := append([]routing.Waiting(nil), waiting...), append([]routing.Candidate(nil), agents...)
		first := routing.Match(waiting, agents, noon)
		if d := cmp.Diff(beforeWaiting, waiting) + cmp.Diff(beforeAgents, agents); d != "" {
			t.Fatalf("what was given has been changed: %s", d)
		}
		if d := cmp.Diff(first, routing.Match(waiting, agents, noon)); d != "" {
			t.Fatalf("the same twice comes out differently: %s", d)
		}
	})
}

// doc: concepts-routing-profiles-priority.md
func TestMatchFollowsTheDocumentedExampleOfPrioritiesAndDelays(t *testing.T) {
	t.Parallel()
	profile := []routing.Served{{Queue: "T1", Priority: 1}, {Queue: "T2", Priority: 1}, {Queue: "T3", Priority: 2, Delay: 20 * time.Second},
		{Queue: "T4", Priority: 3, Delay: 80 * time.Second}}
	waits := func(queue perch.QueueID, seconds int) routing.Waiting {
		return routing.Waiting{Contact: perch.ContactID(queue), Queue: queue, Since: noon.Add(-time.Duration(seconds) * time.Second)}
	}
	for name, c := range map[string]struct {
		waiting []routing.Waiting
		want    perch.ContactID
	}{
		"of the same priority, the oldest":          {[]routing.Waiting{waits("T1", 1), waits("T2", 2)}, "T2"},
		"priority before age":                       {[]routing.Waiting{waits("T3", 100), waits("T1", 1)}, "T1"},
		"a delay that is not over":                  {[]routing.Waiting{waits("T3", 19), waits("T4", 79)}, ""},
		"a delay that is over":                      {[]routing.Waiting{waits("T3", 20), waits("T4", 79)}, "T3"},
		"the last only when all others are empty":   {[]routing.Waiting{waits("T3", 20), waits("T4", 500)}, "T3"},
		"the last when the one before is too fresh": {[]routing.Waiting{waits("T3", 19), waits("T4", 80)}, "T4"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := perch.ContactID("")
			for _, o := range routing.Match(c.waiting, []routing.Candidate{{User: "u", Slots: 1, Queues: profile}}, noon) {
				got = o.Contact
			}
			if got != c.want {
				t.Errorf("%q is offered, want %q", got, c.want)
			}
		})
	}
}
