package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/perch-chat/perch/setup"
)

func TestAPlanIsShownForPeople(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	printPlan(&out, setup.Plan{Unchanged: 3, Extra: 1, Changes: []setup.Change{
		{Action: setup.Created, Kind: "queue", Name: "Returns"},
		{Action: setup.Changed, Kind: "user", Name: "ana", Fields: []setup.FieldChange{{Field: "DisplayName", From: "Ana"}}},
		{Action: setup.Deleted, Kind: "queue", Name: "Old"}}})
	const want = `+ queue Returns
~ user ana
    DisplayName: Ana -> (nothing)
- queue Old
1 to create, 1 to change, 1 to delete, 3 unchanged.
1 setting is in no file; --prune deletes what nothing needs.
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
	out.Reset()
	printPlan(&out, setup.Plan{Unchanged: 3})
	if out.String() != "Nothing to change: 3 settings are as the files say.\n" {
		t.Errorf("got %q", out.String())
	}
}

// Where nobody can be asked, nothing is taken for a yes.
func TestNobodyIsAskedWhoIsNotThere(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "answers")
	if err := os.WriteFile(file, []byte("yes\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var out strings.Builder
	if err := agree(in, &out); err == nil || !strings.Contains(err.Error(), "--yes") || out.String() != "" {
		t.Errorf("got %v, asked %q", err, out.String())
	}
}

// What a server sends is written below the directory, and nowhere else.
func TestAnExportStaysInItsDirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"../out.yaml", "/etc/out.yaml", "a/../../out.yaml", ""} {
		if err := writeBelow(dir, name, "x"); err == nil {
			t.Errorf("%q was written", name)
		}
	}
	if err := writeBelow(dir, "queues/a.yaml", "x"); err != nil {
		t.Error(err)
	}
}
