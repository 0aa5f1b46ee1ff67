package chat

import (
	"context"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/strict"
)

// Where Amazon's past ends before perch's. Nothing of it is looked at unless somebody
// is strict, or wants to be told.

// itemAround is what Amazon's transcript has around the text of an item: ids, names, a
// time; about.
const itemAround = 350

// amazonFull tells whether an instance has as many active chats as Amazon allows.
// It may be wrong by those that are being started just now.
func (t *Turn) amazonFull(instance perch.InstanceID) (bool, error) {
	if !strict.Watched(t.ctx, strict.ActiveChats) {
		return false, nil
	}
	n, err := t.chats.opts.Store.ActiveSessions(t.ctx, instance)
	return n >= strict.MostActiveChats, err
}

// reaches tells whether a StartPosition that has come upon the past may stay there.
func (w *walk) reaches() bool {
	return !w.past() || !strict.Holds(w.ctx, strict.StartPosition, "")
}

// amazon takes out of a page what is beyond Amazon's history.
func (w *walk) amazon(page *Page) error {
	if w.q.Session.Link == nil {
		return nil
	}
	if strict.Watched(w.ctx, strict.PastContacts) {
		if err := w.amazonHistory(page); err != nil {
			return err
		}
	}
	if strict.Watched(w.ctx, strict.TranscriptSize) {
		return w.amazonSize(page)
	}
	return nil
}

// amazonHistory ends a page where the hundredth past contact begins.
// doc: feature-limits.md
func (w *walk) amazonHistory(page *Page) error {
	horizon, depth, err := w.horizon()
	if err != nil || horizon == nil {
		return err
	}
	depths := map[perch.SessionID]int{}
	depthOf := func(id perch.SessionID) (int, error) {
		if d, known := depths[id]; known {
			return d, nil
		}
		link, err := w.c.opts.Store.Link(w.ctx, id)
		depths[id] = place{link: link}.depth()
		return depths[id], err
	}
	cut := 0 // items that are beyond are the oldest
	for _, it := range page.Items {
		d, err := depthOf(it.Session)
		if err != nil {
			return err
		}
		if d > depth || d == depth && it.Number >= horizon.Number {
			break
		}
		cut++
	}
	over := false // whether nothing is left behind the page
	if page.Next != nil && !w.q.Forward {
		d, err := depthOf(page.Next.Session)
		if err != nil {
			return err
		}
		if over = d < depth; d == depth {
			if over, err = w.nothingUpTo(horizon.Number, *page.Next); err != nil {
				return err
			}
		}
	}
	if (cut > 0 || over) && strict.Holds(w.ctx, strict.PastContacts, "") {
		page.Items = page.Items[cut:]
		if over {
			page.Next = nil
		}
	}
	return nil
}

// nothingUpTo tells whether between an entry of a session and a border in it there is
// nothing for the reader.
func (w *walk) nothingUpTo(number int64, border perch.Position) (bool, error) {
	found, err := w.c.itemsBefore(w.ctx, border.Session, border.Number, w.q.To, w.q.Contact, 1)
	return len(found) == 0 || found[0].Number < number, err
}

// horizon is where the hundredth contact of the past begins, counted back from the
// one continued from, and how deep in the chain that is; nil if there are not so many.
func (w *walk) horizon() (*perch.Position, int, error) {
	left := strict.MostPastContacts
	for l := w.q.Session.Link; l != nil; {
		if l.Depth*perch.MaxContacts < left {
			return nil, 0, nil
		}
		s, err := w.c.Session(w.ctx, l.Session)
		if err != nil {
			return nil, 0, err
		}
		for i := len(s.Contacts) - 1; i >= 0; i-- {
			c := s.Contacts[i]
			if c.First > l.Through {
				continue
			}
			if left--; left == 0 {
				return &perch.Position{Session: s.ID, Number: c.First}, l.Depth - 1, nil
			}
		}
		l = s.Link
	}
	return nil, 0, nil
}

// amazonSize takes out the items of past contacts whose transcripts are too long.
// doc: feature-limits.md
func (w *walk) amazonSize(page *Page) error {
	long := map[perch.ContactID]bool{}
	var kept []Item
	for _, it := range page.Items {
		if !it.Past {
			return nil // a page never mixes
		}
		tooLong, known := long[it.Contact]
		if !known {
			n, err := w.c.transcriptBytes(w.ctx, it.Session, it.Contact)
			if err != nil {
				return err
			}
			tooLong = n > strict.MostTranscriptBytes && strict.Holds(w.ctx, strict.TranscriptSize, "")
			long[it.Contact] = tooLong
		}
		if !tooLong {
			kept = append(kept, it)
		}
	}
	page.Items = kept
	return nil
}

// transcriptBytes is about how large the transcript of a contact is.
func (c *Chats) transcriptBytes(ctx context.Context, session perch.SessionID, contact perch.ContactID) (total int, err error) {
	s, err := c.Session(ctx, session)
	if err != nil {
		return 0, err
	}
	of, ok := s.Contact(contact)
	if !ok {
		return 0, nil
	}
	err = c.Entries(ctx, session, of.First, of.Last, func(e perch.Entry) error {
		if e.Kind.Item() {
			total += itemAround
		}
		if m, said := e.Body.(perch.Message); said {
			total += len(m.Content)
		}
		return nil
	})
	return total, err
}
