package trial

import (
	"context"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/serve"
	"github.com/perch-chat/perch/setup"
)

// setUp applies the settings of a fixture. Users who are new sign in with a password
// that is told: what their variable holds or, where it is not set or there is none,
// one that is made up.
func (f Fixture) setUp(ctx context.Context, d *serve.Desk, instance perch.InstanceID, files fs.FS, done *Furnished) error {
	if f.Settings == "" {
		return nil
	}
	dir, err := fs.Sub(files, f.Settings)
	if err != nil {
		return err
	}
	settings, err := setup.ReadDir(dir)
	if err != nil {
		return err
	}
	in := setup.Request{Files: settings, Apply: true, Environment: map[string]string{}}
	var unknown []string
	for username, variable := range setup.Variables(settings) {
		if value, set := os.LookupEnv(variable); set {
			in.Environment[variable] = value
			done.Agents = append(done.Agents, catalog.Login{Username: username, Password: value})
			continue
		}
		in.Environment[variable] = "taken away at once"
		unknown = append(unknown, username)
	}
	plan, err := d.ApplySettings(ctx, instance, in)
	if err != nil {
		return err
	}
	if len(plan.Problems) > 0 {
		return plan.Problems
	}
	for _, name := range append(unknown, plan.Passwordless...) {
		u, err := d.UserNamed(ctx, instance, name)
		if err != nil {
			return err
		}
		password, err := d.NewPassword(ctx, u)
		if err != nil {
			return err
		}
		done.Agents = append(done.Agents, catalog.Login{Username: name, Password: password})
	}
	slices.SortFunc(done.Agents, func(a, b catalog.Login) int { return strings.Compare(a.Username, b.Username) })
	flows, err := d.Flows(ctx, instance)
	for _, flow := range flows {
		done.Flows[flow.Name] = string(flow.ID)
	}
	return err
}
