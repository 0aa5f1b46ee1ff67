package carry_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/blob"
	"github.com/perch-chat/perch/blob/s3test"
	"github.com/perch-chat/perch/carry"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/store"
)

var s3 s3test.Server

// What Amazon has left lies in a bucket, chats go into another, and the export into a
// third; a chat that ends here is moved into the bucket, too.
func TestAllOfItWorksInBuckets(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	bucket := func() blob.Store {
		b, err := blob.Open(t.Context(), s3.Bucket(t))
		h.must(err)
		return b
	}
	from, to := bucket(), bucket()
	h.files = bucket()
	h.restart()
	h.leaveStory()
	for key, data := range tree(t, h.src) {
		h.must(from.Put(t.Context(), "connect/acme/"+key, strings.NewReader(data), blob.Put{}))
	}
	imports := func() carry.Report {
		r, err := carry.Import(t.Context(), h.options(), h.instance, from)
		h.must(err)
		return r
	}
	if r := imports(); r.Imported != 1 || len(r.Refused)+len(r.Noted) != 0 {
		t.Errorf("%+v", r)
	}
	if r := imports(); r.Unchanged != 1 || r.Imported != 0 {
		t.Errorf("again: %+v", r)
	}
	b, err := h.chats.Start(t.Context(), chat.Start{Instance: h.instance, Flow: "f", DisplayName: "Ada",
		Past: &chat.Past{Type: perch.FromSegment, Source: perch.ContactID(id('c', 2)), Origin: perch.FromSigV4}})
	h.must(err)
	h.must(h.chats.On(t.Context(), b.Session, func(t *chat.Turn) error { return t.End(perch.Stopped) }))
	h.must(h.chats.Freeze(t.Context(), b.Session))
	h.restart() // nothing is at hand
	if got := ids(h.past(3, perch.FromSegment, 4)); !slices.Equal(got, items(1, 13)) {
		t.Errorf("there are %v", got)
	}
	kept, err := h.files.List(t.Context(), "sessions/", "", 100)
	h.must(err)
	if len(kept) != 2 {
		t.Errorf("the bucket has %+v", kept)
	}

	out, err := carry.Export(t.Context(), h.options(), h.instance, to)
	h.must(err)
	if files, wrong, err := carry.Verify(t.Context(), to, nil); err != nil || files != out.Files || len(wrong) != 0 {
		t.Errorf("%d files, %v, %v", files, wrong, err)
	}
	dir, _ := h.exports(h.instance)
	if diff := cmp.Diff(sizes(t, to), sizesOf(tree(t, dir))); diff != "" {
		t.Errorf("in a bucket and in a directory it is not the same: %s", diff)
	}
	rename(t, dir, "moved")
	for key, data := range tree(t, dir) {
		h.must(to.Put(t.Context(), key, strings.NewReader(data), blob.Put{}))
	}
	other := newHouse(t)
	r, err := carry.Restore(t.Context(), other.options(), to, catalog.Adoption{At: start,
		Credential: func(instance perch.InstanceID, user perch.UserID, name string) (store.Write, error) {
			return store.InsertCredential(store.Credential{User: user, Instance: instance, Username: name, Hash: "none"}, nil), nil
		}})
	if err != nil || r.Restored != 2 {
		t.Errorf("%+v, %v", r, err)
	}
}

func sizes(t *testing.T, s blob.Store) map[string]int64 {
	t.Helper()
	all, err := s.List(t.Context(), "", "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int64{}
	for _, f := range all {
		out[f.Key] = f.Size
	}
	return out
}

func sizesOf(files map[string]string) map[string]int64 {
	out := map[string]int64{}
	for key, data := range files {
		out[key] = int64(len(data))
	}
	return out
}

// An import into a bucket that breaks off at any step leaves one whole file of each
// chat, once it has gone on.
func TestAnImportIntoABucketThatBreaksOffGoesOn(t *testing.T) {
	t.Parallel()
	for _, done := range []bool{false, true} {
		for breaks := 1; ; breaks++ {
			h := newHouse(t)
			files, err := blob.Open(t.Context(), s3.Bucket(t))
			h.must(err)
			h.files = files
			h.restart()
			h.leaveStory()
			h.mu.Lock()
			h.steps, h.breaks, h.done = 0, breaks, done
			h.mu.Unlock()
			_, broke := h.imports()
			h.mu.Lock()
			h.breaks = 0
			h.mu.Unlock()
			h.restart()
			h.imported()
			kept, err := files.List(t.Context(), "", "", 100)
			h.must(err)
			if got := ids(h.past(3, perch.FromSegment, 100)); len(kept) != 1 || !slices.Equal(got, items(1, 13)) {
				t.Errorf("after step %d there are %v, in %+v", breaks, got, kept)
			}
			if broke == nil {
				break
			}
		}
	}
}
