package carry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/blob"
	"github.com/perch-chat/perch/chat"
)

// chatsAtOnce is how many chats are read before their files are written.
const chatsAtOnce = 256

// Stages of an export and of its way back.
const (
	StageExport  = "writing chats"
	StageVerify  = "checking files"
	StageRestore = "restoring chats"
)

// Exported tells what an export has.
type Exported struct {
	Chats  int
	Active int // chats that go on, which stay behind
	Files  int
	Gone   []string // files that chats know of and that are not there any more
	// Elsewhere is how many files of chats stayed behind, by their bucket, since that
	// is not known here.
	Elsewhere map[string]int
}

// line is a chat in an export.
type line struct {
	chat.Whole
	// Files are the keys, in the export, of what it has besides: attachments that are
	// good, and the transcripts that were written of it.
	Files []string `json:",omitempty"`
}

// leaving is an export that is being written.
type leaving struct {
	*work
	to    blob.Store
	all   ledger
	lines map[string][]byte // of each file of chats
	out   Exported
}

// Export writes a whole instance into a store: settings, chats that have ended with
// all that is known of them, attachments and transcripts. What o reads from should
// be a snapshot. What is in the store from an earlier export is written anew, or left
// where it is the same; the same instance gives the same files.
func Export(ctx context.Context, o Options, instance perch.InstanceID, to blob.Store) (Exported, error) {
	l := &leaving{work: &work{Options: o, instance: instance, report: &report{}}, to: to, lines: map[string][]byte{}, out: Exported{Elsewhere: map[string]int{}}}
	if err := to.Delete(ctx, manifestKey); err != nil { // from here on there is none
		return l.out, err
	}
	settings, err := o.Settings.Moving(ctx, instance)
	if err != nil {
		return l.out, err
	}
	data, err := json.MarshalIndent(settings, "", " ")
	if err != nil {
		return l.out, err
	}
	if err := l.put(ctx, settingsKey, append(data, '\n'), "application/json"); err != nil {
		return l.out, err
	}
	if l.out.Active, err = o.Chats.Active(ctx, instance); err != nil {
		return l.out, err
	}
	if err := l.writeChats(ctx); err != nil {
		return l.out, err
	}
	end, err := l.all.write(manifest{Format: exportFormat, Version: exportVersion, Instance: instance, Alias: settings.Alias, Chats: l.out.Chats})
	if err != nil {
		return l.out, err
	}
	l.out.Files = len(l.all.all)
	slices.Sort(l.out.Gone)
	return l.out, to.Put(ctx, manifestKey, bytes.NewReader(end), blob.Put{ContentType: "application/x-ndjson"})
}

// put writes a file of the export, and notes it. One that is there with as many
// bytes under a name that says what is in it is left.
func (l *leaving) put(ctx context.Context, key string, data []byte, contentType string) error {
	l.all.add(entryOf(key, data))
	if !strings.HasPrefix(key, chatsFolder) && key != settingsKey {
		if info, err := l.to.Head(ctx, key); err == nil && info.Size == int64(len(data)) {
			return nil
		}
	}
	return l.to.Put(ctx, key, bytes.NewReader(data), blob.Put{ContentType: contentType})
}

// writeChats writes all chats, in the order of their ids. The snapshot is read by
// one, the files are written by several.
func (l *leaving) writeChats(ctx context.Context) error {
	for after := perch.SessionID(""); ; {
		ids, err := l.Chats.Finished(ctx, l.instance, after, chatsAtOnce)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			break
		}
		after = ids[len(ids)-1]
		some := make([]line, len(ids))
		for i, id := range ids {
			if some[i].Whole, err = l.Chats.Whole(ctx, id); err != nil {
				return fmt.Errorf("the chat %s: %w", id, err)
			}
		}
		places := make([]int, len(some))
		for i := range places {
			places[i] = i
		}
		err = each(ctx, l.work, StageExport, l.out.Chats, l.out.Chats+len(ids), readsAtOnce, places, func(ctx context.Context, i int) error { return l.writeChat(ctx, &some[i]) })
		if err != nil {
			return err
		}
		for _, one := range some {
			data, err := json.Marshal(one)
			if err != nil {
				return err
			}
			at := chatsFolder + string(one.Session[:min(2, len(one.Session))]) + ".ndjson"
			l.lines[at] = append(append(l.lines[at], data...), '\n')
		}
		l.out.Chats += len(ids)
	}
	for at, data := range l.lines {
		if err := l.put(ctx, at, data, "application/x-ndjson"); err != nil {
			return err
		}
	}
	return nil
}

// writeChat writes the files of a chat.
func (l *leaving) writeChat(ctx context.Context, one *line) error {
	if err := l.put(ctx, one.FileKey(), one.File, "application/zstd"); err != nil {
		return err
	}
	for _, f := range one.Kept() {
		from, known := l.Bucket(f.Bucket)
		if !known { // such as where Amazon had it
			l.report.count(func(*Report) { l.out.Elsewhere[f.Bucket]++ })
			continue
		}
		if blob.Check(f.Key) != nil {
			continue
		}
		data, err := readAll(ctx, from, f.Key)
		if errors.Is(err, blob.ErrNotFound) {
			l.report.count(func(*Report) { l.out.Gone = append(l.out.Gone, path.Join(f.Bucket, f.Key)) })
			continue
		}
		if err != nil {
			return fmt.Errorf("the file %s of the bucket %s: %w", f.Key, f.Bucket, err)
		}
		key := filesFolder + f.Bucket + "/" + f.Key
		if err := l.put(ctx, key, data, f.ContentType); err != nil {
			return err
		}
		one.Files = append(one.Files, key)
	}
	slices.Sort(one.Files)
	return nil
}
