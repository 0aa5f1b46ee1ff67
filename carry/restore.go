package carry

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/blob"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
)

// Restored tells what has come of restoring an export.
type Restored struct {
	Instance  perch.InstanceID
	Alias     string
	Key       catalog.AccessKey // of the instance, if it is new here
	Known     bool              // the instance was here, with the same settings
	Restored  int               // chats that are new here
	Unchanged int               // chats that were here just so
	Refused   []Remark
}

// Restore takes in what Export has written: the instance with its settings, as adopt
// has it, then its chats. Again, it changes nothing, so that one that has broken off
// is simply begun anew.
func Restore(ctx context.Context, o Options, from blob.Store, adopt catalog.Adoption) (out Restored, err error) {
	m, files, err := readManifest(ctx, from)
	if err != nil {
		return out, err
	}
	out.Instance, out.Alias = m.Instance, m.Alias
	data, err := fetch(ctx, from, files, settingsKey)
	if err != nil {
		return out, err
	}
	if err := json.Unmarshal(data, &adopt.Moved); err != nil {
		return out, fmt.Errorf("the settings of the export: %w", err)
	}
	for i, s := range adopt.Settings { // as they are kept, and not as they are shown
		var b bytes.Buffer
		if err := json.Compact(&b, s.Body); err != nil {
			return out, err
		}
		adopt.Settings[i].Body = b.Bytes()
	}
	if adopt.ID != m.Instance || adopt.Alias != m.Alias {
		return out, errors.New("the settings of the export are those of another instance than its manifest says")
	}
	if out.Key, out.Known, err = o.Settings.Adopt(ctx, adopt); err != nil {
		return out, err
	}
	r := &returning{work: &work{Options: o, instance: m.Instance, report: &report{}, from: from}, files: files}
	err = r.readChats(ctx, m.Chats)
	sum := r.report.sum()
	out.Restored, out.Unchanged, out.Refused = sum.Imported, sum.Unchanged, sum.Refused
	return out, err
}

// returning is an export that is being read.
type returning struct {
	*work
	files map[string]entry
}

// readChats takes in all chats. They name those that they continue by rows alone, so
// that the order does not count.
func (r *returning) readChats(ctx context.Context, total int) error {
	var parts []string
	for key := range r.files {
		if strings.HasPrefix(key, chatsFolder) {
			parts = append(parts, key)
		}
	}
	slices.Sort(parts)
	done := 0
	for _, key := range parts {
		data, err := fetch(ctx, r.from, r.files, key)
		if err != nil {
			return err
		}
		var some []line
		d := json.NewDecoder(bufio.NewReader(bytes.NewReader(data)))
		for {
			var one line
			err := d.Decode(&one)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return fmt.Errorf("the file %s of the export: %w", key, err)
			}
			some = append(some, one)
		}
		if err := each(ctx, r.work, StageRestore, done, total, importsAtOnce, some, r.readChat); err != nil {
			return err
		}
		done += len(some)
	}
	return nil
}

// readChat takes in one chat: its files first.
func (r *returning) readChat(ctx context.Context, one line) error {
	err := one.Expect(r.instance)
	if err == nil {
		one.File, err = fetch(ctx, r.from, r.files, one.FileKey())
	}
	for _, f := range one.Kept() {
		key := filesFolder + f.Bucket + "/" + f.Key
		if err == nil && slices.Contains(one.Files, key) {
			err = r.readFile(ctx, f, key)
		}
	}
	if err != nil && perch.KindOf(err) != perch.Invalid {
		return err
	}
	known := false
	if err == nil {
		known, err = r.Chats.Restore(ctx, one.Whole)
	}
	switch kind := perch.KindOf(err); {
	case err != nil && (kind == perch.Conflict || kind == perch.Invalid):
		r.report.refuse(Remark{Contact: string(one.Session), Reason: err.Error(), Do: "nothing was changed; to have it all the same, restore into a new data directory"})
		return nil
	case err != nil:
		return err
	case known:
		r.report.count(func(to *Report) { to.Unchanged++ })
	default:
		r.report.count(func(to *Report) { to.Imported++ })
	}
	return nil
}

// readFile brings an attachment or a transcript to where its bucket is here.
func (r *returning) readFile(ctx context.Context, f chat.KeptFile, key string) error {
	to, known := r.Bucket(f.Bucket)
	if !known {
		return fmt.Errorf("the export has files of the bucket %q, which is not known here: name a place for them with --bucket %s=...", f.Bucket, f.Bucket)
	}
	data, err := fetch(ctx, r.from, r.files, key)
	if err != nil {
		return err
	}
	if err := to.Put(ctx, f.Key, bytes.NewReader(data), blob.Put{Create: true, ContentType: f.ContentType}); !errors.Is(err, blob.ErrExists) {
		return err
	}
	there, err := readAll(ctx, to, f.Key)
	if err == nil && !bytes.Equal(there, data) {
		err = perch.Errorf(perch.Conflict, "the bucket %s has another file %s", f.Bucket, f.Key)
	}
	return err
}

// readAll is all of an object.
func readAll(ctx context.Context, from blob.Store, key string) ([]byte, error) {
	body, err := from.Get(ctx, key, 0, -1)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(body)
	return data, errors.Join(err, body.Close())
}
