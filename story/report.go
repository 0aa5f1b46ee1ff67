package story

import (
	"fmt"
	"strings"
	"time"
)

// Report is a result as people read it: a line, and where something has failed what,
// where and how, with the conversation.
func (r Result) Report() string {
	var b strings.Builder
	mark := "ok  "
	if len(r.Failures) > 0 {
		mark = "FAIL"
	}
	fmt.Fprintf(&b, "%s  %s: %s  (%s, in which %s passed)\n", mark, r.File, r.title(), r.Took.Round(time.Millisecond), long(r.Passed))
	for _, f := range r.Failures {
		fmt.Fprintf(&b, "\n  %s\n%s\n", f.title(r.File), indent("    ", f.Detail))
	}
	if len(r.Failures) > 0 {
		fmt.Fprintf(&b, "\n  To see it again: perch story %s --seed %d\n", r.File, r.Seed)
	}
	if r.Told != "" {
		fmt.Fprintf(&b, "\n%s\n", indent("    ", r.Told))
	}
	return b.String()
}

func (r Result) title() string {
	if r.Run > 1 {
		return fmt.Sprintf("%s (run %d)", r.Name, r.Run)
	}
	return r.Name
}

// title says what has failed and where, as editors understand it.
func (f Failure) title(file string) string {
	at := file
	if f.Line > 0 {
		at = fmt.Sprintf("%s:%d:%d", file, f.Line, f.Column)
	}
	if f.Step == 0 {
		return at + ": " + f.What
	}
	return fmt.Sprintf("%s: step %d, %s", at, f.Step, f.What)
}

// long is a time span in days and what is left of them.
func long(d time.Duration) string {
	const day = 24 * time.Hour
	d = d.Round(time.Second)
	if d < day {
		return d.String()
	}
	text := fmt.Sprintf("%dd", d/day)
	if rest := d % day; rest > 0 {
		text += rest.String()
	}
	return text
}

func indent(by, text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = by + line
		}
	}
	return strings.Join(lines, "\n")
}
