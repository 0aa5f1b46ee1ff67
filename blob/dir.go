package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// dir keeps objects as files. What is being written lies in partial, which no key
// can name.
type dir struct {
	root *os.Root
	name string
}

const (
	partial = ".partial"
	// staleAfter is how old a file is that nobody writes any more.
	staleAfter = 24 * time.Hour
)

func openDir(name string) (*dir, error) {
	name, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(name, partial), 0o700); err != nil {
		return nil, fmt.Errorf("making the directory for files: %w", err)
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("opening the directory for files: %w", err)
	}
	d := &dir{root: root, name: name}
	return d, d.sweep()
}

// lookAtDir is a directory that somebody else keeps.
func lookAtDir(name string) (*dir, error) {
	name, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("opening the directory: %w", err)
	}
	return &dir{root: root, name: name}, nil
}

// sweep removes what processes that were killed have left half written.
func (d *dir) sweep() error {
	f, err := os.CreateTemp(filepath.Join(d.name, partial), "")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // it is empty
	probe, err := f.Stat()
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	left, err := fs.ReadDir(d.root.FS(), partial)
	for _, e := range left {
		if info, err := e.Info(); err == nil && probe.ModTime().Sub(info.ModTime()) > staleAfter {
			d.root.Remove(path.Join(partial, e.Name())) //nolint:errcheck // the next start tries again
		}
	}
	return err
}

// Put writes the object beside, and gives it its name when it is on the disk.
func (d *dir) Put(ctx context.Context, key string, body io.ReadSeeker, o Put) error {
	if err := Check(key); err != nil {
		return err
	}
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return err
	}
	beside, err := d.write(ctx, body)
	if err != nil {
		return err
	}
	defer d.root.Remove(beside) //nolint:errcheck // it is gone where it has got its name
	if err := d.root.MkdirAll(path.Dir(key), 0o700); err != nil {
		return err
	}
	if o.Create {
		err = d.root.Link(beside, key)
	} else {
		err = d.root.Rename(beside, key)
	}
	if errors.Is(err, fs.ErrExist) {
		return ErrExists
	}
	if err != nil {
		return err
	}
	return d.sync(path.Dir(key))
}

// write puts what body has on the disk, under a name that nobody else has.
func (d *dir) write(ctx context.Context, body io.Reader) (name string, err error) {
	f, err := os.CreateTemp(filepath.Join(d.name, partial), "")
	if err != nil {
		return "", err
	}
	name = path.Join(partial, filepath.Base(f.Name()))
	defer func() {
		if closing := f.Close(); err == nil {
			err = closing
		}
		if err != nil {
			d.root.Remove(name) //nolint:errcheck // the error at hand is the one to tell
		}
	}()
	if _, err := io.Copy(f, body); err != nil {
		return "", err
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	return name, f.Sync()
}

// sync puts the names in a directory, and the directory's own, on the disk.
func (d *dir) sync(name string) error {
	for {
		f, err := d.root.Open(name)
		if err != nil {
			return err
		}
		err = errors.Join(f.Sync(), f.Close())
		if err != nil || name == "." {
			return err
		}
		name = path.Dir(name)
	}
}

func (d *dir) Get(_ context.Context, key string, from, most int64) (io.ReadCloser, error) {
	if err := Check(key); err != nil {
		return nil, err
	}
	f, err := d.root.Open(key)
	if err != nil {
		return nil, missing(err)
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		f.Close() //nolint:errcheck // nothing was written
		return nil, ErrNotFound
	}
	if _, err := f.Seek(from, io.SeekStart); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if most < 0 {
		return f, nil
	}
	return part{io.LimitReader(f, most), f}, nil
}

type part struct {
	io.Reader
	io.Closer
}

func missing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNotFound
	}
	return err
}

func (d *dir) Head(_ context.Context, key string) (Info, error) {
	if err := Check(key); err != nil {
		return Info{}, err
	}
	info, err := d.root.Stat(key)
	if err != nil {
		return Info{}, missing(err)
	}
	if !info.Mode().IsRegular() {
		return Info{}, ErrNotFound
	}
	return Info{Key: key, Size: info.Size(), Modified: info.ModTime()}, nil
}

func (d *dir) Delete(_ context.Context, key string) error {
	if err := Check(key); err != nil {
		return err
	}
	err := d.root.Remove(key)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (d *dir) List(_ context.Context, prefix, after string, most int) ([]Info, error) {
	var out []Info
	err := fs.WalkDir(d.root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist): // deleted meanwhile
			return nil
		case err != nil:
			return err
		case e.IsDir() && (name == partial || name != "." && !strings.HasPrefix(name+"/", prefix) && !strings.HasPrefix(prefix, name+"/")):
			return fs.SkipDir
		case e.IsDir() || !e.Type().IsRegular() || !strings.HasPrefix(name, prefix) || name <= after:
			return nil
		}
		info, err := e.Info()
		if err != nil {
			return missing(err)
		}
		out = append(out, Info{Key: name, Size: info.Size(), Modified: info.ModTime()})
		return nil
	})
	if err != nil {
		return nil, err
	}
	// A walk goes by names, where "a/b" comes before "a-b"; keys go by bytes.
	slices.SortFunc(out, func(a, b Info) int { return strings.Compare(a.Key, b.Key) })
	return out[:min(len(out), most)], nil
}

func (d *dir) Location(key string) string { return filepath.Join(d.name, filepath.FromSlash(key)) }

func (d *dir) String() string { return "the directory " + strconv.Quote(d.name) }
