package serve_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/perch-chat/perch/catalog"
)

// promote gives one of the first agents another security profile.
func (h *house) promote(n int, to catalog.SecurityProfile) {
	h.t.Helper()
	h.editAgent(n, func(_ context.Context, _ *catalog.Catalog, u *catalog.User) { u.SecurityProfile = to })
}

// editAgent edits one of the first agents.
func (h *house) editAgent(n int, edit func(context.Context, *catalog.Catalog, *catalog.User)) {
	h.t.Helper()
	h.furnish(func(ctx context.Context, c *catalog.Catalog) error {
		u, err := c.UserNamed(ctx, h.started.InstanceID, h.started.Agents[n-1].Username)
		if err != nil {
			return err
		}
		edit(ctx, c, &u)
		_, err = c.PutUser(ctx, h.started.InstanceID, u)
		return err
	})
}

// tab is a page that is signed in: its bearer, and its cookie.
type tab struct {
	h              *house
	bearer, cookie string
}

func (h *house) newTab(n int) *tab {
	h.t.Helper()
	p := &tab{h: h}
	login := h.started.Agents[n-1]
	p.took(p.send("POST", "/agent/login", object{"Username": login.Username, "Password": login.Password}))
	return p
}

func (p *tab) send(method, path string, body any, header ...string) (status int, set *http.Cookie, token string) {
	p.h.t.Helper()
	r := p.h.request(method, path, encode(p.h.t, body))
	if p.cookie != "" {
		r.AddCookie(&http.Cookie{Name: "perch_sign_in", Value: p.cookie})
	}
	if p.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+p.bearer)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, text := p.h.answer(r)
	for _, c := range res.Cookies() {
		set = c
	}
	var out struct{ AgentToken string }
	if res.StatusCode == http.StatusOK {
		(reply{res.StatusCode, "", text}).into(p.h.t, &out)
	}
	return res.StatusCode, set, out.AgentToken
}

// took keeps what an answer has set.
func (p *tab) took(status int, set *http.Cookie, token string) {
	p.h.t.Helper()
	if status != http.StatusOK || set == nil || token == "" {
		p.h.t.Fatalf("signing in: %d, %v", status, set)
	}
	if !set.HttpOnly || set.SameSite != http.SameSiteStrictMode || set.Path != "/agent" || set.Secure {
		p.h.t.Errorf("the cookie is %s", set)
	}
	p.bearer, p.cookie = token, set.Value
}

func (p *tab) in() bool {
	p.h.t.Helper()
	status, _, _ := p.send("GET", "/agent/me", nil)
	return status == http.StatusOK
}

func TestPageStaysSignedInByItsCookie(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := h.newTab(1)
		h.pass(13 * time.Hour)
		if p.in() {
			t.Error("the bearer holds longer than 12 hours")
		}
		p.took(p.send("POST", "/agent/refresh", nil, "Sec-Fetch-Site", "same-origin"))
		if !p.in() {
			t.Error("the new bearer does not hold")
		}
		if status, _, _ := p.send("POST", "/agent/refresh", nil, "Sec-Fetch-Site", "cross-site"); status != http.StatusUnauthorized {
			t.Errorf("a page elsewhere was answered %d", status)
		}
		p.cookie = "x"
		if status, set, _ := p.send("POST", "/agent/refresh", nil); status != http.StatusUnauthorized || set == nil || set.MaxAge >= 0 {
			t.Errorf("a cookie that does not open was answered %d and left as it was: %v", status, set)
		}
	})
}

func TestSigningOutEndsOneTabAtOnce(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p, other := h.newTab(1), h.newTab(1)
		if status, set, _ := p.send("POST", "/agent/logout", nil); status != http.StatusOK || set == nil || set.MaxAge >= 0 {
			t.Errorf("signing out: %d, %v", status, set)
		}
		if p.in() || !other.in() {
			t.Error("one tab was to be signed out, and the other not")
		}
		if status, _, _ := p.send("POST", "/agent/refresh", nil); status != http.StatusUnauthorized {
			t.Errorf("the cookie of a sign-in that has ended: %d", status)
		}
	})
}

