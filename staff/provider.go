package staff

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/token"
)

const (
	// pendingLife is how long somebody may take to sign in at the provider.
	pendingLife = 10 * time.Minute
	// providerTime is how long a provider may take to answer one request.
	providerTime = 10 * time.Second
	// maxPage is how long the address is to which somebody returns.
	maxPage = 200
)

// Provider is an OpenID provider with which people sign in. What it says about
// those who work here, besides who they are, is not looked at: they must be users.
type Provider struct {
	Instance     string // id or alias of the one whose people sign in with it; any if empty
	Name         string // what people call it, such as "Acme login"
	Issuer       string // https://login.acme.example
	ClientID     string `json:"ClientId"`
	ClientSecret string
	Scopes       []string // besides openid; email and profile if it is nil
	// Claim is the one whose value is who somebody is here; email if empty, and
	// then it must have been verified.
	Claim string
}

// Providers finds the provider of an instance and talks to it. It is safe for
// concurrent use.
type Providers struct {
	// Of is the provider of an instance, if it has one.
	Of func(context.Context, perch.InstanceID) (Provider, bool, error)
	// Callback is the address of ours to which providers send people back.
	Callback string
	// Client reaches providers; http.DefaultTransport with a time limit if nil.
	Client *http.Client

	mu    sync.Mutex
	known map[string]*oidc.Provider // by issuer
}

// Trip is somebody's way to a provider and back. The provider is told a hash of
// Verifier, and the rest.
type Trip struct {
	State, Nonce, Verifier string
	Callback               string // where the provider sends people back
}

// Identity is what a provider says of somebody.
type Identity struct {
	ID   string // of the provider's Claim; never empty
	Name string // given name, or else the whole; may be empty
}

// pending is somebody who has been sent to the provider. It is in a cookie, so
// that nobody can be made to sign in as somebody else.
type pending struct {
	Instance string `json:"i"`
	State    string `json:"s"`
	Nonce    string `json:"n"`
	Verifier string `json:"v"`
	Page     string `json:"p"`
	Expires  int64  `json:"e"` // milliseconds since 1970
}

// Provider is the provider of an instance, if it has one.
func (s *Staff) Provider(ctx context.Context, instance perch.InstanceID) (Provider, bool, error) {
	if s.opts.Providers == nil {
		return Provider{}, false, nil
	}
	return s.opts.Providers.Of(ctx, instance)
}

// Begin sends somebody to the provider: to the address, with the cookie, both of
// which hold for ten minutes. Page is where they want to go, a path of ours.
//
// Errors: NotFound where the instance has no provider, Invalid for another page,
// Unavailable where the provider does not answer.
func (s *Staff) Begin(ctx context.Context, instance perch.InstanceID, page string) (address, cookie string, err error) {
	if !ourPage(page) {
		return "", "", perch.InvalidField("Page", "must be a path of this server, of at most %d characters", maxPage)
	}
	p, found, err := s.Provider(ctx, instance)
	if err != nil {
		return "", "", err
	}
	if !found {
		return "", "", perch.Errorf(perch.NotFound, "the instance has no provider to sign in with")
	}
	wait := pending{Instance: string(instance), Page: page, Expires: s.opts.Now().Add(pendingLife).UnixMilli()}
	for _, secret := range []*string{&wait.State, &wait.Nonce, &wait.Verifier} {
		b := make([]byte, secretBytes)
		if _, err := io.ReadFull(s.opts.Rand, b); err != nil {
			return "", "", err
		}
		*secret = base64.RawURLEncoding.EncodeToString(b)
	}
	if address, err = s.opts.Providers.Address(ctx, p, s.trip(wait)); err != nil {
		return "", "", err
	}
	cookie, err = s.opts.Sealer.Seal(token.KindProvider, wait)
	return address, cookie, err
}

func (s *Staff) trip(p pending) Trip {
	return Trip{State: p.State, Nonce: p.Nonce, Verifier: p.Verifier, Callback: s.opts.Providers.Callback}
}

