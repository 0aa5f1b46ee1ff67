package serve

import (
	"context"
	"errors"

	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
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
	err = func() error {
		secrets, err := catalog.OpenSecrets(ctx, st, o.Dir, o.Rand)
		if err != nil {
			return err
		}
		sealer, err := token.New(secrets.TokenKeys...)
		if err != nil {
			return err
		}
		return work(looking{st, catalog.New(catalog.Options{Store: st, Sealer: sealer, Rand: o.Rand}),
			chat.New(chat.Options{Store: st, Now: o.Clock.Now, Rand: o.Rand, Log: o.Log})})
	}()
	return errors.Join(err, st.Close())
}
