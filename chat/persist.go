package chat

import (
	"context"
	"errors"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/strict"
)

// Latest, as a source id, is the last ended chat of the contact's verified
// CustomerId.
const Latest perch.ContactID = "latest"

// Past names what a chat is to continue, and who vouches for the name: a
// contact's id opens its history, so that it must come from somebody who may
// read it.
type Past struct {
	Type   perch.RehydrationType
	Source perch.ContactID
	Origin perch.Origin
}

// Persist links the session to a past one and brings along what that knew. It
// returns the contact continued from; none, where Latest finds nothing.
//
// Errors: NotFound for an unknown source, Refused for one that has not ended
// and for a second association, Denied where nobody vouches for the source.
//
// doc: API_CreatePersistentContactAssociation
func (t *Turn) Persist(p Past) (perch.ContactID, error) {
	if err := t.state.MayPersist(); err != nil {
		return "", err
	}
	past, err := t.past(p, t.state.Instance, t.state.CustomerID, t.state.Verified)
	if err != nil || past == nil {
		return "", err
	}
	link, err := t.link(p, past)
	if err != nil {
		return "", err
	}
	inherited, err := t.chats.Attributes(t.ctx, past.ID)
	if err != nil {
		return "", err
	}
	own, err := t.Attributes()
	if err != nil {
		return "", err
	}
	if t.state.Time.Before(past.Time) { // a clock that went back: what follows lies after its past
		t.state.Time = past.Time
	}
	if all := t.inherit(own, inherited, past.ID); len(all) > len(own) {
		if err := t.writeAttributes(all); err != nil {
			return "", err
		}
	}
	if t.state.CustomerID == "" && past.CustomerID != "" {
		t.Know(past.CustomerID, past.Verified)
	}
	t.attach(link)
	return link.Contact, nil
}

// Associate does what Persist does, once for a ClientToken: the same request
// with the same token has the same answer.
func (c *Chats) Associate(ctx context.Context, id perch.SessionID, p Past, once Once) (from perch.ContactID, err error) {
	found, err := c.answered(ctx, once, &from)
	if err != nil || found {
		return from, err
	}
	err = c.On(ctx, id, func(t *Turn) error {
		if from, err = t.Persist(p); err != nil {
			return err
		}
		return t.answer(once, from)
	})
	if errors.Is(err, errAnswered) {
		return from, c.beaten(ctx, once, &from)
	}
	if err != nil { // perhaps the same request, in another place, a moment earlier
		if found, answered := c.answered(ctx, once, &from); answered == nil && found {
			return from, nil
		}
	}
	return from, err
}

// findable is the CustomerId by which a chat can be found as a customer's
// latest: one that nobody has signed for would put a stranger's words there.
func findable(customer string, verified bool) string {
	if !verified {
		return ""
	}
	return customer
}

// past finds the session of a source and decides whether it may be read; nil
// where Latest finds nothing.
func (t *Turn) past(p Past, instance perch.InstanceID, customer string, verified bool) (*perch.Session, error) {
	known := verified && customer != ""
	if p.Source == Latest && !strict.Holds(t.ctx, strict.Latest, string(t.state.ID)) {
		if !known {
			return nil, nil
		}
		id, found, err := t.chats.opts.Store.LastSession(t.ctx, instance, customer)
		if err != nil || !found {
			return nil, err
		}
		return t.chats.Session(t.ctx, id)
	}
	past, err := t.chats.Find(t.ctx, instance, p.Source)
	if err != nil && perch.KindOf(err) != perch.NotFound {
		return nil, err
	}
	same := err == nil && known && past.Verified && past.CustomerID == customer
	if !p.Origin.Vouched() && !same {
		t.chats.opts.Log.WarnContext(t.ctx, "a past chat was asked for by an id that nobody vouches for: "+
			"pass it signed (StartChatContact, or the widget's JWT), or give both chats the same CustomerId by a signed call",
			"session", t.state.ID)
		return nil, perch.Errorf(perch.Denied, "nobody who may read the source contact has named it")
	}
	return past, err
}

// link makes the link to a past session; its cost does not depend on how many
// lie behind that.
func (t *Turn) link(p Past, past *perch.Session) (perch.Link, error) {
	source := p.Source
	if source == Latest {
		source = past.ID.First()
		p.Type = perch.EntirePastSession
	}
	link, err := perch.Rehydrate(p.Type, source, past)
	if err != nil {
		return perch.Link{}, err
	}
	if p.Type == perch.EntirePastSession && source != past.ID.First() && strict.Holds(t.ctx, strict.InitialContact, string(t.state.ID)) {
		return perch.Link{}, perch.Errorf(perch.Invalid, "the source of ENTIRE_PAST_SESSION must be the first contact of the past chat")
	}
	if t.Now.Sub(past.Time) < strict.TranscriptWithin && strict.Holds(t.ctx, strict.WaitAfterEnd, string(t.state.ID)) {
		return perch.Link{}, perch.Errorf(perch.Refused, "the transcript of the source contact has not been written yet: wait a minute after the end of a chat")
	}
	var leap *perch.Link
	if past.Link != nil {
		if leap, err = t.chats.opts.Store.Link(t.ctx, past.Link.Jump); err != nil {
			return perch.Link{}, err
		}
	}
	return link.Chain(past.Link, leap), nil
}

func (t *Turn) attach(l perch.Link) {
	t.control(perch.Linked{Link: l})
	t.Record(store.InsertLink(t.state.ID, l))
	t.contactsChanged(t.state.ID)
}

// HasPast reports whether a session continues a chat of which this audience
// may see at least one item.
func (c *Chats) HasPast(ctx context.Context, s *perch.Session, to perch.Audience) (bool, error) {
	if s.Link == nil {
		return false, nil
	}
	_, found, err := c.olderSession(ctx, s.Link, to)
	return found, err
}
