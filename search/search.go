package search

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/store"
)

// DueIndex comes due when what a contact is found by is to be written; Key is the
// contact.
const DueIndex = "search.index"

const (
	// idBits are those of a contact's id that tell apart what ended in the same
	// millisecond.
	idBits = 20
	// maxTerms of one contact; what is said beyond is not found.
	maxTerms = 20_000
	// catchUpAtOnce is how many contacts that nobody has told of are read in a row,
	// and catchUpEvery how often it is looked for them.
	catchUpAtOnce = 200
	catchUpEvery  = time.Hour
)

// Options of a Search.
type Options struct {
	Store *store.Store
	Chats *chat.Chats
	Log   *slog.Logger
}

// Search finds the past contacts of all instances.
type Search struct{ opts Options }

// New makes a Search.
func New(opts Options) *Search { return &Search{opts} }

// Closed is told of every contact that is over, inside the turn that closes it.
func (s *Search) Closed(t *chat.Turn, c perch.Contact) { t.Due(DueIndex, string(c.ID), t.Now, nil) }

// Changed is told, inside the turn, of every change of a contact's details; what is
// found by changes with its tags alone.
func (s *Search) Changed(t *chat.Turn, contact perch.ContactID, was, is perch.Details) {
	c, ours := t.State().Contact(contact)
	if ours && !c.Closed.IsZero() && !maps.Equal(was.Tags, is.Tags) {
		t.Due(DueIndex, string(contact), t.Now, nil)
	}
}

// Handlers are what schedule calls.
func (s *Search) Handlers() map[string]func(context.Context, perch.Due) error {
	return map[string]func(context.Context, perch.Due) error{DueIndex: s.index}
}

// index writes what a contact is found by, in the commit that takes the row.
func (s *Search) index(ctx context.Context, d perch.Due) error {
	return s.put(ctx, d.Session, perch.ContactID(d.Key), func(t *chat.Turn) { t.Take(d) })
}

func (s *Search) put(ctx context.Context, session perch.SessionID, contact perch.ContactID, with func(*chat.Turn)) error {
	of, err := s.opts.Chats.Session(ctx, session)
	if err != nil {
		return err
	}
	c, ok := of.Contact(contact)
	if !ok || c.Closed.IsZero() {
		return fmt.Errorf("contact %s of session %s has not ended", contact, session)
	}
	terms, err := s.terms(ctx, of, *c)
	if err != nil {
		return err
	}
	for { // each time, somebody else has got further
		id, known, err := s.place(ctx, *c)
		if err != nil {
			return err
		}
		err = s.opts.Chats.On(ctx, session, func(t *chat.Turn) error {
			with(t)
			if !known {
				t.Record(store.InsertFound(store.Found{ID: id, Instance: of.Instance, Session: session, Contact: contact}, errPlaced))
			}
			t.Record(store.PutWords(id, terms))
			return nil
		})
		if !errors.Is(err, errPlaced) {
			return err
		}
	}
}

// errPlaced says that the contact has been given an id since, as those are that nobody
// has told of, or that another has been given the same.
var errPlaced = errors.New("the place is taken")

// place is the id of a contact, and whether it has that already. Of two that take the
// same at once, the second looks again.
func (s *Search) place(ctx context.Context, c perch.Contact) (id int64, known bool, err error) {
	if id, err = s.opts.Store.FoundAs(ctx, c.ID); err != nil || id != 0 {
		return id, true, err
	}
	h := fnv.New32a()
	h.Write([]byte(c.ID))
	for id = c.Closed.UnixMilli()<<idBits + int64(h.Sum32()&(1<<idBits-1)); ; id++ {
		taken, err := s.opts.Store.FoundAt(ctx, id)
		if err != nil || !taken {
			return id, false, err
		}
	}
}

// Keys are terms that nobody can say: what follows the letter tells of whom.
func key(letter, id string) string {
	return "_" + letter + strings.Map(func(r rune) rune {
		if r == '-' {
			return -1
		}
		return r
	}, id)
}

// hashed is a key of a text that anybody may have chosen.
func hashed(letter, text string) string {
	h := fnv.New64a()
	h.Write([]byte(text))
	return "_" + letter + hex.EncodeToString(h.Sum(nil))
}

func tagKey(name, value string) string { return hashed("t", name+"\x00"+value) }

// terms are what a contact is found by: the words of all that those who work chats
// may read of it, and keys. A message that was processed first counts as what was
// delivered.
func (s *Search) terms(ctx context.Context, of *perch.Session, c perch.Contact) ([]string, error) {
	all := map[string]bool{key("i", string(of.Instance)): true, key("c", string(c.ID)): true}
	if c.Agent != "" {
		all[key("a", string(c.Agent))] = true
	}
	if c.Queue != "" {
		all[key("q", string(c.Queue))] = true
	}
	if of.CustomerID != "" {
		all[hashed("u", of.CustomerID)] = true
	}
	if p, ok := of.Customer(); ok {
		for w := range pieces(p.Name) {
			all["_n"+w.word] = true
		}
	}
	d, err := s.opts.Chats.Details(ctx, of.ID, c.ID)
	if err != nil {
		return nil, err
	}
	for name, value := range d.Tags {
		all[tagKey(name, value)] = true
	}
	err = s.opts.Chats.Entries(ctx, of.ID, c.First, c.Last, func(e perch.Entry) error {
		for w := range pieces(said(e, perch.ToStaff)) {
			if len(all) >= maxTerms {
				return nil
			}
			all[w.word] = true
		}
		return nil
	})
	return slices.Sorted(maps.Keys(all)), err
}

// said is what is searched of an entry that some readers see: messages of text, and
// the names of files.
func said(e perch.Entry, to perch.Audience) string {
	if e.Audience&to == 0 {
		return ""
	}
	switch b := e.Body.(type) {
	case perch.Message:
		if strings.HasPrefix(b.ContentType, "text/") {
			return b.Content
		}
	case perch.Attached:
		return b.Name
	}
	return ""
}

// Run makes contacts findable that nobody has told of: those that ended before there
// was search, and those that were brought in since. It looks for them now and then
// until ctx is done.
func (s *Search) Run(ctx context.Context) error {
	tick := time.NewTicker(catchUpEvery)
	defer tick.Stop()
	for {
		if err := s.catchUp(ctx); err != nil && ctx.Err() == nil {
			s.opts.Log.WarnContext(ctx, "older contacts could not all be made findable by their words; trying again in an hour", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (s *Search) catchUp(ctx context.Context) error {
	for after := (store.EndedContact{}); ; {
		some, err := s.opts.Store.Unfound(ctx, after, catchUpAtOnce)
		if err != nil || len(some) == 0 {
			return err
		}
		for _, c := range some {
			after = c
			err := s.put(ctx, c.Session, c.Contact, func(*chat.Turn) {})
			if err != nil && !s.passedOver(ctx, c, err) {
				return err
			}
		}
	}
}

// passedOver reports whether a contact that could not be made findable must not
// keep the others from it: its own due row was faster, or it alone is at fault.
func (s *Search) passedOver(ctx context.Context, c store.EndedContact, err error) bool {
	if id, again := s.opts.Store.FoundAs(ctx, c.Contact); again == nil && id != 0 {
		return true
	}
	kind := perch.KindOf(err)
	if kind == perch.NotFound || kind == perch.Conflict {
		s.opts.Log.WarnContext(ctx, "a past contact cannot be found by its words, since it cannot be read", "contact", c.Contact, "error", err)
		return true
	}
	return false
}
