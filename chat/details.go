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
	old, version, err := t.chats.opts.Store.Details(t.ctx, t.state.ID, contact)
	if err != nil {
		return err
	}
	d := old.Clone()
	if err := change(&d); err != nil {
		return err
	}
	d.Updated = t.Now
	return t.putDetails(contact, d, version+1)
}

// putDetails writes details; twice for a contact in one turn is a mistake, which
// the version shows.
func (t *Turn) putDetails(contact perch.ContactID, d perch.Details, version int64) error {
	data, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("encoding the details of contact %s: %w", contact, err)
	}
	if len(data) > perch.MaxDetailBytes {
		return perch.Errorf(perch.Invalid, "name, description, tags, references and segment attributes of a contact would have %d bytes in all, the limit is %d",
			len(data), perch.MaxDetailBytes)
	}
	t.Record(store.SetDetails(t.state.ID, contact, data, version))
	return nil
}
