package serve

import (
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/staff"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/token"
)

// ErrInUse says that another process has the data directory.
var ErrInUse = errors.New("is in use by another perch")

// claim makes the data directory this process's own, until release.
func claim(dir string) (release func(), err error) {
	lock := flock.New(filepath.Join(dir, "lock"))
	locked, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("locking the data directory %s: %w", dir, err)
	}
	if !locked {
		return nil, fmt.Errorf("the data directory %s %w", dir, ErrInUse)
	}
	return func() { lock.Unlock() }, nil //nolint:errcheck // the process ends
}

// Desk is where the settings of a data directory are changed while no perch
// serves it.
type Desk struct {
	*catalog.Catalog
	people   *staff.Staff
	founding string // the access key that the directory's secrets name
	now      func() time.Time
	rand     io.Reader
}

// Settle lets work change the settings of a data directory. It is refused while
// a perch serves it: one process at a time owns what is there. Those in a
// PostgreSQL database may be changed while it is served.
func Settle(ctx context.Context, o Options, work func(context.Context, *Desk) error) error {
	if err := served(o.Dir); err != nil {
		return err
	}
	if err := o.defaults(); err != nil {
		return err
	}
	if o.Store == "" { // in PostgreSQL, others see what has changed
		release, err := claim(o.Dir)
		if errors.Is(err, ErrInUse) {
			return fmt.Errorf("%w: stop it (Ctrl-C, or your service manager), run this again, then start it again", err)
		}
		if err != nil {
			return err
		}
		defer release()
	}
	st, err := openStore(ctx, o, nil)
	if err != nil {
		return err
	}
	var ground group
	ground.run(context.WithoutCancel(ctx), st.Run)
	err = settle(ctx, o, st, work)
	return errors.Join(err, ground.stop(), st.Close())
}

// served finds a directory that perch has served before: founding one is not
// what somebody wants who has mistyped its name.
func served(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "secrets.json")); err != nil {
		return fmt.Errorf("there is no data of perch in %s: give its directory with --data, or run perch serve once to found it", dir)
	}
	return nil
}

func settle(ctx context.Context, o Options, st *store.Store, work func(context.Context, *Desk) error) error {
	secrets, err := catalog.OpenSecrets(ctx, st, o.Dir, o.Rand)
	if err != nil {
		return err
	}
	sealer, err := token.New(secrets.TokenKeys...)
	if err != nil {
		return fmt.Errorf("the token keys of the secrets file: %w", err)
	}
	people, err := staff.New(staff.Options{Store: st, Sealer: sealer, Now: o.Clock.Wall, Rand: o.Rand, Cost: o.PasswordCost})
	if err != nil {
		return err
	}
	return work(ctx, &Desk{Catalog: catalog.New(catalog.Options{Store: st, Sealer: sealer, Rand: o.Rand}),
		people: people, founding: secrets.AccessKeyID, now: o.Clock.Now, rand: o.Rand})
}

// CreateInstance makes one more instance, see catalog.Create.
func (d *Desk) CreateInstance(ctx context.Context, alias string) (catalog.Founded, error) {
	return d.Create(ctx, catalog.Creation{Alias: alias, At: d.now(), Credential: d.people.Credential})
}

// CreateUser makes a user, and the password to sign in with.
func (d *Desk) CreateUser(ctx context.Context, instance perch.InstanceID, u catalog.User) (catalog.User, string, error) {
	password, err := d.password()
	if err != nil {
		return u, "", err
	}
	u, err = d.CreateUserWith(ctx, instance, u, password)
	return u, password, err
}

// CreateUserWith makes a user who signs in with a password that is given.
func (d *Desk) CreateUserWith(ctx context.Context, instance perch.InstanceID, u catalog.User, password string) (catalog.User, error) {
	return d.Catalog.CreateUser(ctx, instance, u, func(instance perch.InstanceID, id perch.UserID, username string) (store.Write, error) {
		return d.people.Credential(instance, id, username, password)
	})
}

// NewPassword gives a user a password to sign in with, and no other, which ends all
// the user's sign-ins.
func (d *Desk) NewPassword(ctx context.Context, u catalog.User) (string, error) {
	password, err := d.password()
	if err != nil {
		return "", err
	}
	return password, d.people.SignsInWith(ctx, u.Instance, u.ID, u.Username, staff.Password{Plain: password})
}

func (d *Desk) password() (string, error) {
	b := make([]byte, 15) // 120 bits, 24 letters
	_, err := io.ReadFull(d.rand, b)
	return base32.StdEncoding.EncodeToString(b), err
}

// CreateKey makes an access key of an instance, see catalog.CreateKey.
func (d *Desk) CreateKey(ctx context.Context, instance perch.InstanceID, scope catalog.Scope) (catalog.AccessKey, error) {
	return d.Catalog.CreateKey(ctx, instance, scope, d.now())
}

// DeleteKey takes an access key away, but the one that the secrets name: by it
// perch knows at each start that database and secrets belong together.
func (d *Desk) DeleteKey(ctx context.Context, instance perch.InstanceID, id string) error {
	if id == d.founding {
		return fmt.Errorf("the access key %s is the one in secrets.json, which perch itself needs to start: give others keys of their own with perch key create", id)
	}
	return d.Catalog.DeleteKey(ctx, instance, id)
}

// RotateWidgetKey gives a widget a new security key, see catalog.RotateKey.
func (d *Desk) RotateWidgetKey(ctx context.Context, instance perch.InstanceID, widget string) (string, error) {
	return d.RotateKey(ctx, instance, widget, d.now())
}
