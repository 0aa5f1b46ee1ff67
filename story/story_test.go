package story_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/perch-chat/perch/form"
	"github.com/perch-chat/perch/story"
	"github.com/perch-chat/perch/strict"
)

var update = flag.Bool("update", false, "write the files that are made of what is in the code")

func TestTheSchemaInDocsIsThatOfTheCode(t *testing.T) {
	t.Parallel()
	const file = "../docs/story.schema.json"
	want, err := story.Schema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not what the types say (%v): go test ./story -update writes it", file, err)
	}
}

func TestStoriesOfTheExamplesComeTrue(t *testing.T) {
	t.Parallel()
	files, err := story.Files([]string{"../examples/stories"})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			s, err := story.Load(file)
			if err != nil {
				t.Fatal(err)
			}
			played, err := story.Run(t.Context(), []*story.Story{s}, story.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Log("\n" + played.Results[0].Report())
			if len(played.Results[0].Failures) > 0 {
				t.Fail()
			}
		})
	}
}

// golden compares a text with that of a file of testdata. Ids and what takes real
// time are left out.
func golden(t *testing.T, file, got string) {
	t.Helper()
	for _, r := range []struct{ find, put string }{
		{`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`, "ID"}, {`\([0-9.ms]+s, in which`, "(TIME, in which"}, {`, in [0-9.ms]+s\n`, ", in TIME\n"},
		{`time="[0-9.]+"`, `time="TIME"`}, {`duration_ms: [0-9]+`, "duration_ms: TIME"},
	} {
		got = regexp.MustCompile(r.find).ReplaceAllString(got, r.put)
	}
	file = filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != got {
		t.Errorf("%s (%v): go test ./story -update writes what it is now:\n%s", file, err, got)
	}
}

// Where something is not as expected it is found out, whatever it is, and is shown
// in all forms of output.
func TestEveryKindOfExpectationFailsWhereItShould(t *testing.T) {
	t.Parallel()
	var stories []*story.Story
	for _, file := range []string{"testdata/wrong.story.yaml", "testdata/everything.story.yaml"} {
		s, err := story.Load(file)
		if err != nil {
			t.Fatal(err)
		}
		stories = append(stories, s)
	}
	played, err := story.Run(t.Context(), stories, story.Options{})
	if err != nil {
		t.Fatal(err)
	}
	wrong, right := played.Results[0], played.Results[1]
	if len(right.Failures) > 0 {
		t.Errorf("what is right has failed:\n%s", right.Report())
	}
	expected := map[form.Place]bool{}
	for _, step := range stories[0].Steps {
		for _, e := range step.All {
			expected[e.At] = true
		}
	}
	for _, f := range wrong.Failures {
		delete(expected, f.Place)
	}
	if len(expected) > 0 {
		t.Errorf("not found out: %v", expected)
	}
	if last := wrong.Failures[len(wrong.Failures)-1]; !strings.Contains(last.What, "Goodbye") {
		t.Errorf("the last failure is %s", last.What)
	}
	golden(t, "report.txt", wrong.Report()+right.Report()+played.Summary()+"\n")
	var tap, junit bytes.Buffer
	if err := errors.Join(played.TAP(&tap), played.JUnit(&junit)); err != nil {
		t.Fatal(err)
	}
	golden(t, "report.tap", tap.String())
	golden(t, "report.xml", junit.String())
}

func TestTheSameSeedPlaysTheSameStory(t *testing.T) {
	t.Parallel()
	s, err := story.Load("../examples/stories/month.story.yaml")
	if err != nil {
		t.Fatal(err)
	}
	told := func(seed uint64) string {
		played, err := story.Run(t.Context(), []*story.Story{s}, story.Options{Seed: &seed, Tell: true})
		if err != nil || played.Failed() > 0 {
			t.Fatal(err, played.Results)
		}
		return played.Results[0].Told
	}
	one, two, other := told(7), told(7), told(8)
	if one != two {
		t.Errorf("one\n%s\ntwo\n%s", one, two)
	}
	if one == other {
		t.Error("another seed has played the same")
	}
}

func TestMistakesOfAFileAreToldWithLineFieldAndWhatWasMeant(t *testing.T) {
	t.Parallel()
	_, err := story.Parse("bad.story.yaml", []byte(`story: bad
clock: yesterday
agents: {ana: {user: agent1, name: Ana, declines: 1}, Ben: {accepts: 5x}}
customers: {ada: Ada, ana: Ana}
steps:
  - {who: ana, do: acept}
  - {who: adda, say: hello}
  - {who: ada, transfer: Ben}
  - {who: ada, say: hello, wait: 5s}
  - {who: ada, wait: 5s}
  - {say: hello}
  - {expect: {transcript: ada, contact: ada, has: [x]}}
  - {expect: {contact: x, has: [y]}}
  - {expect: {transcript: x, is: ["/(/"]}}
  - {who: ada, start: {as: x, rehydration: FROM_SEGMNT}}
  - {}
flow: []
`))
	golden(t, "mistakes.txt", fmt.Sprintf("%v\n", err))
}

func FuzzParse(f *testing.F) {
	for _, file := range []string{"testdata/everything.story.yaml", "testdata/wrong.story.yaml", "../examples/stories/month.story.yaml"} {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := story.Parse("f", []byte(text))
		var problems form.Problems
		if err != nil && !errors.As(err, &problems) {
			t.Errorf("%v", err)
		}
		if err == nil && len(s.Steps) == 0 {
			t.Error("a story without steps is no story")
		}
	})
}

func TestStoriesAreHeldToAmazonsRulesOnDemand(t *testing.T) {
	t.Parallel()
	s, err := story.Load("../examples/stories/month.story.yaml") // whose past chats are continued by "latest"
	if err != nil {
		t.Fatal(err)
	}
	for rule, says := range map[strict.Rule]string{strict.Rates: "", strict.WaitAfterEnd: "", strict.Latest: "404 ResourceNotFoundException"} {
		played, err := story.Run(t.Context(), []*story.Story{s}, story.Options{Strict: []strict.Rule{rule}})
		if err != nil {
			t.Fatal(err)
		}
		if report := played.Results[0].Report(); (played.Failed() > 0) != (says != "") || !strings.Contains(report, says) {
			t.Errorf("with %s:\n%s", rule, report)
		}
	}
}
