package api

import (
	"net/http"
	"net/url"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/staff"
	"github.com/perch-chat/perch/wire"
)

// refreshCookie keeps a page signed in. Scripts cannot read it, other sites
// cannot send it, and it goes to the agents' API alone.
const refreshCookie = "perch_sign_in"

const agentPath = "/agent"

func (s *Server) signInRoutes() {
	for pattern, run := range map[string]func(http.ResponseWriter, *http.Request) (any, error){
		"POST /agent/login":   s.login,
		"POST /agent/refresh": s.refresh,
	} {
		s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			out, err := run(w, r)
			s.answerAgent(w, r, out, err)
		})
	}
}

// signedIn is what a page learns when it is signed in.
type signedIn struct {
	AgentToken string
	Expiry     string
	InstanceId string // for the operations of the Connect API
	User       agentUser
}

func (s *Server) login(w http.ResponseWriter, r *http.Request) (any, error) {
	data, err := body(w, r)
	if err != nil {
		return nil, err
	}
	var in struct{ Username, Password, InstanceId string }
	if err := read(data, &in); err != nil {
		return nil, err
	}
	instance, err := s.instanceOf(r, in.InstanceId)
	if err != nil {
		return nil, err
	}
	b, err := s.opts.Staff.SignIn(r.Context(), instance, in.Username, in.Password, address(r))
	if err != nil {
		return nil, err
	}
	return s.signIn(w.Header(), r, instance, b)
}

// signIn tells of a bearer, and puts what it goes on with into the cookie.
func (s *Server) signIn(h http.Header, r *http.Request, instance perch.InstanceID, b staff.Bearer) (any, error) {
	u, err := s.opts.Settings.User(r.Context(), instance, b.User)
	if err != nil {
		if perch.KindOf(err) == perch.NotFound {
			err = errSignIn
		}
		return nil, err
	}
	if b.Refresh != "" {
		s.setCookie(h, &http.Cookie{Name: refreshCookie, Value: b.Refresh, Path: agentPath, Expires: b.Until, SameSite: http.SameSiteStrictMode})
	}
	return signedIn{AgentToken: b.Token, Expiry: wire.Time(b.Expires), InstanceId: string(instance), User: userOf(u)}, nil
}

// setCookie sets a cookie that scripts cannot read.
func (s *Server) setCookie(h http.Header, c *http.Cookie) {
	c.HttpOnly = true
	public, err := url.Parse(s.opts.PublicURL)
	c.Secure = err == nil && public.Scheme == "https"
	h.Add("Set-Cookie", c.String())
}

func (s *Server) dropCookie(h http.Header) {
	s.setCookie(h, &http.Cookie{Name: refreshCookie, Path: agentPath, Expires: time.Unix(1, 0), MaxAge: -1, SameSite: http.SameSiteStrictMode})
}

// refresh signs a page in again by its cookie. A page of another origin that
// makes a browser call it learns nothing, and is refused beforehand.
func (s *Server) refresh(w http.ResponseWriter, r *http.Request) (any, error) {
	if err := http.NewCrossOriginProtection().Check(r); err != nil {
		return nil, errSignIn
	}
	if _, err := body(w, r); err != nil {
		return nil, err
	}
	cookie, err := r.Cookie(refreshCookie)
	if err != nil {
		return nil, errSignIn
	}
	instance, b, err := s.opts.Staff.Refresh(r.Context(), cookie.Value)
	if err != nil {
		if perch.KindOf(err) == perch.Unauthenticated {
			s.dropCookie(w.Header())
		}
		return nil, err
	}
	return s.signIn(w.Header(), r, instance, b)
}

func (c *agentCall) logout() (any, error) {
	c.dropCookie(c.header)
	return nothing{}, c.opts.Staff.SignOut(c.session)
}

func (c *agentCall) changePassword() (any, error) {
	var in struct{ Password, NewPassword string }
	if err := read(c.body, &in); err != nil {
		return nil, err
	}
	b, err := c.opts.Staff.ChangePassword(c.Context(), c.session, in.Password, in.NewPassword, address(c.Request))
	if err != nil {
		return nil, err
	}
	return c.signIn(c.header, c.Request, c.session.Instance, b)
}

// of is the user of the path, of the caller's instance.
func (c *agentCall) of() (perch.UserID, error) {
	u, err := c.opts.Settings.User(c.Context(), c.session.Instance, perch.UserID(c.PathValue("UserId")))
	return u.ID, err
}

func (c *agentCall) setPassword() (any, error) {
	var in struct{ NewPassword string }
	if err := read(c.body, &in); err != nil {
		return nil, err
	}
	id, err := c.of()
	if err != nil {
		return nil, err
	}
	return nothing{}, c.opts.Staff.SetPassword(c.Context(), c.session.Instance, id, in.NewPassword)
}

func (c *agentCall) logoutUser() (any, error) {
	id, err := c.of()
	if err != nil {
		return nil, err
	}
	return nothing{}, c.opts.Staff.SignOutUser(c.session.Instance, id)
}

// instanceOf is the instance named or, where there is but one, that one.
func (s *Server) instanceOf(r *http.Request, idOrARN string) (perch.InstanceID, error) {
	if idOrARN != "" {
		return perch.InstanceID(wire.ResourceID(idOrARN)), nil
	}
	all, err := s.opts.Settings.Instances(r.Context())
	if err != nil {
		return "", err
	}
	if len(all) != 1 {
		return "", perch.InvalidField("InstanceId", "is required: this server has %d instances", len(all))
	}
	return all[0].ID, nil
}
