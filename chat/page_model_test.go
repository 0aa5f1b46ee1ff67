package chat_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
)

// chain is a chat and what it continues, oldest first, as those who made it
// know it: the model that pages are compared with.
type chain struct {
	*house
	sessions []*piece
}

// piece is a session and the last of its numbers that belongs to the chain.
type piece struct {
	talk
	through int64
	read    []perch.Entry
}

// entries is the session's log, read again only when it has grown.
func (s *piece) entries() []perch.Entry {
	s.Helper()
	if int64(len(s.read)) != s.state().Head {
		s.read = s.log()
	}
	return s.read
}

// spot is a place in a chain: before the entry of a number in a session.
type spot struct {
	session int
	number  int64
}

func (s spot) before(o spot) bool {
	return s.session < o.session || s.session == o.session && s.number < o.number
}

// shown is an item of the model.
type shown struct {
	spot
	id      string
	contact perch.ContactID
	time    time.Time
	past    bool
}

func (c *chain) top() *piece { return c.sessions[len(c.sessions)-1] }

// all are the items that an audience sees, in the order of the chain; of one
// contact, if one is named.
func (c *chain) all(to perch.Audience, contact perch.ContactID) (items []shown) {
	for i, s := range c.sessions {
		present := i == len(c.sessions)-1
		for _, e := range s.entries() {
			if (present || e.Number <= s.through) && e.Audience&to != 0 && (contact == "" || e.Contact == contact) {
				items = append(items, shown{spot{i, e.Number}, s.idOf(e), e.Contact, e.Time, !present})
			}
		}
	}
	return items
}

// contacts are those of the chain, and those cut off from it.
func (c *chain) contacts() (in, cut []perch.ContactID) {
	for i, s := range c.sessions {
		for _, k := range s.state().Contacts {
			if i == len(c.sessions)-1 || k.First <= s.through {
				in = append(in, k.ID)
			} else {
				cut = append(cut, k.ID)
			}
		}
	}
	return in, cut
}

// oldestNotOver is the oldest session that had not ended by a time, or the
// present.
func (c *chain) oldestNotOver(at time.Time) int {
	for i, s := range c.sessions[:len(c.sessions)-1] {
		if !s.state().Time.Before(at) {
			return i
		}
	}
	return len(c.sessions) - 1
}

// request is a page asked for: where it begins, in the request's own words and
// in the model's.
type request struct {
	to      perch.Audience
	contact perch.ContactID
	from    *perch.Position
	start   *chat.StartPosition
	forward bool
	limit   int
	index   int // of the border among the items
}

// indexOf is how many items lie before a spot.
func indexOf(items []shown, at spot) int {
	n := 0
	for _, it := range items {
		if it.before(at) {
			n++
		}
	}
	return n
}

func (c *chain) spotOf(p *perch.Position) spot {
	i := slices.IndexFunc(c.sessions, func(s *piece) bool { return s.id == p.Session })
	if i < 0 {
		c.Fatalf("a border lies in %s, which is not in the chain", p.Session)
	}
	at := spot{i, p.Number}
	if i < len(c.sessions)-1 {
		at.number = min(at.number, c.sessions[i].through+1)
	}
	return at
}

// expect is what a page has to hold: the items from a to b, and whether more
// lies beyond them.
func expect(items []shown, r request) (a, b int, more bool) {
	a, b = r.index, r.index
	if r.forward {
		for b < len(items) && b-a < r.limit && items[b].past == items[a].past {
			b++
		}
		return a, b, b < len(items)
	}
	for a > 0 && b-a < r.limit && items[a-1].past == items[b-1].past {
		a--
	}
	return a, b, a > 0
}

