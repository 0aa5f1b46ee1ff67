package trial

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// whole is the directory of what is put in place whole and never changed there: a file
// of it that is still the same need not be written again. Making and removing files
// is what a reset would take longest for.
const whole = "files/"

// snapshot is a copy of what a directory held, to which it can be put back.
type snapshot struct {
	at    string                 // where the copy is
	names []string               // of all there is in it, directories before what is in them
	dirs  map[string]bool        // which of them are directories
	put   map[string]os.FileInfo // files of whole, as they lie in the directory
}

// take copies a directory.
func take(dir string) (s *snapshot, err error) {
	s = &snapshot{dirs: map[string]bool{}, put: map[string]os.FileInfo{}}
	if s.at, err = os.MkdirTemp("", "perch-reset-"); err != nil {
		return nil, err
	}
	err = fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		s.names = append(s.names, name)
		if d.IsDir() {
			s.dirs[name] = true
			return os.Mkdir(at(s.at, name), 0o700)
		}
		if err := s.know(dir, name); err != nil {
			return err
		}
		return write(at(s.at, name), at(dir, name))
	})
	if err != nil {
		return nil, errors.Join(err, s.remove())
	}
	return s, nil
}

func (s *snapshot) remove() error { return os.RemoveAll(s.at) }

// restore makes the directory hold what it held.
func (s *snapshot) restore(dir string) error {
	there, err := s.prune(dir)
	if err != nil {
		return err
	}
	for _, name := range s.names {
		switch {
		case there[name]:
		case s.dirs[name]:
			err = os.Mkdir(at(dir, name), 0o700)
		default:
			if err = write(at(dir, name), at(s.at, name)); err == nil {
				err = s.know(dir, name)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// prune removes what was not there, or may be another by now, and tells what is left.
func (s *snapshot) prune(dir string) (there map[string]bool, err error) {
	there = map[string]bool{}
	known := map[string]bool{} // and whether it is a directory
	for _, name := range s.names {
		known[name] = s.dirs[name]
	}
	err = fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		isDir, ours := known[name]
		if ours && isDir == d.IsDir() && (isDir || s.untouched(name, d)) {
			there[name] = true
			return nil
		}
		if err := os.RemoveAll(at(dir, name)); err != nil || !d.IsDir() {
			return err
		}
		return fs.SkipDir
	})
	return there, err
}

// untouched tells whether a file is the very one that was put there. Only those of
// whole can be: others may be written to where they lie.
func (s *snapshot) untouched(name string, d fs.DirEntry) bool {
	was, known := s.put[name]
	if !known {
		return false
	}
	is, err := d.Info()
	return err == nil && os.SameFile(was, is) && was.Size() == is.Size() && was.ModTime().Equal(is.ModTime())
}

// know remembers a file of whole as it lies in the directory.
func (s *snapshot) know(dir, name string) (err error) {
	if strings.HasPrefix(name, whole) {
		s.put[name], err = os.Lstat(at(dir, name))
	}
	return err
}

func at(dir, name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }

// write makes a file, its owner's alone to read, of another.
func write(file, by string) error {
	data, err := os.ReadFile(by)
	if err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o600)
}
