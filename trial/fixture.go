package trial

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/perch-chat/perch/actor"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/flow"
	"github.com/perch-chat/perch/serve"
	"github.com/perch-chat/perch/setup"
)

//go:embed fixtures
var fixtures embed.FS

// fixtureFile says what a fixture is made of.
const fixtureFile = "fixture.json"

// lineTakes is how long somebody takes over a message of a fixture's chats.
const lineTakes = 20 * time.Second

// Fixture is what a trial begins with, beside the first instance and its agents.
type Fixture struct {
	// Agents sign in with the password given.
	Agents []struct{ Username, DisplayName, Password string }
	// Flows are files in the Flow language beside fixture.json; ${queue} stands for
	// the id of the basic queue, and ${Key} for that of a flow before.
	Flows []struct{ Key, Name, Type, File string }
	// Settings is a directory beside fixture.json with files as perch apply takes them.
	Settings string
	// Customers have had chats, each of which continues the one before.
	Customers []struct {
		Name, CustomerId string
		Chats            []pastChat
	}
}

// pastChat is one that has ended before the trial begins.
type pastChat struct {
	Ago   string   // before the beginning, such as 30d; see Duration
	Agent string   // username of who takes it
	Lines []string // "customer: hello", "agent: good morning"
	// Survey is what the customer answers when the agent has ended the chat; without
	// it the customer leaves.
	Survey string
}

// Furnished is what a fixture has become.
type Furnished struct {
	Agents    []catalog.Login
	Flows     map[string]string // ids by key
	Customers []Customer
}

// Customer is one of a fixture. Contacts are the first ones of the customer's
// chats, oldest first: the last is what a next chat continues.
type Customer struct {
	Name, CustomerId string
	Contacts         []string
}

// OpenFixture is a fixture that is built in, such as support, or that a directory
// holds: with a fixture.json, or with settings as perch apply takes them.
func OpenFixture(name string) (fs.FS, error) {
	if in, err := fs.Sub(fixtures, "fixtures/"+name); err == nil {
		if _, err := fs.Stat(in, fixtureFile); err == nil {
			return in, nil
		}
	}
	dir := os.DirFS(name)
	if _, err := fs.Stat(dir, fixtureFile); err == nil {
		return dir, nil
	}
	if settings, err := setup.ReadDir(dir); err == nil && setup.Any(settings) {
		return dir, nil
	}
	return nil, fmt.Errorf("%q is neither the built-in fixture support nor a directory with a %s or with settings as perch apply takes them", name, fixtureFile)
}

func readFixture(files fs.FS) (Fixture, error) {
	var f Fixture
	data, err := fs.ReadFile(files, fixtureFile)
	if errors.Is(err, fs.ErrNotExist) {
		return Fixture{Settings: "."}, nil
	}
	if err != nil {
		return f, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return f, fmt.Errorf("%s: %w", fixtureFile, err)
	}
	return f, nil
}

// before is how long before the beginning the first chat was.
func (f Fixture) before() (longest time.Duration, err error) {
	for _, c := range f.Customers {
		for i, chat := range c.Chats {
			ago, err := Duration(chat.Ago)
			if err != nil || ago <= 0 {
				return 0, fmt.Errorf("%s, chat %d: Ago must be like 30d, not %q", c.Name, i+1, chat.Ago)
			}
			longest = max(longest, ago)
		}
	}
	return longest, nil
}

