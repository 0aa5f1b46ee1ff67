package carry_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/blob"
	"github.com/perch-chat/perch/carry"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/store"
)

// lively is a house with a chat that has been imported, one that was had here and has
// ended, another that was moved into a file, and one that goes on.
func lively(t *testing.T) *house {
	t.Helper()
	h := newHouse(t)
	h.leaveStory()
	h.leave("records/1", h.record(1, object{"CustomerId": "ada-1", "Attributes": object{"tier": "gold"}}))
	h.imported()
	for n := range 3 {
		b, err := h.chats.Start(t.Context(), chat.Start{Instance: h.instance, Flow: "f", DisplayName: "Ada", Attributes: perch.Attributes{"n": {Value: "<&>"}},
			Past: &chat.Past{Type: perch.FromSegment, Source: perch.ContactID(id('c', 2)), Origin: perch.FromSigV4}})
		h.must(err)
		on := func(do func(*chat.Turn) error) { h.must(h.chats.On(t.Context(), b.Session, do)) }
		on(func(t *chat.Turn) error {
			_, err := t.Say(b.Participant, chat.Saying{ContentType: "text/plain", Content: "me again"})
			return err
		})
		if n < 2 {
			on(func(t *chat.Turn) error { return t.End(perch.Stopped) })
		}
		if n == 1 {
			h.must(h.chats.Freeze(t.Context(), b.Session))
		}
	}
	return h
}

func (h *house) options() carry.Options {
	return carry.Options{Chats: h.chats, Settings: h.settings, Dir: h.dir, Log: slog.New(slog.DiscardHandler),
		Bucket: func(name string) (blob.Store, bool) { return slipping{h.files, h}, name == catalog.OwnBucket }}
}

// exports writes the instance into a new directory.
func (h *house) exports(instance perch.InstanceID) (string, carry.Exported) {
	h.Helper()
	dir := h.TempDir()
	to, err := blob.Open(h.Context(), dir)
	h.must(err)
	out, err := carry.Export(h.Context(), h.options(), instance, to)
	h.must(err)
	return dir, out
}

func (h *house) restores(from string) (carry.Restored, error) {
	at, err := blob.Look(h.Context(), from)
	h.must(err)
	return carry.Restore(h.Context(), h.options(), at, catalog.Adoption{At: start,
		Credential: func(instance perch.InstanceID, user perch.UserID, name string) (store.Write, error) {
			return store.InsertCredential(store.Credential{User: user, Instance: instance, Username: name, Hash: "none"}, nil), nil
		}})
}

// tree is all files of a directory.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	at, err := blob.Look(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	all, err := at.List(t.Context(), "", "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(f.Key)))
		if err != nil {
			t.Fatal(err)
		}
		out[f.Key] = string(data)
	}
	return out
}

// rename gives an exported instance another alias, since the one it comes to has one
// of that name.
func rename(t *testing.T, dir, alias string) {
	t.Helper()
	at, err := blob.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	settings := strings.Replace(tree(t, dir)["settings.json"], `"Alias": "perch"`, `"Alias": "`+alias+`"`, 1)
	if err := at.Put(t.Context(), "settings.json", strings.NewReader(settings), blob.Put{}); err != nil {
		t.Fatal(err)
	}
	reseal(t, dir, `"Alias":"perch"`, `"Alias":"`+alias+`"`)
}

func TestAnInstanceThatHasMovedIsTheSameToTheByte(t *testing.T) {
	t.Parallel()
	h := lively(t)
	first, out := h.exports(h.instance)
	if out.Chats != 3 || out.Active != 1 {
		t.Errorf("%+v", out)
	}
	rename(t, first, "moved")
	other := newHouse(t)
	r, err := other.restores(first)
	h.must(err)
	if r.Restored != 3 || r.Known || r.Key.ID == "" || r.Instance != h.instance || len(r.Refused) > 0 {
		t.Errorf("%+v", r)
	}
	second, _ := other.exports(h.instance)
	if diff := cmp.Diff(tree(t, first), tree(t, second)); diff != "" {
		t.Error(diff)
	}
	other.instance = h.instance
	if got := ids(other.past(3, perch.FromSegment, 4)); !slices.Equal(got, items(1, 13)) {
		t.Errorf("there it has the past %v", got)
	}
	if r, err = other.restores(first); err != nil || !r.Known || r.Unchanged != 3 || r.Restored != 0 {
		t.Errorf("again: %+v, %v", r, err)
	}
}

// Files in a bucket that nobody has named stay behind, and whoever exports is told.
func TestAnExportTellsOfFilesThatItCannotReach(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	it := item(1, 1, ada, "", "")
	delete(it, "ContentType")
	it["Type"], it["Attachments"] = "ATTACHMENT", []object{{"AttachmentId": id('f', 1), "AttachmentName": "a.txt", "ContentType": "text/plain", "Status": "APPROVED"}}
	h.leave(transcriptName(1), h.transcript(1, 1, it, item(2, 2, "", ev+"chat.ended", "")))
	h.leave("connect/acme/Attachments/chat/2026/05/01/"+id('f', 1)+"_20260501T08:00_UTC.txt", "a plain text")
	h.imported()
	o := h.options()
	for known, want := range map[bool]map[string]int{true: {}, false: {catalog.OwnBucket: 1}} {
		reach := o.Bucket
		o.Bucket = func(name string) (blob.Store, bool) { s, ok := reach(name); return s, ok && known }
		to, err := blob.Open(t.Context(), t.TempDir())
		h.must(err)
		out, err := carry.Export(t.Context(), o, h.instance, to)
		h.must(err)
		if diff := cmp.Diff(want, out.Elsewhere); diff != "" {
			t.Errorf("with the bucket known: %v: %s", known, diff)
		}
		o.Bucket = reach
	}
}

