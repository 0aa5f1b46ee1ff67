package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/serve"
	"github.com/perch-chat/perch/setup"
)

// settingsFlags are the flags of the commands about settings as files.
type settingsFlags struct {
	desk
	Instance string `env:"-" placeholder:"NAME" help:"Id or alias of the instance; not needed where there is one alone, nor with --endpoint."`
	Endpoint string `env:"-" placeholder:"URL" help:"A perch that is running, such as http://127.0.0.1:8080. The access key, of scope admin, is in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or that of the data directory."`
}

// open lets work use the settings of the instance that the flags mean.
func (s settingsFlags) open(ctx context.Context, work func(settingsAt) error) error {
	if s.Endpoint != "" {
		r, err := newRemote(s.Endpoint, s.Data)
		if err != nil {
			return err
		}
		return work(r.settings())
	}
	err := s.desk.open(ctx, func(ctx context.Context, d *serve.Desk) error {
		i, err := s.instance(ctx, d)
		if err != nil {
			return err
		}
		return work(settingsAt{
			apply:  func(ctx context.Context, in setup.Request) (setup.Plan, error) { return d.ApplySettings(ctx, i.ID, in) },
			export: func(ctx context.Context) (setup.Files, error) { return d.ExportSettings(ctx, i.ID) },
		})
	})
	if errors.Is(err, serve.ErrInUse) {
		return fmt.Errorf("%w; or leave it running and name it with --endpoint", err)
	}
	return err
}

func (s settingsFlags) instance(ctx context.Context, d *serve.Desk) (catalog.Instance, error) {
	if s.Instance != "" {
		return d.InstanceNamed(ctx, s.Instance)
	}
	all, err := d.Instances(ctx)
	if err != nil {
		return catalog.Instance{}, err
	}
	if len(all) != 1 {
		return catalog.Instance{}, errors.New("there are several instances: name one with --instance; perch instance list shows them")
	}
	return all[0], nil
}

type applyCommand struct {
	settingsFlags
	Dir    string `arg:"" optional:"" type:"existingdir" help:"Directory of the files."`
	Plan   bool   `env:"-" help:"Show what would change, and change nothing."`
	Yes    bool   `env:"-" help:"Do not ask."`
	Prune  bool   `env:"-" help:"Delete what the files do not name."`
	Schema bool   `env:"-" help:"Print the JSON Schema of the files, for editors."`
}

// Run shows what files change of an instance's settings, and changes it.
func (a *applyCommand) Run(ctx context.Context) error {
	if a.Schema {
		_, err := io.WriteString(os.Stdout, setup.Schema())
		return err
	}
	if a.Dir == "" {
		return errors.New("name the directory of the files")
	}
	files, err := setup.ReadDir(os.DirFS(a.Dir))
	if err != nil {
		return err
	}
	in := setup.Request{Files: files, Prune: a.Prune, Environment: map[string]string{}}
	for _, name := range setup.Variables(files) {
		if value, set := os.LookupEnv(name); set {
			in.Environment[name] = value
		}
	}
	return a.open(ctx, func(at settingsAt) error { return a.apply(ctx, at, in) })
}

func (a *applyCommand) apply(ctx context.Context, at settingsAt, in setup.Request) error {
	plan, err := at.apply(ctx, in)
	if err != nil {
		return err
	}
	if len(plan.Problems) > 0 {
		if a.JSON {
			return errors.Join(a.print(plan, nil), errWrongFiles(plan))
		}
		return fmt.Errorf("nothing was changed:\n%w\n%w", plan.Problems, errWrongFiles(plan))
	}
	if !a.JSON {
		printPlan(os.Stdout, plan)
	}
	if a.Plan || len(plan.Changes) == 0 {
		if a.JSON {
			return a.print(plan, nil)
		}
		return nil
	}
	if !a.Yes {
		if a.JSON { // whoever reads it cannot be asked
			return errors.Join(a.print(plan, nil), errors.New("nothing was changed: look at the plan, and run it again with --yes"))
		}
		if err := agree(os.Stdin, os.Stderr); err != nil {
			return err
		}
	}
	in.Apply, in.Version = true, plan.Version
	if plan, err = at.apply(ctx, in); err != nil {
		return err
	}
	return a.print(plan, func(w io.Writer) {
		fmt.Fprintln(w, "Applied.")
		for _, name := range plan.Passwordless {
			fmt.Fprintf(w, "%s has no password yet: perch user password gives one.\n", name)
		}
	})
}

func errWrongFiles(p setup.Plan) error { return errors.New(count(len(p.Problems), "problem")) }

// agree asks on a terminal whether a plan is to be carried out.
func agree(in *os.File, out io.Writer) error {
	info, err := in.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return errors.New("nobody can be asked here: look at the plan, and run it again with --yes")
	}
	fmt.Fprint(out, "Apply this? [y/N] ")
	answer, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if answer = strings.ToLower(strings.TrimSpace(answer)); answer != "y" && answer != "yes" {
		return errors.New("nothing was changed")
	}
	return nil
}

// printPlan shows a plan for people.
func printPlan(w io.Writer, p setup.Plan) {
	signs := map[string]string{setup.Created: "+", setup.Changed: "~", setup.Deleted: "-"}
	numbers := map[string]int{}
	for _, c := range p.Changes {
		numbers[c.Action]++
		fmt.Fprintf(w, "%s %s %s\n", signs[c.Action], c.Kind, c.Name)
		for _, f := range c.Fields {
			fmt.Fprintf(w, "    %s: %s -> %s\n", f.Field, orNothing(f.From), orNothing(f.To))
		}
	}
	if len(p.Changes) == 0 {
		fmt.Fprintf(w, "Nothing to change: %s as the files say.\n", are(p.Unchanged))
	} else {
		fmt.Fprintf(w, "%d to create, %d to change, %d to delete, %d unchanged.\n", numbers[setup.Created], numbers[setup.Changed], numbers[setup.Deleted], p.Unchanged)
	}
	if p.Extra > 0 {
		fmt.Fprintf(w, "%s in no file; --prune deletes what nothing needs.\n", are(p.Extra))
	}
}

func are(n int) string {
	if n == 1 {
		return "1 setting is"
	}
	return fmt.Sprintf("%d settings are", n)
}

func orNothing(text string) string {
	if text == "" {
		return "(nothing)"
	}
	return text
}

type exportCommand struct {
	settingsFlags
	Dir string `arg:"" type:"path" help:"Directory to write into; it must be new or empty."`
}

// Run writes an instance's settings as files.
func (e *exportCommand) Run(ctx context.Context) error {
	return e.open(ctx, func(at settingsAt) error {
		files, err := at.export(ctx)
		if err != nil {
			return err
		}
		if err := newDirectory(e.Dir); err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(files)) {
			if err := writeBelow(e.Dir, name, files[name]); err != nil {
				return err
			}
		}
		return e.print(map[string]any{"Dir": e.Dir, "Files": len(files)}, func(w io.Writer) {
			fmt.Fprintf(w, "%d files in %s. There is no password and no key in them.\n", len(files), e.Dir)
		})
	})
}

// writeBelow writes a file below a directory, and nowhere else whatever its name.
func writeBelow(dir, name, text string) error {
	if !fs.ValidPath(name) {
		return fmt.Errorf("%q is no name of a file", name)
	}
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text), 0o644)
}
