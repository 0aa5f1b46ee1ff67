package main

import (
	"slices"
	"strings"
	"testing"
)

// Who knows no command yet writes help, or nothing.
func TestHelpIsAWordAsWell(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"":                    "--help",
		"help":                "--help",
		"help key create":     "key create --help",
		"serve --listen help": "serve --listen help",
	} {
		if got := asked(strings.Fields(line)); !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("perch %s is taken for %q, not %q", line, got, want)
		}
	}
}
