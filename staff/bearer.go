package staff

import (
	"context"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/token"
)

// Bearer shows who has signed in.
type Bearer struct {
	Token   string
	Expires time.Time
	User    perch.UserID
}

type payload struct {
	Instance string `json:"i"`
	User     string `json:"u"`
	Version  int64  `json:"v"` // of the credential
	Expires  int64  `json:"e"` // milliseconds since 1970
}

func (s *Staff) bearer(c store.Credential) (Bearer, error) {
	expires := s.opts.Now().Add(bearerLife).UTC().Truncate(time.Millisecond)
	sealed, err := s.opts.Sealer.Seal(token.KindAgent, payload{
		Instance: string(c.Instance), User: string(c.User), Version: c.Version, Expires: expires.UnixMilli()})
	if err != nil {
		return Bearer{}, err
	}
	return Bearer{Token: sealed, Expires: expires, User: c.User}, nil
}

// Session is a sign-in, as a bearer tells it.
type Session struct {
	Instance   perch.InstanceID
	User       perch.UserID
	Credential int64 // version of the credential signed in with
	Expires    time.Time
}

// Verify tells who has signed in with a bearer. A bearer holds for 12 hours, and
// no longer than the password it was given for.
//
// Errors: Unauthenticated, whatever is wrong with the bearer.
func (s *Staff) Verify(ctx context.Context, bearer string, now time.Time) (perch.InstanceID, perch.UserID, error) {
	in, err := s.Open(ctx, bearer, now)
	return in.Instance, in.User, err
}

// Open does what Verify does, and tells of the sign-in what is needed to ask
// later whether it still holds.
func (s *Staff) Open(ctx context.Context, bearer string, now time.Time) (Session, error) {
	var p payload
	if s.opts.Sealer.Open(token.KindAgent, bearer, &p) != nil {
		return Session{}, errBearer()
	}
	in := Session{Instance: perch.InstanceID(p.Instance), User: perch.UserID(p.User), Credential: p.Version,
		Expires: time.UnixMilli(p.Expires).UTC()}
	if err := s.Holds(ctx, in, now); err != nil {
		return Session{}, err
	}
	return in, nil
}

// Holds checks that a sign-in still holds.
//
// Errors: Unauthenticated where it does not.
func (s *Staff) Holds(ctx context.Context, in Session, now time.Time) error {
	if !now.Before(in.Expires) {
		return errBearer()
	}
	version, found, err := s.opts.Store.CredentialVersion(ctx, in.Instance, in.User)
	if err != nil {
		return err
	}
	if !found || version != in.Credential {
		return errBearer()
	}
	return nil
}

func errBearer() error {
	return perch.Errorf(perch.Unauthenticated, "the bearer does not hold (any more): sign in again")
}
