package trial

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// listing is all that a directory holds, with what is in its files.
func listing(t *testing.T, dir string) (out string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			out += name + "/\n"
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		out += fmt.Sprintf("%s: %s\n", name, data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Whatever happens to a directory, it is put back; what is put there whole and is
// still the same is not written again.
func TestADirectoryIsPutBackWhateverHasHappenedToIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{"perch.db": "rows", "lock": "", "files/a/one": "first", "files/a/two": "second", "files/b/three": "third", "files/.partial/.keep": ""} {
		put(t, dir, name, text)
	}
	s, err := take(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.remove(); err != nil {
			t.Error(err)
		}
	})
	before := listing(t, dir)
	gone := func(name string) {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, happens := range map[string]func(){
		"nothing":                        func() {},
		"the database is written to":     func() { put(t, dir, "perch.db", "more") },
		"a file is new":                  func() { put(t, dir, "files/a/new", "x"); put(t, dir, "perch.db-wal", "x") },
		"a directory is new":             func() { put(t, dir, "files/c/d/new", "x") },
		"a file is gone":                 func() { gone("files/a/two") },
		"a directory is gone":            func() { gone("files") },
		"a file is written to":           func() { put(t, dir, "files/a/one", "FIRST, and more") },
		"a file is another":              func() { gone("files/a/one"); put(t, dir, "files/a/one", "FIRST") },
		"a file is a directory":          func() { gone("files/b/three"); put(t, dir, "files/b/three/x", "x") },
		"a directory is a file":          func() { gone("files/b"); put(t, dir, "files/b", "x") },
		"a file is put in place of ours": func() { put(t, dir, "x", "other"); rename(t, dir, "x", "files/b/three") },
	} {
		for range 2 { // what a reset has put back is put back again
			happens()
			if err := s.restore(dir); err != nil {
				t.Fatal(name, err)
			}
			if got := listing(t, dir); got != before {
				t.Fatalf("%s: there is\n%swhere there was\n%s", name, got, before)
			}
		}
	}
	kept, err := os.Stat(filepath.Join(dir, "files/a/two"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.restore(dir); err != nil {
		t.Fatal(err)
	}
	if again, err := os.Stat(filepath.Join(dir, "files/a/two")); err != nil || !os.SameFile(kept, again) || !kept.ModTime().Equal(again.ModTime()) {
		t.Errorf("a file that is the same was written again: %v", err)
	}
}

func rename(t *testing.T, dir, from, to string) {
	t.Helper()
	if err := os.Rename(filepath.Join(dir, from), filepath.Join(dir, to)); err != nil {
		t.Fatal(err)
	}
}
