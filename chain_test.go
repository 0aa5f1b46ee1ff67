package perch_test

import (
	"fmt"
	"math/bits"
	"testing"

	"pgregory.net/rapid"

	"github.com/perch-chat/perch"
)

// forest is sessions and their links, as the store keeps them.
type forest map[perch.SessionID]*perch.Link

// grow adds a session that continues another one, which a Link needs nothing
// more of than that session's own link and the one it leaps to.
func (f forest) grow(id, source perch.SessionID) {
	if source == "" {
		f[id] = nil
		return
	}
	var leap *perch.Link
	if parent := f[source]; parent != nil {
		leap = f[parent.Jump]
	}
	l := perch.Link{Session: source}.Chain(f[source], leap)
	f[id] = &l
}

func (f forest) depth(id perch.SessionID) int {
	if l := f[id]; l != nil {
		return l.Depth
	}
	return 0
}

// ancestor walks to the session of a depth by the jumps, counting steps.
func (f forest) ancestor(id perch.SessionID, depth int) (_ perch.SessionID, steps int) {
	for f.depth(id) > depth {
		if l := f[id]; l.JumpDepth >= depth {
			id = l.Jump
		} else {
			id = l.Session
		}
		steps++
	}
	return id, steps
}

// lineage is the chain of a session, oldest first, walked link by link.
func (f forest) lineage(id perch.SessionID) []perch.SessionID {
	var chain []perch.SessionID
	for ; ; id = f[id].Session {
		chain = append(chain, id)
		if f[id] == nil {
			break
		}
	}
	for i, j := 0, len(chain)-1; i < j; i, j = i+1, j-1 {
		chain[i], chain[j] = chain[j], chain[i]
	}
	return chain
}

// enough steps to find any place in a chain of a length.
func enough(depth int) int { return 3 * bits.Len(uint(depth)) }

func TestJumpsLeadToEveryPlaceInALongChain(t *testing.T) {
	t.Parallel()
	const length = 4000
	f := forest{}
	f.grow("s0", "")
	for n := 1; n <= length; n++ {
		f.grow(name(n), name(n-1))
	}
	for n := 1; n <= length; n++ {
		l := f[name(n)]
		if l.Depth != n || l.Jump != name(l.JumpDepth) || l.JumpDepth >= n {
			t.Fatalf("session %d has %+v", n, l)
		}
	}
	worst := 0
	for from := length; from > 0; from -= 97 {
		for depth := range from + 1 {
			got, steps := f.ancestor(name(from), depth)
			if got != name(depth) {
				t.Fatalf("from %d to depth %d the jumps lead to %s", from, depth, got)
			}
			worst = max(worst, steps)
		}
	}
	if worst > enough(length) {
		t.Errorf("a place in a chain of %d took %d steps, want %d at most", length, worst, enough(length))
	}
}

func TestJumpsLeadToEveryPlaceInATree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := forest{}
		f.grow("s0", "")
		size := rapid.IntRange(1, 400).Draw(t, "sessions")
		for n := 1; n < size; n++ {
			switch back := rapid.IntRange(-1, 12).Draw(t, "continues"); {
			case back < 0:
				f.grow(name(n), "")
			case back < 9: // mostly the newest: long branches
				f.grow(name(n), name(n-1))
			default:
				f.grow(name(n), name(rapid.IntRange(0, n-1).Draw(t, "fork at")))
			}
		}
		for range 20 {
			id := name(rapid.IntRange(0, size-1).Draw(t, "from"))
			chain := f.lineage(id)
			if f.depth(id) != len(chain)-1 {
				t.Fatalf("%s has depth %d, and %d sessions lie behind it", id, f.depth(id), len(chain)-1)
			}
			depth := rapid.IntRange(0, len(chain)-1).Draw(t, "depth")
			got, steps := f.ancestor(id, depth)
			if got != chain[depth] || steps > enough(len(chain)) {
				t.Fatalf("from %s to depth %d the jumps lead to %s in %d steps, want %s", id, depth, got, steps, chain[depth])
			}
		}
	})
}

func TestALinkKeepsWhatItPointsToWhenChained(t *testing.T) {
	t.Parallel()
	l := perch.Link{Session: "s", Contact: "c", Through: 9, Type: perch.FromSegment}
	got := l.Chain(&perch.Link{Session: "r", Depth: 1, Jump: "r"}, nil)
	want := perch.Link{Session: "s", Contact: "c", Through: 9, Type: perch.FromSegment, Depth: 2, Jump: "s", JumpDepth: 1}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func name(n int) perch.SessionID { return perch.SessionID(fmt.Sprint("s", n)) }
