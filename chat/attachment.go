package chat

import (
	"context"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// File is a file of any chat, by its id.
//
// Errors: NotFound.
func (c *Chats) File(ctx context.Context, id perch.FileID) (perch.File, error) {
	f, ok, err := c.opts.Store.File(ctx, id)
	if err == nil && !ok {
		err = noFile()
	}
	return f, err
}

// Files are all of a chat, in no order.
func (c *Chats) Files(ctx context.Context, session perch.SessionID) ([]perch.File, error) {
	return c.opts.Store.Files(ctx, session)
}

func noFile() error { return perch.Errorf(perch.NotFound, "there is no such file") }

// SeesFile reports whether a file is shown in a chat, or in the part of its past
// that it continues.
func (c *Chats) SeesFile(ctx context.Context, s *perch.Session, f perch.File) (bool, error) {
	if f.Number == 0 {
		return false, nil
	}
	top := place{s.ID, s.Link, s.Head}
	if f.Session == s.ID || s.Link == nil {
		return f.Session == s.ID, nil
	}
	link, err := c.opts.Store.Link(ctx, f.Session)
	if err != nil {
		return false, err
	}
	depth := place{link: link}.depth()
	if depth >= top.depth() {
		return false, nil
	}
	at, err := c.placeAt(ctx, top, depth)
	return at.session == f.Session && f.Number <= at.limit, err
}

// errFileMoved fails a turn whose file somebody else has dealt with meanwhile.
var errFileMoved = perch.Errorf(perch.Conflict, "the file has been dealt with at the same time: try again")

// Upload is a file that somebody is about to upload.
type Upload struct {
	perch.File
	ClientToken string
}

// StartUpload notes a file that will be uploaded. The same ClientToken with the
// same file gives the one that it made. A participant attaches it to the contact
// in force.
//
// Errors: Denied for who is not in the chat; LimitExceeded for too many files;
// Invalid for a ClientToken used for another file.
func (t *Turn) StartUpload(u Upload) (perch.File, error) {
	f := u.File
	f.Session, f.State, f.Created = t.state.ID, perch.FileStarted, t.Now.Truncate(time.Millisecond)
	by := f.Participant
	if by != "" {
		p, err := t.state.Caller(by)
		if err != nil {
			return f, err
		}
		if p.Unseen() {
			return f, perch.Errorf(perch.Denied, "you watch silently: barge in to be heard")
		}
		f.Contact = t.state.Current().ID
	}
	f.Request = perch.HashToken(by, "StartAttachmentUpload", u.ClientToken)
	all, err := t.chats.opts.Store.Files(t.ctx, t.state.ID)
	if err != nil {
		return f, err
	}
	count := 0
	for _, o := range all {
		if f.Request != 0 && o.Request == f.Request {
			if o.Name != f.Name || o.ContentType != f.ContentType || o.Size != f.Size {
				return f, perch.InvalidField("ClientToken", "has been used for another file")
			}
			return o, nil
		}
		if o.State != perch.FileFailed && o.State != perch.FileDeleted && (o.Participant == "") == (by == "") {
			count++
		}
	}
	if count >= perch.MaxAttachments {
		return f, tooManyFiles()
	}
	w, err := store.AddFile(f)
	if err != nil {
		return f, err
	}
	t.Record(w)
	return f, nil
}

func tooManyFiles() error {
	return perch.Errorf(perch.LimitExceeded, "the chat has %d attachments already, which is the limit", perch.MaxAttachments)
}

// Attach shows a file in the chat, now that it is there whole: as one that may be
// read, or that has to be scanned first. Doing it again changes nothing.
//
// Errors: Denied for who is not in the chat; NotFound for a file that is none of
// the participant's; Conflict for one that came too late; LimitExceeded.
func (t *Turn) Attach(by perch.ParticipantID, f perch.File, as perch.FileState) error {
	p, err := t.state.Caller(by)
	if err != nil {
		return err
	}
	if f.Participant != by || f.Session != t.state.ID {
		return noFile()
	}
	if f.Number != 0 {
		return nil
	}
	if f.State != perch.FileStarted {
		return perch.Errorf(perch.Conflict, "the upload was not completed in time: start it again")
	}
	if t.state.Attachments >= perch.MaxAttachments { // the number of this entry guards it, whoever else attaches
		return tooManyFiles()
	}
	if p.Presence == perch.Expected {
		if err := t.Connect(by); err != nil {
			return err
		}
		p, _ = t.state.Participant(by)
	}
	was := t.state.Watch
	e := t.by(p, perch.ToAll, perch.Attached{Who: p.Who, File: f.ID, Name: f.Name, ContentType: f.ContentType, State: as})
	t.Record(store.MoveFile(f, as, e.Number, errFileMoved))
	return t.returned(p, was)
}

// MoveFile has a file that the chat does not show, or not any more, go on to
// another state.
//
// Errors: Conflict where it is in another state by now.
func (t *Turn) MoveFile(f perch.File, to perch.FileState) {
	t.Record(store.MoveFile(f, to, f.Number, errFileMoved))
}

// Scan keeps what has come of scanning a file, and tells those who watch the chat
// while it runs.
func (t *Turn) Scan(f perch.File, as perch.FileState) error {
	t.MoveFile(f, as)
	if t.state.Ended || f.Number == 0 {
		return nil
	}
	e, err := t.entry(f.Number)
	if err != nil {
		return err
	}
	shown, ok := e.Body.(perch.Attached)
	if !ok {
		return nil
	}
	shown.State = as
	t.add(perch.Entry{Contact: e.Contact, Participant: e.Participant, Body: perch.Scanned{Attached: shown, Number: e.Number, Sent: e.Time}})
	return nil
}

// files tells of the files on a page how they stand now.
func (w *walk) files(items []Item) error {
	known := map[perch.SessionID]map[perch.FileID]perch.FileState{}
	for i := range items {
		a, ok := items[i].Body.(perch.Attached)
		if !ok {
			continue
		}
		of := known[items[i].Session]
		if of == nil {
			var err error
			if of, err = w.c.FileStates(w.ctx, items[i].Session); err != nil {
				return err
			}
			known[items[i].Session] = of
		}
		if now, ok := of[a.File]; ok {
			a.State = now
			items[i].Body = a
		}
	}
	return nil
}

// FileStates are how the files of a chat stand now.
func (c *Chats) FileStates(ctx context.Context, session perch.SessionID) (map[perch.FileID]perch.FileState, error) {
	all, err := c.opts.Store.Files(ctx, session)
	out := map[perch.FileID]perch.FileState{}
	for _, f := range all {
		out[f.ID] = f.State
	}
	return out, err
}