// furnish puts a fixture in place. The clock shows a time before all its chats.
func (t *Trial) furnish(ctx context.Context, f Fixture, files fs.FS, begin time.Time) error {
	if err := t.now.stop(); err != nil {
		return err
	}
	instance := t.now.InstanceID
	done := Furnished{Agents: t.now.Agents, Flows: map[string]string{}}
	err := serve.Settle(ctx, t.opts.Serve, func(ctx context.Context, d *serve.Desk) error {
		if err := f.setUp(ctx, d, instance, files, &done); err != nil {
			return err
		}
		queues, err := d.Queues(ctx, instance)
		if err != nil {
			return err
		}
		ids := map[string]string{"queue": string(queues[0].ID)}
		for _, one := range f.Flows {
			text, err := fs.ReadFile(files, one.File)
			if err != nil {
				return err
			}
			content, err := flow.Default{Key: one.Key, Content: string(text)}.Fill(ids)
			if err != nil {
				return err
			}
			put, err := d.PutFlow(ctx, instance, catalog.Flow{Name: one.Name, Type: catalog.FlowType(one.Type), Content: content, Modified: t.Now()})
			if err != nil {
				return fmt.Errorf("flow %s: %w", one.Name, err)
			}
			ids[one.Key], done.Flows[one.Key] = string(put.ID), string(put.ID)
		}
		profiles, err := d.RoutingProfiles(ctx, instance)
		if err != nil {
			return err
		}
		for _, a := range f.Agents {
			u := catalog.User{Username: a.Username, DisplayName: a.DisplayName, RoutingProfile: profiles[0].ID, SecurityProfile: catalog.Agent}
			if _, err := d.CreateUserWith(ctx, instance, u, a.Password); err != nil {
				return fmt.Errorf("agent %s: %w", a.Username, err)
			}
			done.Agents = append(done.Agents, catalog.Login{Username: a.Username, Password: a.Password})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := t.start(); err != nil {
		return err
	}
	if err := t.play(ctx, f, &done, begin); err != nil {
		return err
	}
	t.furnished = done
	return t.MoveTo(ctx, begin)
}

// play has the chats of a fixture happen, in the order of their times.
func (t *Trial) play(ctx context.Context, f Fixture, done *Furnished, begin time.Time) error {
	p := t.Perch()
	for _, c := range f.Customers {
		done.Customers = append(done.Customers, Customer{Name: c.Name, CustomerId: c.CustomerId})
	}
	for {
		first, at := -1, time.Time{}
		for i, c := range f.Customers {
			if n := len(done.Customers[i].Contacts); n < len(c.Chats) {
				ago, err := Duration(c.Chats[n].Ago)
				if err != nil {
					return err
				}
				if when := begin.Add(-ago); first < 0 || when.Before(at) {
					first, at = i, when
				}
			}
		}
		if first < 0 {
			return nil
		}
		if at.After(t.Now()) {
			if err := t.MoveTo(ctx, at); err != nil {
				return err
			}
		}
		to := &done.Customers[first]
		chat := f.Customers[first].Chats[len(to.Contacts)]
		contact, err := t.happen(ctx, p, done.Agents, *to, chat)
		if err != nil {
			return fmt.Errorf("%s, chat %d: %w", to.Name, len(to.Contacts)+1, err)
		}
		to.Contacts = append(to.Contacts, contact)
	}
}

// happen plays one chat from its start to its end.
func (t *Trial) happen(ctx context.Context, p actor.Perch, logins []catalog.Login, who Customer, chat pastChat) (contact string, err error) {
	source := ""
	if n := len(who.Contacts); n > 0 {
		source = who.Contacts[n-1]
	}
	var login catalog.Login
	for _, l := range logins {
		if l.Username == chat.Agent {
			login = l
		}
	}
	if login.Username == "" {
		return "", fmt.Errorf("there is no agent %q", chat.Agent)
	}
	a, err := p.SignIn(ctx, login.Username, login.Password)
	if err != nil {
		return "", err
	}
	var customer, agent *actor.Person
	steps := []func() error{
		func() error { return a.Status(ctx, "Available") },
		func() (err error) {
			customer, err = p.Start(ctx, actor.Chat{Name: who.Name, CustomerID: who.CustomerId, Source: source})
			return err
		},
		func() error { return customer.Connect(ctx) },
		func() (err error) { agent, err = a.Accept(ctx, customer.Contact); return err },
	}
	for _, line := range chat.Lines {
		steps = append(steps, func() error {
			if text, ok := strings.CutPrefix(line, "customer: "); ok {
				return customer.Say(ctx, text)
			}
			if text, ok := strings.CutPrefix(line, "agent: "); ok {
				return agent.Say(ctx, text)
			}
			return errors.New(`a line begins with "customer: " or "agent: "`)
		}, func() error { return t.Advance(ctx, lineTakes) })
	}
	if chat.Survey != "" {
		steps = append(steps, func() error { return a.End(ctx, customer.Contact) },
			func() error { return customer.Say(ctx, chat.Survey) })
	} else {
		steps = append(steps, func() error { return customer.Leave(ctx) })
	}
	steps = append(steps, func() error { return a.Clear(ctx, customer.Contact) }, func() error { return a.Status(ctx, "Offline") })
	for _, step := range steps {
		if err := step(); err != nil {
			return "", err
		}
		if err := t.Advance(ctx, 0); err != nil {
			return "", err
		}
	}
	return customer.Contact, nil
}

// Perch is the process, to actors, without a network between. It stays good
// through resets.
func (t *Trial) Perch() actor.Perch {
	s := t.Started()
	return actor.Perch{Endpoint: s.Endpoint, Instance: string(s.InstanceID), Flow: string(s.ContactFlowID), Handler: http.HandlerFunc(t.ServeHTTP),
		Key: actor.Key{ID: s.AccessKeyID, Secret: s.SecretAccessKey, Region: t.opts.Serve.Region}}
}

// Furnished is what the fixture has become, with the agents that there are.
func (t *Trial) Furnished() Furnished {
	f := t.furnished
	if f.Agents == nil {
		f.Agents = t.Started().Agents
	}
	return f
}
