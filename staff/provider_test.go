package staff

import (
	"strings"
	"testing"

	"github.com/perch-chat/perch"
)

func TestProviderIsBelievedOnVerifiedAddressesAlone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim  string
		claims map[string]any
		want   string
	}{
		{"", map[string]any{"email": "ana@acme.example", "email_verified": true}, "ana@acme.example"},
		{"", map[string]any{"email": "ana@acme.example", "email_verified": false}, ""},
		{"", map[string]any{"email": "ana@acme.example", "email_verified": "true"}, ""},
		{"", map[string]any{"email": "ana@acme.example"}, ""},
		{"", map[string]any{"email_verified": true}, ""},
		{"email", map[string]any{"email": []any{"ana@acme.example"}, "email_verified": true}, ""},
		{"upn", map[string]any{"upn": "ana", "email": "ben@acme.example", "email_verified": true}, "ana"},
		{"upn", map[string]any{"upn": ""}, ""},
	} {
		got, err := Provider{Claim: c.claim}.identityIn(c.claims)
		if got.ID != c.want || (err == nil) != (c.want != "") || err != nil && perch.KindOf(err) != perch.Denied {
			t.Errorf("%q of %v: %q, %v", c.claim, c.claims, got, err)
		}
	}
}

func TestPeopleReturnToPagesOfOursAlone(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"/", "/desk", "/desk?a=b", "/desk/x"} {
		if !ourPage(good) {
			t.Errorf("%q is refused", good)
		}
	}
	for _, bad := range []string{"", "desk", "//elsewhere.example", "/\\elsewhere.example", "https://elsewhere.example/", "/\t/elsewhere.example",
		"javascript:alert(1)", "/" + strings.Repeat("x", maxPage)} {
		if ourPage(bad) {
			t.Errorf("%q is taken", bad)
		}
	}
}
