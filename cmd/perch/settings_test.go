package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

var update = flag.Bool("update", false, "write the table of settings into the documentation")

const (
	tableFile = "../../docs/configuration.md"
	tableFrom = "<!-- settings: written by go test ./cmd/perch -update -->\n"
	tableTo   = "<!-- end of settings -->\n"
)

// The documentation's table is what the command line says of itself.
func TestAllSettingsAreDocumented(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(tableFile)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(data), tableFrom)
	table, after, ended := strings.Cut(rest, tableTo)
	if !found || !ended {
		t.Fatalf("%s has lost the lines around its table", tableFile)
	}
	want := settingsTable(t)
	if *update {
		if err := os.WriteFile(tableFile, []byte(before+tableFrom+want+tableTo+after), 0o644); err != nil { //nolint:gosec // it is for everybody
			t.Fatal(err)
		}
		return
	}
	if table != want {
		t.Errorf("%s does not say what flags there are: run go test ./cmd/perch -update\nhas:\n%swant:\n%s", tableFile, table, want)
	}
}

func settingsTable(t *testing.T) string {
	t.Helper()
	k, err := kong.New(&cli{}, grammar()...)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("\n| Setting | Variable | Default | For | Meaning |\n|---|---|---|---|---|\n")
	cell := strings.NewReplacer("|", `\|`, "\n", " ")
	for _, r := range settingRows(k.Model) {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", code(r.name), code(r.variable), code(cell.Replace(r.standard)),
			strings.Join(r.commands, ", "), cell.Replace(r.help))
	}
	return b.String() + "\n"
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}
