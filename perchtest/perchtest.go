// Package perchtest runs a whole perch inside a Go test, with clients for both
// sides of a chat, a clock that the test moves, and things that go wrong when
// they are told to.
//
//	p := perchtest.Start(t, perchtest.Fixture("support"))
//	ana := p.Agent("agent1")
//	ada := p.Customer(perchtest.Chat{Name: "Ada"})
//	person := ana.Takes()
//	person.Says("good morning")
//	p.Advance(25 * time.Hour)
//	fmt.Println(ada.Sees())
//
// A test fails where a step does not succeed. The server listens at p.URL, for
// the clients of your own.
package perchtest

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"testing"
	"time"

	"github.com/perch-chat/perch/actor"
	"github.com/perch-chat/perch/serve"
	"github.com/perch-chat/perch/story"
	"github.com/perch-chat/perch/strict"
	"github.com/perch-chat/perch/trial"
)

// Perch is a server that runs for the time of a test.
type Perch struct {
	*trial.Trial
	URL             string // of the Connect API, the participant API and all else
	Region          string
	InstanceID      string
	ContactFlowID   string // where chats start
	AccessKeyID     string
	SecretAccessKey string

	t testing.TB
}

// Option changes how a Perch is started.
type Option func(testing.TB, *trial.Options)

// Clock has time begin at an instant such as 2026-01-01T09:00:00Z.
func Clock(at string) Option {
	return func(t testing.TB, o *trial.Options) {
		begin, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		o.Begin = begin
	}
}

// Fixture has there be something to begin with: what is built in (support), or
// what a directory of your own holds: a fixture.json, settings that perch apply takes,
// stories (*.story.yaml), or several of these.
func Fixture(name string) Option {
	return func(t testing.TB, o *trial.Options) {
		if err := story.Furnish(o, name); err != nil {
			t.Fatal(err)
		}
	}
}

// Functions are those that flows call, as the file of perch try --functions.
func Functions(file string) Option {
	return func(t testing.TB, o *trial.Options) {
		functions, err := serve.Functions(file)
		if err != nil {
			t.Fatal(err)
		}
		o.Serve.Outside = functions
	}
}

// SignIn are the OpenID providers with which people sign in, as the file of perch try
// --sign-in.
func SignIn(file string) Option {
	return func(t testing.TB, o *trial.Options) {
		in, err := serve.Providers(file)
		if err != nil {
			t.Fatal(err)
		}
		o.Serve.SignIn = in
	}
}

// Strict has calls held to Amazon's rules where perch is more lenient: all of them,
// or those named, such as past-contacts. docs/testing.md lists them.
func Strict(rules ...string) Option {
	return func(t testing.TB, o *trial.Options) { o.Strict.Rules = rulesOf(t, rules) }
}

// Explain has it noted where perch lets pass what Amazon would not: see
// Perch.Lenient, and the log of the test.
func Explain() Option {
	return func(_ testing.TB, o *trial.Options) { o.Strict.Explain = true }
}

