package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/perch-chat/perch/strict"
)

// Alone the flag is all rules; a list, a variable and the config file name some.
func TestStrictTakesAllRulesOrSome(t *testing.T) {
	of := func(args ...string) string {
		c, err := parse(t, append([]string{"try"}, args...)...)
		if err != nil {
			t.Error(args, err)
		}
		if len(c.Try.Strict) == len(strict.Rules()) {
			return "all"
		}
		return strings.Trim(fmt.Sprint(c.Try.Strict), "[]")
	}
	for _, c := range []struct{ want, got string }{
		{"", of()},
		{"all", of("--strict")},
		{"all", of("--strict", "--json")},
		{"latest rates", of("--strict=rates,latest")},
		{"all", of("--config", configOf(t, `{"strict": true}`))},
		{"", of("--config", configOf(t, `{"strict": false}`))},
		{"latest", of("--config", configOf(t, `{"strict": "latest"}`))},
		{"latest rates", of("--config", configOf(t, `{"strict": ["latest", "rates"]}`))},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
	t.Setenv("PERCH_STRICT", "flows,latest")
	if got := of(); got != "flows latest" {
		t.Error(got)
	}
	if _, err := parse(t, "try", "--strict=lates"); err == nil || !strings.Contains(err.Error(), `there is no rule "lates"`) {
		t.Error(err)
	}
}

func TestTheEndSumsUpWhatAmazonWouldNotHaveLetPass(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	explain(&b, []strict.Finding{{Rule: strict.Rates, Refused: 3}})
	if b.Len() != 0 {
		t.Errorf("of what was refused: %s", &b)
	}
	explain(&b, []strict.Finding{
		{Rule: strict.Latest, Amazon: "so", Passed: 1, Operations: map[string]int{"StartChatContact": 1}, Contacts: []string{"a"}},
		{Rule: strict.Rates, Amazon: "and so", Passed: 9, Operations: map[string]int{"SendMessage": 7, "GetTranscript": 2}, Contacts: []string{"a", "b", "c", "d"}, More: 2},
	})
	want := `Amazon would not have let these calls pass; docs/testing.md, "Strict mode":
  latest                 1 call (StartChatContact 1): so
                         contacts a
  rates                  9 calls (GetTranscript 2, SendMessage 7): and so
                         contacts a, b, c and 3 more
`
	if b.String() != want {
		t.Errorf("\n%s, want\n%s", &b, want)
	}
}
