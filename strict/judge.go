package strict

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
)

// mostContacts is how many contacts a finding names; the others are counted.
const mostContacts = 100

// Judge has calls held to some rules, and remembers where calls broke others. It is
// safe for concurrent use.
type Judge struct {
	mu      sync.Mutex
	on      map[Rule]bool
	explain bool
	recent  tally // since Forget
	whole   tally // since the beginning
}

// New makes a judge who holds calls to nothing and tells nothing.
func New() *Judge { return &Judge{recent: tally{}, whole: tally{}} }

// Set says which rules hold from now on, and whether it is told where others are
// broken.
func (j *Judge) Set(rules []Rule, explain bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.on, j.explain = map[Rule]bool{}, explain
	for _, r := range rules {
		j.on[r] = true
	}
}

// Says is which rules hold, by name, and whether it is told where others are broken.
func (j *Judge) Says() (rules []Rule, explain bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Sorted(maps.Keys(j.on)), j.explain
}

// Forget begins a new report.
func (j *Judge) Forget() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.recent = tally{}
}

// Finding is where calls broke one rule.
type Finding struct {
	Rule   Rule
	Amazon string // what Amazon does
	// Passed is how many calls perch let pass since the rule did not hold, and
	// Refused how many it did not.
	Passed, Refused int
	Operations      map[string]int // how many of each; what flows do is "flow"
	Contacts        []string       // some of those that they were about, the first ones
	More            int            `json:",omitempty"` // contacts that are not named
}

// tally is the findings by their rules.
type tally map[Rule]*Finding

// Report is what was found since Forget, by rule.
func (j *Judge) Report() []Finding { return j.report(&j.recent) }

// Whole is what was found since the beginning, by rule.
func (j *Judge) Whole() []Finding { return j.report(&j.whole) }

func (j *Judge) report(of *tally) []Finding {
	j.mu.Lock()
	defer j.mu.Unlock()
	out := make([]Finding, 0, len(*of))
	for _, f := range *of {
		one := *f
		one.Operations, one.Contacts = maps.Clone(f.Operations), slices.Clone(f.Contacts)
		out = append(out, one)
	}
	slices.SortFunc(out, func(a, b Finding) int { return cmp.Compare(a.Rule, b.Rule) })
	return out
}

func (t tally) add(r Rule, refused bool, operation, contact string) {
	f := t[r]
	if f == nil {
		d, _ := Of(r)
		f = &Finding{Rule: r, Amazon: d.Amazon, Operations: map[string]int{}, Contacts: []string{}}
		t[r] = f
	}
	f.Operations[operation]++
	if refused {
		f.Refused++
	} else {
		f.Passed++
	}
	switch {
	case contact == "" || slices.Contains(f.Contacts, contact):
	case len(f.Contacts) < mostContacts:
		f.Contacts = append(f.Contacts, contact)
	default:
		f.More++
	}
}

// asked tells whether a rule holds, and whether anybody wants to know.
func (j *Judge) asked(r Rule) (holds, told bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.on[r], j.explain || j.on[r]
}

// Call is one call as a judge sees it, or all that flows do.
type Call struct {
	judge     *Judge
	operation string
	lasting   bool // there is no end of it

	mu      sync.Mutex
	contact string
	found   map[Rule]Broken
}

// Broken is one rule that a call has broken.
type Broken struct {
	Rule    Rule
	Refused bool
	contact string
}

// Call begins a call of an operation. Done ends it.
func (j *Judge) Call(operation string) *Call {
	return &Call{judge: j, operation: operation, found: map[Rule]Broken{}}
}

// Flows is what happens without a call: flows go on.
func (j *Judge) Flows() *Call { return &Call{judge: j, operation: "flow", lasting: true} }

// Found are the rules that the call has broken so far, by name.
func (c *Call) Found() []Broken {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.SortedFunc(maps.Values(c.found), func(a, b Broken) int { return cmp.Compare(a.Rule, b.Rule) })
}

// Done puts what was found into the judge's report: once, however often a call
// looked at a rule.
func (c *Call) Done() {
	for _, b := range c.Found() {
		c.judge.count(b, c.operation, cmp.Or(b.contact, c.contact))
	}
}

func (j *Judge) count(b Broken, operation, contact string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.recent.add(b.Rule, b.Refused, operation, contact)
	j.whole.add(b.Rule, b.Refused, operation, contact)
}

type key struct{}

// With has what is done in a context be judged.
func With(ctx context.Context, c *Call) context.Context { return context.WithValue(ctx, key{}, c) }

func of(ctx context.Context) *Call {
	c, _ := ctx.Value(key{}).(*Call)
	return c
}

// Watched tells whether anybody asks whether a rule is broken, for checks that cost
// something.
func Watched(ctx context.Context, r Rule) bool {
	c := of(ctx)
	if c == nil {
		return false
	}
	_, told := c.judge.asked(r)
	return told
}

// About says which contact a call is about, for the report.
func About(ctx context.Context, contact string) {
	if c := of(ctx); c != nil && !c.lasting {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.contact = contact
	}
}

// Holds is asked where a call does what Amazon would not let pass. True says that
// it must not pass here either; otherwise it is noted that it did. The contact is
// the one that it is about, if there is a better one than About has said.
func Holds(ctx context.Context, r Rule, contact string) bool {
	c := of(ctx)
	if c == nil {
		return false
	}
	holds, told := c.judge.asked(r)
	if !told {
		return false
	}
	b := Broken{r, holds, contact}
	if c.lasting {
		c.judge.count(b, c.operation, contact)
		return holds
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.found[r] = b
	return holds
}
