package staff

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/perch-chat/perch"
)

// login is a provider that says what it is told to.
type login struct {
	claims   map[string]any
	token    func(w http.ResponseWriter) // answers in place of the word, if set
	noKeys   bool
	userInfo string // empty is out of order
}

var loginKey = ed25519.NewKeyFromSeed([]byte(strings.Repeat("k", ed25519.SeedSize)))

func (l *login) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	at := "http://" + r.Host
	put := func(v any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v)
	}
	raw := base64.RawURLEncoding.EncodeToString
	switch {
	case r.URL.Path == "/.well-known/openid-configuration":
		put(map[string]any{"issuer": at, "token_endpoint": at + "/token", "jwks_uri": at + "/keys", "userinfo_endpoint": at + "/about",
			"id_token_signing_alg_values_supported": []string{"EdDSA"}})
	case r.URL.Path == "/keys" && !l.noKeys:
		public, _ := loginKey.Public().(ed25519.PublicKey)
		put(map[string]any{"keys": []any{map[string]string{"kty": "OKP", "crv": "Ed25519", "x": raw(public)}}})
	case r.URL.Path == "/about" && l.userInfo != "":
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(l.userInfo))
	case r.URL.Path == "/token" && l.token != nil:
		l.token(w)
	case r.URL.Path == "/token":
		claims := map[string]any{"iss": at, "aud": "perch", "sub": "u1", "nonce": "nonce", "exp": time.Now().Add(time.Hour).Unix()}
		for name, value := range l.claims {
			claims[name] = value
		}
		body, _ := json.Marshal(claims)
		word := raw([]byte(`{"alg":"EdDSA"}`)) + "." + raw(body)
		put(map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": word + "." + raw(ed25519.Sign(loginKey, []byte(word)))})
	default:
		http.Error(w, "out of order", http.StatusInternalServerError)
	}
}

func refusing(status int, body string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// Whoever signs in is at fault for the code that they bring and for nothing else: what
// the operator has to see to comes with its cause, which the page is not told.
func TestWhatAProviderFailsAtIsNotTheFaultOfWhoSignsIn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		login
		want  perch.ErrorKind
		cause string
		id    string
	}{
		"all is well":              {login: login{claims: map[string]any{"id": "ana", "name": "Ana"}}, id: "ana"},
		"told on asking":           {login: login{userInfo: `{"sub":"u1","id":"ana"}`}, id: "ana"},
		"a code of somebody":       {login: login{token: refusing(400, `{"error":"invalid_grant"}`)}, want: perch.Denied},
		"a word for another trip":  {login: login{claims: map[string]any{"nonce": "other"}}, want: perch.Denied},
		"nothing told":             {login: login{userInfo: `{"sub":"u1"}`}, want: perch.Denied},
		"another secret":           {login: login{token: refusing(401, `{"error":"invalid_client"}`)}, want: perch.Unavailable, cause: "invalid_client"},
		"it is being restarted":    {login: login{token: refusing(503, `later`)}, want: perch.Unavailable, cause: "503"},
		"its clock is behind":      {login: login{claims: map[string]any{"exp": 1}}, want: perch.Unavailable, cause: "expired"},
		"its keys are not there":   {login: login{noKeys: true}, want: perch.Unavailable, cause: "keys"},
		"asked, it does not know":  {login: login{}, want: perch.Unavailable, cause: "500"},
		"asked, it tells of other": {login: login{userInfo: `{"sub":"u2","id":"ben"}`}, want: perch.Unavailable, cause: "u2"},
		"only the name is missing": {login: login{claims: map[string]any{"id": "ana"}}, id: "ana"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(&c.login)
			defer server.Close()
			ps := &Providers{Client: server.Client()}
			p := Provider{Name: "Acme", Issuer: server.URL, ClientID: "perch", ClientSecret: "s", Claim: "id"}
			got, err := ps.Identify(t.Context(), p, Trip{Nonce: "nonce", Verifier: "v"}, "code", time.Now)
			if c.id != "" {
				if err != nil || got.ID != c.id {
					t.Errorf("%+v, %v", got, err)
				}
				return
			}
			if err == nil || perch.KindOf(err) != c.want || !strings.Contains(err.Error(), c.cause) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}
