package chat

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// Query asks for a page of a transcript: the chat itself and, behind it, the
// past it continues.
type Query struct {
	Session *perch.Session // the chat of whoever asks
	To      perch.Audience
	// Contact keeps to one contact, of this chat or of its past.
	Contact perch.ContactID
	// From is the border at which an earlier page ended. Without it, a page
	// begins at Start; without that at the end of the chat (backward), or with
	// its first item (forward).
	From    *perch.Position
	Start   *StartPosition
	Forward bool
	Limit   int // at least 1
}

// StartPosition is where a page begins: at an item, a time, or the item that is
// so many before the end. Exactly one is set.
type StartPosition struct {
	ID         string
	Time       time.Time
	MostRecent *int
}

// Item is an entry of a page.
type Item struct {
	perch.Entry
	Session  perch.SessionID
	Past     bool // from a chat that this one continues
	Receipts []store.Receipt
}

// ID is the item's id.
func (i Item) ID() string { return i.Entry.ID(i.Session) }

// Page is a part of a transcript, oldest item first.
type Page struct {
	Items []Item
	// Next is the border to go on from; nil where nothing more is to be seen.
	Next *perch.Position
}

// Page reads a page. It never mixes items of the chat with those of its past,
// so that the first page of the past begins with the newest past item; pages of
// the past may cross from one past session into the one before.
//
// doc: chat-persistence.md#access-past-chat-transcript
func (c *Chats) Page(ctx context.Context, q Query) (Page, error) {
	w := &walk{c: c, ctx: ctx, q: q}
	if err := w.begin(); err != nil {
		return Page{}, err
	}
	var page Page
	var err error
	if q.Forward {
		page, err = w.forward()
	} else {
		page, err = w.backward()
		slices.Reverse(page.Items)
	}
	if err != nil {
		return Page{}, err
	}
	if err := w.amazon(&page); err != nil {
		return Page{}, err
	}
	if err := w.files(page.Items); err != nil {
		return Page{}, err
	}
	return page, w.receipts(page.Items)
}

// walk is the reading of one page: a place in the chain of sessions.
type walk struct {
	c   *Chats
	ctx context.Context
	q   Query
	place
	number int64 // the border within the session
	only   *place
}

// place is a session in the chain: its own link and the last number of it that
// belongs to the chain.
type place struct {
	session perch.SessionID
	link    *perch.Link
	limit   int64
}

func (p place) depth() int {
	if p.link == nil {
		return 0
	}
	return p.link.Depth
}

func (w *walk) top() place {
	return place{w.q.Session.ID, w.q.Session.Link, w.q.Session.Head}
}

func (w *walk) past() bool { return w.session != w.q.Session.ID }

// backward collects items towards the past, newest first.
func (w *walk) backward() (page Page, err error) {
	for {
		need := w.q.Limit - len(page.Items)
		found, err := w.c.itemsBefore(w.ctx, w.session, w.number, w.q.To, w.q.Contact, need+1)
		if damaged(err) && len(page.Items) > 0 { // what is before the damage can be read
			page.Next = &perch.Position{Session: w.session, Number: w.number}
			return page, nil
		}
		if err != nil {
			return page, err
		}
		if len(found) > need {
			page.Items = w.take(page.Items, found[:need])
			page.Next = &perch.Position{Session: w.session, Number: page.Items[len(page.Items)-1].Number}
			return page, nil
		}
		page.Items = w.take(page.Items, found)
		if w.link == nil || w.only != nil {
			return page, nil
		}
		if len(page.Items) == w.q.Limit || (!w.past() && len(page.Items) > 0) {
			page.Next, _, err = w.c.olderSession(w.ctx, w.link, w.q.To)
			return page, err
		}
		if err := w.older(); err != nil {
			return page, err
		}
	}
}

// forward collects items towards the present, oldest first.
func (w *walk) forward() (page Page, err error) {
	for {
		need := w.q.Limit - len(page.Items)
		found, err := w.c.itemsFrom(w.ctx, w.session, w.number, w.limit, w.q.To, w.q.Contact, need+1)
		if damaged(err) && len(page.Items) > 0 { // what is before the damage can be read
			page.Next = &perch.Position{Session: w.session, Number: w.number}
			return page, nil
		}
		if err != nil {
			return page, err
		}
		if len(found) > need {
			page.Items = w.take(page.Items, found[:need])
			page.Next = &perch.Position{Session: w.session, Number: found[need].Number}
			return page, nil
		}
		page.Items = w.take(page.Items, found)
		if !w.past() || w.only != nil {
			return page, nil
		}
		if err := w.newer(); err != nil {
			return page, err
		}
		if full := len(page.Items) == w.q.Limit; len(page.Items) > 0 && (full || !w.past()) {
			page.Next, err = w.newerItem()
			return page, err
		}
	}
}

