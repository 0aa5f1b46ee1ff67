package story

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/perch-chat/perch/actor"
	"github.com/perch-chat/perch/form"
	"github.com/perch-chat/perch/trial"
)

// Play is a story that goes on in a perch. It is for one goroutine. The clock
// stands between the steps.
type Play struct {
	story  *Story
	trial  *trial.Trial
	p      actor.Perch
	stage  *stage
	seed   uint64
	chance *rand.Rand
	begun  time.Time

	people map[string]*person
	chats  map[string]*actor.Person // the customers who started them, by the chat's name
	order  []string                 // names of chats, in the order of their starts
	plans  []plan
	last   int  // number of the last plan
	deaf   bool // sockets cannot be opened yet

	stirred bool // something has happened that scripted people have not seen
	watched bool // there are scripted people
}

// person is somebody of the story.
type person struct {
	name     string
	customer *Customer
	agent    *Agent
	work     *actor.Agent // of an agent
	talks    []*talk      // the last one is that of now
	declined int          // offers so far
	missed   int
	decided  map[string]string // what is planned about each contact of an agent's work, by state
}

// talk is a chat that a person has come into.
type talk struct {
	*actor.Person
	chat  string      // its name; empty for one that the story has not started
	line  *actor.Line // the customer's socket
	seen  string      // id of the last item that a script has looked at
	ruled map[*Rule]int
	moved time.Time // when somebody has written last
	over  bool      // it cannot be read any more
	works bool      // the person is an agent
}

// Begin takes a story's people and settings into a perch. Its clock stands from now
// on, at the story's beginning or later.
//
// Errors: those of the settings, such as a flow that cannot be played.
func Begin(ctx context.Context, t *trial.Trial, s *Story, seed uint64) (*Play, error) {
	if !t.Stands() {
		t.Stand(true)
	}
	if t.Now().Before(s.begins()) {
		if err := t.MoveTo(ctx, s.begins()); err != nil {
			return nil, err
		}
	}
	p := &Play{story: s, trial: t, p: t.Perch(), seed: seed, chance: rand.New(rand.NewPCG(seed, 0)), begun: t.Now(),
		people: map[string]*person{}, chats: map[string]*actor.Person{}}
	var err error
	if p.stage, err = set(ctx, p.p, s); err != nil {
		return nil, err
	}
	for _, name := range keysOf(s.Customers) {
		c := s.Customers[name]
		p.people[name] = &person{name: name, customer: &c}
	}
	for _, name := range keysOf(s.Agents) {
		a := s.Agents[name]
		if err := p.enter(ctx, name, &a); err != nil {
			return nil, fmt.Errorf("%s:%d: agent %s: %w", s.file, a.At.Line, name, err)
		}
	}
	return p, t.Advance(ctx, 0)
}

// enter signs an agent in.
func (p *Play) enter(ctx context.Context, name string, a *Agent) error {
	user, secret := name, password
	if a.User != "" {
		user, secret = a.User, ""
		var all []string
		for _, l := range p.trial.Furnished().Agents {
			all = append(all, l.Username)
			if l.Username == a.User {
				secret = l.Password
			}
		}
		if secret == "" {
			return fmt.Errorf("there is no user %q: %s", a.User, form.Meant(a.User, all))
		}
	}
	work, err := p.p.SignIn(ctx, user, secret)
	if err != nil {
		return err
	}
	p.stage.users[name] = work.ID
	who := &person{name: name, agent: a, work: work, decided: map[string]string{}}
	p.people[name] = who
	if !a.Offline {
		if err := work.Status(ctx, "Available"); err != nil {
			return err
		}
	}
	for _, b := range a.Breaks {
		status := b.Status
		if status == "" {
			status = "Offline"
		}
		begins := p.begun.Add(b.After.pick(p.chance))
		p.plan(begins, func(ctx context.Context) error { return work.Next(ctx, status) })
		p.plan(begins.Add(b.For.pick(p.chance)), func(ctx context.Context) error { return work.Status(ctx, "Available") })
	}
	return nil
}

// Close ends what the story has open.
func (p *Play) Close() {
	for _, who := range p.people {
		for _, t := range who.talks {
			if t.line != nil {
				t.line.Lose()
			}
		}
	}
	p.trial.Faults().Clear("")
}

// Failure is a step or an expectation that did not come true.
type Failure struct {
	form.Place
	Step int    // from 1
	What string // the step or expectation, in words
	// Detail is what came instead: lines, for people.
	Detail string
}

// Step does one step, the number of which counts from 1, and what it sets off.
// Failures are expectations that are not met, or the step itself.
func (p *Play) Step(ctx context.Context, number int, s Step) []Failure {
	var failures []Failure
	expect := func(e Expectation) {
		if detail := p.look(ctx, e); detail != "" {
			failures = append(failures, Failure{e.At, number, "expect " + e.String(), detail})
		}
	}
	switch {
	case s.Expect.subject() != "":
		expect(s.Expect)
	case s.All != nil:
		for _, e := range s.All {
			expect(e)
		}
	default:
		if detail := judged(p.do(ctx, s), s.Fails); detail != "" {
			return []Failure{{s.At, number, s.String(), detail}}
		}
		if s.Wait != nil || !s.Until.IsZero() {
			return nil // time has passed, and all that came of it
		}
		if err := p.settle(ctx); err != nil {
			return []Failure{{s.At, number, s.String(), "what it sets off: " + err.Error()}}
		}
	}
	return failures
}

