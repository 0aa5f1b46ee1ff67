package staff

import (
	"context"
	"encoding/base64"
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
// them besides who they are is not looked at: they must be users here.
type Provider struct {
	Instance     string // id or alias of the one whose people sign in with it; any if empty
	Name         string // what people call it, such as "Acme login"
	Issuer       string // https://login.acme.example
	ClientID     string `json:"ClientId"`
	ClientSecret string
	Scopes       []string // besides openid; email and profile if there are none
	// Claim is the one whose value is the username here; email if empty, and then
	// it must have been verified.
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
	config, _, err := s.opts.Providers.config(ctx, p)
	if err != nil {
		return "", "", err
	}
	wait := pending{Instance: string(instance), Page: page, Expires: s.opts.Now().Add(pendingLife).UnixMilli()}
	for _, secret := range []*string{&wait.State, &wait.Nonce, &wait.Verifier} {
		b := make([]byte, secretBytes)
		if _, err := io.ReadFull(s.opts.Rand, b); err != nil {
			return "", "", err
		}
		*secret = base64.RawURLEncoding.EncodeToString(b)
	}
	cookie, err = s.opts.Sealer.Seal(token.KindProvider, wait)
	return config.AuthCodeURL(wait.State, oidc.Nonce(wait.Nonce), oauth2.S256ChallengeOption(wait.Verifier)), cookie, err
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
	username, err := s.opts.Providers.username(ctx, p, answer.Get("code"), wait, s.opts.Now)
	if err != nil {
		return instance, b, wait.Page, err
	}
	user, err := find(ctx, instance, username)
	if perch.KindOf(err) == perch.NotFound && err != nil {
		err = perch.Errorf(perch.Denied, "the provider knows you as %.100s, who is no user here: ask your administrator", username)
	}
	if err != nil {
		return instance, b, wait.Page, err
	}
	b, err = s.admit(instance, user, 0)
	return instance, b, wait.Page, err
}

// config is how a provider is asked; what it says about itself is asked for once.
func (ps *Providers) config(ctx context.Context, p Provider) (*oauth2.Config, *oidc.Provider, error) {
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
	if len(scopes) == 0 {
		scopes = []string{"email", "profile"}
	}
	return &oauth2.Config{ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: known.Endpoint(), RedirectURL: ps.Callback,
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

// username takes the provider's code for its word on who somebody is.
func (ps *Providers) username(ctx context.Context, p Provider, code string, wait pending, now func() time.Time) (string, error) {
	config, known, err := ps.config(ctx, p)
	if err != nil {
		return "", err
	}
	ctx = oidc.ClientContext(ctx, ps.client())
	got, err := config.Exchange(ctx, code, oauth2.VerifierOption(wait.Verifier))
	if err != nil {
		return "", perch.Errorf(perch.Denied, "the provider does not take back what it has given: begin again")
	}
	raw, _ := got.Extra("id_token").(string)
	signed, err := known.Verifier(&oidc.Config{ClientID: p.ClientID, Now: now}).Verify(ctx, raw)
	if err != nil || signed.Nonce != wait.Nonce {
		return "", perch.Errorf(perch.Denied, "the provider's word does not hold: begin again")
	}
	claims := map[string]any{}
	if err := signed.Claims(&claims); err != nil {
		return "", err
	}
	if _, said := claims[p.claim()]; !said { // some providers tell it by another way alone
		info, err := known.UserInfo(ctx, config.TokenSource(ctx, got))
		if err != nil || info.Subject != signed.Subject {
			return "", perch.Errorf(perch.Denied, "the provider does not say your %s", p.claim())
		}
		if err := info.Claims(&claims); err != nil {
			return "", err
		}
	}
	return p.usernameIn(claims)
}

func (p Provider) claim() string {
	if p.Claim == "" {
		return "email"
	}
	return p.Claim
}

func (p Provider) usernameIn(claims map[string]any) (string, error) {
	name, _ := claims[p.claim()].(string)
	if name == "" {
		return "", perch.Errorf(perch.Denied, "the provider does not say your %s", p.claim())
	}
	if verified, _ := claims["email_verified"].(bool); p.claim() == "email" && !verified {
		return "", perch.Errorf(perch.Denied, "the provider has not verified that %.100s is your address", name)
	}
	return name, nil
}
