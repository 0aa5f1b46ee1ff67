package flowrun

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"time"
	"unicode/utf8"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/flow"
	"github.com/perch-chat/perch/staff"
	"github.com/perch-chat/perch/strict"
	"github.com/perch-chat/perch/wire"
)

const (
	// DueSignIn comes due when a customer has not signed in in time.
	DueSignIn = "flow.sign_in"
	// DueSignedIn comes due at once: the customer is back from the provider, or has
	// declined.
	DueSignedIn = "flow.signed_in"

	// maxCustomerID and maxName are the most characters of a contact's CustomerId
	// and of a DisplayName.
	// doc: API_StartChatContact
	maxCustomerID = 128
	maxName       = 256
	// identifyWithin is how long a provider has to say who somebody is. It counts from
	// the customer's return, who has been in time.
	identifyWithin = time.Minute
	// secretBytes is how many random bytes a secret of one signing in has.
	secretBytes = 32
)

// signIn is the signing in that a flow waits for, or waited for last.
type signIn struct {
	ID       string `json:"i"` // by which the customer's side names it: SessionId
	Pool     string `json:"p,omitempty"`
	Client   string `json:"c"`
	Nonce    string `json:"n"`
	Verifier string `json:"v"`
	Begun    int64  `json:"t"`           // milliseconds since 1970
	Callback string `json:"u,omitempty"` // to which the provider sends the customer, once that is known
	// Answer is a hash of what the customer came back with, so that who sends it again
	// is told the same; empty before.
	Answer []byte `json:"a,omitempty"`
	Over   bool   `json:"o,omitempty"` // the flow has gone on
}

// waits reports whether the flow waits for somebody to come back from this signing in.
func (s *signIn) waits() bool { return !s.Over && s.Answer == nil }

// signInAnswer is what the customer comes back with: the body of a DueSignedIn.
type signInAnswer struct {
	ID       string `json:"i"`
	Code     string `json:"c,omitempty"`
	Error    string `json:"e,omitempty"` // what the provider says in place of a code
	Declined bool   `json:"d,omitempty"`
}

// authenticate tells the customer's side to sign in, which then asks where.
//
// doc: authenticate-customer.md
func (p *run) authenticate(e flow.Authenticate) (flow.Event, error) {
	if _, found, err := p.opts.Provider(p.Context(), p.State().Instance, e.UserPoolARN, e.ClientID); err != nil || !found {
		if err == nil {
			p.opts.Log.WarnContext(p.Context(), "a flow asks customers to sign in with a provider that nobody has set up; name its client among the Customers of the --sign-in file, or the ARN of a user pool in the flow",
				"contact", p.contact, "flow", p.position.State.FlowID, "action", p.position.State.ActionID, "client", e.ClientID)
			err = perch.Errorf(perch.NotFound, "no provider")
		}
		return branch(err)
	}
	id, err := perch.NewID(p.opts.Rand)
	if err != nil {
		return nil, err
	}
	s := signIn{ID: id, Pool: e.UserPoolARN, Client: e.ClientID, Begun: p.Now.UnixMilli()}
	for _, secret := range []*string{&s.Nonce, &s.Verifier} {
		b := make([]byte, secretBytes)
		if _, err := io.ReadFull(p.opts.Rand, b); err != nil {
			return nil, err
		}
		*secret = base64.RawURLEncoding.EncodeToString(b)
	}
	content, err := json.Marshal(wire.AuthenticationContent{SessionID: id})
	if err != nil {
		return nil, err
	}
	p.Authentication(wire.EventAuthenticationInitiated, string(content))
	p.SignIn = &s
	p.Due(DueSignIn, string(p.contact), p.Now.Add(time.Duration(e.Minutes)*time.Minute), nil)
	return nil, nil
}

