package chat_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
)

var audiences = []perch.Audience{perch.ToCustomer, perch.ToAgents, perch.ToSupervisors}

// Any page of any chain, from anywhere, in any direction, is what a slice of
// its items gives; also while the talk goes on.
func TestPagesAgreeWithANaiveSlice(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	rapid.Check(t, func(t *rapid.T) {
		c := drawChain(t, h)
		for range 4 {
			r := drawRequest(t, c)
			for n := 0; ; n++ {
				next, _, done := c.page(r)
				if done {
					break
				}
				r = next
				r.limit = rapid.IntRange(1, 20).Draw(t, "limit")
				if n > 6 { // to and fro for a while, then on to the end
					continue
				}
				if rapid.IntRange(0, 4).Draw(t, "turn round") == 0 {
					r.forward = !r.forward
				}
				if rapid.IntRange(0, 3).Draw(t, "a new message") == 0 {
					c.top().on(func(t *chat.Turn) error { t.Prompt("new", perch.ToAll); return nil })
				}
			}
		}
	})
}

func drawRequest(t *rapid.T, c *chain) request {
	r := request{to: rapid.SampledFrom(audiences).Draw(t, "audience"), forward: rapid.Bool().Draw(t, "forward"),
		limit: rapid.IntRange(1, 20).Draw(t, "limit")}
	if rapid.IntRange(0, 2).Draw(t, "of one contact") == 0 {
		in, _ := c.contacts()
		r.contact = rapid.SampledFrom(in).Draw(t, "contact")
	}
	items, everything := c.all(r.to, r.contact), c.all(r.to, "")
	top := len(c.sessions) - 1
	switch begin := rapid.SampledFrom([]string{"nowhere", "token", "id", "time", "most recent"}).Draw(t, "begin"); {
	case begin == "token":
		i := rapid.IntRange(0, top).Draw(t, "token's session")
		s := c.sessions[i]
		r.from = &perch.Position{Session: s.id, Number: rapid.Int64Range(0, s.state().Head+2).Draw(t, "token's number")}
		r.index = indexOf(items, c.spotOf(r.from))
	case begin == "id" && len(everything) > 0:
		it := rapid.SampledFrom(everything).Draw(t, "item")
		r.start = &chat.StartPosition{ID: it.id}
		at := it.spot
		if !r.forward {
			at.number++
		}
		r.index = indexOf(items, at)
	case begin == "time":
		r.start, r.index = drawTime(t, c, items, r.forward)
	case begin == "most recent":
		n := rapid.IntRange(1, len(items)+2).Draw(t, "before the end")
		r.start = &chat.StartPosition{MostRecent: &n}
		if r.index = max(0, len(items)-n); !r.forward && len(items) > 0 {
			r.index++
		}
	case !r.forward:
		r.index = len(items)
	case r.contact == "": // forward, a page begins with the chat's own first item
		r.index = indexOf(items, spot{top, 0})
	}
	return r
}

func drawTime(t *rapid.T, c *chain, items []shown, forward bool) (*chat.StartPosition, int) {
	s := rapid.SampledFrom(c.sessions).Draw(t, "about the time of")
	e := rapid.SampledFrom(s.entries()).Draw(t, "about the time of entry")
	at := e.Time.Add(time.Duration(rapid.IntRange(-3000, 3000).Draw(t, "µs off")) * time.Microsecond)
	i := c.oldestNotOver(at)
	n := int64(1)
	for _, e := range c.sessions[i].entries() {
		if e.Time.Before(at) || !forward && e.Time.Equal(at) {
			n = e.Number + 1
		}
	}
	if i < len(c.sessions)-1 {
		n = min(n, c.sessions[i].through+1)
	}
	return &chat.StartPosition{Time: at}, indexOf(items, spot{i, n})
}

// longChain is five chats with cuts, overlaps, notes and silence.
func longChain(h *house) *chain {
	c := &chain{house: h}
	add := func(s *piece, say int) {
		c.sessions = append(c.sessions, s)
		s.on(func(t *chat.Turn) error {
			for n := range say {
				h.clock.move(time.Millisecond)
				if t.Prompt(fmt.Sprint(n), perch.ToAll); n%3 == 0 {
					t.MessageTo(perch.ToAgents, "note")
				}
				if n%4 == 2 && t.State().HasRoom() {
					if _, err := t.NextContact(); err != nil {
						return err
					}
				}
			}
			return nil
		})
	}
	follow := func(kind perch.RehydrationType, contact, say int) {
		s := c.top()
		s.end()
		source := s.state().Contacts[contact]
		if s.through = source.Last; kind == perch.EntirePastSession {
			s.through = s.state().Head
		}
		add(&piece{talk: h.start(continuing(kind, source.ID))}, say)
	}
	add(&piece{talk: h.start()}, 11)
	follow(perch.FromSegment, 1, 0)
	follow(perch.EntirePastSession, 0, 7)
	follow(perch.FromSegment, 0, 9)
	follow(perch.FromSegment, 1, 8)
	return c
}