func TestARestoreThatBreaksOffGoesOn(t *testing.T) {
	t.Parallel()
	h := lively(t)
	from, _ := h.exports(h.instance)
	rename(t, from, "moved")
	want := tree(t, from)
	for breaks := 1; ; breaks++ {
		other := newHouse(t)
		other.mu.Lock()
		other.steps, other.breaks = 0, breaks
		other.mu.Unlock()
		_, broke := other.restores(from)
		other.mu.Lock()
		other.breaks = 0
		other.mu.Unlock()
		other.restart()
		_, err := other.restores(from)
		h.must(err)
		again, _ := other.exports(h.instance)
		if diff := cmp.Diff(want, tree(t, again)); diff != "" {
			t.Errorf("after step %d: %s", breaks, diff)
		}
		if broke == nil {
			if breaks < 4 {
				t.Errorf("only %d steps were broken", breaks-1)
			}
			return
		}
	}
}

// What is written while an export runs is not in it.
func TestAnExportIsOfOneInstant(t *testing.T) {
	t.Parallel()
	h := lively(t)
	want, _ := h.exports(h.instance)
	now, err := h.store.Snapshot(t.Context())
	h.must(err)
	defer func() { h.must(now.Close()) }()
	h.leave(transcriptName(60), h.transcript(60, 60, item(60, 600, ada, "text/plain", "later")))
	h.imported()
	frozen := &house{TB: h.TB, store: now, settings: h.settings, files: h.files, dir: h.dir}
	frozen.restart()
	got, _ := frozen.exports(h.instance)
	if diff := cmp.Diff(tree(t, want), tree(t, got)); diff != "" {
		t.Error(diff)
	}
	if later, out := h.exports(h.instance); out.Chats != 4 || len(tree(t, later)) == len(tree(t, want)) {
		t.Errorf("%+v", out)
	}
}

func TestADamagedExportIsFoundOutAndNotTakenIn(t *testing.T) {
	t.Parallel()
	h := lively(t)
	dir, _ := h.exports(h.instance)
	rename(t, dir, "moved")
	verify := func() []error {
		at, err := blob.Look(t.Context(), dir)
		h.must(err)
		_, wrong, err := carry.Verify(t.Context(), at, nil)
		h.must(err)
		return wrong
	}
	if wrong := verify(); len(wrong) != 0 {
		t.Errorf("%v", wrong)
	}
	for key, data := range tree(t, dir) {
		if key == "manifest.ndjson" {
			continue
		}
		at := filepath.Join(dir, filepath.FromSlash(key))
		h.must(os.WriteFile(at, bytes.ToUpper([]byte(data)), 0o600))
		if wrong := verify(); len(wrong) != 1 || !strings.Contains(wrong[0].Error(), key) {
			t.Errorf("with %s damaged: %v", key, wrong)
		}
		other := newHouse(t)
		if _, err := other.restores(dir); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("with %s damaged, the restore says %v", key, err)
		}
		h.must(os.WriteFile(at, []byte(data), 0o600))
	}
	h.must(os.Remove(filepath.Join(dir, "manifest.ndjson")))
	if _, err := newHouse(t).restores(dir); err == nil || !strings.Contains(err.Error(), "broken off") {
		t.Errorf("without a manifest: %v", err)
	}
}

// Somebody has changed the rows of an export, and its manifest along with them.
func TestRowsOfAnotherInstanceOrChatAreRefused(t *testing.T) {
	t.Parallel()
	h := lively(t)
	for change, by := range map[string][2]string{
		"another instance":  {string(h.instance), id('x', 9)},
		"another's contact": {`"contact":[[`, `"contact":[[1,"other","other","` + string(h.instance) + `",0,0,"=",0,0,0,0,0,"","","",""],[`},
		"no such table":     {`"Rows":{`, `"Rows":{"access_key":[[1,"x"]],`},
		"no file of its":    {`"sessions/`, `"elsewhere/`},
	} {
		t.Run(change, func(t *testing.T) {
			dir, _ := h.exports(h.instance)
			rename(t, dir, "moved")
			at, err := blob.Open(t.Context(), dir)
			h.must(err)
			for key, data := range tree(t, dir) {
				if strings.HasPrefix(key, "chats/") {
					h.must(at.Put(t.Context(), key, strings.NewReader(strings.ReplaceAll(data, by[0], by[1])), blob.Put{}))
				}
			}
			reseal(t, dir, "", "")
			other := newHouse(t)
			r, err := other.restores(dir)
			if err == nil && len(r.Refused) != 3 {
				t.Errorf("%+v", r)
			}
			if r.Restored != 0 {
				t.Errorf("%d chats were taken in", r.Restored)
			}
		})
	}
}

// reseal makes a manifest fit the files that there are, as somebody would who has
// changed them.
func reseal(t *testing.T, dir, old, with string) {
	t.Helper()
	all := tree(t, dir)
	var b bytes.Buffer
	head, rest, _ := strings.Cut(all["manifest.ndjson"], "\n")
	b.WriteString(strings.Replace(head, old, with, 1) + "\n")
	d := json.NewDecoder(strings.NewReader(rest))
	for {
		var e struct {
			Key    string
			Size   int64
			SHA256 string
		}
		if err := d.Decode(&e); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		e.Size, e.SHA256 = int64(len(all[e.Key])), sum(all[e.Key])
		if err := json.NewEncoder(&b).Encode(e); err != nil {
			t.Fatal(err)
		}
	}
	at, err := blob.Open(context.Background(), dir)
	if err == nil {
		err = at.Put(t.Context(), "manifest.ndjson", bytes.NewReader(b.Bytes()), blob.Put{})
	}
	if err != nil {
		t.Fatal(err)
	}
}
