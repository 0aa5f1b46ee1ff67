// Package staff knows who signs in: passwords, the bearers that a sign-in gives,
// and how often somebody may try. What a user may do is for others to decide.
package staff

import (
	"context"
	"io"
	"net/netip"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/token"
)

const (
	// bearerLife is how long a sign-in lasts.
	bearerLife = 12 * time.Hour
	// hashesAtOnce bounds what sign-ins take of memory and processors.
	hashesAtOnce = 2
	// minPassword is in characters. doc: NIST SP 800-63B, 3.1.1.2
	minPassword = 8
	// maxPassword is in bytes: what is hashed is bounded.
	maxPassword = 256
)

// Options of a Staff.
type Options struct {
	Store  *store.Store // its committer must be running for SetPassword
	Sealer *token.Sealer
	Now    func() time.Time
	Rand   io.Reader // safe for concurrent use, as crypto/rand.Reader is
	// Cost of a password's hash; zero means DefaultCost. Hashes that were made
	// at another cost go on being good.
	Cost Cost
	// Providers are the OpenID providers with which people sign in; none if nil.
	Providers *Providers
}

// Staff signs in those who work here. It is safe for concurrent use.
type Staff struct {
	opts   Options
	decoy  string        // hashed against where there is no such user
	hashes chan struct{} // holds one token for each hash being made
	tries  *tries
}

// New makes a Staff.
func New(opts Options) (*Staff, error) {
	if opts.Cost == (Cost{}) {
		opts.Cost = DefaultCost()
	}
	if err := opts.Cost.check(); err != nil {
		return nil, err
	}
	decoy, err := opts.Cost.hash(opts.Rand, "")
	if err != nil {
		return nil, err
	}
	return &Staff{opts: opts, decoy: decoy, hashes: make(chan struct{}, hashesAtOnce), tries: newTries()}, nil
}

// Credential makes the write that lets a new user sign in, to be committed with
// the user. The turn fails with Conflict where the user or the username can sign
// in already.
//
// Errors: Invalid for a password that breaks a limit.
func (s *Staff) Credential(instance perch.InstanceID, user perch.UserID, username, password string) (store.Write, error) {
	hash, err := s.newHash(context.Background(), "Password", password)
	if err != nil {
		return store.Write{}, err
	}
	return store.InsertCredential(store.Credential{User: user, Instance: instance, Username: username, Hash: hash},
		perch.Errorf(perch.Conflict, "the user %s can sign in already", username)), nil
}

// WithPassword is Credential for one password.
func (s *Staff) WithPassword(password string) func(perch.InstanceID, perch.UserID, string) (store.Write, error) {
	return func(instance perch.InstanceID, user perch.UserID, username string) (store.Write, error) {
		return s.Credential(instance, user, username, password)
	}
}

// SetPassword changes a user's password and ends all sign-ins with the old one.
//
// Errors: Invalid for a password that breaks a limit, NotFound for a user who
// cannot sign in.
func (s *Staff) SetPassword(ctx context.Context, instance perch.InstanceID, user perch.UserID, password string) error {
	hash, err := s.newHash(ctx, "NewPassword", password)
	if err != nil {
		return err
	}
	return s.opts.Store.Commit(store.Turn{Writes: []store.Write{
		store.SetPasswordHash(instance, user, hash, perch.Errorf(perch.NotFound, "the user does not exist, or cannot sign in")),
		Revoke(instance, user),
	}})
}

// newHash is the hash of a password that is within the limits; field is what callers
// know it by.
func (s *Staff) newHash(ctx context.Context, field, password string) (string, error) {
	if n := len([]rune(password)); n < minPassword {
		return "", perch.InvalidField(field, "must have at least %d characters", minPassword)
	}
	if len(password) > maxPassword {
		return "", perch.InvalidField(field, "must have at most %d bytes", maxPassword)
	}
	if err := s.begin(ctx); err != nil {
		return "", err
	}
	defer s.end()
	return s.opts.Cost.hash(s.opts.Rand, password)
}

// begin waits until a hash may be made; end makes room for the next.
func (s *Staff) begin(ctx context.Context) error {
	select {
	case s.hashes <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Staff) end() { <-s.hashes }

// SignIn gives a bearer to who knows a user's password. An unknown username and
// a wrong password answer alike and cost the same work. Address is where the
// request comes from.
//
// Errors: Unauthenticated where name and password do not go together, Throttled
// after too many tries with this name or from this address.
func (s *Staff) SignIn(ctx context.Context, instance perch.InstanceID, username, password string, address netip.Addr) (Bearer, error) {
	c, err := s.prove(ctx, instance, username, password, address)
	if err != nil {
		return Bearer{}, err
	}
	return s.admit(instance, c.User, c.Version)
}

// prove finds the credential to which a name and a password belong.
func (s *Staff) prove(ctx context.Context, instance perch.InstanceID, username, password string, address netip.Addr) (store.Credential, error) {
	account, origin := accountKey(instance, username), addressKey(address)
	// Asked twice: a flood must not queue for hashes that it will not get, and
	// only the second answer is about as many tries as there were.
	if err := s.tries.allowed(s.opts.Now(), account, origin); err != nil {
		return store.Credential{}, err
	}
	if err := s.begin(ctx); err != nil {
		return store.Credential{}, err
	}
	defer s.end()
	c, known, err := s.opts.Store.CredentialNamed(ctx, instance, username)
	if err != nil {
		return store.Credential{}, err
	}
	try, err := s.tries.begin(s.opts.Now(), account, origin)
	if err != nil {
		return store.Credential{}, err
	}
	if !s.matches(c.Hash, password, known) {
		return store.Credential{}, errWrong()
	}
	s.tries.succeeded(try)
	return c, nil
}

func errWrong() error {
	return perch.Errorf(perch.Unauthenticated, "the username or the password is wrong")
}

// matches does the work of a hash whatever it is given.
func (s *Staff) matches(hash, password string, known bool) bool {
	if !known {
		hash = s.decoy
	}
	if len(password) > maxPassword {
		password, known = "", false
	}
	return matches(hash, password) && known
}
