package search

import (
	"context"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// shownItems is how many items with what was looked for are shown of a contact.
const shownItems = 3

// Query asks for past contacts that have all of what it says.
type Query struct {
	Instance   perch.InstanceID
	Words      string // all of them; one that ends in * stands for all that begin like it
	Customer   string // words of the customer's name
	CustomerID string
	Contact    perch.ContactID
	Agent      perch.UserID
	Queue      perch.QueueID
	Tags       map[string]string
	From, Till time.Time // of the contact's end; zero is without limit

	// Within are whose contacts may be found: those of the agent, and those of the
	// queues; all of the instance if nil.
	Within *Within

	To    perch.Audience // whose view of what was said is shown
	After int64          // the ID of the last hit of the page before; 0 is none
	Limit int
}

// Within is a part of an instance's contacts.
type Within struct {
	Agent  perch.UserID
	Queues []perch.QueueID
}

// Hit is a contact that was found, and items in which something was that was looked
// for; none where no words were given.
type Hit struct {
	ID      int64
	Session *perch.Session
	Contact perch.Contact
	Items   []Item
}

// Item is an item with words that were found.
type Item struct {
	perch.Entry
	Fragments []Fragment
}

// Find finds contacts, those that ended last first. There is more behind a page
// that has Limit hits.
//
// Errors: Invalid for words without a letter or a digit.
func (s *Search) Find(ctx context.Context, q Query) ([]Hit, error) {
	words := wordsOf(q.Words)
	if len(words) == 0 && q.Words != "" {
		return nil, perch.InvalidField("words", "must hold a letter or a digit")
	}
	rows, err := s.opts.Store.FindWords(ctx, store.WordsQuery{All: q.terms(words), From: idFrom(q.From), Before: q.before(), Limit: q.Limit})
	if err != nil {
		return nil, err
	}
	var out []Hit
	for _, row := range rows {
		h, err := s.hit(ctx, row, words, q.To)
		if err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, nil
}

// terms are what all of a query's contacts have; of each list, one.
func (q Query) terms(words []string) [][]string {
	var all [][]string
	must := func(term string) { all = append(all, []string{term}) }
	for _, w := range words {
		must(w)
	}
	for _, w := range wordsOf(q.Customer) {
		must("_n" + w)
	}
	for letter, id := range map[string]string{"c": string(q.Contact), "a": string(q.Agent), "q": string(q.Queue)} {
		if id != "" {
			must(keyOf(letter, id))
		}
	}
	if q.CustomerID != "" {
		must(hashed("u", q.CustomerID))
	}
	for name, value := range q.Tags {
		must(tagKey(name, value))
	}
	if q.Within != nil {
		some := []string{key("a", string(q.Within.Agent))}
		for _, queue := range q.Within.Queues {
			some = append(some, key("q", string(queue)))
		}
		all = append(all, some)
	}
	must(key("i", string(q.Instance)))
	return all
}

// keyOf is the key of an id that somebody asks for, which may be anything.
func keyOf(letter, id string) string {
	for _, r := range id {
		if r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return key(letter, "none") // which nobody has
		}
	}
	return key(letter, id)
}

func idFrom(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.UnixMilli() << idBits
}

func (q Query) before() int64 {
	before := idFrom(q.Till)
	if q.After != 0 && (before == 0 || q.After < before) {
		before = q.After
	}
	return before
}

// hit makes a hit of a row.
func (s *Search) hit(ctx context.Context, row store.Found, words []string, to perch.Audience) (Hit, error) {
	of, err := s.opts.Chats.Session(ctx, row.Session)
	if err != nil {
		return Hit{}, err
	}
	c, ok := of.Contact(row.Contact)
	if !ok {
		return Hit{}, perch.Errorf(perch.Internal, "session %s does not know the contact %s", row.Session, row.Contact)
	}
	h := Hit{ID: row.ID, Session: of, Contact: *c}
	if len(words) == 0 {
		return h, nil
	}
	err = s.opts.Chats.Entries(ctx, of.ID, c.First, c.Last, func(e perch.Entry) error {
		if len(h.Items) == shownItems {
			return nil
		}
		if f := mark(said(e, to), words); f != nil {
			h.Items = append(h.Items, Item{e, f})
		}
		return nil
	})
	return h, err
}
