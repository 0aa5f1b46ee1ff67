package routing_test

import (
	"fmt"
	"testing"

	"github.com/anishathalye/porcupine"

	"github.com/perch-chat/perch/store"
)

// The model is one contact, as all agents see it. What nobody asks for, that a
// contact is offered to somebody, may happen at any moment.

// nobody is no agent.
const nobody = -1

// standing is where a contact stands.
type standing struct {
	offered, holder int // agents
	over            bool
	had             [staffed]store.WorkState // of each agent: what is to be cleared
}

// staffed is how many agents there are.
const staffed = 5

// deed is what somebody asks for.
type deed struct {
	what    string // accept, reject, expire, transfer, end, clear, leave, look
	contact int
	agent   int
}

// result is what came of it: for look the agent's state, else done or refused.
type result struct {
	done  bool
	state store.WorkState
}

func unasked() standing { return standing{offered: nobody, holder: nobody} }

// offers are the standings that a contact may come to by itself.
func (s standing) offers() []standing {
	all := []standing{s}
	if s.over || s.offered != nobody || s.holder != nobody {
		return all
	}
	for a := range staffed {
		if s.had[a] == "" {
			next := s
			next.offered = a
			all = append(all, next)
		}
	}
	return all
}

// of is what an agent has the contact as.
func (s standing) of(agent int) store.WorkState {
	switch agent {
	case s.offered:
		return store.Incoming
	case s.holder:
		return store.Connected
	}
	return s.had[agent]
}

// after is what a deed makes of a standing, if it can have had this result.
func (s standing) after(d deed, r result) (standing, bool) {
	is := store.WorkState("")
	if d.agent != nobody {
		is = s.of(d.agent)
	}
	next, can := s, false
	switch d.what {
	case "look":
		return s, r.state == is
	case "accept":
		can = is == store.Incoming || is == store.Connected
		next.offered, next.holder = nobody, d.agent
	case "reject", "expire":
		can = is == store.Incoming
		next.offered, next.had[d.agent] = nobody, map[string]store.WorkState{"reject": store.Rejected, "expire": store.Missed}[d.what]
	case "transfer", "end":
		can = is == store.Connected
		next.over, next.holder, next.had[d.agent] = true, nobody, store.EndedWork
	case "clear":
		can = is == store.Missed || is == store.Rejected || is == store.EndedWork
		next.had[d.agent] = ""
	case "leave":
		can = !s.over
		next.over, next.offered = true, nobody
		if s.holder != nobody {
			next.holder, next.had[s.holder] = nobody, store.EndedWork
		}
	}
	switch {
	case !r.done && d.what == "expire": // the row may have been of an offer before
		return s, true
	case !r.done:
		return s, !can
	}
	return next, can
}

// contactModel judges histories, each contact by itself.
func contactModel() porcupine.Model {
	m := porcupine.NondeterministicModel{
		Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
			of := map[int][]porcupine.Operation{}
			for _, o := range history {
				contact := o.Input.(deed).contact
				of[contact] = append(of[contact], o)
			}
			var all [][]porcupine.Operation
			for _, part := range of {
				all = append(all, part)
			}
			return all
		},
		Init: func() []any { return []any{unasked()} },
		Step: func(state, input, output any) (all []any) {
			for _, s := range state.(standing).offers() {
				if next, ok := s.after(input.(deed), output.(result)); ok {
					all = append(all, next)
				}
			}
			return all
		},
		Equal: func(a, b any) bool { return a.(standing) == b.(standing) },
		DescribeOperation: func(input, output any) string {
			d, r := input.(deed), output.(result)
			return fmt.Sprintf("%s contact %d by agent %d: %v %s", d.what, d.contact, d.agent, r.done, r.state)
		},
	}
	return m.ToModel()
}

// The judge itself is judged: it lets a sound history pass and no other.
func TestHistoriesThatCannotHaveBeenAreFound(t *testing.T) {
	t.Parallel()
	type line struct {
		deed
		result
	}
	yes, no := result{done: true}, result{}
	sees := func(s store.WorkState) result { return result{state: s} }
	for name, c := range map[string]struct {
		lines []line
		want  bool
	}{
		"a contact's way": {[]line{{deed{"look", 0, 1}, sees(store.Incoming)}, {deed{"reject", 0, 1}, yes}, {deed{"accept", 0, 2}, yes}, {deed{"accept", 0, 2}, yes},
			{deed{"accept", 0, 1}, no}, {deed{"transfer", 0, 2}, yes}, {deed{"look", 0, 2}, sees(store.EndedWork)}, {deed{"clear", 0, 2}, yes}}, true},
		"two holders":                    {[]line{{deed{"accept", 0, 1}, yes}, {deed{"accept", 0, 2}, yes}}, false},
		"accepted what was missed":       {[]line{{deed{"look", 0, 1}, sees(store.Incoming)}, {deed{"expire", 0, 1}, yes}, {deed{"accept", 0, 1}, yes}}, false},
		"offered again before the clear": {[]line{{deed{"reject", 0, 1}, yes}, {deed{"look", 0, 1}, sees(store.Incoming)}}, false},
		"offered again after it":         {[]line{{deed{"reject", 0, 1}, yes}, {deed{"clear", 0, 1}, yes}, {deed{"look", 0, 1}, sees(store.Incoming)}}, true},
		"handed over twice":              {[]line{{deed{"accept", 0, 1}, yes}, {deed{"transfer", 0, 1}, yes}, {deed{"transfer", 0, 1}, yes}}, false},
		"refused without a reason":       {[]line{{deed{"accept", 0, 1}, yes}, {deed{"end", 0, 1}, no}}, false},
		"an offer that outlives its chat": {[]line{{deed{"look", 0, 1}, sees(store.Incoming)}, {deed{"leave", 0, nobody}, yes},
			{deed{"look", 0, 1}, sees(store.Incoming)}}, false},
		"other contacts are others": {[]line{{deed{"accept", 0, 1}, yes}, {deed{"accept", 1, 2}, yes}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var history []porcupine.Operation
			for n, l := range c.lines {
				history = append(history, porcupine.Operation{ClientId: 0, Input: l.deed, Output: l.result, Call: int64(2 * n), Return: int64(2*n + 1)})
			}
			if got := porcupine.CheckOperations(contactModel(), history); got != c.want {
				t.Errorf("the history is judged %v", got)
			}
		})
	}
}
