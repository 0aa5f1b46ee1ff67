package chat

import (
	"context"
	"encoding/json"
	"errors"
	"path"
	"reflect"
	"strings"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/segment"
	"github.com/perch-chat/perch/store"
)

// Whole is a chat that has ended with all that is known of it, as it moves from one
// database into another.
type Whole struct {
	Session perch.SessionID
	// Rows are its rows, as of one whose log is in the file.
	Rows store.Rows
	File []byte `json:"-"`
	ref  segment.Ref
}

// FileKey is the key of its file.
func (w Whole) FileKey() string { return w.ref.Key }

// Finished are the chats of an instance that have ended, by id, those behind another.
func (c *Chats) Finished(ctx context.Context, instance perch.InstanceID, after perch.SessionID, limit int) ([]perch.SessionID, error) {
	return c.opts.Store.FinishedSessions(ctx, instance, after, limit)
}

// Active is how many chats of an instance go on.
func (c *Chats) Active(ctx context.Context, instance perch.InstanceID) (int, error) {
	return c.opts.Store.ActiveSessions(ctx, instance)
}

// Whole reads all of a chat that has ended. Uploads that are under way stay behind,
// and a file that nobody has looked through yet is none that is good.
func (c *Chats) Whole(ctx context.Context, id perch.SessionID) (w Whole, err error) {
	w.Session = id
	if w.Rows, err = c.opts.Store.SessionRows(ctx, id); err != nil {
		return w, err
	}
	cold, found, err := c.opts.Store.Cold(ctx, id)
	switch {
	case err != nil:
		return w, err
	case found:
		if c.opts.Cold == nil {
			return w, perch.Errorf(perch.Refused, "no place for files is known")
		}
		w.ref = refOf(cold)
		w.File, err = c.opts.Cold.Raw(ctx, w.ref)
	default:
		var content segment.Content
		if content, err = c.content(ctx, id); err == nil {
			w.File, w.ref, err = c.opts.Cold.Pack(content)
		}
	}
	if err != nil {
		return w, err
	}
	w.Rows.SetCold(coldOf(w.ref))
	var kept []store.Row
	for i, row := range w.Rows["attachment"] {
		switch state, _ := w.Rows.Get("attachment", i, "state").(int64); perch.FileState(state) {
		case perch.FileStarted:
			continue
		case perch.FileScanning:
			w.Rows.Set("attachment", i, "state", int64(perch.FileRejected))
		}
		kept = append(kept, row)
	}
	if w.Rows["attachment"] = kept; kept == nil {
		delete(w.Rows, "attachment")
	}
	return w, nil
}

// Restore keeps a chat that comes from another database, with its file, which is
// that of FileKey after Expect. A chat that is here already just so is known.
//
// Errors: Conflict where another is here with its id, or one of its contacts; Invalid
// where rows and file do not belong together.
func (c *Chats) Restore(ctx context.Context, w Whole) (known bool, err error) {
	_, _, here, err := c.opts.Store.SessionOf(ctx, w.Session.First())
	if err != nil {
		return false, err
	}
	if here {
		there, err := c.Whole(ctx, w.Session)
		if err == nil && reflect.DeepEqual(there.Rows, w.Rows) {
			return true, nil
		}
		return false, perch.Errorf(perch.Conflict, "a chat with this id is here already, and is not the same")
	}
	if c.opts.Cold == nil {
		return false, perch.Errorf(perch.Refused, "no place for files is known")
	}
	if err := c.opts.Cold.Keep(ctx, w.ref, w.File); err != nil {
		if _, damaged := errors.AsType[*segment.Damaged](err); damaged {
			return false, perch.Errorf(perch.Invalid, "its rows and its file do not belong together: %v", err)
		}
		return false, err
	}
	items, err := c.itemsOf(ctx, w)
	if err != nil {
		return false, err
	}
	return false, c.opts.Store.Commit(store.Turn{Session: w.Session, Writes: append(store.InsertRows(w.Rows), items...)})
}

// itemsOf makes the items of a chat findable that came with ids from elsewhere.
func (c *Chats) itemsOf(ctx context.Context, w Whole) ([]store.Write, error) {
	if len(w.Rows["imported"]) == 0 {
		return nil, nil
	}
	f, err := c.opts.Cold.Open(ctx, w.ref)
	if err != nil {
		return nil, err
	}
	all, err := f.Entries(ctx, 1, w.ref.Head)
	return foreignItems(w.Session, all), err
}

// Expect checks the rows of a chat that comes from elsewhere, and takes from them
// which file it has.
//
// Errors: Invalid.
func (w *Whole) Expect(instance perch.InstanceID) error {
	if err := w.Rows.Check(w.Session); err != nil {
		return perch.Errorf(perch.Invalid, "%v", err)
	}
	if of, _ := w.Rows.Get("session", 0, "instance").(string); of != string(instance) {
		return perch.Errorf(perch.Invalid, "session %s is of another instance", w.Session)
	}
	for i := range w.Rows["contact"] {
		if of, _ := w.Rows.Get("contact", i, "instance").(string); of != string(instance) {
			return perch.Errorf(perch.Invalid, "a contact of session %s is of another instance", w.Session)
		}
	}
	n := func(name string) int64 { v, _ := w.Rows.Get("cold", 0, name).(int64); return v }
	key, _ := w.Rows.Get("cold", 0, "file").(string)
	hash, _ := w.Rows.Get("cold", 0, "hash").([]byte)
	w.ref = segment.Ref{Session: w.Session, Generation: n("generation"), Head: n("head"), Key: key, Size: n("size"), Index: n("index_size"), Hash: hash}
	return nil
}

// KeptFile is a file that belongs to a chat.
type KeptFile struct{ Bucket, Key, ContentType string }

// Kept are the files that belong to a chat: attachments that are good, and the
// transcripts of its contacts.
func (w Whole) Kept() []KeptFile {
	var out []KeptFile
	for i := range w.Rows["attachment"] {
		body, _ := w.Rows.Get("attachment", i, "body").([]byte)
		state, _ := w.Rows.Get("attachment", i, "state").(int64)
		var f perch.File
		if json.Unmarshal(body, &f) == nil && perch.FileState(state) == perch.FileApproved {
			out = append(out, KeptFile{f.Bucket, f.Key, f.ContentType})
		}
	}
	for i := range w.Rows["contact"] {
		body, _ := w.Rows.Get("contact", i, "details").([]byte)
		var d perch.Details
		if json.Unmarshal(body, &d) != nil {
			continue
		}
		// What a record from elsewhere says of a place must not lead to another's file.
		id, _ := w.Rows.Get("contact", i, "id").(string)
		if bucket, key, ok := strings.Cut(d.Transcript, "/"); ok && strings.HasPrefix(path.Base(key), id+"_") {
			out = append(out, KeptFile{bucket, key, "application/json"})
		}
	}
	return out
}
