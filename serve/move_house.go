package serve

import (
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"io"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/blob"
	"github.com/perch-chat/perch/carry"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/segment"
	"github.com/perch-chat/perch/staff"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/token"
)

// Departure is an export: of which instance, and where to.
type Departure struct {
	To       string // a directory or a bucket, see blob.Open
	Instance string // id or alias; the only one if empty
	Progress func(carry.Progress)
}

// Export writes a whole instance, as it is at one instant, whether or not a perch
// serves the directory.
func Export(ctx context.Context, o Options, d Departure) (out carry.Exported, err error) {
	if err := served(o.Dir); err != nil {
		return out, err
	}
	if err := o.defaults(); err != nil {
		return out, err
	}
	o.reading = true
	st, err := openStore(ctx, o, nil)
	if err != nil {
		return out, err
	}
	now, err := st.Snapshot(ctx)
	if err != nil {
		return out, errors.Join(err, st.Close())
	}
	err = lookAt(ctx, o, now, func(l looking) error {
		instance, err := l.instance(ctx, d.Instance)
		if err != nil {
			return err
		}
		files, err := openBuckets(ctx, &o)
		if err != nil {
			return err
		}
		to, err := blob.Open(ctx, d.To)
		if err != nil {
			return err
		}
		out, err = carry.Export(ctx, carry.Options{Chats: l.chats, Settings: l.settings, Bucket: files.get, Log: o.Log, Progress: d.Progress}, instance.ID, to)
		return err
	})
	return out, errors.Join(err, now.Close(), st.Close())
}

// Verify checks an export against its manifest.
func Verify(ctx context.Context, at string, progress func(carry.Progress)) (files int, wrong []error, err error) {
	from, err := blob.Look(ctx, at)
	if err != nil {
		return 0, nil, err
	}
	return carry.Verify(ctx, from, progress)
}

// IsExport reports whether a place holds what Export has written, and not what
// others have left.
func IsExport(ctx context.Context, at string) (bool, error) {
	from, err := blob.Look(ctx, at)
	if err != nil {
		return false, err
	}
	return carry.IsExport(ctx, from)
}

// Restore takes an exported instance into a data directory, which is founded with it
// where nobody has served it yet. A perch that serves it has to be stopped, but on
// PostgreSQL.
func Restore(ctx context.Context, o Options, from string, progress func(carry.Progress)) (out carry.Restored, err error) {
	if err := o.defaults(); err != nil {
		return out, err
	}
	if o.Store == "" {
		release, err := claim(o.Dir)
		if errors.Is(err, ErrInUse) {
			return out, fmt.Errorf("%w: stop it, run this again, then start it again", err)
		}
		if err != nil {
			return out, err
		}
		defer release()
	}
	st, err := openStore(ctx, o, nil)
	if err != nil {
		return out, err
	}
	var ground group
	ground.run(context.WithoutCancel(ctx), st.Run)
	out, err = restore(ctx, o, st, from, progress)
	return out, errors.Join(err, ground.stop(), st.Close())
}

func restore(ctx context.Context, o Options, st *store.Store, at string, progress func(carry.Progress)) (out carry.Restored, err error) {
	from, err := blob.Look(ctx, at)
	if err != nil {
		return out, err
	}
	secrets, err := catalog.OpenSecrets(ctx, st, o.Dir, o.Rand)
	if err != nil {
		return out, err
	}
	sealer, err := token.New(secrets.TokenKeys...)
	if err != nil {
		return out, err
	}
	settings := catalog.New(catalog.Options{Store: st, Sealer: sealer, Rand: o.Rand})
	people, err := staff.New(staff.Options{Store: st, Sealer: sealer, Now: o.Clock.Wall, Rand: o.Rand, Cost: o.PasswordCost})
	if err != nil {
		return out, err
	}
	all, err := settings.Instances(ctx)
	if err != nil {
		return out, err
	}
	adopt := catalog.Adoption{At: o.Clock.Now()}
	first := map[string]string{}
	if len(all) == 0 { // by this key a data directory knows that its secrets belong to it
		adopt.Key = catalog.AccessKey{ID: secrets.AccessKeyID, Secret: secrets.SecretAccessKey}
		for _, a := range secrets.Agents {
			first[a.Username] = a.Password
		}
	}
	adopt.Credential = func(instance perch.InstanceID, user perch.UserID, username string) (store.Write, error) {
		password, ok := first[username]
		if !ok { // which nobody knows: perch user password gives another
			b := make([]byte, 20)
			if _, err := io.ReadFull(o.Rand, b); err != nil {
				return store.Write{}, err
			}
			password = base32.StdEncoding.EncodeToString(b)
		}
		return people.Credential(instance, user, username, password)
	}
	files, err := openBuckets(ctx, &o)
	if err != nil {
		return out, err
	}
	cold, err := segment.New(files[catalog.OwnBucket], coldCache)
	if err != nil {
		return out, err
	}
	return carry.Restore(ctx, carry.Options{Settings: settings, Bucket: files.get, Dir: o.Dir, Log: o.Log, Progress: progress,
		Chats: chat.New(chat.Options{Store: st, Cold: cold, Now: o.Clock.Now, Rand: o.Rand, Log: o.Log})}, from, adopt)
}
