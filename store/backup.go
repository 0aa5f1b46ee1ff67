package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// databaseFile is the name of the database in a data directory.
const databaseFile = "perch.db"

// Backup writes a copy of a data directory's database into another directory,
// as it was at one instant. It may run beside the process that writes: readers
// and writers of the database do not wait for each other.
func Backup(ctx context.Context, from, to string) error {
	if _, err := os.Stat(filepath.Join(from, databaseFile)); err != nil {
		return fmt.Errorf("there is no database to back up: %w; name the data directory with --data", err)
	}
	db, err := openSQLite(filepath.Join(from, databaseFile), "FULL", 1)
	if err != nil {
		return err
	}
	defer db.Close()
	target := filepath.Join(to, databaseFile)
	if _, err := db.ExecContext(ctx, `VACUUM INTO ?`, target); err != nil {
		return fmt.Errorf("copying the database to %s: %w", target, err)
	}
	return errors.Join(os.Chmod(target, 0o600), flush(target), flush(to))
}

// Check reads the whole database of a directory and reports whether it is
// sound, and how many entries its logs hold.
func Check(ctx context.Context, dir string) (entries int64, err error) {
	path := filepath.Join(dir, databaseFile)
	if _, err := os.Stat(path); err != nil {
		return 0, fmt.Errorf("there is no database: %w", err)
	}
	db, err := openSQLite(path, "FULL", 1)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	if err := sound(ctx, db); err != nil {
		return 0, fmt.Errorf("%s: %w", path, err)
	}
	if err := db.QueryRowContext(ctx, `SELECT COUNT(*) FROM log`).Scan(&entries); err != nil {
		return 0, fmt.Errorf("%s is no database of perch: %w", path, err)
	}
	return entries, nil
}

func sound(ctx context.Context, db *sql.DB) error {
	var verdict string
	if err := db.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&verdict); err != nil {
		return fmt.Errorf("checking: %w", err)
	}
	if verdict != "ok" {
		return fmt.Errorf("the database is damaged (%s): use another backup", verdict)
	}
	return nil
}

// flush makes a file or a directory's entries durable.
func flush(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
