package carry

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/blob"
	"github.com/perch-chat/perch/catalog"
)

// writeAll imports all chats, those that others continue first.
func (w *work) writeAll(ctx context.Context) error {
	done := 0
	for _, level := range w.chats.levels {
		if err := each(ctx, w, StageWrite, done, w.chats.total, importsAtOnce, level, w.writeChain); err != nil {
			return err
		}
		done += len(level)
	}
	return nil
}

// writeChain imports a chat. An error is one of the database or of the place for
// files, after which nothing can be imported.
func (w *work) writeChain(ctx context.Context, in *chain) error {
	remark := Remark{File: in.contacts[0].file(), Contact: in.initial}
	for _, c := range in.contacts {
		if remark.File == "" {
			remark.File = c.file()
		}
	}
	pieces, err := w.load(in)
	if err != nil {
		return err
	}
	f := w.build(in, pieces)
	if n := f.Attributes.Bytes(); n > perch.MaxAttributeBytes {
		remark.Reason, remark.Do = fmt.Sprintf("its attributes hold %d bytes, the limit is %d; it is imported without them", n, perch.MaxAttributeBytes), "nothing, if they are not missed"
		w.report.note(remark)
		f.Attributes = nil
	}
	if f.Files, err = w.bring(ctx, f.Session, f.Entries, remark); err != nil {
		return err
	}
	f.Sources = sourcesOf(in, f.Files)
	out, err := w.Chats.Import(ctx, f)
	switch kind := perch.KindOf(err); {
	case err != nil && (kind == perch.Conflict || kind == perch.Invalid):
		remark.Reason, remark.Do = err.Error(), "nothing was changed; to have it all the same, import it into a new instance"
		w.report.refuse(remark)
		return nil
	case err != nil:
		return err
	case out.Known:
		w.report.count(func(r *Report) { r.Unchanged++ })
		return nil
	}
	w.report.count(func(r *Report) { r.Imported++; r.Attachments += len(f.Files) })
	if out.Unlinked != "" {
		remark.Reason, remark.Do = out.Unlinked+"; it is imported without a past", "import older files before newer ones, or all at once"
		w.report.note(remark)
	}
	return nil
}

// bring brings the bytes of what was attached to a chat here, as far as they lie
// beside. The log says of each file whether it has come.
func (w *work) bring(ctx context.Context, session perch.SessionID, log []perch.Entry, remark Remark) ([]perch.File, error) {
	var out []perch.File
	for i, e := range log {
		shown, ok := e.Body.(perch.Attached)
		if !ok {
			continue
		}
		f, why, err := w.bringFile(ctx, session, e, shown, out)
		if err != nil {
			return nil, err
		}
		if why != "" {
			remark.Reason, remark.Do = fmt.Sprintf("the attachment %s is shown as not available: %s", shown.File, why), "put the file beside the transcripts, under the name that Amazon gave it, before they are imported"
			w.report.note(remark)
			continue
		}
		shown.State = perch.FileApproved
		log[i].Body = shown
		out = append(out, f)
	}
	return out, nil
}

// bringFile brings one; why says what keeps it.
func (w *work) bringFile(ctx context.Context, session perch.SessionID, e perch.Entry, shown perch.Attached, have []perch.File) (f perch.File, why string, err error) {
	lies, ok := w.files[string(shown.File)]
	switch {
	case !ok:
		return f, "no file of that id lies beside", nil
	case slices.ContainsFunc(have, func(o perch.File) bool { return o.ID == shown.File }):
		return f, "it is shown twice", nil
	case lies.size < 1 || lies.size > catalog.MaxFile:
		return f, fmt.Sprintf("the file %s has %d bytes, the limit is %d", lies.key, lies.size, catalog.MaxFile), nil
	}
	other, err := w.Chats.File(ctx, shown.File)
	if err == nil && other.Session != session {
		return f, "a file of that id is here already, of another chat", nil
	}
	if err != nil && perch.KindOf(err) != perch.NotFound {
		return f, "", err
	}
	where, err := w.Settings.Storage(ctx, w.instance, catalog.Attachments)
	if err != nil {
		return f, "", err
	}
	to, known := w.Bucket(where.Bucket)
	if where.Bucket == "" || !known {
		return f, fmt.Sprintf("the instance keeps attachments in the bucket %q, which is not known here: name it with --bucket", where.Bucket), nil
	}
	at := e.Time.UTC()
	f = perch.File{ID: shown.File, Contact: e.Contact, State: perch.FileApproved, Created: at, Name: shown.Name, ContentType: shown.ContentType, Size: lies.size,
		Bucket: where.Bucket, Encryption: where.Key, Participant: e.Participant,
		Key: path.Join(where.Prefix, at.Format("2006/01/02"), string(shown.File)+"_"+at.Format("20060102T15:04")+"_UTC."+lies.extension)}
	why, err = w.copyFile(ctx, lies, to, f)
	return f, why, err
}

// copyFile copies the bytes. Those of an earlier try are as good.
func (w *work) copyFile(ctx context.Context, lies attached, to blob.Store, f perch.File) (why string, err error) {
	if info, err := to.Head(ctx, f.Key); err == nil && info.Size == f.Size {
		return "", nil
	}
	body, err := w.from.Get(ctx, lies.key, 0, -1)
	if err != nil {
		return "the file " + lies.key + " cannot be read: " + err.Error(), nil //nolint:nilerr // it is said
	}
	got, err := blob.Spool(w.Dir, body, f.Size)
	if closing := body.Close(); err == nil {
		err = closing
	}
	if errors.Is(err, blob.ErrSize) {
		return "the file " + lies.key + " changes while it is read", nil
	}
	if err != nil {
		return "", err
	}
	defer got.Close() //nolint:errcheck // it was read, and goes
	put := blob.Put{ContentType: f.ContentType}
	if f.Encryption != "" {
		put.Encryption = blob.Encryption{Algorithm: "aws:kms", KeyID: f.Encryption}
	}
	return "", to.Put(ctx, f.Key, got, put)
}

// nameOf is the name of an attachment, without what would have it read otherwise
// than it is.
func nameOf(name string) string {
	name = strings.ToValidUTF8(name, "_")
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.C) || r == '/' || r == '\\' {
			return '_'
		}
		return r
	}, name)
}
