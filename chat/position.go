package chat

import (
	"context"
	"sort"
	"time"

	"github.com/perch-chat/perch"
)

// begin finds where the page starts.
func (w *walk) begin() error {
	if err := w.contact(); err != nil {
		return err
	}
	switch {
	case w.q.From != nil:
		if err := w.from(*w.q.From); err != nil {
			return err
		}
	case w.q.Start != nil:
		if err := w.start(*w.q.Start); err != nil {
			return err
		}
	case w.only != nil:
		w.place, w.number = *w.only, w.only.limit+1
		if w.q.Forward {
			w.number = 1
		}
		return nil
	default:
		w.place, w.number = w.top(), w.q.Session.Head+1
		if w.q.Forward {
			w.number = 1
		}
	}
	w.keepToContact()
	return nil
}

// contact finds the session of the contact that the page keeps to.
func (w *walk) contact() error {
	if w.q.Contact == "" {
		return nil
	}
	unknown := perch.InvalidField("ContactId", "is not a contact of this chat or of its past")
	if _, ok := w.q.Session.Contact(w.q.Contact); ok {
		p := w.top()
		w.only = &p
		return nil
	}
	id, found, err := w.c.opts.Store.FindContact(w.ctx, w.q.Session.Instance, w.q.Contact)
	if err != nil {
		return err
	}
	if !found {
		return unknown
	}
	p, ok, err := w.find(id)
	if err != nil {
		return err
	}
	past, err := w.c.Session(w.ctx, id)
	if err != nil {
		return err
	}
	if c, known := past.Contact(w.q.Contact); !ok || !known || c.First > p.limit {
		return unknown
	}
	w.only = &p
	return nil
}

// find is a session's place in the chain, if it has one.
func (w *walk) find(id perch.SessionID) (p place, ok bool, err error) {
	top := w.top()
	if id == top.session {
		return top, true, nil
	}
	link, err := w.c.opts.Store.Link(w.ctx, id)
	if err != nil {
		return place{}, false, err
	}
	depth := place{link: link}.depth()
	if depth >= top.depth() {
		return place{}, false, nil
	}
	p, err = w.c.placeAt(w.ctx, top, depth)
	return p, p.session == id, err
}

// from goes on at the border of an earlier page. The caller's right to it is
// looked at anew: it must lie in the chain of the caller's own chat.
func (w *walk) from(at perch.Position) error {
	p, ok, err := w.find(at.Session)
	if err != nil {
		return err
	}
	if !ok {
		return perch.InvalidField("NextToken", "is not a token of this chat")
	}
	w.place, w.number = p, min(at.Number, p.limit+1)
	return nil
}

func (w *walk) start(s StartPosition) error {
	switch {
	case s.MostRecent != nil:
		return w.mostRecent(*s.MostRecent)
	case s.ID != "":
		at, ok := perch.ItemTime(s.ID)
		if ok {
			if ok, err := w.item(s.ID, at); err != nil || ok {
				return err
			}
		}
		return perch.InvalidField("StartPosition.Id", "is not an item of this chat or of its past")
	default:
		return w.time(s.Time)
	}
}

// mostRecent goes to the item that is n before the end; it is part of the page.
func (w *walk) mostRecent(n int) error {
	w.place, w.number = w.top(), w.q.Session.Head+1
	if w.only != nil {
		w.place, w.number = *w.only, w.only.limit+1
	}
	for n > 0 {
		found, err := w.c.opts.Store.ItemsBefore(w.ctx, w.session, w.number, w.q.To, w.q.Contact, n)
		if err != nil {
			return err
		}
		if n -= len(found); len(found) > 0 {
			w.number = found[len(found)-1].Number
		}
		if n == 0 || w.link == nil || w.only != nil {
			break
		}
		if err := w.older(); err != nil {
			return err
		}
	}
	if !w.q.Forward {
		w.number++
	}
	return nil
}

// item goes to an item, which is part of the page.
func (w *walk) item(id string, at time.Time) (ok bool, err error) {
	w.place = w.top()
	if err := w.sessionAt(at); err != nil {
		return false, err
	}
	for {
		number, err := w.c.firstFrom(w.ctx, w.session, at, w.limit)
		if err != nil {
			return false, err
		}
		found, err := w.c.opts.Store.ItemsFrom(w.ctx, w.session, number, min(number, w.limit), w.q.To, "", 1)
		if err != nil {
			return false, err
		}
		if len(found) == 1 && perch.ItemID(w.session, found[0].Number, found[0].Time) == id {
			if w.number = number; !w.q.Forward {
				w.number++
			}
			return true, nil
		}
		// A chat associated in its midst overlaps with its past in time.
		if w.link == nil {
			return false, nil
		}
		last, _, err := w.c.opts.Store.EntryTime(w.ctx, w.link.Session, w.link.Through)
		if err != nil || last.Before(at) {
			return false, err
		}
		if err := w.older(); err != nil {
			return false, err
		}
	}
}

// time goes to a time; an item of that very time is part of the page.
func (w *walk) time(at time.Time) error {
	w.place = w.top()
	if err := w.sessionAt(at); err != nil {
		return err
	}
	if !w.q.Forward {
		at = at.Truncate(time.Millisecond).Add(time.Millisecond)
	}
	var err error
	w.number, err = w.c.firstFrom(w.ctx, w.session, at, w.limit)
	return err
}

// sessionAt goes to the newest session of the chain that had begun at a time,
// or to the oldest.
func (w *walk) sessionAt(at time.Time) error {
	for {
		begun, _, err := w.c.opts.Store.EntryTime(w.ctx, w.session, 1)
		if err != nil || !begun.After(at) || w.link == nil {
			return err
		}
		if w.link.Jump != w.link.Session {
			far, _, err := w.c.opts.Store.EntryTime(w.ctx, w.link.Jump, 1)
			if err != nil {
				return err
			}
			if far.After(at) {
				if w.place, err = w.c.placeAt(w.ctx, w.top(), w.link.JumpDepth); err != nil {
					return err
				}
				continue
			}
		}
		if err := w.older(); err != nil {
			return err
		}
	}
}

// firstFrom is the number of the first entry at a time or later, or limit+1.
// Times rise strictly within a session, so bisection finds it.
func (c *Chats) firstFrom(ctx context.Context, id perch.SessionID, at time.Time, limit int64) (int64, error) {
	var failed error
	n := sort.Search(int(limit), func(i int) bool {
		t, found, err := c.opts.Store.EntryTime(ctx, id, int64(i)+1)
		if err != nil {
			failed = err
		}
		return failed != nil || !found || !t.Before(at)
	})
	return int64(n) + 1, failed
}

// keepToContact moves a border that lies outside the contact's session to the
// side of it that the page would reach it from.
func (w *walk) keepToContact() {
	if w.only == nil || w.session == w.only.session {
		return
	}
	newer := w.depth() > w.only.depth()
	w.place = *w.only
	switch {
	case newer == w.q.Forward: // the page leads away from the contact
		w.number = 0
		if w.q.Forward {
			w.number = w.limit + 1
		}
	case w.q.Forward:
		w.number = 1
	default:
		w.number = w.limit + 1
	}
}
