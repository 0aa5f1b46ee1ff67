package chat

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// Details are those of a contact.
func (c *Chats) Details(ctx context.Context, id perch.SessionID, contact perch.ContactID) (perch.Details, error) {
	d, _, err := c.opts.Store.Details(ctx, id, contact)
	return d, err
}

// ChangeDetails changes what is said about a contact, running or ended. The
// row's version keeps two changes apart; the log has no part in it.
//
// Errors: those of change; Invalid where the details become too large.
// doc: API_UpdateContact
func (t *Turn) ChangeDetails(contact perch.ContactID, change func(*perch.Details) error) error {
	return t.changeDetails(t.state.ID, contact, change)
}

// Details are those of a contact of the chat, with what this turn has changed.
func (t *Turn) Details(contact perch.ContactID) (perch.Details, error) {
	if p, ok := t.details[contact]; ok {
		return p.Details.Clone(), nil
	}
	return t.chats.Details(t.ctx, t.state.ID, contact)
}

// ChangeRelatedDetails changes those of the contact that the one in force is
// related to; with none, it is Refused.
func (t *Turn) ChangeRelatedDetails(change func(*perch.Details) error) error {
	id, err := t.relatedSession()
	if err != nil {
		return err
	}
	return t.changeDetails(id, t.state.Current().Related, change)
}

// pendingDetails are what a turn makes of a contact's details, and which of its
// writes does so: a turn that changes them again replaces it.
type pendingDetails struct {
	perch.Details
	version int64
	write   int
}

func (t *Turn) changeDetails(session perch.SessionID, contact perch.ContactID, change func(*perch.Details) error) error {
	p, again := t.details[contact]
	if !again {
		old, version, err := t.chats.opts.Store.Details(t.ctx, session, contact)
		if err != nil {
			return err
		}
		p = &pendingDetails{Details: old, version: version + 1}
	}
	d := p.Details.Clone()
	if err := change(&d); err != nil {
		return err
	}
	d.Updated = t.Now
	if tell := t.chats.opts.DetailsChanged; tell != nil && session == t.state.ID {
		tell(t, contact, p.Details, d)
	}
	w, err := detailsWrite(session, contact, d, p.version)
	if err != nil {
		return err
	}
	if p.Details = d; again {
		t.writes[p.write] = w
		return nil
	}
	if t.details == nil {
		t.details = map[perch.ContactID]*pendingDetails{}
	}
	p.write = len(t.writes)
	t.details[contact] = p
	t.Record(w)
	return nil
}

// putDetails writes the first details of a new contact.
func (t *Turn) putDetails(contact perch.ContactID, d perch.Details, version int64) error {
	w, err := detailsWrite(t.state.ID, contact, d, version)
	if err == nil {
		t.Record(w)
	}
	return err
}

func detailsWrite(session perch.SessionID, contact perch.ContactID, d perch.Details, version int64) (store.Write, error) {
	data, err := json.Marshal(d)
	if err != nil {
		return store.Write{}, fmt.Errorf("encoding the details of contact %s: %w", contact, err)
	}
	if len(data) > perch.MaxDetailBytes {
		return store.Write{}, perch.Errorf(perch.Invalid, "name, description, tags, references and segment attributes of a contact would have %d bytes in all, the limit is %d",
			len(data), perch.MaxDetailBytes)
	}
	return store.SetDetails(session, contact, data, version), nil
}