// ourPage tells whether an address leads to this server whatever a browser makes
// of it.
func ourPage(page string) bool {
	u, err := url.Parse(page)
	return err == nil && u.Host == "" && u.Scheme == "" && len(page) <= maxPage && strings.HasPrefix(page, "/") &&
		!strings.HasPrefix(page, "//") && !strings.ContainsAny(page, "\\\t\r\n")
}

// Returned signs in who comes back from the provider with an answer: find is the
// user of a username.
//
// Page is where they want to go, empty where that is not known. Errors: Denied for
// an answer that is not to the question in the cookie, that is none of the
// provider's, or that names nobody who is a user here; Unavailable where the
// provider does not answer.
func (s *Staff) Returned(ctx context.Context, cookie string, answer url.Values, find func(context.Context, perch.InstanceID, string) (perch.UserID, error)) (instance perch.InstanceID, b Bearer, page string, err error) {
	var wait pending
	if s.opts.Sealer.Open(token.KindProvider, cookie, &wait) != nil || s.opts.Now().UnixMilli() >= wait.Expires {
		return "", b, "", perch.Errorf(perch.Denied, "it took too long, or began in another browser: begin again")
	}
	instance = perch.InstanceID(wait.Instance)
	if answer.Get("state") != wait.State {
		return instance, b, wait.Page, perch.Errorf(perch.Denied, "the provider's answer is to another question: begin again")
	}
	if reason := answer.Get("error"); reason != "" {
		return instance, b, wait.Page, perch.Errorf(perch.Denied, "the provider says: %.100s", reason)
	}
	p, found, err := s.Provider(ctx, instance)
	if err == nil && !found {
		err = perch.Errorf(perch.Denied, "the instance has no provider to sign in with any more")
	}
	if err != nil {
		return instance, b, wait.Page, err
	}
	known, err := s.opts.Providers.Identify(ctx, p, s.trip(wait), answer.Get("code"), s.opts.Now)
	if err != nil {
		return instance, b, wait.Page, err
	}
	user, err := find(ctx, instance, known.ID)
	if perch.KindOf(err) == perch.NotFound && err != nil {
		err = perch.Errorf(perch.Denied, "the provider knows you as %.100s, who is no user here: ask your administrator", known.ID)
	}
	if err != nil {
		return instance, b, wait.Page, err
	}
	b, err = s.admit(instance, user, 0)
	return instance, b, wait.Page, err
}

// config is how a provider is asked; what it says about itself is asked for once.
func (ps *Providers) config(ctx context.Context, p Provider, callback string) (*oauth2.Config, *oidc.Provider, error) {
	ps.mu.Lock()
	known := ps.known[p.Issuer]
	ps.mu.Unlock()
	if known == nil {
		var err error
		// Without the request's context: the keys are fetched later, with this one.
		if known, err = oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), ps.client()), p.Issuer); err != nil {
			return nil, nil, unavailable(p, err)
		}
		ps.mu.Lock()
		if ps.known == nil {
			ps.known = map[string]*oidc.Provider{}
		}
		ps.known[p.Issuer] = known
		ps.mu.Unlock()
	}
	scopes := p.Scopes
	if scopes == nil {
		scopes = []string{"email", "profile"}
	}
	endpoint := known.Endpoint()
	if p.ClientSecret == "" { // or the code would first be shown with a password that there is not
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return &oauth2.Config{ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: endpoint, RedirectURL: callback,
		Scopes: append([]string{oidc.ScopeOpenID}, scopes...)}, known, nil
}

func (ps *Providers) client() *http.Client {
	if ps.Client != nil {
		return ps.Client
	}
	return &http.Client{Timeout: providerTime}
}

func unavailable(p Provider, err error) error {
	return fmt.Errorf("%w: %w", perch.Errorf(perch.Unavailable, "the provider %s does not answer as it should: try again", p.Name), err)
}

