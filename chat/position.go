package chat

import (
	"context"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/strict"
)

// longestChat is how long a chat can last, and a day for timers that are late.
const longestChat = 8 * 24 * time.Hour

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
	if strict.Holds(w.ctx, strict.ContactFilter, "") {
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
	if w.q.Forward && p.session != w.q.Session.ID && strict.Holds(w.ctx, strict.ScanDirection, "") {
		return perch.InvalidField("ScanDirection", "must be BACKWARD with a NextToken that leads into a past chat")
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
			if ok, err := w.item(s.ID, at); err != nil || ok && w.reaches() {
				return err
			}
		}
		if ok, err := w.imported(s.ID); err != nil || ok {
			return err
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
	oldest, at := w.place, w.number // the item furthest back so far
	for n > 0 {
		found, err := w.c.itemsBefore(w.ctx, w.session, w.number, w.q.To, w.q.Contact, n)
		if err != nil {
			return err
		}
		if n -= len(found); len(found) > 0 {
			if oldest, at = w.place, found[len(found)-1].Number; !w.q.Forward {
				at++
			}
		}
		if w.link == nil || w.only != nil {
			break
		}
		if err := w.older(); err != nil {
			return err
		}
		if n > 0 && !w.reaches() {
			break
		}
	}
	w.place, w.number = oldest, at
	return nil
}

// item goes to an item, which is part of the page.
func (w *walk) item(id string, at time.Time) (ok bool, err error) {
	if err := w.sessionAt(at); err != nil {
		return false, err
	}
	if ok, err := w.itemHere(id, at); err != nil || ok {
		return ok, err
	}
	// A chat associated in its midst overlaps with its past in time: the item
	// may lie in any newer one that had begun by then.
	tried := w.depth()
	if err := w.sessionAt(at.Add(longestChat)); err != nil {
		return false, err
	}
	for w.depth() > tried {
		first, err := w.c.entries(w.ctx, w.session, 1, 1)
		if err != nil {
			return false, err
		}
		if len(first) > 0 && !first[0].Time.After(at) {
			if ok, err := w.itemHere(id, at); err != nil || ok {
				return ok, err
			}
		}
		if err := w.older(); err != nil {
			return false, err
		}
	}
	return false, nil
}

// imported goes to an item that came with an id from elsewhere, which says nothing
// of its place.
func (w *walk) imported(id string) (ok bool, err error) {
	places, err := w.c.opts.Store.ImportedItems(w.ctx, id)
	if err != nil {
		return false, err
	}
	for _, at := range places {
		p, ok, err := w.find(at.Session)
		if err != nil {
			return false, err
		}
		if !ok || at.Number > p.limit {
			continue
		}
		one, err := w.c.entries(w.ctx, p.session, at.Number, at.Number)
		if err != nil {
			return false, err
		}
		if len(one) == 0 || one[0].ID(p.session) != id || !one[0].Kind.Item() || one[0].Audience&w.q.To == 0 {
			continue
		}
		if w.place, w.number = p, at.Number; !w.q.Forward {
			w.number++
		}
		return true, nil
	}
	return false, nil
}

// itemHere goes to an item if it is one of this session.
func (w *walk) itemHere(id string, at time.Time) (ok bool, err error) {
	found, ok, err := w.c.itemOf(w.ctx, w.session, id, at, w.limit, w.q.To)
	if err != nil || !ok {
		return false, err
	}
	if w.number = found.Number; !w.q.Forward {
		w.number++
	}
	return true, nil
}

// time goes to a time; an item of that very time is part of the page.
func (w *walk) time(at time.Time) error {
	if err := w.sessionAt(at); err != nil {
		return err
	}
	if !w.reaches() {
		w.place = w.top()
	}
	if !w.q.Forward {
		at = at.Truncate(time.Millisecond).Add(time.Millisecond)
	}
	var err error
	w.number, err = w.c.firstFrom(w.ctx, w.session, at, w.limit)
	return err
}

// sessionAt goes to the oldest session of the chain that had not ended by a
// time, which is the present where all of the past had. A session outlives what
// it continues, so the links' jumps may be used to find it.
func (w *walk) sessionAt(at time.Time) error {
	l, depth := w.q.Session.Link, w.top().depth()
	for l != nil {
		to, down := l.Jump, l.JumpDepth
		over, err := w.c.overBy(w.ctx, to, at)
		if err == nil && over && to != l.Session {
			to, down = l.Session, l.Depth-1
			over, err = w.c.overBy(w.ctx, to, at)
		}
		if err != nil {
			return err
		}
		if over {
			break
		}
		if l, err = w.c.opts.Store.Link(w.ctx, to); err != nil {
			return err
		}
		depth = down
	}
	var err error
	w.place, err = w.c.placeAt(w.ctx, w.top(), depth)
	return err
}

// overBy reports whether a session had ended before a time.
func (c *Chats) overBy(ctx context.Context, id perch.SessionID, at time.Time) (bool, error) {
	ended, err := c.opts.Store.Ended(ctx, id)
	return ended.Before(at), err
}

// itemOf finds the item of an id, and of the time in it, that an audience may
// see. A message that was processed first has the id under which it was sent, and
// stands behind that place.
func (c *Chats) itemOf(ctx context.Context, session perch.SessionID, id string, at time.Time, limit int64, to perch.Audience) (found perch.Entry, ok bool, err error) {
	number, err := c.firstFrom(ctx, session, at, limit)
	if err != nil || number > limit || perch.ItemID(session, number, at) != id {
		return found, false, err
	}
	one, err := c.entries(ctx, session, number, number)
	if err != nil || len(one) == 0 {
		return found, false, err
	}
	if found = one[0]; found.Kind != perch.KindHeld {
		return found, found.Kind.Item() && found.Audience&to != 0 && found.ID(session) == id, nil
	}
	found, ok, err = c.answerTo(ctx, session, number, limit)
	return found, ok && found.Kind.Item() && found.Audience&to != 0, err
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
