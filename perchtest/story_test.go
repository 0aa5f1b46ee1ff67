package perchtest_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/perch-chat/perch/perchtest"
	"github.com/perch-chat/perch/story"
)

func TestAStoryFileIsATest(t *testing.T) {
	t.Parallel()
	perchtest.Story(t, "../examples/stories/survey-left-out.story.yaml")
}

func TestTheStepsOfAStoryCanBeGo(t *testing.T) {
	t.Parallel()
	accepts := &story.Span{From: 3 * time.Second, To: 3 * time.Second}
	p := perchtest.Tell(t, story.Story{
		Customers: map[string]story.Customer{"ada": {Name: "Ada", CustomerID: "ada"}},
		Agents:    map[string]story.Agent{"cleo": {Accepts: accepts, Rules: []story.Rule{{Contains: "parcel", Say: "It is on its way."}}}},
	}, perchtest.Clock("2026-01-01T09:00:00Z"))
	p.Step(story.Step{Who: "ada", Start: &story.Start{As: "first"}})
	p.Wait(5 * time.Second)
	p.Says("ada", "Where is my parcel?")
	p.Expect(story.Expectation{Transcript: "ada", Ends: story.Lines("CUSTOMER: Where is my parcel?", "AGENT: It is on its way.")},
		story.Expectation{Agent: "cleo", With: map[string]any{"first": "CONNECTED"}})
	p.Does("ada", story.Leave)
	p.Wait(30 * 24 * time.Hour)
	p.Step(story.Step{Who: "ada", Start: &story.Start{As: "second", From: "first"}})
	p.Expect(story.Expectation{Transcript: "ada", Has: story.Lines("AGENT: It is on its way.", "Ada participant.left", "Ada participant.joined")})
}

// What a story has told has happened before the test begins, and is there again
// after a reset.
func TestStoriesAreWhatATestBeginsWith(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "before.story.yaml"), []byte(`
story: A chat of last year
clock: 2025-12-01T09:00:00Z
customers: {ada: {name: Ada, customerId: ada}}
agents: {cleo: {name: Cleo Clark, accepts: 1s, greets: Good morning}}
steps:
  - {who: ada, start: first}
  - {wait: 5s}
  - {who: ada, do: leave}
`), 0o600); err != nil {
		t.Fatal(err)
	}
	p := perchtest.Start(t, perchtest.Fixture(dir), perchtest.Clock("2026-01-01T09:00:00Z"))
	for range 2 {
		if now := p.Now(); now.Before(time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)) || now.After(time.Date(2026, 1, 1, 9, 1, 0, 0, time.UTC)) {
			t.Errorf("it begins at %v", now)
		}
		cleo := p.Agent("cleo")
		ada := p.Customer(perchtest.Chat{Name: "Ada", CustomerID: "ada", Source: p.FixtureCustomer("ada").Contacts[0]})
		if lines := ada.Sees(); !slices.Contains(lines, "AGENT: Good morning") {
			t.Errorf("ada sees %q", lines)
		}
		if contact, err := cleo.Offered(t.Context()); err != nil || contact == "" && p.Furnished().Agents == nil {
			t.Errorf("cleo is offered %q, %v", contact, err)
		}
		p.Reset()
	}
}
