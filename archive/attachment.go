package archive

import (
	"context"
	"errors"
	"io"
	"path"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/blob"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
)

const (
	// DueSweep comes due when the bytes of a file are to be deleted, or when an
	// upload has had its time; Key is the file's id.
	DueSweep = "archive.sweep"
	// sweepAfter is how long an upload may take to be completed, from its start.
	// Later than that no upload is under way, so that what is deleted then stays so.
	sweepAfter = time.Hour
	// UploadWithin is how long the URL of an upload may be used at the most, and
	// ReceiveWithin how long its bytes may take to arrive.
	UploadWithin  = 15 * time.Minute
	ReceiveWithin = 10 * time.Minute
)

// Start lets a file be uploaded that has a name, a type and a size. It belongs to
// f.Contact, or to the contact in force where f.Participant attaches it.
//
// Errors: Invalid for what the instance does not take; Refused where it keeps no
// files; those of chat.Turn.StartUpload.
// doc: feature-limits.md
func (a *Archive) Start(ctx context.Context, s *perch.Session, f perch.File, clientToken string) (perch.File, error) {
	rules, err := a.opts.Settings.AttachedFiles(ctx, s.Instance, catalog.AttachedToChats)
	if err != nil {
		return f, err
	}
	extension, err := checkFile(&f, rules)
	if err != nil {
		return f, err
	}
	where, err := a.opts.Settings.Storage(ctx, s.Instance, catalog.Attachments)
	if err != nil {
		return f, err
	}
	if where.Bucket == "" {
		return f, perch.Errorf(perch.Refused, "this instance keeps no attachments: associate a storage of the kind ATTACHMENTS with it")
	}
	id, err := a.opts.Chats.NewID()
	if err != nil {
		return f, err
	}
	f.ID, f.Bucket, f.Encryption = perch.FileID(id), where.Bucket, where.Key
	err = a.opts.Chats.On(ctx, s.ID, func(t *chat.Turn) error {
		now := t.Now.UTC()
		// The name that people know it by has no part in it.
		f.Key = path.Join(where.Prefix, now.Format("2006/01/02"), id+"_"+now.Format("20060102T15:04")+"_UTC."+extension)
		got, err := t.StartUpload(chat.Upload{File: f, ClientToken: clientToken})
		if err != nil {
			return err
		}
		if got.ID == perch.FileID(id) {
			t.Due(DueSweep, id, t.Now.Add(sweepAfter), nil)
		}
		f = got
		return nil
	})
	return f, err
}

// Receive takes in the bytes of a file, once. Nothing is written down of that:
// the bytes are there whole, or they are not.
//
// Errors: NotFound; Conflict where they have been uploaded already, or too late;
// Invalid where they are not what was announced.
func (a *Archive) Receive(ctx context.Context, id perch.FileID, contentType string, size int64, body io.Reader) error {
	f, err := a.opts.Chats.File(ctx, id)
	if err != nil {
		return err
	}
	switch {
	case f.State != perch.FileStarted:
		return uploaded()
	case contentType != f.ContentType:
		return perch.InvalidField("Content-Type", "must be %s, as it was announced", f.ContentType)
	case size != f.Size:
		return perch.InvalidField("Content-Length", "must be %d, as it was announced", f.Size)
	}
	at, err := a.store(f.Bucket)
	if err != nil {
		return err
	}
	if _, err := at.Head(ctx, f.Key); err == nil { // before all of it has been read
		return uploaded()
	}
	got, err := blob.Spool(a.opts.Dir, body, f.Size)
	if errors.Is(err, blob.ErrSize) {
		return perch.InvalidField("Content-Length", "must be %d, as it was announced", f.Size)
	}
	if err != nil {
		return err
	}
	defer got.Close() //nolint:errcheck // it was read, and goes
	put := blob.Put{Create: true, ContentType: f.ContentType}
	if f.Encryption != "" {
		put.Encryption = blob.Encryption{Algorithm: "aws:kms", KeyID: f.Encryption}
	}
	if err := at.Put(ctx, f.Key, got, put); err != nil {
		if errors.Is(err, blob.ErrExists) {
			err = uploaded()
		}
		return err
	}
	// It may have been given up in the meantime, its bytes deleted before these came.
	if f, err = a.opts.Chats.File(ctx, id); err == nil && f.State.Gone() {
		return errors.Join(uploaded(), at.Delete(ctx, f.Key))
	}
	return err
}

func uploaded() error {
	return perch.Errorf(perch.Conflict, "the file has been uploaded already, or too late")
}