// Address is where somebody signs in at a provider.
//
// Errors: Unavailable where the provider does not answer.
func (ps *Providers) Address(ctx context.Context, p Provider, t Trip) (string, error) {
	config, _, err := ps.config(ctx, p, t.Callback)
	if err != nil {
		return "", err
	}
	return config.AuthCodeURL(t.State, oidc.Nonce(t.Nonce), oauth2.S256ChallengeOption(t.Verifier)), nil
}

// Identify takes the code with which somebody comes back for the provider's word on
// who it is.
//
// Errors: Denied for a code that is none of the provider's, or that names nobody;
// Unavailable, with the cause, where the provider does not answer, does not know us,
// or says what does not hold.
func (ps *Providers) Identify(ctx context.Context, p Provider, t Trip, code string, now func() time.Time) (Identity, error) {
	config, known, err := ps.config(ctx, p, t.Callback)
	if err != nil {
		return Identity{}, err
	}
	ctx = oidc.ClientContext(ctx, ps.client())
	got, err := config.Exchange(ctx, code, oauth2.VerifierOption(t.Verifier))
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok && refused.ErrorCode == "invalid_grant" { // doc: RFC 6749, 5.2
		return Identity{}, perch.Errorf(perch.Denied, "the provider does not take back what it has given: begin again")
	}
	if err != nil {
		return Identity{}, unavailable(p, err)
	}
	raw, _ := got.Extra("id_token").(string)
	signed, err := known.Verifier(&oidc.Config{ClientID: p.ClientID, Now: now}).Verify(ctx, raw)
	if err != nil { // it comes from the provider itself: nobody who signs in can have made it so
		return Identity{}, unavailable(p, err)
	}
	if signed.Nonce != t.Nonce {
		return Identity{}, perch.Errorf(perch.Denied, "the provider's word does not hold: begin again")
	}
	claims := map[string]any{}
	if err := signed.Claims(&claims); err != nil {
		return Identity{}, err
	}
	if !p.told(claims) { // some providers tell it by another way alone
		if err := p.ask(ctx, known, config.TokenSource(ctx, got), signed.Subject, claims); err != nil {
			return Identity{}, err
		}
	}
	return p.identityIn(claims)
}

// ask adds to the claims about somebody what the provider tells besides. Without an
// answer the claims must do; where they do not, that is the failure.
func (p Provider) ask(ctx context.Context, known *oidc.Provider, with oauth2.TokenSource, subject string, claims map[string]any) error {
	if known.UserInfoEndpoint() == "" {
		return nil
	}
	info, err := known.UserInfo(ctx, with)
	if err == nil && info.Subject != subject {
		err = fmt.Errorf("asked about %.100s, it tells about %.100s", subject, info.Subject)
	}
	if err == nil {
		err = info.Claims(&claims)
	}
	if _, told := claims[p.claim()]; err != nil && !told {
		return unavailable(p, err)
	}
	return nil
}

func (p Provider) claim() string {
	if p.Claim == "" {
		return "email"
	}
	return p.Claim
}

// told reports whether claims say all that an Identity has.
func (p Provider) told(claims map[string]any) bool {
	_, id := claims[p.claim()]
	return id && nameIn(claims) != ""
}

func nameIn(claims map[string]any) string {
	given, _ := claims["given_name"].(string)
	whole, _ := claims["name"].(string)
	return cmp.Or(given, whole)
}

func (p Provider) identityIn(claims map[string]any) (Identity, error) {
	id, _ := claims[p.claim()].(string)
	if id == "" {
		return Identity{}, perch.Errorf(perch.Denied, "the provider does not say your %s", p.claim())
	}
	if verified, _ := claims["email_verified"].(bool); p.claim() == "email" && !verified {
		return Identity{}, perch.Errorf(perch.Denied, "the provider has not verified that %.100s is your address", id)
	}
	return Identity{ID: id, Name: nameIn(claims)}, nil
}
