package perchtest_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/perch-chat/perch/perchtest"
	"github.com/perch-chat/perch/strict"
	"github.com/perch-chat/perch/trial"
)

// Thirty days, three chats that continue a past one, two transfers: what would
// take a month takes half a second.
func TestAMonthWithThreeReturnsAndTwoTransfersTakesAMoment(t *testing.T) {
	p := perchtest.Start(t, perchtest.Clock("2026-01-01T09:00:00Z"))
	ana, ben := p.Agent("agent1"), p.Agent("agent2")
	began := time.Now()
	contact, said := "", []string{}
	for n := range 4 {
		c := p.Customer(perchtest.Chat{Name: "Ada", CustomerID: "ada", Source: contact})
		first, second, names := ana, ben, "Ben"
		if offered, _ := ana.Offered(t.Context()); offered == "" {
			first, second, names = ben, ana, "Ana"
		}
		first.Takes().Says("what can I do for you?")
		c.Says("it is about my order")
		in := c.Contact
		if n < 2 {
			in = first.Transfers(in, names)
			second.Takes().Says("I have taken over")
			first = second
		}
		first.Ends(in)
		c.Says("5")
		contact = c.Contact
		said = append(said, "CUSTOMER: it is about my order")
		if status := post(t, p, "/try/clock", `{"Advance":"10d"}`); status != http.StatusOK {
			t.Fatalf("the clock is not moved: %d", status)
		}
	}
	took := time.Since(began)
	last := p.Customer(perchtest.Chat{Name: "Ada", CustomerID: "ada", Source: contact})
	lines := last.Sees()
	if got := strings.Count(strings.Join(lines, "\n"), said[0]); got != len(said) {
		t.Errorf("the last chat sees %d of %d messages: %q", got, len(said), lines)
	}
	if got := strings.Count(strings.Join(lines, "\n"), "I have taken over"); got != 2 {
		t.Errorf("it sees %d transfers", got)
	}
	if passed := p.Now().Sub(time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)); passed < 40*24*time.Hour {
		t.Errorf("%v have passed", passed)
	}
	t.Logf("40 days took %v", took) // half a second where nothing else runs
}

func TestResetGoesBackToTheFixtureAndLeavesNothing(t *testing.T) {
	p := perchtest.Start(t, perchtest.Fixture("support"), perchtest.Clock("2026-01-01T09:00:00Z"))
	ada := p.FixtureCustomer("ada")
	if len(ada.Contacts) != 3 {
		t.Fatalf("ada has had %d chats", len(ada.Contacts))
	}
	back := func() *perchtest.Person {
		return p.Customer(perchtest.Chat{Name: "Ada", CustomerID: "ada", Source: ada.Contacts[2]})
	}
	c := back()
	before := c.Sees()
	for _, want := range []string{"CUSTOMER: My parcel has not arrived.", "CUSTOMER: The new cup is here. Thank you!"} {
		if !slices.Contains(before, want) {
			t.Errorf("%q is not in %q", want, before)
		}
	}
	c.Says("gone with the reset")
	p.Fault(trial.Fault{Kind: trial.Throttle})
	p.Advance(time.Hour)
	p.Reset()
	if got := p.Now().Sub(time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)); got > time.Minute {
		t.Errorf("the clock is %v after the beginning", got)
	}
	if err := c.Say(t.Context(), "still there?"); err == nil {
		t.Error("a chat has outlived the reset")
	}
	if again := back().Sees(); !slices.Equal(again, before) {
		t.Errorf("after the reset %q, before %q", again, before)
	}
}

// Settings as perch apply takes them are a fixture, with their people to sign in.
func TestSettingsAreAFixture(t *testing.T) {
	p := perchtest.Start(t, perchtest.Fixture("../examples/settings"))
	p.Agent("dan")
	c := p.Customer(perchtest.Chat{Name: "Ada"})
	if got := c.Sees(); !slices.Contains(got, "SYSTEM: Hello, this is the shop.") {
		t.Errorf("the flow of the settings does not greet: %q", got)
	}
	p.Reset()
	carla, again := p.Agent("carla"), p.Customer(perchtest.Chat{Name: "Ada"})
	carla.Takes().Says("good morning")
	if got := again.Sees(); !slices.Contains(got, "AGENT: good morning") {
		t.Errorf("after a reset: %q", got)
	}
}

