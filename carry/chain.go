package carry

import (
	"bytes"
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/perch-chat/perch/blob"
)

// document is a transcript or a record that lies on the heap.
type document struct {
	key     string // of the file that it came in
	piece   blob.Piece
	sum     [32]byte
	first   time.Time // when its contact began, as far as it says so
	updated time.Time // of a record
	past    string    // of a record: the contact that its own is related to
	follows string    // of a record: the contact before its own in the chat
	over    bool      // of a record: the contact has ended
}

// contact is what is known of a contact.
type contact struct {
	id, initial        string
	transcript, record *document
}

func (c *contact) began() time.Time {
	var at time.Time
	for _, d := range []*document{c.record, c.transcript} {
		if d != nil && !d.first.IsZero() && (at.IsZero() || d.first.Before(at)) {
			at = d.first
		}
	}
	return at
}

func (c *contact) file() string {
	if c.transcript != nil {
		return c.transcript.key
	}
	if c.record != nil {
		return c.record.key
	}
	return ""
}

// chain is the contacts of a chat, in their order.
type chain struct {
	initial  string
	contacts []*contact
	past     string // the contact that it continues
	before   *chain // that contact's, if it is to be imported as well
	level    int    // how many chats it continues of those; -1 until it is known
}

// chains are all that is to be imported.
type chains struct {
	mu       sync.Mutex
	contacts map[string]*contact
	levels   [][]*chain // those that continue none of the others first
	total    int
}

func newChains() *chains { return &chains{contacts: map[string]*contact{}} }

func (c *chains) of(id string) *contact {
	of, ok := c.contacts[id]
	if !ok {
		of = &contact{id: id, initial: id}
		c.contacts[id] = of
	}
	return of
}

// before reports whether, of two transcripts of a contact, one counts before the
// other: that in a file which has the contact's name, as Amazon gives it, and among
// such the first by name.
func (d *document) before(o *document, id string) bool {
	named := func(d *document) int {
		if strings.HasPrefix(path.Base(d.key), id) {
			return 0
		}
		return 1
	}
	return cmp.Or(named(d)-named(o), cmp.Compare(d.key, o.key)) < 0
}

// addTranscript notes a transcript. Of two of one contact one counts, whichever was
// read first.
func (c *chains) addTranscript(id, initial string, d *document, r *report) {
	c.mu.Lock()
	defer c.mu.Unlock()
	of := c.of(id)
	if other := of.transcript; other != nil {
		if other.sum == d.sum {
			r.count(func(r *Report) { r.Skipped++ })
			return
		}
		if other.before(d, id) {
			other, d = d, other
		}
		r.refuse(Remark{File: other.key, Contact: id, Reason: "the file " + d.key + " is of the same contact and says something else", Do: "find out which is right, and leave the other out"})
		if d == of.transcript {
			return
		}
	}
	of.transcript, of.initial = d, initial
}

// addRecord notes a contact record. They come several times over: the newest counts.
func (c *chains) addRecord(id, initial string, d *document) {
	c.mu.Lock()
	defer c.mu.Unlock()
	of := c.of(id)
	if old := of.record; old != nil && (old.updated.After(d.updated) || old.updated.Equal(d.updated) && bytes.Compare(old.sum[:], d.sum[:]) >= 0) {
		return
	}
	if of.record = d; of.transcript == nil { // a transcript says it as well
		of.initial = initial
	}
}

// order makes chains of the contacts, and puts those before others that they
// continue.
func (c *chains) order(r *report) {
	byFirst := map[string]*chain{}
	for _, id := range slices.Sorted(maps.Keys(c.contacts)) {
		of := c.contacts[id]
		if of.record != nil {
			r.count(func(r *Report) { r.Records++ })
		}
		if first, ok := c.contacts[of.initial]; ok && first.initial != of.initial {
			r.refuse(Remark{File: of.file(), Contact: of.initial, Reason: "its InitialContactId is that of a contact which is not the first of its own chat", Do: "correct one of the two"})
			continue
		}
		in, ok := byFirst[of.initial]
		if !ok {
			in = &chain{initial: of.initial, level: -1}
			byFirst[of.initial] = in
		}
		in.contacts = append(in.contacts, of)
	}
	for _, first := range slices.Sorted(maps.Keys(byFirst)) {
		in := byFirst[first]
		if !in.settle(r) {
			delete(byFirst, first)
		}
	}
	for _, first := range slices.Sorted(maps.Keys(byFirst)) {
		in := byFirst[first]
		if of, ok := c.contacts[in.past]; ok {
			in.before = byFirst[of.initial]
		}
	}
	for _, first := range slices.Sorted(maps.Keys(byFirst)) {
		c.place(byFirst[first], r)
	}
}

// settle puts the contacts of a chain into their order, and reports whether it can
// be imported.
func (in *chain) settle(r *report) bool {
	behind := in.behind()
	second := func(c *contact) time.Time { return c.began().Truncate(time.Second) }
	slices.SortFunc(in.contacts, func(a, b *contact) int { // records know seconds alone, in which a chat can go through several hands
		return cmp.Or(isFirst(b, in)-isFirst(a, in), second(a).Compare(second(b)), behind[a.id]-behind[b.id], a.began().Compare(b.began()), cmp.Compare(a.id, b.id))
	})
	first := in.contacts[0]
	if first.id != in.initial {
		r.note(Remark{File: first.file(), Contact: in.initial, Reason: "there is neither a transcript nor a record of the chat's first contact; it is imported as one in which nothing was said", Do: "import the chat again into a new instance, once there is one"})
		in.contacts = slices.Insert(in.contacts, 0, &contact{id: in.initial, initial: in.initial})
	}
	if first.record != nil {
		in.past = first.record.past
	}
	for _, of := range in.contacts {
		if of.record != nil && !of.record.over && of.transcript == nil {
			r.refuse(Remark{File: of.file(), Contact: in.initial, Reason: "the contact " + of.id + " has not ended, by its record", Do: "import it once there is a record of its end"})
			return false
		}
	}
	return true
}

// behind is how many contacts of the chain there are before each, as far as the
// records say which follows which.
func (in *chain) behind() map[string]int {
	follows := map[string]string{}
	for _, c := range in.contacts {
		if c.record != nil && c.record.follows != "" {
			follows[c.id] = c.record.follows
		}
	}
	out := map[string]int{}
	for _, c := range in.contacts {
		for at := follows[c.id]; at != "" && out[c.id] < len(in.contacts); at = follows[at] { // they may lead round
			out[c.id]++
		}
	}
	return out
}

func isFirst(c *contact, in *chain) int {
	if c.id == in.initial {
		return 1
	}
	return 0
}

// place gives a chain its level, and those that it continues theirs. Chains that
// lead back to themselves are cut where that is noticed.
func (c *chains) place(in *chain, r *report) {
	var path []*chain
	on := map[*chain]bool{}
	for at := in; at != nil && at.level < 0; at = at.before {
		path, on[at] = append(path, at), true
		if on[at.before] {
			r.note(Remark{File: at.contacts[0].file(), Contact: at.initial, Reason: "by the records, the chat continues one that continues it; it is imported without a past", Do: "correct the RelatedContactId of one of the records"})
			at.before, at.past = nil, ""
		}
	}
	for _, at := range slices.Backward(path) {
		at.level = 0
		if at.before != nil {
			at.level = at.before.level + 1
		}
		for len(c.levels) <= at.level {
			c.levels = append(c.levels, nil)
		}
		c.levels[at.level] = append(c.levels[at.level], at)
		c.total++
	}
}
