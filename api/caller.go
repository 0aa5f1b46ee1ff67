package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/staff"
	"github.com/perch-chat/perch/strict"
	"github.com/perch-chat/perch/token"
	"github.com/perch-chat/perch/wire"
)

// caller is who makes a request, as shown by a signature or a bearer.
type caller struct {
	kind callers
	// instance is that of the access key, or of the chat.
	instance perch.InstanceID
	// session and party are the chat, as it was when the request came, and
	// who calls, of an operation of the participant API.
	session *perch.Session
	party   perch.ParticipantID
	// user is who is signed in, where no key has signed; nil otherwise.
	user *catalog.User
}

// identify finds out who calls one of Amazon's operations.
func (c *call) identify() error {
	if c.op.Service == wire.Connect {
		if bearer, ok := bearerOf(c.Request); ok {
			return c.working(bearer)
		}
		return c.signed()
	}
	return c.bearer()
}

// signed finds out who signed the request.
func (c *call) signed() error {
	var failed error
	_, err := wire.VerifySigV4(c.Request, c.body, []time.Time{c.opts.Now(), c.opts.Wall()}, "connect", func(id string) (string, bool) {
		key, ok, err := c.opts.Settings.Key(c.Context(), id)
		c.instance, c.kind, failed = key.Instance, ofScope(key.Scope), err
		return key.Secret, ok
	})
	if failed != nil {
		return failed
	}
	return err
}

// bearer opens the token of a participant call. Of what is wrong with one it
// says nothing but that: a stranger learns neither what there is nor what was.
func (c *call) bearer() error {
	field, kind := "ConnectionToken", token.KindConnection
	if c.op.Name == "CreateParticipantConnection" {
		field, kind = "ParticipantToken", token.KindParticipant
	}
	bearer := c.Header.Get(wire.BearerHeader)
	if n := len(bearer); n > token.MaxLength {
		return perch.InvalidField(field, "must have 1 to %d characters, not %d", token.MaxLength, n)
	}
	var p token.Connection // a participant token has the same members, but Expires
	if err := c.opts.Tokens.Open(kind, bearer, &p); err != nil {
		return errDenied
	}
	if kind == token.KindConnection && c.expired(p) {
		return errDenied
	}
	s, err := c.opts.Chats.Session(c.Context(), perch.SessionID(p.Session))
	if err != nil {
		if perch.KindOf(err) == perch.NotFound {
			return errDenied
		}
		return err
	}
	strict.About(c.Context(), string(s.Current().ID))
	c.session, c.party, c.instance, c.kind = s, perch.ParticipantID(p.Participant), s.Instance, asGone
	if who, err := s.Caller(c.party); err == nil {
		c.kind = ofRole(who.Role)
	}
	return nil
}

// expired tells whether a connection token is no longer good.
func (c *call) expired(p token.Connection) bool {
	given := time.UnixMilli(p.Expires).Add(-connectionLife)
	return p.Expired(c.opts.Wall()) || c.opts.TokensFrom != nil && given.Before(c.opts.TokensFrom())
}

// bearerOf is what somebody who works here is signed in with.
func bearerOf(r *http.Request) (string, bool) {
	return strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
}

// working finds out who is signed in, for an operation of the Connect API: so
// that pages need no access key.
func (c *call) working(bearer string) error {
	_, u, err := c.worker(c.Request, bearer)
	if err != nil {
		return err
	}
	c.user, c.instance, c.kind = &u, u.Instance, ofProfile(u.SecurityProfile)
	return nil
}

// worker is who has signed in with a bearer.
func (s *Server) worker(r *http.Request, bearer string) (staff.Session, catalog.User, error) {
	in, err := s.opts.Staff.Open(r.Context(), bearer, s.opts.Wall())
	if err != nil {
		return in, catalog.User{}, err
	}
	u, err := s.opts.Settings.User(r.Context(), in.Instance, in.User)
	if perch.KindOf(err) == perch.NotFound && err != nil {
		err = errSignIn
	}
	return in, u, err
}

// signedIn finds out which of those who work here calls.
func (c *agentCall) signedIn() (err error) {
	bearer, ok := bearerOf(c.Request)
	if !ok {
		return errSignIn
	}
	c.session, c.user, err = c.worker(c.Request, bearer)
	return err
}

// contact finds the session of a contact of an instance that the caller names.
func (c *call) contact(instance, contact string) (*perch.Session, error) {
	if err := c.of(instance); err != nil {
		return nil, err
	}
	return c.find(perch.ContactID(contact))
}

// find finds the session of a contact that is the caller's to know of: for keys
// all of their instance, for administrators as well. Other people who work here
// know the chats that they have had and those of the queues that they serve; what
// is beyond is, to them, not there.
func (c *call) find(contact perch.ContactID) (*perch.Session, error) {
	strict.About(c.Context(), string(contact))
	s, err := c.known(contact)
	if err != nil {
		return nil, err
	}
	of, ok := s.Contact(contact)
	if ok && of.Opened.AddDate(0, strict.RetentionMonths, 0).Before(c.opts.Now()) && strict.Holds(c.Context(), strict.Retention, "") {
		return nil, chat.NoContact()
	}
	return s, nil
}

func (c *call) known(contact perch.ContactID) (*perch.Session, error) {
	if c.user == nil {
		return c.opts.Chats.Find(c.Context(), c.instance, contact)
	}
	return c.findFor(c.Context(), *c.user, contact)
}

func (s *Server) findFor(ctx context.Context, u catalog.User, contact perch.ContactID) (*perch.Session, error) {
	found, err := s.opts.Chats.Find(ctx, u.Instance, contact)
	if err != nil {
		return nil, err
	}
	known, err := s.knows(ctx, u, found)
	if err == nil && !known { // of another queue, and yet somebody has offered it
		known, err = s.opts.Router.Offered(ctx, u.ID, contact)
	}
	if err == nil && !known {
		err = chat.NoContact()
	}
	if err != nil {
		return nil, err
	}
	return found, nil
}

// knows reports whether a chat is one that somebody has had, or of a queue that
// they serve; administrators know all.
func (s *Server) knows(ctx context.Context, u catalog.User, found *perch.Session) (bool, error) {
	if u.SecurityProfile == catalog.Admin {
		return true, nil
	}
	profile, err := s.opts.Settings.RoutingProfile(ctx, u.Instance, u.RoutingProfile)
	if err != nil {
		return false, err
	}
	for _, of := range found.Contacts {
		served := of.Queue != "" && slices.ContainsFunc(profile.Queues, func(q catalog.ProfileQueue) bool { return q.Queue == of.Queue })
		if served || of.Agent == u.ID || of.QueueUser == u.ID {
			return true, nil
		}
	}
	return false, nil
}

// origin is what the caller's word for an attribute is worth.
func (c *call) origin() perch.Origin {
	if c.user != nil {
		return perch.FromAgent
	}
	return perch.FromSigV4
}