// Without the provider the flow would take its error branch at once.
func TestFlowsFindTheProvidersOfTheFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		at := filepath.Join(dir, name)
		if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return at
	}
	write("fixture.json", `{"Flows":[{"Key":"sign-in","Name":"Sign in","Type":"CONTACT_FLOW","File":"flow.json"}]}`)
	write("flow.json", `{"Version":"2019-10-30","StartAction":"ask","Actions":[{"Identifier":"ask","Type":"AuthenticateParticipant",
		"Parameters":{"CognitoConfiguration":{"AppClientId":"shop"}},"Transitions":{"NextAction":"end","Errors":[{"ErrorType":"TimeLimitExceeded","NextAction":"late"},
		{"ErrorType":"NoMatchingError","NextAction":"end"}],"Conditions":[{"NextAction":"end","Condition":{"Operator":"Equals","Operands":["OptedOut"]}}]}},
		{"Identifier":"late","Type":"MessageParticipant","Parameters":{"Text":"Too late."},"Transitions":{"NextAction":"wait"}},
		{"Identifier":"wait","Type":"Wait","Parameters":{"TimeLimitSeconds":"3600"},"Transitions":{"NextAction":"end","Errors":[{"ErrorType":"NoMatchingError","NextAction":"end"}],
		"Conditions":[{"NextAction":"end","Condition":{"Operator":"Equals","Operands":["WaitCompleted"]}}]}},
		{"Identifier":"end","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`)
	file := write("sign-in.json", `{"Customers":[{"Name":"Acme","Issuer":"https://login.acme.example","ClientId":"shop"}]}`)
	p := perchtest.Start(t, perchtest.Fixture(dir), perchtest.SignIn(file))
	c := p.Customer(perchtest.Chat{Name: "Ada", Flow: p.Trial.Furnished().Flows["sign-in"]})
	p.Advance(4 * time.Minute)
	if got := c.Sees(); !slices.Contains(got, "SYSTEM: Too late.") {
		t.Errorf("the flow has not waited: %q", got)
	}
}

func TestFaultsHappenAsOftenAsTheyAreAskedForAndAreLogged(t *testing.T) {
	p := perchtest.Start(t)
	c := p.Customer(perchtest.Chat{Name: "Ada"})
	p.Fault(trial.Fault{Kind: trial.Throttle, Operation: "SendMessage", Calls: 2})
	for n, want := range []string{"ThrottlingException", "ThrottlingException", ""} {
		err := c.Say(t.Context(), "hello")
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), "429 "+want) {
			t.Errorf("call %d: %v, want %q", n+1, err, want)
		}
	}
	p.Fault(trial.Fault{Kind: trial.Fail, Operation: "GetTranscript", Calls: 1})
	if _, err := c.Transcript(t.Context()); err == nil || !strings.Contains(err.Error(), "500 InternalServerException") {
		t.Errorf("a transcript that fails: %v", err)
	}
	lost := p.Fault(trial.Fault{Kind: trial.LoseTranscript})
	if items, err := c.Transcript(t.Context()); err != nil || len(items) != 0 {
		t.Errorf("a lost transcript has %d items, %v", len(items), err)
	}
	p.Faults().Clear(lost.Id)
	p.Fault(trial.Fault{Kind: trial.ExpireTokens})
	if err := c.Say(t.Context(), "with an old token"); err == nil || !strings.Contains(err.Error(), "403 AccessDeniedException") {
		t.Errorf("with an expired token: %v", err)
	}
	time.Sleep(2 * time.Millisecond) // the next token is younger
	if err := c.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.Says("with a new one")
	if log := p.Faults().List().Log; len(log) != 5 {
		t.Errorf("the log has %v", log)
	}
}

