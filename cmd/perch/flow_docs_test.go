package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/perch-chat/perch/flow"
)

// The documentation's table of actions is the one by which flows are checked.
func TestAllActionsAreDocumented(t *testing.T) {
	t.Parallel()
	const file, from, to = "../../docs/flows.md", "<!-- actions: written by go test ./cmd/perch -update -->\n", "<!-- end of actions -->\n"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(data), from)
	table, after, ended := strings.Cut(rest, to)
	if !found || !ended {
		t.Fatalf("%s has lost the lines around its table", file)
	}
	want := actionsTable()
	if *update {
		if err := os.WriteFile(file, []byte(before+from+want+to+after), 0o644); err != nil { //nolint:gosec // it is for everybody
			t.Fatal(err)
		}
		return
	}
	if table != want {
		t.Errorf("%s does not say what actions there are: run go test ./cmd/perch -update", file)
	}
}

func actionsTable() string {
	var b strings.Builder
	b.WriteString("\n| Action | Group | In flows of type | Parameters | Error branches: must have; may have | On a chat |\n|---|---|---|---|---|---|\n")
	for _, k := range flow.Kinds() {
		in, on := "all", ""
		if k.In != "" {
			in = strings.ReplaceAll(k.In, " ", ", ")
		}
		parameters := strings.Join(k.Parameters, ", ")
		if k.Open {
			parameters = strings.TrimPrefix(parameters+", any others", ", ")
		}
		branches := strings.Join(k.Required, ", ")
		if len(k.Allowed) > 0 {
			branches += "; " + strings.Join(k.Allowed, ", ")
		}
		if k.AnyError {
			branches = "any"
		}
		if k.Fails != "" {
			on = "error branch, " + k.Fails
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n", k.Type, k.Group, in, parameters, branches, on)
	}
	return b.String() + "\n"
}