// AuthenticationURL is where a customer whom a flow waits for signs in: of the
// provider, which sends them back to redirect with a code and a state. It can be
// asked for as long as the flow waits; the redirect asked for last holds.
//
// Errors: Denied for who is not the chat's customer; Invalid for another SessionId
// than that of the flow; Unavailable where the provider does not answer.
// doc: API_connect-participant_GetAuthenticationUrl
func (r *Runner) AuthenticationURL(ctx context.Context, session perch.SessionID, who perch.ParticipantID, id, redirect string) (string, error) {
	if u, err := url.Parse(redirect); err != nil || u.Scheme == "" || u.Host == "" && u.Opaque == "" && u.Path == "" {
		return "", perch.InvalidField("RedirectUri", "must be an absolute address, as the provider knows it")
	}
	var at signIn
	var instance perch.InstanceID
	err := r.signingIn(ctx, session, who, id, func(p *run) error {
		if !p.SignIn.waits() {
			return signInOver()
		}
		begun := time.UnixMilli(p.SignIn.Begun)
		if p.Now.Sub(begun) > strict.AuthenticationWithin && strict.Holds(ctx, strict.AuthenticationWindow, string(p.contact)) {
			return perch.InvalidField("SessionId", "is more than a minute old")
		}
		changed := p.SignIn.Callback != redirect
		p.SignIn.Callback = redirect
		at, instance = *p.SignIn, p.State().Instance
		if !changed {
			return nil
		}
		return p.rest()
	})
	if err != nil {
		return "", err
	}
	provider, err := r.provider(ctx, instance, at)
	if err != nil {
		return "", err
	}
	state, err := r.opts.AuthenticationState(instance, session, at.ID)
	if err != nil {
		return "", err
	}
	return r.opts.SignInAt(ctx, provider, at.trip(state))
}

func (s signIn) trip(state string) staff.Trip {
	return staff.Trip{State: state, Nonce: s.Nonce, Verifier: s.Verifier, Callback: s.Callback}
}

func (r *Runner) provider(ctx context.Context, instance perch.InstanceID, s signIn) (staff.Provider, error) {
	p, found, err := r.opts.Provider(ctx, instance, s.Pool, s.Client)
	if err == nil && !found {
		err = perch.Errorf(perch.Unavailable, "the provider is not set up any more")
	}
	return p, err
}

// DeclineAuthentication has the flow go on without knowing who the customer is.
//
// Errors: as those of AuthenticationURL.
// doc: API_connect-participant_CancelParticipantAuthentication
func (r *Runner) DeclineAuthentication(ctx context.Context, session perch.SessionID, who perch.ParticipantID, id string) error {
	return r.signingIn(ctx, session, who, id, func(p *run) error { return p.answer(signInAnswer{ID: id, Declined: true}) })
}

// signingIn has the customer's side do something about the signing in that the flow
// waits for.
func (r *Runner) signingIn(ctx context.Context, session perch.SessionID, who perch.ParticipantID, id string, do func(*run) error) error {
	return r.opts.Chats.On(ctx, session, func(t *chat.Turn) error {
		caller, err := t.State().Caller(who)
		if err != nil {
			return err
		}
		if caller.Role != perch.Customer {
			return perch.Errorf(perch.Denied, "only the customer signs in")
		}
		p, err := r.on(t)
		if err != nil {
			return err
		}
		if p.SignIn == nil || p.SignIn.ID != id {
			return signInOver()
		}
		return do(p)
	})
}

// Returned takes what a customer comes back with from the provider: a code, or the
// provider's error. What comes of it, the flow goes on with later.
//
// Errors: Invalid for a signing in of which nothing is known, Conflict for one that
// is over or has been answered.
// doc: API_UpdateParticipantAuthentication
func (r *Runner) Returned(ctx context.Context, instance perch.InstanceID, session perch.SessionID, id, code, problem string) error {
	return r.opts.Chats.On(ctx, session, func(t *chat.Turn) error {
		if t.State().Instance != instance {
			return perch.InvalidField("State", "is none of this instance")
		}
		p, err := r.on(t)
		if err != nil {
			return err
		}
		err = signInOver()
		if p.SignIn != nil && p.SignIn.ID == id {
			err = p.answer(signInAnswer{ID: id, Code: code, Error: problem})
		}
		if perch.KindOf(err) == perch.Invalid && err != nil {
			return perch.Errorf(perch.Conflict, "nobody waits for this signing in any more: it has been answered otherwise, or its time is over")
		}
		return err
	})
}

// signInOver is for what comes to a signing in that the flow does not wait for.
func signInOver() error {
	return perch.InvalidField("SessionId", "is not what the flow waits for now")
}

// answer leaves what the customer comes back with to another turn. The same again
// changes nothing.
func (p *run) answer(a signInAnswer) error {
	body, err := json.Marshal(a)
	if err != nil {
		return err
	}
	hash := sha256.Sum256(body)
	if bytes.Equal(p.SignIn.Answer, hash[:]) {
		return nil
	}
	if p.State().Ended || !p.SignIn.waits() {
		return signInOver()
	}
	p.SignIn.Answer = hash[:]
	p.Due(DueSignIn, string(p.contact), p.Now.Add(identifyWithin), nil)
	p.Due(DueSignedIn, a.ID, p.Now, body)
	return p.rest()
}

