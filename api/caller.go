package api

import (
	"strings"

	"github.com/perch-chat/perch"
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
}

// identify finds out who calls one of Amazon's operations.
func (c *call) identify() error {
	if c.op.Service == wire.Connect {
		return c.signed()
	}
	return c.bearer()
}

// signed finds out who signed the request.
func (c *call) signed() error {
	var failed error
	_, err := wire.VerifySigV4(c.Request, c.body, c.opts.Now(), "connect", func(id string) (string, bool) {
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
	if kind == token.KindConnection && p.Expired(c.opts.Now()) {
		return errDenied
	}
	s, err := c.opts.Chats.Session(c.Context(), perch.SessionID(p.Session))
	if err != nil {
		if perch.KindOf(err) == perch.NotFound {
			return errDenied
		}
		return err
	}
	c.session, c.party, c.instance, c.kind = s, perch.ParticipantID(p.Participant), s.Instance, asGone
	if who, err := s.Caller(c.party); err == nil {
		c.kind = ofRole(who.Role)
	}
	return nil
}

// signedIn finds out which of those who work here calls.
func (c *agentCall) signedIn() error {
	bearer, ok := strings.CutPrefix(c.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return errSignIn
	}
	in, err := c.opts.Staff.Open(c.Context(), bearer, c.opts.Now())
	if err != nil {
		return err
	}
	c.session = in
	c.user, err = c.opts.Settings.User(c.Context(), in.Instance, in.User)
	if perch.KindOf(err) == perch.NotFound && err != nil {
		return errSignIn
	}
	return err
}
