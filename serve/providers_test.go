package serve_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/perch-chat/perch/serve"
)

func TestFileOfProvidersIsReadOrRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	const good = `{"Name":"Acme","Issuer":"https://login.acme.example","ClientId":"perch","ClientSecret":"s"}`
	for text, want := range map[string]string{
		`{"Providers":[` + good + `]}`: "",
		`{"Providers":[{"Instance":"acme","Name":"Acme","Issuer":"http://127.0.0.1:3000","ClientId":"perch","Claim":"upn","Scopes":["x"]}]}`: "",
		`{"Providers":[{"Name":"Acme","Issuer":"http://login.acme.example","ClientId":"perch"}]}`:                                            "no address",
		`{"Providers":[{"Name":"Acme","Issuer":"https://login.acme.example"}]}`:                                                              "the ClientId is missing",
		`{"Providers":[{"Issuer":"https://login.acme.example","ClientId":"perch"}]}`:                                                         "the Name is missing",
		`{"Providers":[` + good + `,` + good + `]}`:                                                                                          "has one already",
		`{"Provider":[]}`: "sign-in.md",
		`{`:               "sign-in.md",
	} {
		file := filepath.Join(t.TempDir(), "sign-in.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := serve.Providers(file)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := serve.Providers("no-such-file"); err == nil {
		t.Error("a file that is not there was read")
	}
}
