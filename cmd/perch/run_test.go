package main

import (
	"strings"
	"testing"

	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/serve"
)

// Whoever starts perch for the first time sees where its pages are.
func TestWelcomeSaysWhereThePagesAre(t *testing.T) {
	var out strings.Builder
	welcome(&out, serve.Started{Endpoint: "http://127.0.0.1:8080", DataDir: "data",
		Founded: catalog.Founded{Agents: []catalog.Login{{Username: "ana", Password: "hidden"}}}})
	for _, line := range []string{"http://127.0.0.1:8080/demo", "http://127.0.0.1:8080/desk", "http://127.0.0.1:8080/Prod/", "Agent             ana"} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("it does not say %q:\n%s", line, out.String())
		}
	}
	if strings.Contains(out.String(), "hidden") {
		t.Error("it shows a password")
	}
}
