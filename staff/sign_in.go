package staff

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"net/netip"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/token"
)

const (
	// idleLife is how long a sign-in lasts without a refresh.
	idleLife = 24 * time.Hour
	// signInLife is how long it lasts at most.
	signInLife = 7 * 24 * time.Hour
	// refreshGrace is how long the secret before the present one is forgiven: two
	// tabs may refresh at the same moment.
	refreshGrace = time.Minute
	secretBytes  = 32
)

// refresh is the payload of what a sign-in goes on with.
type refresh struct {
	SignIn string `json:"s"`
	Secret []byte `json:"k"`
}

// admit begins a sign-in of a user; version is that of the credential which was
// shown, 0 where it was none of ours.
func (s *Staff) admit(instance perch.InstanceID, user perch.UserID, version int64) (Bearer, error) {
	id, err := perch.NewID(s.opts.Rand)
	if err != nil {
		return Bearer{}, err
	}
	secret, sum, err := s.secret()
	if err != nil {
		return Bearer{}, err
	}
	now := s.opts.Now().UTC().Truncate(time.Millisecond)
	in := store.SignIn{ID: id, Instance: instance, User: user, Refresh: sum, Began: now, Refreshed: now, Expires: now.Add(idleLife)}
	err = s.opts.Store.Commit(store.Turn{Writes: []store.Write{
		store.DeleteSignIns(instance, user, now), // nobody needs those that have expired
		store.InsertSignIn(in, version, errWrong()),
	}})
	if err != nil {
		return Bearer{}, err
	}
	return s.refreshable(in, secret, now)
}

func (s *Staff) secret() (secret, sum []byte, err error) {
	secret = make([]byte, secretBytes)
	if _, err := io.ReadFull(s.opts.Rand, secret); err != nil {
		return nil, nil, err
	}
	hash := sha256.Sum256(secret)
	return secret, hash[:], nil
}

func (s *Staff) refreshable(in store.SignIn, secret []byte, now time.Time) (Bearer, error) {
	b, err := s.bearer(in, now)
	if err != nil {
		return Bearer{}, err
	}
	b.Refresh, err = s.opts.Sealer.Seal(token.KindRefresh, refresh{SignIn: in.ID, Secret: secret})
	return b, err
}

// Refresh gives the next bearer of a sign-in, with the next Refresh. A sign-in
// lasts 24 hours from its last refresh, and 7 days at most.
//
// What has been used already is forgiven for a minute, since two tabs may come at
// the same moment: the bearer then is without a Refresh, as the other tab has got
// it. After that it has been stolen by one of two, and the sign-in is ended.
//
// Errors: Unauthenticated, whatever is wrong with it.
func (s *Staff) Refresh(ctx context.Context, with string) (perch.InstanceID, Bearer, error) {
	in, sum, now, err := s.refreshing(ctx, with)
	if err != nil {
		return "", Bearer{}, err
	}
	if !bytes.Equal(sum, in.Refresh) {
		if !bytes.Equal(sum, in.Before) || now.Sub(in.Refreshed) > refreshGrace {
			if err := s.opts.Store.Commit(store.Turn{Writes: []store.Write{store.DeleteSignIn(in.ID)}}); err != nil {
				return "", Bearer{}, err
			}
			return "", Bearer{}, errBearer()
		}
		b, err := s.bearer(in, now)
		return in.Instance, b, err
	}
	secret, next, err := s.secret()
	if err != nil {
		return "", Bearer{}, err
	}
	in.Expires = now.Add(idleLife)
	if last := in.Began.Add(signInLife); last.Before(in.Expires) {
		in.Expires = last
	}
	lost := perch.Errorf(perch.Conflict, "somebody else has refreshed at this moment")
	err = s.opts.Store.Commit(store.Turn{Writes: []store.Write{store.RefreshSignIn(in.ID, in.Refresh, next, now, in.Expires, lost)}})
	if errors.Is(err, lost) {
		return s.Refresh(ctx, with) // which finds it used, and forgives
	}
	if err != nil {
		return "", Bearer{}, err
	}
	b, err := s.refreshable(in, secret, now)
	return in.Instance, b, err
}

// refreshing opens what a sign-in is to go on with.
func (s *Staff) refreshing(ctx context.Context, with string) (in store.SignIn, sum []byte, now time.Time, err error) {
	var r refresh
	if s.opts.Sealer.Open(token.KindRefresh, with, &r) != nil {
		return in, nil, now, errBearer()
	}
	now = s.opts.Now().UTC().Truncate(time.Millisecond)
	in, found, err := s.opts.Store.SignIn(ctx, r.SignIn)
	if err == nil && (!found || !now.Before(in.Expires)) {
		err = errBearer()
	}
	hash := sha256.Sum256(r.Secret)
	return in, hash[:], now, err
}

// SignOut ends one sign-in, everywhere.
func (s *Staff) SignOut(in Session) error {
	return s.opts.Store.Commit(store.Turn{Writes: []store.Write{store.DeleteSignIn(in.SignIn)}})
}

// SignOutUser ends all sign-ins of a user, everywhere.
func (s *Staff) SignOutUser(instance perch.InstanceID, user perch.UserID) error {
	return s.opts.Store.Commit(store.Turn{Writes: []store.Write{Revoke(instance, user)}})
}

// Revoke makes the write that ends all sign-ins of a user.
func Revoke(instance perch.InstanceID, user perch.UserID) store.Write {
	return store.DeleteSignIns(instance, user, time.UnixMilli(1<<50)) // all expire before that
}

// Forget makes the writes after which a user who is no more can neither sign in
// nor go on.
func Forget(instance perch.InstanceID, user perch.UserID) []store.Write {
	return []store.Write{store.DeleteCredential(instance, user), Revoke(instance, user)}
}

// ChangePassword changes one's own password, ends all one's sign-ins, and begins
// a new one. Address is where the request comes from.
//
// Errors: Denied where current is not the password, Invalid for a new one that
// breaks a limit, Throttled after too many tries, Refused for a user who signs in
// elsewhere.
func (s *Staff) ChangePassword(ctx context.Context, in Session, current, next string, address netip.Addr) (Bearer, error) {
	c, found, err := s.opts.Store.CredentialOf(ctx, in.Instance, in.User)
	if err != nil {
		return Bearer{}, err
	}
	if !found {
		return Bearer{}, perch.Errorf(perch.Refused, "you have no password here: you sign in with your provider")
	}
	if _, err := s.prove(ctx, in.Instance, c.Username, current, address); err != nil {
		if perch.KindOf(err) == perch.Unauthenticated {
			err = perch.Errorf(perch.Denied, "the present password is another")
		}
		return Bearer{}, err
	}
	if err := s.SetPassword(ctx, in.Instance, in.User, next); err != nil {
		return Bearer{}, err
	}
	return s.admit(in.Instance, in.User, c.Version+1)
}
