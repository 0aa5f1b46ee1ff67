package serve_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing/synctest"

	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/serve"
	"github.com/perch-chat/perch/staff"
	"github.com/perch-chat/perch/token"
	"github.com/perch-chat/perch/wire"
)

// login is the issuer of the town's OpenID provider.
const login = "https://login.example"

// withLogin has customers sign in with a provider that says where, and no more: a
// real one is in the end-to-end tests.
func withLogin() serve.SignIn {
	return serve.SignIn{Customers: []staff.Provider{{Name: "Acme login", Issuer: login, ClientID: "shop", Claim: "sub"}},
		Client: &http.Client{Transport: answering(func(*http.Request) string {
			return `{"issuer":"` + login + `","authorization_endpoint":"` + login + `/authorize","token_endpoint":"` + login + `/token","jwks_uri":"` + login + `/keys"}`
		})}}
}

// answering is a network in which everything is answered.
type answering func(*http.Request) string

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(a(r))), Request: r}, nil
}

// hasSignIn tells whether an operation is about a customer's signing in.
func hasSignIn(op *wire.Operation) bool { return strings.Contains(op.Name, "Authentication") }

// signingIn is a chat whose flow waits for its customer to sign in, and the id by
// which it does so.
func (s *site) signingIn() (c talk, session string) {
	s.town.t.Helper()
	flow := s.once("sign in", func() string {
		var made struct{ ContactFlowId string }
		s.town.signedBy(s.keys[catalog.AdminScope], "PUT", "/contact-flows/"+s.instance, object{"Name": newID(s.town), "Type": "CONTACT_FLOW", "Content": `{"Version":"2019-10-30",
			"StartAction":"ask","Actions":[{"Identifier":"ask","Type":"AuthenticateParticipant","Parameters":{"CognitoConfiguration":{"AppClientId":"shop"}},"Transitions":{"NextAction":"end",
			"Errors":[{"ErrorType":"NoMatchingError","NextAction":"end"}],"Conditions":[{"NextAction":"end","Condition":{"Operator":"Equals","Operands":["OptedOut"]}}]}},
			{"Identifier":"end","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`}).into(s.town.t, &made)
		return made.ContactFlowId
	})
	c = s.begin(object{"ContactFlowId": flow})
	synctest.Wait()
	var page struct {
		Transcript []struct{ ContentType, Content string }
	}
	s.town.plain("POST", "/participant/transcript", http.Header{wire.BearerHeader: {c.customer.credentials}}, object{}).into(s.town.t, &page)
	for _, it := range page.Transcript {
		var content wire.AuthenticationContent
		if it.ContentType == wire.EventAuthenticationInitiated && json.Unmarshal([]byte(it.Content), &content) == nil {
			return c, content.SessionID
		}
	}
	s.town.t.Fatalf("the customer is not asked to sign in: %+v", page)
	return c, ""
}

// awaited is the id of a signing in that goes on waiting.
func (s *site) awaited() string {
	return s.once("awaited", func() string {
		_, session := s.signingIn()
		return session
	})
}

// authenticating are the fields of an operation about signing in.
func (s *site) authenticating(op *wire.Operation) map[string]any {
	if !hasSignIn(op) {
		return nil
	}
	c, session := s.signingIn()
	state, err := s.town.sealer.Seal(token.KindAuthentication, token.Authentication{Instance: s.instance, Session: c.contact, ID: session})
	s.town.must(err)
	return map[string]any{"ConnectionToken": c.customer.credentials, "SessionId": session, "RedirectUri": "https://shop.example/back", "State": state, "Code": "code"}
}
