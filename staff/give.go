package staff

import (
	"context"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// Password is what somebody is to sign in with: in plain, or its hash as another
// perch has made it.
type Password struct{ Plain, Hash string }

// Has tells whether it is this password that a user signs in with.
func (s *Staff) Has(ctx context.Context, instance perch.InstanceID, user perch.UserID, p Password) (bool, error) {
	c, found, err := s.opts.Store.CredentialOf(ctx, instance, user)
	if err != nil || !found {
		return false, err
	}
	if p.Hash != "" {
		return c.Hash == p.Hash, nil
	}
	if err := s.begin(ctx); err != nil {
		return false, err
	}
	defer s.end()
	return s.matches(c.Hash, p.Plain, true), nil
}

// Give makes the writes after which a user, who may be new, signs in with a
// password and nothing else. Sign-ins with another end.
//
// Errors: Invalid for a password that breaks a limit, and for a hash that is none.
func (s *Staff) Give(ctx context.Context, instance perch.InstanceID, user perch.UserID, username string, p Password) ([]store.Write, error) {
	if p.Hash == "" {
		hash, err := s.newHash(ctx, "Password", p.Plain)
		if err != nil {
			return nil, err
		}
		p.Hash = hash
	} else if _, _, _, err := parseHash(p.Hash); err != nil {
		return nil, perch.InvalidField("PasswordHash", "%v", err)
	}
	return []store.Write{
		store.PutCredential(store.Credential{User: user, Instance: instance, Username: username, Hash: p.Hash}),
		Revoke(instance, user),
	}, nil
}

// SignsInWith has a user, who may never have had a password, sign in with one and
// nothing else.
//
// Errors: as those of Give.
func (s *Staff) SignsInWith(ctx context.Context, instance perch.InstanceID, user perch.UserID, username string, p Password) error {
	writes, err := s.Give(ctx, instance, user, username, p)
	if err != nil {
		return err
	}
	return s.opts.Store.Commit(store.Turn{Writes: writes})
}

// Move makes the writes after which what a user signs in with is another's, who has
// the same name. Sign-ins end.
func Move(instance perch.InstanceID, from, to perch.UserID) []store.Write {
	return []store.Write{store.MoveCredential(instance, from, to), Revoke(instance, from)}
}