// Complete makes a file count, now that its bytes are there: one that a
// participant attaches is shown in the chat. Again, it changes nothing.
//
// Errors: Invalid where nothing has been uploaded; those of chat.Turn.Attach.
func (a *Archive) Complete(ctx context.Context, f perch.File) error {
	if f.State != perch.FileStarted {
		return a.complete(ctx, f, f.State)
	}
	at, err := a.store(f.Bucket)
	if err != nil {
		return err
	}
	info, err := at.Head(ctx, f.Key)
	if errors.Is(err, blob.ErrNotFound) {
		return perch.Errorf(perch.Refused, "nothing has been uploaded yet for %s: PUT it to the Url that its start has returned", f.ID)
	}
	if err != nil {
		return err
	}
	if info.Size != f.Size {
		return perch.Errorf(perch.Refused, "%d bytes have been uploaded, %d were announced", info.Size, f.Size)
	}
	as := perch.FileApproved
	scanned, err := a.scans(ctx, f)
	if err != nil {
		return err
	}
	if scanned {
		as = perch.FileScanning
	}
	return a.complete(ctx, f, as)
}

func (a *Archive) complete(ctx context.Context, f perch.File, as perch.FileState) error {
	return a.opts.Chats.On(ctx, f.Session, func(t *chat.Turn) error {
		now, err := a.opts.Chats.File(ctx, f.ID)
		if err != nil {
			return err
		}
		begun := now.State == perch.FileStarted
		switch {
		case now.Participant != "":
			if err := t.Attach(now.Participant, now, as); err != nil {
				return err
			}
		case begun:
			t.MoveFile(now, as)
		case now.State.Gone():
			return perch.Errorf(perch.NotFound, "there is no such file")
		}
		if begun && as == perch.FileScanning {
			t.Due(DueScan, string(f.ID), t.Now, nil)
		}
		return nil
	})
}

// Open reads the bytes of a file that is good. For who looks whether it is, the
// bytes are there before.
//
// Errors: NotFound for any other.
func (a *Archive) Open(ctx context.Context, id perch.FileID, scanner bool) (perch.File, io.ReadCloser, error) {
	f, err := a.opts.Chats.File(ctx, id)
	if err != nil {
		return f, nil, err
	}
	if f.State != perch.FileApproved && !(scanner && f.State == perch.FileScanning) {
		return f, nil, perch.Errorf(perch.NotFound, "there is no such file")
	}
	at, err := a.store(f.Bucket)
	if err != nil {
		return f, nil, err
	}
	body, err := at.Get(ctx, f.Key, 0, -1)
	return f, body, err
}

// Delete deletes a file, with its bytes. Again, it changes nothing.
func (a *Archive) Delete(ctx context.Context, f perch.File) error {
	return a.opts.Chats.On(ctx, f.Session, func(t *chat.Turn) error {
		now, err := a.opts.Chats.File(ctx, f.ID)
		if err != nil || now.State.Gone() {
			return err
		}
		t.MoveFile(now, perch.FileDeleted)
		t.Due(DueSweep, string(f.ID), t.Now, nil)
		return nil
	})
}

// sweep deletes the bytes of files that nobody is to have, and gives up uploads
// that were not completed. First it is written down, then the bytes go: in
// between, a crash leaves the row.
func (a *Archive) sweep(ctx context.Context, d perch.Due) error {
	last, err := a.swept(ctx, d)
	if err != nil && ctx.Err() == nil && perch.KindOf(err) == perch.Internal {
		a.opts.Log.WarnContext(ctx, "the bytes of a file could not be deleted; it will be tried again until they can: look whether the place for files can be reached",
			"file", d.Key, "error", err)
		return a.putOff(ctx, d, laterBy)
	}
	if err != nil {
		return err
	}
	return a.opts.Chats.On(ctx, d.Session, func(t *chat.Turn) error {
		if t.Now.Before(last) {
			t.PutOff(d, last, 0)
		} else {
			t.Take(d)
		}
		return nil
	})
}

// swept returns until when bytes may come back by an upload that is under way.
func (a *Archive) swept(ctx context.Context, d perch.Due) (last time.Time, err error) {
	f, err := a.opts.Chats.File(ctx, perch.FileID(d.Key))
	if err != nil {
		return last, err
	}
	last = f.Created.Add(sweepAfter)
	if f.State == perch.FileStarted && !d.At.Before(last) {
		if err := a.opts.Chats.On(ctx, d.Session, func(t *chat.Turn) error {
			t.MoveFile(f, perch.FileFailed)
			return nil
		}); err != nil {
			return last, err
		}
		f.State = perch.FileFailed
	}
	if !f.State.Gone() {
		return last, nil
	}
	at, err := a.store(f.Bucket)
	if err != nil {
		return last, err
	}
	ctx, cancel := context.WithTimeout(ctx, writeWithin)
	defer cancel()
	return last, at.Delete(ctx, f.Key)
}
