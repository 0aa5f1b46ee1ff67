package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings a database up to the schema that this perch knows; one that is
// only read must be there already.
func migrate(ctx context.Context, dialect goose.Dialect, db *sql.DB, files fs.FS, reading bool, opts ...goose.ProviderOption) error {
	dir, err := fs.Sub(files, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(dialect, db, dir, append(opts, goose.WithLogger(goose.NopLogger()))...)
	if err != nil {
		return err
	}
	has, target, err := p.GetVersions(ctx)
	if err != nil {
		return err
	}
	if has > target {
		return fmt.Errorf("the data was written by a newer perch (schema %d, this one knows %d): use the newer one", has, target)
	}
	if reading {
		if has < target {
			return fmt.Errorf("the data is that of an older perch (schema %d, this one knows %d): use the one that serves it, or start this one on it first", has, target)
		}
		return nil
	}
	_, err = p.Up(ctx)
	return err
}