// signedIn asks the provider who the customer is, and lets the flow go on.
func (r *Runner) signedIn(ctx context.Context, d perch.Due) error {
	var a signInAnswer
	if err := json.Unmarshal(d.Body, &a); err != nil {
		return fmt.Errorf("damaged due row %s of contact %s: %w", d.Kind, d.Contact, err)
	}
	s, err := r.opts.Chats.Session(ctx, d.Session)
	if err != nil {
		return err
	}
	var at position
	c := s.Current()
	var is staff.Identity
	var failed error
	if !s.Ended && c.ID == d.Contact && json.Unmarshal(c.Flow, &at) == nil && at.SignIn != nil && at.SignIn.ID == a.ID && !at.SignIn.Over && !a.Declined {
		is, failed = r.identify(ctx, s.Instance, *at.SignIn, a)
		if ctx.Err() != nil { // perch stops: it is nobody's fault
			return ctx.Err()
		}
	}
	return r.answered(func(p *run, d perch.Due) (flow.Event, error) {
		if p.SignIn == nil || p.SignIn.ID != a.ID || p.SignIn.Over {
			r.opts.Log.InfoContext(ctx, "a customer has come back from signing in when the flow had gone on; dropped", "contact", d.Contact)
			return nil, nil
		}
		p.DropDue(DueSignIn, string(p.contact))
		if a.Declined {
			p.leaveSignIn(wire.EventAuthenticationCancelled)
			return flow.Outcome{Result: flow.ResultOptedOut}, nil
		}
		if failed != nil {
			r.opts.Log.WarnContext(ctx, "a customer could not be signed in; the flow takes its error branch", "contact", d.Contact,
				"flow", p.position.State.FlowID, "action", p.position.State.ActionID, "client", p.SignIn.Client, "error", failed)
			return p.signInFailed(wire.EventAuthenticationFailed, "FAILED", flow.NoMatchingError)
		}
		if err := p.noteSignIn("AUTHENTICATED", is.ID); err != nil {
			return nil, err
		}
		p.leaveSignIn(wire.EventAuthenticationSucceeded)
		p.Authenticated(is.ID, is.Name)
		return flow.Outcome{}, nil
	})(ctx, d)
}

// identify is who the provider says the customer is.
func (r *Runner) identify(ctx context.Context, instance perch.InstanceID, s signIn, a signInAnswer) (staff.Identity, error) {
	if a.Code == "" {
		return staff.Identity{}, fmt.Errorf("the provider says: %q", a.Error)
	}
	provider, err := r.provider(ctx, instance, s)
	if err != nil {
		return staff.Identity{}, err
	}
	is, err := r.opts.Identify(ctx, provider, s.trip(""), a.Code)
	if err == nil && utf8.RuneCountInString(is.ID) > maxCustomerID {
		err = fmt.Errorf("what the provider knows the customer by has more than %d characters; choose another Claim", maxCustomerID)
	}
	if name := []rune(is.Name); len(name) > maxName {
		is.Name = string(name[:maxName])
	}
	return is, err
}

func (r *Runner) signInTimeUp(p *run, _ perch.Due) (flow.Event, error) {
	if p.SignIn == nil || p.SignIn.Over || p.position.State.Phase != flow.Awaiting {
		return nil, nil
	}
	return p.signInFailed(wire.EventAuthenticationTimeout, "TIMEOUT", flow.TimeLimitExceeded)
}

func (p *run) signInFailed(event, status, problem string) (flow.Event, error) {
	if err := p.noteSignIn(status, ""); err != nil {
		return nil, err
	}
	p.leaveSignIn(event)
	return flow.Outcome{Error: problem}, nil
}

// leaveSignIn tells the customer how the signing in has ended.
func (p *run) leaveSignIn(event string) {
	p.SignIn.Over = true
	p.Authentication(event, "")
}

// noteSignIn keeps what came of it with the contact.
// doc: connect-attrib-list.md, connect:CustomerAuthentication
func (p *run) noteSignIn(status, customer string) error {
	provider, _, err := p.opts.Provider(p.Context(), p.State().Instance, p.SignIn.Pool, p.SignIn.Client)
	if err != nil {
		return err
	}
	is := map[string]perch.SegmentAttribute{}
	for name, value := range map[string]string{"IdentityProvider": provider.Name, "ClientId": p.SignIn.Client, "Status": status,
		"AssociatedCustomerId": customer, "AuthenticationMethod": "CONNECT"} {
		if value != "" {
			is[name] = perch.SegmentText(value)
		}
	}
	return p.ChangeDetails(p.contact, func(d *perch.Details) error {
		d.Segment[perch.SegmentAuthentication] = perch.SegmentAttribute{Map: is}
		return nil
	})
}