// judged is what is wrong with what a step was answered, empty if nothing is.
func judged(err error, fails string) string {
	var refused *actor.Refused
	switch {
	case fails == "" && err == nil:
		return ""
	case fails == "":
		return err.Error()
	case err == nil:
		return "expected  " + fails + "\ngot       it was done"
	case !errors.As(err, &refused):
		return err.Error()
	case refused.Name != fails && strconv.Itoa(refused.Status) != fails:
		return fmt.Sprintf("expected  %s\ngot       %s", fails, refused)
	}
	return ""
}

// plan is something that a scripted person will do.
type plan struct {
	at     time.Time
	number int // of plans of one time, the first comes first
	do     func(context.Context) error
}

func (p *Play) plan(at time.Time, do func(context.Context) error) {
	p.last++
	p.plans = append(p.plans, plan{at, p.last, do})
	slices.SortStableFunc(p.plans, func(a, b plan) int { return a.at.Compare(b.at) })
}

// settle has everything happen that is due by now, what people do at once included.
func (p *Play) settle(ctx context.Context) error {
	p.stirred = true
	return p.wait(ctx, p.trial.Now())
}

// wait moves the clock to a time. Scripted people see each moment at which
// something happens.
func (p *Play) wait(ctx context.Context, to time.Time) error {
	for {
		if p.stirred {
			if err := p.trial.Advance(ctx, 0); err != nil {
				return err
			}
			if err := p.watch(ctx); err != nil {
				return err
			}
			p.stirred = false
		}
		now, next := p.trial.Now(), to
		if len(p.plans) > 0 && !p.plans[0].at.After(now) {
			due := p.plans[0]
			p.plans, p.stirred = p.plans[1:], true
			if err := due.do(ctx); err != nil {
				return err
			}
			continue
		}
		if len(p.plans) > 0 && p.plans[0].at.Before(next) {
			next = p.plans[0].at
		}
		due, found, err := p.trial.Next(ctx)
		if err != nil {
			return err
		}
		if found && !due.After(next) {
			p.stirred = true
			if p.watched && due.After(now) {
				next = due
			}
		}
		if !next.After(now) {
			return nil
		}
		if err := p.trial.MoveTo(ctx, next); err != nil {
			return err
		}
	}
}

// contact is the id of a contact that a story names: monday for the first of a
// chat, monday.2 for a further one, monday.last, fixture:ada, fixture:ada.1.
func (p *Play) contact(ctx context.Context, name string) (string, error) {
	if who, ok := strings.CutPrefix(name, "fixture:"); ok {
		return p.fixtureContact(who)
	}
	chat, number, _ := strings.Cut(name, ".")
	started, ok := p.chats[chat]
	if !ok {
		return "", fmt.Errorf("there is no chat %q: %s", chat, form.Meant(chat, p.order))
	}
	if number == "" || number == "1" {
		return started.Contact, nil
	}
	chain, err := p.p.Chain(ctx, started.Contact)
	if err != nil {
		return "", err
	}
	if number == "last" {
		return chain[len(chain)-1].ContactId, nil
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > len(chain) {
		return "", fmt.Errorf("there is no %s: the last contact of %s is %s.%d", name, chat, chat, len(chain))
	}
	return chain[n-1].ContactId, nil
}

func (p *Play) fixtureContact(name string) (string, error) {
	who, number, numbered := strings.Cut(name, ".")
	var all []string
	for _, c := range p.trial.Furnished().Customers {
		all = append(all, c.CustomerId)
		if c.CustomerId != who || len(c.Contacts) == 0 {
			continue
		}
		n := len(c.Contacts)
		if numbered {
			var err error
			if n, err = strconv.Atoi(number); err != nil || n < 1 || n > len(c.Contacts) {
				return "", fmt.Errorf("%s has had %d chats, and %q is none of them", who, len(c.Contacts), number)
			}
		}
		return c.Contacts[n-1], nil
	}
	return "", fmt.Errorf("the fixture has no customer %q: %s", who, form.Meant(who, all))
}

// named is the name of a contact for people, such as monday.2, of an agent or of a
// queue, or else the id.
func (p *Play) named(ctx context.Context, id string) string {
	for name, user := range p.stage.users {
		if user == id {
			return name
		}
	}
	for name, queue := range p.stage.queues {
		if queue == id {
			return name
		}
	}
	for _, chat := range p.order {
		if p.chats[chat].Contact == id {
			return chat
		}
	}
	for _, chat := range p.order {
		chain, err := p.p.Chain(ctx, p.chats[chat].Contact)
		if err != nil {
			continue
		}
		for i, one := range chain {
			if one.ContactId == id {
				return fmt.Sprintf("%s.%d", chat, i+1)
			}
		}
	}
	return id
}
