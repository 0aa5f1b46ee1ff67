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

// Verify tells who has signed in with a bearer. A bearer holds for 12 hours, and
// no longer than the password it was given for.
//
// Errors: Unauthenticated, whatever is wrong with the bearer.
func (s *Staff) Verify(ctx context.Context, bearer string, now time.Time) (perch.InstanceID, perch.UserID, error) {
	var p payload
	if s.opts.Sealer.Open(token.KindAgent, bearer, &p) != nil || now.UnixMilli() >= p.Expires {
		return "", "", errBearer()
	}
	instance, user := perch.InstanceID(p.Instance), perch.UserID(p.User)
	version, found, err := s.opts.Store.CredentialVersion(ctx, instance, user)
	if err != nil {
		return "", "", err
	}
	if !found || version != p.Version {
		return "", "", errBearer()
	}
	return instance, user, nil
}

func errBearer() error {
	return perch.Errorf(perch.Unauthenticated, "the bearer does not hold (any more): sign in again")
}
