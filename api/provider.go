package api

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/perch-chat/perch"
)

// Signing in with an OpenID provider: a page sends its user to beginPath, who
// comes back to the page signed in by its cookie, or with the reason why not.

// providerCookie waits for the provider's answer. The provider sends people back
// from another site, so it cannot be Strict.
const providerCookie = "perch_provider"

const (
	beginPath = "/agent/provider"
	// CallbackPath is where providers send people back to.
	CallbackPath = beginPath + "/callback"
)

func (s *Server) providerRoutes() {
	s.mux.HandleFunc("GET /agent/provider", s.beginProvider)
	s.mux.HandleFunc("GET /agent/provider/callback", s.returnedFromProvider)
	s.mux.HandleFunc("GET /agent/sign-in", func(w http.ResponseWriter, r *http.Request) {
		out, err := s.waysIn(r)
		s.answerAgent(w, r, out, err)
	})
}

// providerWay is how a page offers to sign in with a provider.
type providerWay struct{ Name, Path string }

// waysIn tells a page how people sign in.
func (s *Server) waysIn(r *http.Request) (any, error) {
	instance, err := s.instanceOf(r, r.URL.Query().Get("InstanceId"))
	if err != nil {
		return nil, err
	}
	p, found, err := s.opts.Staff.Provider(r.Context(), instance)
	if err != nil {
		return nil, err
	}
	out := struct {
		Password bool
		Provider *providerWay `json:",omitempty"`
	}{Password: true}
	if found {
		out.Provider = &providerWay{p.Name, beginPath + "?" + url.Values{"InstanceId": {string(instance)}}.Encode()}
	}
	return out, nil
}

func (s *Server) beginProvider(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	page := q.Get("Page")
	if page == "" {
		page = "/"
	}
	address, cookie, err := func() (string, string, error) {
		instance, err := s.instanceOf(r, q.Get("InstanceId"))
		if err != nil {
			return "", "", err
		}
		return s.opts.Staff.Begin(r.Context(), instance, page)
	}()
	if err != nil {
		s.answerAgent(w, r, nil, err)
		return
	}
	s.setCookie(w.Header(), &http.Cookie{Name: providerCookie, Value: cookie, Path: beginPath, SameSite: http.SameSiteLaxMode})
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, address, http.StatusFound)
}

func (s *Server) returnedFromProvider(w http.ResponseWriter, r *http.Request) {
	cookie, err := r.Cookie(providerCookie)
	if err != nil {
		cookie = &http.Cookie{}
	}
	instance, b, page, err := s.opts.Staff.Returned(r.Context(), cookie.Value, r.URL.Query(), func(ctx context.Context, in perch.InstanceID, username string) (perch.UserID, error) {
		u, err := s.opts.Settings.UserNamed(ctx, in, username)
		return u.ID, err
	})
	s.setCookie(w.Header(), &http.Cookie{Name: providerCookie, Path: beginPath, Expires: time.Unix(1, 0), MaxAge: -1, SameSite: http.SameSiteLaxMode})
	if err == nil {
		_, err = s.signIn(w.Header(), r, instance, b)
	}
	if err != nil && perch.KindOf(err) != perch.Denied {
		s.opts.Log.WarnContext(r.Context(), "signing in with a provider failed", "request", requestID(r), "instance", instance, "error", err)
	}
	if page == "" {
		s.answerAgent(w, r, nil, err)
		return
	}
	if err != nil {
		page += "#" + url.Values{"signInFailed": {wordFor(err)}}.Encode()
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(w, r, page, http.StatusSeeOther)
}

// wordFor is what a page may tell about an error.
func wordFor(err error) string {
	switch perch.KindOf(err) {
	case perch.Denied, perch.Throttled:
		return err.Error()
	}
	return "signing in failed: try again"
}