// page asks for a page, compares it with the model, and gives what to ask for
// next; done where nothing lies beyond.
func (c *chain) page(r request) (next request, got []string, done bool) {
	c.Helper()
	items := c.all(r.to, r.contact)
	a, b, more := expect(items, r)
	page, err := c.Page(context.Background(), chat.Query{Session: c.top().state(), To: r.to, Contact: r.contact,
		From: r.from, Start: r.start, Forward: r.forward, Limit: r.limit})
	c.must(err)
	var want []string
	for _, it := range items[a:b] {
		want = append(want, fmt.Sprint(it.id, " past ", it.past))
	}
	for _, it := range page.Items {
		got = append(got, fmt.Sprint(it.ID(), " past ", it.Past))
	}
	if !slices.Equal(got, want) {
		c.Fatalf("page %+v of %d items: want those from %d to %d:\n%q\ngot\n%q", r, len(items), a, b, want, got)
	}
	if (page.Next != nil) != more {
		c.Fatalf("page %+v of %d items, from %d to %d: next is %v, and something lies beyond: %v", r, len(items), a, b, page.Next, more)
	}
	if page.Next == nil {
		return r, got, true
	}
	border := a
	if r.forward {
		border = b
	}
	if at := indexOf(items, c.spotOf(page.Next)); at != border {
		c.Fatalf("page %+v of %d items, from %d to %d: the next border lies at %d", r, len(items), a, b, at)
	}
	r.from, r.start, r.index = page.Next, nil, border
	return r, got, false
}

// drawChain makes up to six chats, each continuing the one before.
func drawChain(t *rapid.T, h *house) *chain {
	c := &chain{house: h.failing(t)}
	for n := rapid.IntRange(1, 6).Draw(t, "sessions"); n > 0; n-- {
		var s *piece
		switch {
		case len(c.sessions) == 0:
			s = &piece{talk: c.start()}
		case rapid.IntRange(0, 3).Draw(t, "associated in its midst") == 0:
			s = c.overlap(t)
		default:
			c.top().end()
			source, kind := c.cut(t)
			s = &piece{talk: c.start(continuing(kind, source))}
		}
		c.sessions = append(c.sessions, s)
		chatter(t, s.talk)
	}
	return c
}

// overlap starts a chat while the one before goes on, and links it afterwards.
func (c *chain) overlap(t *rapid.T) *piece {
	s := &piece{talk: c.start()}
	chatter(t, s.talk)
	chatter(t, c.top().talk)
	c.top().end()
	source, kind := c.cut(t)
	s.on(func(t *chat.Turn) error {
		_, err := t.Persist(chat.Past{Type: kind, Source: source, Origin: perch.FromFlow})
		return err
	})
	return s
}

// cut draws what of the newest session belongs to the chain.
func (c *chain) cut(t *rapid.T) (perch.ContactID, perch.RehydrationType) {
	s := c.top()
	log := s.log()
	if rapid.Bool().Draw(t, "entire past session") {
		s.through = log[len(log)-1].Number
		return s.id.First(), perch.EntirePastSession
	}
	contact := rapid.SampledFrom(s.state().Contacts).Draw(t, "from segment").ID
	for _, e := range log {
		if e.Contact == contact {
			s.through = e.Number
		}
	}
	return contact, perch.FromSegment
}

// chatter is one turn in which anything may be said, to all or to some, or
// nothing at all.
func chatter(t *rapid.T, k talk) {
	k.clock.move(time.Duration(rapid.IntRange(-20, 2000).Draw(t, "ms pass")) * time.Millisecond)
	k.on(func(turn *chat.Turn) error {
		for n := rapid.IntRange(0, 7).Draw(t, "actions"); n > 0; n-- {
			switch rapid.IntRange(0, 9).Draw(t, "action") {
			case 0, 1:
				if turn.State().HasRoom() {
					if _, err := turn.NextContact(); err != nil {
						return err
					}
				}
			case 2, 3:
				turn.MessageTo(perch.ToAgents, "note")
			case 4:
				turn.MessageTo(perch.ToCustomer, "for the customer")
			default:
				turn.Prompt("prompt", perch.ToAll)
			}
		}
		return nil
	})
}
