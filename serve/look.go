package serve

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/perch-chat/perch/blob"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/segment"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/token"
)

// looking is a data directory that is only read, beside the perch that serves it
// if there is one.
type looking struct {
	store    *store.Store
	settings *catalog.Catalog
	chats    *chat.Chats
}

// look lets work read a data directory. Nothing is claimed and nothing changed, so
// it may run at any time; a perch of another version is told from this one.
func look(ctx context.Context, o Options, work func(looking) error) error {
	if err := served(o.Dir); err != nil {
		return err
	}
	if err := o.defaults(); err != nil {
		return err
	}
	o.reading = true
	st, err := openStore(ctx, o, nil)
	if err != nil {
		return err
	}
	err = lookAt(ctx, o, st, work)
	return errors.Join(err, st.Close())
}

// lookAt lets work read what a store has.
func lookAt(ctx context.Context, o Options, st *store.Store, work func(looking) error) error {
	secrets, err := catalog.OpenSecrets(ctx, st, o.Dir, o.Rand)
	if err != nil {
		return err
	}
	sealer, err := token.New(secrets.TokenKeys...)
	if err != nil {
		return err
	}
	cold, err := coldFiles(ctx, o)
	if err != nil {
		return err
	}
	return work(looking{st, catalog.New(catalog.Options{Store: st, Sealer: sealer, Rand: o.Rand}),
		chat.New(chat.Options{Store: st, Cold: cold, Now: o.Clock.Now, Rand: o.Rand, Log: o.Log})})
}

// coldFiles are the logs in files, if there is a place for them: looking makes none.
func coldFiles(ctx context.Context, o Options) (*segment.Shelf, error) {
	if o.Files == "" {
		o.Files = filepath.Join(o.Dir, filesDir)
		if _, err := os.Stat(o.Files); errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
	}
	files, err := blob.Open(ctx, o.Files)
	if err != nil {
		return nil, err
	}
	return segment.New(files, coldCache)
}
