package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/perch-chat/perch/strict"
)

// rules are those of Amazon's that calls are held to. The flag alone is all.
type rules []strict.Rule

// IsBool lets the flag stand without a value.
func (rules) IsBool() bool { return true }

// Decode implements kong.MapperValue.
func (r *rules) Decode(ctx *kong.DecodeContext) error {
	given := strict.All
	if ctx.Scan.Peek().Type == kong.FlagValueToken {
		given = fmt.Sprint(ctx.Scan.Pop().Value)
	}
	read, err := strict.Read(strings.Split(given, ","))
	if err == nil {
		*r = read
	}
	return err
}

// explain says at the end where perch was more lenient than Amazon; nothing where
// it was not.
func explain(w io.Writer, all []strict.Finding) {
	passed := false
	for _, f := range all {
		if f.Passed == 0 {
			continue
		}
		if !passed {
			fmt.Fprintln(w, "Amazon would not have let these calls pass; docs/testing.md, \"Strict mode\":")
			passed = true
		}
		var of []string
		for _, name := range slices.Sorted(maps.Keys(f.Operations)) {
			of = append(of, fmt.Sprintf("%s %d", name, f.Operations[name]))
		}
		calls := "calls"
		if f.Passed == 1 {
			calls = "call"
		}
		fmt.Fprintf(w, "  %-23s%d %s (%s): %s\n", f.Rule, f.Passed, calls, strings.Join(of, ", "), f.Amazon)
		if n := len(f.Contacts); n > 0 {
			few := f.Contacts[:min(n, 3)]
			more := ""
			if rest := n - len(few) + f.More; rest > 0 {
				more = fmt.Sprintf(" and %d more", rest)
			}
			fmt.Fprintf(w, "  %-23scontacts %s%s\n", "", strings.Join(few, ", "), more)
		}
	}
}
