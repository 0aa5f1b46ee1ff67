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
	// Refresh gets the next bearer when this one ends, once, until Until. It is
	// for a cookie that scripts cannot read.
	Refresh string
	Until   time.Time
}

type payload struct {
	Instance string `json:"i"`
	User     string `json:"u"`
	SignIn   string `json:"s"`
	Expires  int64  `json:"e"` // milliseconds since 1970
}

// bearer gives a bearer of a sign-in; Refresh is left to the caller.
func (s *Staff) bearer(in store.SignIn, now time.Time) (Bearer, error) {
	expires := now.Add(bearerLife).UTC().Truncate(time.Millisecond)
	if in.Expires.Before(expires) {
		expires = in.Expires
	}
	sealed, err := s.opts.Sealer.Seal(token.KindAgent, payload{
		Instance: string(in.Instance), User: string(in.User), SignIn: in.ID, Expires: expires.UnixMilli()})
	return Bearer{Token: sealed, Expires: expires, User: in.User, Until: in.Expires}, err
}

// Session is a sign-in, as a bearer tells it.
type Session struct {
	Instance perch.InstanceID
	User     perch.UserID
	SignIn   string // id of the sign-in
	Expires  time.Time
}

// Verify tells who has signed in with a bearer. A bearer holds for 12 hours, and
// no longer than its sign-in.
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
	in := Session{Instance: perch.InstanceID(p.Instance), User: perch.UserID(p.User), SignIn: p.SignIn,
		Expires: time.UnixMilli(p.Expires).UTC()}
	if err := s.Holds(ctx, in, now); err != nil {
		return Session{}, err
	}
	return in, nil
}

// Holds checks that a sign-in still holds. It is looked up each time, so that one
// that is ended in one process has ended in all.
//
// Errors: Unauthenticated where it does not.
func (s *Staff) Holds(ctx context.Context, in Session, now time.Time) error {
	if !now.Before(in.Expires) {
		return errBearer()
	}
	kept, found, err := s.opts.Store.SignIn(ctx, in.SignIn)
	if err != nil {
		return err
	}
	if !found || kept.Instance != in.Instance || kept.User != in.User || !now.Before(kept.Expires) {
		return errBearer()
	}
	return nil
}

func errBearer() error {
	return perch.Errorf(perch.Unauthenticated, "the bearer does not hold (any more): sign in again")
}
