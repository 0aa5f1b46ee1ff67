package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"github.com/perch-chat/perch/store"
)

// secretsFile lies beside the database; one is of no use without the other.
const secretsFile = "secrets.json"

type backupCommand struct {
	To   string `arg:"" type:"path" help:"Directory to write the backup into; it must be new or empty."`
	Data string `default:"./data" type:"path" help:"Data directory."`
}

// Run writes a backup, beside a running server or without one, and checks it.
func (b *backupCommand) Run(ctx context.Context) error {
	if isThere(b.Data, secretsFile) && !isThere(b.Data, "perch.db") {
		return fmt.Errorf("%s has a secrets.json and no database, since its chats are in a PostgreSQL: copy that with pg_dump, as docs/postgresql.md says, and secrets.json beside", b.Data)
	}
	if err := newDirectory(b.To); err != nil {
		return err
	}
	if err := store.Backup(ctx, b.Data, b.To); err != nil {
		return err
	}
	if err := copySecrets(b.Data, b.To); err != nil {
		return err
	}
	if err := copyFiles(b.Data, b.To); err != nil {
		return err
	}
	entries, err := store.Check(ctx, b.To)
	if err != nil {
		return fmt.Errorf("the backup was written but is not sound: %w", err)
	}
	fmt.Printf("backed up %s to %s: %d entries, checked; keep it as safe as a password, secrets.json is in it\n", b.Data, b.To, entries)
	return nil
}

func isThere(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, name))
	return err == nil
}

type restoreCommand struct {
	From string `arg:"" type:"path" help:"Directory that perch backup has written."`
	Data string `default:"./data" type:"path" help:"Data directory to restore into; it must be new or empty."`
}

// Run restores a backup into a new data directory.
func (r *restoreCommand) Run(ctx context.Context) error {
	entries, err := store.Check(ctx, r.From)
	if err != nil {
		return fmt.Errorf("%s cannot be restored: %w", r.From, err)
	}
	if err := newDirectory(r.Data); err != nil {
		return err
	}
	lock := flock.New(filepath.Join(r.Data, "lock"))
	if ok, err := lock.TryLock(); err != nil || !ok {
		return errors.Join(err, fmt.Errorf("the data directory %s is in use: stop perch first", r.Data))
	}
	defer lock.Unlock() //nolint:errcheck // the process ends
	if err := store.Backup(ctx, r.From, r.Data); err != nil {
		return err
	}
	if err := copySecrets(r.From, r.Data); err != nil {
		return err
	}
	if err := copyFiles(r.From, r.Data); err != nil {
		return err
	}
	fmt.Printf("restored %d entries into %s; start it with: perch serve --data %s\n", entries, r.Data, r.Data)
	return nil
}

// newDirectory makes a directory that nothing can be overwritten in.
func newDirectory(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	in, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	if len(in) > 0 {
		return fmt.Errorf("%s is not empty: choose a new directory, so that nothing is overwritten", path)
	}
	return nil
}

func copySecrets(from, to string) error {
	in, err := os.Open(filepath.Join(from, secretsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s has no %s: tokens and access keys cannot be read without it", from, secretsFile)
	}
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(filepath.Join(to, secretsFile), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// copyFiles copies the files that lie in the data directory. They are copied
// after the database, so that each that it knows of is there; none ever changes.
func copyFiles(from, to string) error {
	const name = "files"
	if _, err := os.Stat(filepath.Join(from, name)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := os.CopyFS(filepath.Join(to, name), os.DirFS(filepath.Join(from, name))); err != nil {
		return fmt.Errorf("copying the files: %w", err)
	}
	return os.RemoveAll(filepath.Join(to, name, ".partial"))
}
