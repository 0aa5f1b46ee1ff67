package story

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/trial"
)

// Furnish has a trial begin with what a name stands for: a fixture that is built in,
// or a directory with a fixture.json, with settings as perch apply takes them, with
// stories (*.story.yaml), or with several of these. The stories happen at their own times, in the order of these, after the chats of the
// fixture and before the trial's beginning, without sockets. What they expect must
// come true.
//
// Errors: a name that stands for nothing; mistakes of the stories.
func Furnish(o *trial.Options, name string) error {
	var stories []*Story
	if stat, err := os.Stat(name); err == nil && stat.IsDir() {
		files, err := filepath.Glob(filepath.Join(name, "*.story.yaml"))
		if err != nil {
			return err
		}
		if stories, err = LoadAll(files); err != nil {
			return err
		}
	}
	files, err := trial.OpenFixture(name)
	switch {
	case len(stories) == 0:
		o.Fixture = files
		return err
	case err == nil:
		o.Fixture = files
	}
	slices.SortStableFunc(stories, func(a, b *Story) int { return a.begins().Compare(b.begins()) })
	o.From = stories[0].begins()
	o.Furnish = func(ctx context.Context, t *trial.Trial) (trial.Furnished, error) { return furnish(ctx, t, stories) }
	return nil
}

// furnish plays stories one after the other, and tells whom they have brought.
func furnish(ctx context.Context, t *trial.Trial, stories []*Story) (trial.Furnished, error) {
	out := trial.Furnished{Flows: map[string]string{}}
	for _, s := range stories {
		if s.Fixture != "" || s.Functions != "" {
			return out, fmt.Errorf("%s: a story that something begins with has no fixture and no functions of its own", s.file)
		}
		r, p := played(ctx, t, s, Options{}.seed(s, 1), false, true)
		if len(r.Failures) > 0 {
			return out, fmt.Errorf("a story does not come true:\n%s", r.Report())
		}
		if err := p.leave(ctx, &out); err != nil {
			return out, fmt.Errorf("%s: %w", s.file, err)
		}
	}
	return out, nil
}

// leave notes whom a story has brought, and has its agents go.
func (p *Play) leave(ctx context.Context, out *trial.Furnished) error {
	for _, name := range keysOf(p.people) {
		who := p.people[name]
		if who.agent != nil {
			if who.agent.User == "" {
				out.Agents = append(out.Agents, catalog.Login{Username: name, Password: password})
			}
			if err := who.work.Status(ctx, "Offline"); err != nil {
				return err
			}
			continue
		}
		c := trial.Customer{Name: who.customer.Name, CustomerId: who.customer.CustomerID}
		for _, t := range who.talks {
			c.Contacts = append(c.Contacts, t.Contact)
		}
		out.Customers = append(out.Customers, c)
	}
	for key, id := range p.stage.flows {
		out.Flows[key] = id
	}
	return nil
}
