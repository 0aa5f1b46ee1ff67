package serve

import (
	"context"
	"errors"

	"github.com/perch-chat/perch/blob"
	"github.com/perch-chat/perch/carry"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/segment"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/token"
)

// Arrival is an import: from where, and into which instance.
type Arrival struct {
	From     string // a directory or a bucket, see blob.Open
	Instance string // id or alias; the only one if empty
	Progress func(carry.Progress)
}

// Import brings past chats into a data directory, whether or not a perch serves it:
// it adds chats that nobody can know yet, and changes nothing that is there. Beside
// a perch that serves the directory its version must be the same.
func Import(ctx context.Context, o Options, a Arrival) (report carry.Report, err error) {
	err = beside(ctx, o, func(l looking, files buckets) error {
		instance, err := l.instance(ctx, a.Instance)
		if err != nil {
			return err
		}
		from, err := blob.Look(ctx, a.From)
		if err != nil {
			return err
		}
		report, err = carry.Import(ctx, carry.Options{Chats: l.chats, Settings: l.settings, Bucket: files.get, Dir: o.Dir, Log: o.Log, Progress: a.Progress}, instance.ID, from)
		return err
	})
	return report, err
}

// instance is one by its id or alias, or the only one.
func (l looking) instance(ctx context.Context, named string) (catalog.Instance, error) {
	if named != "" {
		return l.settings.InstanceNamed(ctx, named)
	}
	all, err := l.settings.Instances(ctx)
	if err == nil && len(all) != 1 {
		err = errors.New("there are several instances: name one with --instance; perch instance list shows them")
	}
	if err != nil {
		return catalog.Instance{}, err
	}
	return all[0], nil
}

// beside lets work add to a data directory, beside the perch that serves it if there
// is one. Who adds takes turns with that one in the database, a few at a time.
func beside(ctx context.Context, o Options, work func(looking, buckets) error) error {
	if err := served(o.Dir); err != nil {
		return err
	}
	if err := o.defaults(); err != nil {
		return err
	}
	release, err := claim(o.Dir)
	switch {
	case errors.Is(err, ErrInUse):
		o.reading = true // what there is is not to be brought up to date behind its back
	case err != nil:
		return err
	default:
		defer release()
	}
	st, err := openStore(ctx, o, nil)
	if err != nil {
		return err
	}
	var ground group
	ground.run(context.WithoutCancel(ctx), st.Run)
	err = add(ctx, o, st, work)
	return errors.Join(err, ground.stop(), st.Close())
}

func add(ctx context.Context, o Options, st *store.Store, work func(looking, buckets) error) error {
	secrets, err := catalog.OpenSecrets(ctx, st, o.Dir, o.Rand)
	if err != nil {
		return err
	}
	sealer, err := token.New(secrets.TokenKeys...)
	if err != nil {
		return err
	}
	files, err := openBuckets(ctx, &o)
	if err != nil {
		return err
	}
	cold, err := segment.New(files[catalog.OwnBucket], coldCache)
	if err != nil {
		return err
	}
	return work(looking{st, catalog.New(catalog.Options{Store: st, Sealer: sealer, Rand: o.Rand}),
		chat.New(chat.Options{Store: st, Cold: cold, Now: o.Clock.Now, Rand: o.Rand, Log: o.Log})}, files)
}