// newerItem is the border of the next item from here on, towards the present.
func (w *walk) newerItem() (*perch.Position, error) {
	for {
		found, err := w.c.itemsFrom(w.ctx, w.session, 1, w.limit, w.q.To, "", 1)
		if damaged(err) { // whoever goes on is told
			return &perch.Position{Session: w.session, Number: 1}, nil
		}
		if err != nil {
			return nil, err
		}
		if len(found) > 0 {
			return &perch.Position{Session: w.session, Number: found[0].Number}, nil
		}
		if !w.past() {
			return nil, nil
		}
		if err := w.newer(); err != nil {
			return nil, err
		}
	}
}

func (w *walk) take(items []Item, found []perch.Entry) []Item {
	for _, e := range found {
		items = append(items, Item{Entry: e, Session: w.session, Past: w.past()})
	}
	return items
}

// older steps into the session that this one continues, to its end.
func (w *walk) older() error {
	l := *w.link
	parent, err := w.c.opts.Store.Link(w.ctx, l.Session)
	if err != nil {
		return err
	}
	w.place, w.number = place{l.Session, parent, l.Through}, l.Through+1
	return nil
}

// newer steps into the session that continues this one, to its beginning.
func (w *walk) newer() error {
	p, err := w.c.placeAt(w.ctx, w.top(), w.depth()+1)
	if err != nil {
		return err
	}
	w.place, w.number = p, 1
	return nil
}

// placeAt finds the session of a given depth in the chain that begins with top.
func (c *Chats) placeAt(ctx context.Context, top place, depth int) (place, error) {
	if depth >= top.depth() {
		return top, nil
	}
	above, err := c.linkAt(ctx, top, depth+1)
	if err != nil {
		return place{}, err
	}
	link, err := c.opts.Store.Link(ctx, above.Session)
	return place{above.Session, link, above.Through}, err
}

// linkAt is the link of the session of a given depth, at least 1; the links'
// jumps make finding it a logarithm of the chain's length.
func (c *Chats) linkAt(ctx context.Context, top place, depth int) (l *perch.Link, err error) {
	for l = top.link; l.Depth > depth; {
		next := l.Session
		if l.JumpDepth >= depth {
			next = l.Jump
		}
		if l, err = c.opts.Store.Link(ctx, next); err != nil {
			return nil, err
		}
		if l == nil {
			return nil, fmt.Errorf("session %s has lost its link: restore a backup", next)
		}
	}
	return l, nil
}

// olderSession is the border at the end of the nearest past session in which an
// audience may see something.
func (c *Chats) olderSession(ctx context.Context, l *perch.Link, to perch.Audience) (*perch.Position, bool, error) {
	for l != nil {
		found, err := c.itemsBefore(ctx, l.Session, l.Through+1, to, "", 1)
		if damaged(err) { // something is there: whoever goes on is told what has become of it
			return &perch.Position{Session: l.Session, Number: l.Through + 1}, true, nil
		}
		if err != nil {
			return nil, false, err
		}
		if len(found) > 0 {
			return &perch.Position{Session: l.Session, Number: l.Through + 1}, true, nil
		}
		if l, err = c.opts.Store.Link(ctx, l.Session); err != nil {
			return nil, false, err
		}
	}
	return nil, false, nil
}

// receipts adds what has been confirmed of the messages of a page.
func (w *walk) receipts(items []Item) error {
	for i := 0; i < len(items); {
		j := i
		for j < len(items) && items[j].Session == items[i].Session {
			j++
		}
		found, err := w.c.receiptsOf(w.ctx, items[i].Session, items[i].Number, items[j-1].Number)
		if err != nil {
			return err
		}
		for _, r := range found {
			at, ok := slices.BinarySearchFunc(items[i:j], r.Number, func(it Item, n int64) int { return int(it.Number - n) })
			if ok {
				items[i+at].Receipts = append(items[i+at].Receipts, r)
			}
		}
		i = j
	}
	return nil
}