func rulesOf(t testing.TB, names []string) []strict.Rule {
	t.Helper()
	if len(names) == 0 {
		names = []string{strict.All}
	}
	rules, err := strict.Read(names)
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// Start starts a server on a port of its own, and stops it when the test ends.
func Start(t testing.TB, options ...Option) *Perch {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o := trial.Options{Serve: serve.Options{Dir: t.TempDir(), Listener: listener, PublicURL: "http://" + listener.Addr().String(),
		Region: "us-east-1", Account: "000000000000", Demo: true, Log: slog.New(slog.DiscardHandler)}}
	for _, change := range options {
		change(t, &o)
	}
	p := &Perch{Trial: trial.New(o), t: t}
	ctx, stop := context.WithCancel(context.Background())
	ready, over := make(chan serve.Started, 1), make(chan error, 1)
	go func() { over <- p.Run(ctx, func(s serve.Started) { ready <- s }) }()
	select {
	case err := <-over:
		stop()
		t.Fatal("perch did not start: ", err)
	case s := <-ready:
		p.URL, p.Region, p.InstanceID, p.ContactFlowID = s.Endpoint, o.Serve.Region, string(s.InstanceID), string(s.ContactFlowID)
		p.AccessKeyID, p.SecretAccessKey = s.AccessKeyID, s.SecretAccessKey
	}
	t.Cleanup(func() {
		for _, f := range p.WholeLenient() {
			if f.Passed > 0 {
				t.Logf("Amazon would not have let pass: %s, %d times, %v: %s", f.Rule, f.Passed, f.Operations, f.Amazon)
			}
		}
		stop()
		if err := <-over; err != nil {
			t.Error("perch stopped with ", err)
		}
	})
	return p
}

func (p *Perch) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// ctx is that of the test, also while it cleans up.
func (p *Perch) ctx() context.Context { return context.WithoutCancel(p.t.Context()) }

// Advance moves the clock on. When it returns, all that was due by then is done.
func (p *Perch) Advance(by time.Duration) {
	p.t.Helper()
	p.must(p.Trial.Advance(p.ctx(), by))
}

// Reset puts everything back to how it was after Start.
func (p *Perch) Reset() {
	p.t.Helper()
	p.must(p.Trial.Reset(p.ctx()))
}

// Fault has something go wrong from now on.
func (p *Perch) Fault(f trial.Fault) trial.Fault {
	p.t.Helper()
	if f.Kind == trial.CutSockets {
		return p.CutSockets()
	}
	f, err := p.Faults().Add(f)
	p.must(err)
	return f
}

// Hold holds calls to Amazon's rules from now on, all or those named, and notes
// where they break others. "none" holds them to none.
func (p *Perch) Hold(rules ...string) {
	p.t.Helper()
	p.BeStrict(trial.Strictness{Rules: rulesOf(p.t, rules), Explain: true})
}

// FixtureCustomer is a customer of the fixture, by CustomerId.
func (p *Perch) FixtureCustomer(id string) trial.Customer {
	p.t.Helper()
	for _, c := range p.Furnished().Customers {
		if c.CustomerId == id {
			return c
		}
	}
	p.must(fmt.Errorf("the fixture has no customer %q", id))
	return trial.Customer{}
}

// Chat is what a customer asks for.
type Chat = actor.Chat

// Person is somebody in a chat.
type Person struct {
	*actor.Person
	p *Perch
}

// Customer starts a chat and connects; the flow has gone as far as it can.
func (p *Perch) Customer(c Chat) *Person {
	p.t.Helper()
	who, err := p.Trial.Perch().Start(p.ctx(), c)
	p.must(err)
	p.Advance(0) // so that what the flow says comes first, always
	p.must(who.Connect(p.ctx()))
	p.Advance(0)
	return &Person{who, p}
}

// Says sends a message, and waits for what it sets off.
func (w *Person) Says(text string) {
	w.p.t.Helper()
	w.p.must(w.Say(w.p.ctx(), text))
	w.p.Advance(0)
}

// Leaves leaves the chat, and waits for what it sets off.
func (w *Person) Leaves() {
	w.p.t.Helper()
	w.p.must(w.Leave(w.p.ctx()))
	w.p.Advance(0)
}

// Sees is the transcript as lines, oldest first, past chats included: "AGENT: good
// morning", "Ana participant.joined", "chat.ended".
func (w *Person) Sees() (lines []string) {
	w.p.t.Helper()
	items, err := w.Transcript(w.p.ctx())
	w.p.must(err)
	for _, i := range items {
		lines = append(lines, i.String())
	}
	return lines
}

// Agent is somebody who works here, signed in.
type Agent struct {
	*actor.Agent
	p *Perch
}

// Agent signs in an agent, who takes contacts from now on. There are agent1 (Ana)
// and agent2 (Ben), and those of the fixture.
func (p *Perch) Agent(username string) *Agent {
	p.t.Helper()
	for _, l := range p.Furnished().Agents {
		if l.Username != username {
			continue
		}
		a, err := p.Trial.Perch().SignIn(p.ctx(), username, l.Password)
		p.must(err)
		p.must(a.Status(p.ctx(), "Available"))
		p.Advance(0)
		return &Agent{a, p}
	}
	p.must(fmt.Errorf("there is no agent %q", username))
	return nil
}

// Takes accepts the contact that is offered.
func (a *Agent) Takes() *Person {
	a.p.t.Helper()
	contact, err := a.Offered(a.p.ctx())
	a.p.must(err)
	if contact == "" {
		a.p.must(fmt.Errorf("nothing is offered to %s", a.Name))
	}
	who, err := a.Accept(a.p.ctx(), contact)
	a.p.must(err)
	a.p.Advance(0)
	return &Person{who, a.p}
}

// Transfers gives a contact to another agent or a queue, by the name of the quick
// connect, clears the work after it, and tells the contact that follows.
func (a *Agent) Transfers(contact, to string) string {
	a.p.t.Helper()
	next, err := a.TransferTo(a.p.ctx(), contact, to)
	a.p.must(err)
	a.p.Advance(0)
	a.p.must(a.Clear(a.p.ctx(), contact))
	a.p.Advance(0)
	return next
}

// Ends leaves a contact and clears the work after it; the disconnect flow has gone
// as far as it can.
func (a *Agent) Ends(contact string) {
	a.p.t.Helper()
	a.p.must(a.End(a.p.ctx(), contact))
	a.p.Advance(0)
	a.p.must(a.Clear(a.p.ctx(), contact))
	a.p.Advance(0)
}