func TestWalksShowEachItemOnceForEveryPageSize(t *testing.T) {
	t.Parallel()
	c := longChain(newHouse(t))
	for _, to := range audiences[:2] {
		items := c.all(to, "")
		if past := indexOf(items, spot{len(c.sessions) - 1, 0}); past < 12 || len(items)-past < 8 {
			t.Fatalf("%d of %d items are past", past, len(items))
		}
		for limit := 1; limit <= 20; limit++ {
			for _, forward := range []bool{false, true} {
				r := request{to: to, limit: limit, forward: forward, index: len(items)}
				if forward {
					r.from, r.index = &perch.Position{Session: c.sessions[0].id, Number: 1}, 0
				}
				var seen []string
				for done := false; !done; {
					var got []string
					if r, got, done = c.page(r); len(seen) > len(items) {
						t.Fatalf("pages of %d, forward %v: no end", limit, forward)
					}
					if !forward {
						slices.Reverse(got)
					}
					seen = append(seen, got...)
				}
				if !forward {
					slices.Reverse(seen)
				}
				for i, it := range items {
					if len(seen) != len(items) || seen[i] != fmt.Sprint(it.id, " past ", it.past) {
						t.Fatalf("pages of %d, forward %v: %d items of %d; number %d is %s", limit, forward, len(seen), len(items), i, seen[i])
					}
				}
			}
		}
	}
}

func TestPagesRefuseWhatIsNotInTheChain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := longChain(h)
	stranger := h.start()
	strangers := stranger.say(stranger.customer, "hello")
	fork := h.start(continuing(perch.EntirePastSession, c.sessions[1].id.First()))
	dropped := c.sessions[0].log()[c.sessions[0].through] // behind the cut
	for dropped.Audience == 0 {
		dropped = c.sessions[0].log()[dropped.Number]
	}
	var note perch.Entry
	for _, e := range c.sessions[0].log()[:c.sessions[0].through] {
		if e.Audience == perch.ToAgents {
			note = e
		}
	}
	_, cut := c.contacts()
	for name, q := range map[string]chat.Query{
		"a stranger's contact":   {Contact: stranger.id.First()},
		"an unknown contact":     {Contact: "unknown"},
		"a contact cut off":      {Contact: cut[0]},
		"a fork's contact":       {Contact: fork.id.First()},
		"a stranger's border":    {From: &perch.Position{Session: stranger.id, Number: 1}},
		"a fork's border":        {From: &perch.Position{Session: fork.id, Number: 1}},
		"an unknown border":      {From: &perch.Position{Session: "unknown", Number: 1}},
		"a stranger's item":      {Start: &chat.StartPosition{ID: stranger.idOf(strangers)}},
		"an item cut off":        {Start: &chat.StartPosition{ID: c.sessions[0].idOf(dropped)}},
		"an item for others":     {Start: &chat.StartPosition{ID: c.sessions[0].idOf(note)}},
		"an id of no item":       {Start: &chat.StartPosition{ID: "unknown"}},
		"an id before all times": {Start: &chat.StartPosition{ID: perch.ItemID("x", 1, time.UnixMilli(1))}},
		"an id after all times":  {Start: &chat.StartPosition{ID: perch.ItemID("x", 1, time.UnixMilli(1<<47))}},
	} {
		for _, forward := range []bool{false, true} {
			q.Session, q.To, q.Forward, q.Limit = c.top().state(), perch.ToCustomer, forward, 10
			if p, err := h.Page(t.Context(), q); perch.KindOf(err) != perch.Invalid || err == nil {
				t.Errorf("%s, forward %v: %d items, %v", name, forward, len(p.Items), err)
			}
		}
	}
	// A token of a past chat's own is no way around its cut.
	q := chat.Query{Session: c.top().state(), To: perch.ToCustomer, From: &perch.Position{Session: c.sessions[0].id, Number: c.sessions[0].state().Head + 1}, Limit: 100}
	page, err := h.Page(t.Context(), q)
	h.must(err)
	for _, it := range page.Items {
		if it.Session == c.sessions[0].id && it.Number > c.sessions[0].through {
			t.Errorf("number %d lies behind the cut at %d", it.Number, c.sessions[0].through)
		}
	}
}