func TestPasswordChangeSignsOutEverywhereElse(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p, other := h.newTab(1), h.newTab(1)
		old := h.started.Agents[0].Password
		if status, _, _ := p.send("PUT", "/agent/password", object{"Password": "a guess", "NewPassword": "battery staple"}); status != http.StatusForbidden {
			t.Errorf("a wrong present password: %d", status)
		}
		if status, _, _ := p.send("PUT", "/agent/password", object{"Password": old, "NewPassword": "short"}); status != http.StatusBadRequest {
			t.Errorf("a short password: %d", status)
		}
		p.took(p.send("PUT", "/agent/password", object{"Password": old, "NewPassword": "battery staple"}))
		if !p.in() || other.in() {
			t.Error("the page that changed the password was to stay signed in, and no other")
		}
	})
}

func TestAdministratorsSetPasswordsAndSignOut(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		h.promote(2, catalog.Admin)
		agent, admin := h.newTab(1), h.newTab(2)
		id := h.agent(1).id
		for _, path := range []string{"/agent/users/" + id + "/logout", "/agent/users/" + id + "/password"} {
			if status, _, _ := agent.send(map[bool]string{true: "POST", false: "PUT"}[strings.HasSuffix(path, "logout")], path,
				object{"NewPassword": "battery staple"}); status != http.StatusForbidden {
				t.Errorf("%s by an agent: %d", path, status)
			}
		}
		if status, _, _ := admin.send("POST", "/agent/users/"+id+"/logout", nil); status != http.StatusOK || agent.in() {
			t.Errorf("signed out by an administrator: %d, and in %t", status, agent.in())
		}
		if status, _, _ := admin.send("PUT", "/agent/users/"+id+"/password", object{"NewPassword": "battery staple"}); status != http.StatusOK {
			t.Errorf("a new password by an administrator: %d", status)
		}
		h.started.Agents[0].Password = "battery staple"
		h.newTab(1)
		if status, _, _ := admin.send("POST", "/agent/users/00000000-0000-4000-8000-000000000000/logout", nil); status != http.StatusNotFound {
			t.Errorf("a user who is not there: %d", status)
		}
	})
}

// Those who work here see by the Connect API what is theirs: chats that they have
// had, chats of their queues; and administrators all.
func TestBearerReachesOwnChatsAndQueues(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		h.editAgent(2, func(ctx context.Context, c *catalog.Catalog, u *catalog.User) {
			p, err := c.PutRoutingProfile(ctx, h.started.InstanceID, catalog.RoutingProfile{Name: "Elsewhere", ChatConcurrency: 1})
			h.must(err)
			u.RoutingProfile = p.ID
		})
		queue, elsewhere := h.available(1), h.agent(2)
		p := h.open(nil)
		path := "/contacts/" + string(h.started.InstanceID) + "/" + p.contact
		see := func(a *agent) int { t.Helper(); return h.borne("GET", path, "Authorization", a.bearer, nil).status }
		if see(queue) != http.StatusOK || see(elsewhere) != http.StatusNotFound {
			t.Errorf("who serves the queue sees %d, who does not sees %d", see(queue), see(elsewhere))
		}
		if r := h.borne("GET", "/perch/contacts/"+p.contact+"/transcript", "Authorization", elsewhere.bearer, nil); r.status != http.StatusNotFound {
			t.Errorf("the transcript for who does not serve the queue: %d", r.status)
		}
		if r := h.borne("GET", "/perch/contacts/"+p.contact+"/transcript?audience=supervisor", "Authorization", queue.bearer, nil); r.status != http.StatusBadRequest {
			t.Errorf("the supervisors' transcript for an agent: %d", r.status)
		}
		h.promote(2, catalog.Admin)
		if got := see(h.agent(2)); got != http.StatusOK {
			t.Errorf("an administrator sees %d", got)
		}
		r := h.borne("POST", "/contact/attributes", "Authorization", h.agent(1).bearer, object{"InstanceId": h.started.InstanceID, "InitialContactId": p.contact,
			"Attributes": object{"sourceContactId": "x", "note": "by an agent"}})
		if r.status != http.StatusOK || h.attributes(p.contact)["note"] != "by an agent" {
			t.Errorf("attributes by an agent: %d %s", r.status, r.body)
		}
	})
}