func TestChanceIsTheSameForTheSameSeed(t *testing.T) {
	p := perchtest.Start(t)
	c := p.Customer(perchtest.Chat{Name: "Ada"})
	pattern := func(seed uint64) (out string) {
		f := p.Fault(trial.Fault{Kind: trial.Unavailable, Operation: "SendMessage", Chance: 0.5, Seed: seed})
		defer p.Faults().Clear(f.Id)
		for range 32 {
			if c.Say(t.Context(), "hello") == nil {
				out += "."
			} else {
				out += "x"
			}
		}
		return out
	}
	one, two, other := pattern(7), pattern(7), pattern(8)
	if one != two || one == other || !strings.Contains(one, "x") || !strings.Contains(one, ".") {
		t.Errorf("%s, %s, %s", one, two, other)
	}
}

func post(t *testing.T, p *perchtest.Perch, path, body string) int {
	t.Helper()
	r, err := http.Post(p.URL+path, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	return r.StatusCode
}

func TestTrialIsReachedOverTheNetworkToo(t *testing.T) {
	p := perchtest.Start(t)
	before := p.Now()
	for _, each := range []struct {
		path, body string
		status     int
	}{
		{"/try/clock", `{"Advance":"30d"}`, 200}, {"/try/clock", `{"To":"2001-01-01T00:00:00Z"}`, 400}, {"/try/clock", `{}`, 400},
		{"/try/faults", `{"Kind":"Delay","Delay":"1ms"}`, 200}, {"/try/faults", `{"Kind":"Earthquake"}`, 400}, {"/try/nothing", `{}`, 400},
	} {
		if got := post(t, p, each.path, each.body); got != each.status {
			t.Errorf("%s %s: %d, want %d", each.path, each.body, got, each.status)
		}
	}
	if passed := p.Now().Sub(before); passed < 30*24*time.Hour {
		t.Errorf("%v have passed", passed)
	}
	if got := post(t, p, "/try/reset", ""); got != 200 || p.Now().Sub(before) > time.Hour {
		t.Errorf("reset: %d, %v", got, p.Now())
	}
}

func BenchmarkReset(b *testing.B) {
	p := perchtest.Start(b, perchtest.Fixture("support"))
	for b.Loop() {
		p.Reset()
	}
}

// What passes is told; what a rule refuses does not pass; a reset brings both back to
// how they were at first.
func TestCallsAreHeldToAmazonsRulesOrToldOf(t *testing.T) {
	p := perchtest.Start(t, perchtest.Explain(), perchtest.Clock("2026-01-01T09:00:00Z"))
	past := p.Customer(perchtest.Chat{Name: "Ada"})
	past.Leaves()
	again := perchtest.Chat{Name: "Ada", Source: past.Contact}
	c := p.Customer(again)
	found := p.Lenient()
	if len(found) != 1 || found[0].Rule != strict.WaitAfterEnd || found[0].Passed != 1 || !slices.Equal(found[0].Contacts, []string{c.Contact}) {
		t.Errorf("%+v", found)
	}
	p.Hold("wait-after-end")
	if _, err := p.Trial.Perch().Start(t.Context(), again); err == nil || !strings.Contains(err.Error(), "InvalidRequestException") {
		t.Errorf("a chat is continued at once: %v", err)
	}
	p.Advance(61 * time.Second)
	p.Customer(again)
	p.Hold("none")
	p.Customer(again)
	if found = p.Lenient(); found[0].Passed != 1 || found[0].Refused != 1 {
		t.Errorf("%+v", found)
	}
	p.Reset()
	if found = p.Lenient(); len(found) != 0 {
		t.Errorf("after a reset: %+v", found)
	}
	if found = p.WholeLenient(); len(found) != 1 {
		t.Errorf("of the whole time: %+v", found)
	}
}

// The clock runs while one waits for another's jump; that is nobody's mistake.
func TestManyMoveARunningClockAtOnce(t *testing.T) {
	t.Parallel()
	p := perchtest.Start(t)
	var movers sync.WaitGroup
	for n := range 16 {
		movers.Go(func() {
			for range 4 {
				if err := p.Trial.Advance(t.Context(), time.Duration(n%3)*time.Millisecond); err != nil {
					t.Errorf("advancing by %d ms: %v", n%3, err)
				}
			}
		})
	}
	movers.Wait()
}
