package chat

import (
	"context"
	"maps"
	"slices"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// neverCopied are the attributes by which a chat asks for a past: carried over,
// they would ask for the same past again.
var neverCopied = map[string]bool{"sourceContactId": true, "rehydrationType": true}

// Attributes are the session's, with what this turn has changed; they must not
// be changed by the caller.
func (t *Turn) Attributes() (perch.Attributes, error) {
	if t.attributes == nil {
		a, version, err := t.chats.opts.Store.Attributes(t.ctx, t.state.ID)
		if err != nil {
			return nil, err
		}
		t.attributes, t.attributesVersion = a, version
	}
	return t.attributes, nil
}

// Attributes are a session's.
func (c *Chats) Attributes(ctx context.Context, id perch.SessionID) (perch.Attributes, error) {
	a, _, err := c.opts.Store.Attributes(ctx, id)
	return a, err
}

// SetAttributes sets attributes, keeping the others: all of them or, when the
// limit would be passed, none. It works on ended chats too.
// doc: API_UpdateContactAttributes
func (t *Turn) SetAttributes(set perch.Attributes) error {
	if len(set) == 0 {
		return nil
	}
	old, err := t.Attributes()
	if err != nil {
		return err
	}
	all := maps.Clone(old)
	maps.Copy(all, set)
	if n := all.Bytes(); n > perch.MaxAttributeBytes {
		return perch.InvalidField("Attributes", "would hold %d bytes in all, the limit is %d", n, perch.MaxAttributeBytes)
	}
	return t.writeAttributes(all)
}

func (t *Turn) writeAttributes(all perch.Attributes) error {
	version := t.attributesVersion + 1
	w, err := store.SetAttributes(t.state.ID, all, version)
	if err != nil {
		return err
	}
	t.attributes, t.attributesVersion = all, version
	t.Record(w)
	if !t.state.Ended { // what comes after the end is not in the log
		t.control(perch.AttributesChanged{Version: version})
	}
	t.contactsChanged(t.state.ID)
	return nil
}

// inherit adds what a related chat knew to attributes that are there already:
// those win, and what would pass the limit is left out and logged.
// doc: chat-persistence.md#relatedcontactid
func (t *Turn) inherit(own, past perch.Attributes, from perch.SessionID) perch.Attributes {
	all := maps.Clone(own)
	if all == nil {
		all = perch.Attributes{}
	}
	left, size := 0, all.Bytes()
	for _, k := range slices.Sorted(maps.Keys(past)) {
		v := past[k]
		if _, ok := all[k]; ok || neverCopied[k] {
			continue
		}
		if size+len(k)+len(v.Value) > perch.MaxAttributeBytes {
			left++
			continue
		}
		all[k], size = v, size+len(k)+len(v.Value)
	}
	if left > 0 {
		t.chats.opts.Log.WarnContext(t.ctx, "attributes of a past chat left out: the limit of a contact is reached",
			"session", t.state.ID, "from", from, "left_out", left, "limit_bytes", perch.MaxAttributeBytes)
	}
	return all
}

// SetRelatedAttributes sets attributes of the chat that the contact in force is
// related to; with none, it is Refused.
func (t *Turn) SetRelatedAttributes(set perch.Attributes) error {
	id, err := t.relatedSession()
	if err != nil {
		return err
	}
	if t.relatedTo != id {
		if t.related, t.relatedVersion, err = t.chats.opts.Store.Attributes(t.ctx, id); err != nil {
			return err
		}
		t.relatedTo = id
	}
	all := maps.Clone(t.related)
	maps.Copy(all, set)
	if n := all.Bytes(); n > perch.MaxAttributeBytes {
		return perch.InvalidField("Attributes", "would hold %d bytes in all, the limit is %d", n, perch.MaxAttributeBytes)
	}
	w, err := store.SetAttributes(id, all, t.relatedVersion+1)
	if err != nil {
		return err
	}
	t.related, t.relatedVersion = all, t.relatedVersion+1 // the turn may set more
	t.Record(w)
	t.contactsChanged(id)
	return nil
}

// relatedSession is the chat that the contact in force is related to.
func (t *Turn) relatedSession() (perch.SessionID, error) {
	related := t.state.Current().Related
	if related == "" {
		return "", perch.Errorf(perch.Refused, "the contact has no related contact")
	}
	id, found, err := t.chats.opts.Store.FindContact(t.ctx, t.state.Instance, related)
	if err == nil && !found {
		err = perch.Errorf(perch.NotFound, "the related contact does not exist")
	}
	return id, err
}

// Know says whose chat it is.
func (t *Turn) Know(customer string, verified bool) {
	t.control(perch.CustomerKnown{CustomerID: customer, Verified: verified})
	t.Record(store.SetCustomer(t.state.ID, findable(customer, verified)))
}
