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
	left := 0
	for _, k := range slices.Sorted(maps.Keys(past)) {
		v := past[k]
		if _, ok := all[k]; ok || neverCopied[k] {
			continue
		}
		if all.Bytes()+len(k)+len(v.Value) > perch.MaxAttributeBytes {
			left++
			continue
		}
		all[k] = v
	}
	if left > 0 {
		t.chats.opts.Log.WarnContext(t.ctx, "attributes of a past chat left out: the limit of a contact is reached",
			"session", t.state.ID, "from", from, "left_out", left, "limit_bytes", perch.MaxAttributeBytes)
	}
	return all
}
