package blob_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/perch-chat/perch/blob"
	"github.com/perch-chat/perch/blob/s3test"
)

var s3 s3test.Server

// contract runs a test on both kinds of store.
func contract(t *testing.T, tell func(*testing.T, blob.Store)) {
	t.Parallel()
	for name, address := range map[string]func(*testing.T) string{
		"directory": func(t *testing.T) string { return filepath.Join(t.TempDir(), "files") },
		"bucket":    func(t *testing.T) string { return s3.Bucket(t) },
		"prefix":    func(t *testing.T) string { return strings.Replace(s3.Bucket(t), "?", "/of/perch?", 1) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := blob.Open(t.Context(), address(t))
			if err != nil {
				t.Fatal(err)
			}
			tell(t, s)
		})
	}
}

func put(t *testing.T, s blob.Store, key, text string, o blob.Put) {
	t.Helper()
	if err := s.Put(t.Context(), key, strings.NewReader(text), o); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, s blob.Store, key string, from, most int64) string {
	t.Helper()
	r, err := s.Get(t.Context(), key, from, most)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestWhatIsPutIsThere(t *testing.T) {
	contract(t, func(t *testing.T, s blob.Store) {
		const key = "connect/acme/ChatTranscripts/2026/11/21/0a_20261121T06:51_UTC.json"
		put(t, s, key, "0123456789", blob.Put{ContentType: "application/json"})
		for _, c := range []struct {
			from, most int64
			want       string
		}{{0, -1, "0123456789"}, {0, 4, "0123"}, {3, 4, "3456"}, {8, 100, "89"}, {5, -1, "56789"}, {10, -1, ""}, {20, 5, ""}, {2, 0, ""}} {
			if got := get(t, s, key, c.from, c.most); got != c.want {
				t.Errorf("from %d at most %d: %q, want %q", c.from, c.most, got, c.want)
			}
		}
		info, err := s.Head(t.Context(), key)
		if err != nil || info.Key != key || info.Size != 10 || info.Modified.IsZero() {
			t.Errorf("%+v, %v", info, err)
		}
		put(t, s, key, "new", blob.Put{})
		if got := get(t, s, key, 0, -1); got != "new" {
			t.Errorf("after another put it is %q", got)
		}
		put(t, s, "empty", "", blob.Put{})
		if got := get(t, s, "empty", 0, -1); got != "" {
			t.Errorf("the empty object is %q", got)
		}
	})
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	contract(t, func(t *testing.T, s blob.Store) {
		put(t, s, "a/b", "x", blob.Put{})
		for _, key := range []string{"b", "a", "a/c", "a/b/c"} {
			_, err := s.Get(t.Context(), key, 0, -1)
			_, err2 := s.Head(t.Context(), key)
			if key == "a/b/c" && err != nil && err2 != nil {
				continue // below a file: no object, however it is told
			}
			if !errors.Is(err, blob.ErrNotFound) || !errors.Is(err2, blob.ErrNotFound) {
				t.Errorf("%s: %v, %v", key, err, err2)
			}
		}
		for range 2 {
			if err := s.Delete(t.Context(), "a/b"); err != nil {
				t.Error(err)
			}
		}
		if _, err := s.Head(t.Context(), "a/b"); !errors.Is(err, blob.ErrNotFound) {
			t.Errorf("after it was deleted: %v", err)
		}
	})
}

func TestOneOfManyCreates(t *testing.T) {
	contract(t, func(t *testing.T, s blob.Store) {
		var made atomic.Int64
		var all sync.WaitGroup
		for n := range 8 {
			all.Go(func() {
				err := s.Put(context.Background(), "once", strings.NewReader(strings.Repeat(fmt.Sprint(n), 100)), blob.Put{Create: true})
				switch {
				case err == nil:
					made.Add(1)
				case !errors.Is(err, blob.ErrExists):
					t.Log(err) // such as a conflict: it is not told that it has created
				}
			})
		}
		all.Wait()
		got := get(t, s, "once", 0, -1)
		if made.Load() != 1 || len(got) != 100 || strings.Trim(got, got[:1]) != "" {
			t.Errorf("%d have created it, and it is %q", made.Load(), got)
		}
	})
}

func TestListGoesByKeys(t *testing.T) {
	contract(t, func(t *testing.T, s blob.Store) {
		keys := []string{"a-b", "a/b/1", "a/b/2", "a/b-3", "a0", "b", "ä/ö"}
		for _, k := range keys {
			put(t, s, k, k, blob.Put{})
		}
		slices.Sort(keys)
		list := func(prefix, after string, most int) (out []string) {
			t.Helper()
			all, err := s.List(t.Context(), prefix, after, most)
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range all {
				if i.Size != int64(len(i.Key)) {
					t.Errorf("%s has %d bytes", i.Key, i.Size)
				}
				out = append(out, i.Key)
			}
			return out
		}
		if got := list("", "", 100); !slices.Equal(got, keys) {
			t.Errorf("all are %q, want %q", got, keys)
		}
		if got := list("a/b", "", 100); !slices.Equal(got, []string{"a/b-3", "a/b/1", "a/b/2"}) {
			t.Errorf("below a/b are %q", got)
		}
		if got := list("a/", "a/b-3", 1); !slices.Equal(got, []string{"a/b/1"}) {
			t.Errorf("the first after a/b-3 is %q", got)
		}
		if got := list("none", "", 5); len(got) != 0 {
			t.Errorf("below none are %q", got)
		}
	})
}

func TestWrongKeysAreRefused(t *testing.T) {
	contract(t, func(t *testing.T, s blob.Store) {
		for _, key := range []string{"", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b", ".partial/x", "a\\b", "a\x00b", "a\nb", "a\xff", strings.Repeat("a", 201), strings.Repeat("a/", 600) + "b"} {
			if err := s.Put(t.Context(), key, strings.NewReader("x"), blob.Put{}); err == nil {
				t.Errorf("%q was kept", key)
			}
			if _, err := s.Get(t.Context(), key, 0, -1); err == nil {
				t.Errorf("%q was read", key)
			}
			if err := s.Delete(t.Context(), key); err == nil {
				t.Errorf("%q was deleted", key)
			}
		}
	})
}

// A body that breaks off leaves what was there.
func TestBrokenBodyChangesNothing(t *testing.T) {
	contract(t, func(t *testing.T, s blob.Store) {
		put(t, s, "a", "old", blob.Put{})
		broken := struct {
			io.Reader
			io.Seeker
		}{io.MultiReader(strings.NewReader("ne"), failing{}), bytes.NewReader([]byte("new"))}
		if err := s.Put(t.Context(), "a", broken, blob.Put{}); err == nil {
			t.Error("it was kept")
		}
		if got := get(t, s, "a", 0, -1); got != "old" {
			t.Errorf("now it is %q", got)
		}
		all, err := s.List(t.Context(), "", "", 10)
		if err != nil || len(all) != 1 {
			t.Errorf("there are %v, %v", all, err)
		}
	})
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("broken") }

// Links that somebody else has made lead nowhere.
func TestDirectoryIsNotLeft(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := blob.Open(t.Context(), "file://"+filepath.Join(dir, "files"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{"file": "../secret", "away": ".."} {
		if err := os.Symlink(to, filepath.Join(dir, "files", name)); err != nil {
			t.Skip(err)
		}
	}
	for _, key := range []string{"file", "away/secret"} {
		if _, err := s.Get(t.Context(), key, 0, -1); err == nil {
			t.Errorf("%s was read", key)
		}
	}
	if err := s.Put(t.Context(), "away/new", strings.NewReader("x"), blob.Put{}); err == nil {
		t.Error("it wrote outside")
	}
}

func TestPlacesForFiles(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"s3://", "s3:///prefix", "s3://key:secret@bucket?region=x", "s3://bucket/..?region=x", "s3://bucket?regoin=x", "https://bucket", "file://host/x"} {
		if s, err := blob.Open(t.Context(), bad); err == nil {
			t.Errorf("%s is %v", bad, s)
		}
	}
	s, err := blob.Open(t.Context(), "s3://bucket/a/b/?region=eu-central-1")
	if err != nil || s.Location("k") != "bucket/a/b/k" {
		t.Errorf("%v, %v", s, err)
	}
}
