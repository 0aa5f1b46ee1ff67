package story

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

// Summary is one line about all results.
func (p Played) Summary() string {
	stories, failed := "stories have", p.Failed()
	if len(p.Results) == 1 {
		stories = "story has"
	}
	text := fmt.Sprintf("%d %s come true", len(p.Results)-failed, stories)
	if failed > 0 {
		text = fmt.Sprintf("%d of %d %s not come true", failed, len(p.Results), stories)
	}
	return text + ", in " + p.Took.Round(time.Millisecond).String()
}

// TAP writes results in the Test Anything Protocol, version 14.
func (p Played) TAP(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "TAP version 14\n1..%d\n", len(p.Results))
	for i, r := range p.Results {
		verdict := "ok"
		if len(r.Failures) > 0 {
			verdict = "not ok"
		}
		name := strings.NewReplacer(`\`, `\\`, "#", `\#`).Replace(r.File + ": " + r.title())
		fmt.Fprintf(&b, "%s %d - %s\n", verdict, i+1, name)
		if r.Took > 0 || len(r.Failures) > 0 {
			fmt.Fprintf(&b, "  ---\n  duration_ms: %d\n  seed: %d\n", r.Took.Milliseconds(), r.Seed)
			if text := r.failed(); text != "" {
				fmt.Fprintf(&b, "  message: |\n%s\n", indent("    ", text))
			}
			if r.Told != "" {
				fmt.Fprintf(&b, "  conversation: |\n%s\n", indent("    ", r.Told))
			}
			b.WriteString("  ...\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// failed is all failures, for people.
func (r Result) failed() string {
	var parts []string
	for _, f := range r.Failures {
		parts = append(parts, f.title(r.File)+"\n"+f.Detail)
	}
	return strings.Join(parts, "\n\n")
}

// suites and what follows are JUnit's XML, as those who read it agree on it.
type suites struct {
	XMLName  xml.Name `xml:"testsuites"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Time     string   `xml:"time,attr"`
	Suites   []suite  `xml:"testsuite"`
}

type suite struct {
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Time     string     `xml:"time,attr"`
	Cases    []testCase `xml:"testcase"`
}

type testCase struct {
	Class   string   `xml:"classname,attr"`
	Name    string   `xml:"name,attr"`
	File    string   `xml:"file,attr"`
	Time    string   `xml:"time,attr"`
	Failure *failure `xml:"failure"`
	Out     string   `xml:"system-out,omitempty"`
}

type failure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes results as JUnit XML: a suite for each file, a case for each run.
func (p Played) JUnit(w io.Writer) error {
	var out suites
	var all time.Duration
	times := map[string]time.Duration{}
	for _, r := range p.Results {
		if len(out.Suites) == 0 || out.Suites[len(out.Suites)-1].Name != r.File {
			out.Suites = append(out.Suites, suite{Name: r.File})
		}
		s := &out.Suites[len(out.Suites)-1]
		c := testCase{Class: strings.TrimSuffix(r.File, ".yaml"), Name: r.title(), File: r.File, Time: seconds(r.Took), Out: printable(r.Told)}
		if text := r.failed(); text != "" {
			c.Failure = &failure{Message: printable(r.Failures[0].title(r.File)), Text: printable(text)}
			s.Failures++
			out.Failures++
		}
		s.Cases = append(s.Cases, c)
		s.Tests++
		times[r.File] += r.Took
		s.Time = seconds(times[r.File])
		all += r.Took
	}
	out.Tests, out.Time = len(p.Results), seconds(all)
	text, err := xml.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, xml.Header+string(text)+"\n")
	return err
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

// printable is a text without what XML cannot hold.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' {
			return ' '
		}
		return r
	}, text)
}
