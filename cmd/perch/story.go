package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
	"slices"

	"github.com/perch-chat/perch/story"
)

type storyCommand struct {
	Names    []string       `arg:"" optional:"" name:"file" help:"Story files, or directories in which all *.story.yaml are played."`
	Run_     *regexp.Regexp `name:"run" env:"-" placeholder:"REGEXP" help:"Only stories whose name or file this expression is found in."`
	Parallel int            `env:"-" placeholder:"N" help:"How many are played at once; as many as there are processors by default."`
	Repeat   int            `env:"-" default:"1" help:"How often each is played, each time with the next seed."`
	Seed     *uint64        `env:"-" help:"Seed of all that comes by chance, in place of what the stories say."`
	JUnit    string         `name:"junit" env:"-" placeholder:"FILE" help:"Write the results as JUnit XML as well."`
	TAP      bool           `name:"tap" env:"-" help:"Print the results in the Test Anything Protocol."`
	Verbose  bool           `short:"v" env:"-" help:"Print the conversation of each story, not only of those that fail."`
	Strict   rules          `env:"-" placeholder:"RULES" help:"Hold the stories' calls to Amazon's rules where perch is more lenient: all of them, or those of a list such as --strict=past-contacts,latest. Rates are left out, since stories take no time."`
	Schema   bool           `env:"-" help:"Print the JSON Schema of story files, and do nothing else."`
}

// exitCode says how the process ends: 1 for stories that did not come true, 2 for
// those that cannot be played. Without an error all has been said.
type exitCode struct {
	error
	code int
}

func (e exitCode) Error() string {
	if e.error == nil {
		return ""
	}
	return e.error.Error()
}

// Run plays stories.
func (s *storyCommand) Run(ctx context.Context) error {
	if s.Schema {
		text, err := story.Schema()
		if err == nil {
			_, err = os.Stdout.Write(text)
		}
		return err
	}
	stories, err := s.load()
	if err != nil {
		return exitCode{err, 2}
	}
	progress := progressOf(os.Stderr, len(stories)*max(1, s.Repeat))
	o := story.Options{Seed: s.Seed, Parallel: s.Parallel, Repeat: s.Repeat, Tell: s.Verbose, Strict: s.Strict, Done: progress.done}
	if o.Parallel == 0 {
		o.Parallel = runtime.NumCPU()
	}
	played, err := story.Run(ctx, stories, o)
	progress.clear()
	if err != nil {
		return exitCode{err, 2}
	}
	return s.report(os.Stdout, played)
}

// load reads the stories that are asked for, and tells all mistakes of all files.
func (s *storyCommand) load() ([]*story.Story, error) {
	if len(s.Names) == 0 {
		return nil, errors.New("name a story file, or a directory with *.story.yaml; perch story --schema prints what may be in them")
	}
	files, err := story.Files(s.Names)
	if err != nil {
		return nil, err
	}
	stories, err := story.LoadAll(files)
	if err != nil {
		return nil, err
	}
	if s.Run_ != nil {
		stories = slices.DeleteFunc(stories, func(one *story.Story) bool { return !s.Run_.MatchString(one.Name) && !s.Run_.MatchString(one.File()) })
	}
	if len(stories) == 0 {
		return nil, fmt.Errorf("no story fits --run %s", s.Run_)
	}
	return stories, nil
}

func (s *storyCommand) report(w io.Writer, played story.Played) error {
	if s.JUnit != "" {
		f, err := os.Create(s.JUnit)
		if err != nil {
			return err
		}
		if err := errors.Join(played.JUnit(f), f.Close()); err != nil {
			return fmt.Errorf("writing %s: %w", s.JUnit, err)
		}
	}
	if s.TAP {
		if err := played.TAP(w); err != nil {
			return err
		}
	} else {
		for _, r := range played.Results {
			if len(played.Results) <= shownAll || len(r.Failures) > 0 || s.Verbose {
				fmt.Fprint(w, r.Report())
			}
		}
		fmt.Fprintln(w, played.Summary())
	}
	if played.Failed() > 0 {
		return exitCode{code: 1}
	}
	return nil
}

// shownAll is up to how many results each has a line of its own; of more, only
// those that have failed.
const shownAll = 50

// progress is a line on a terminal that says how far the stories are.
type progress struct {
	w                 io.Writer // nil if nobody looks
	all, over, failed int
}

func progressOf(f *os.File, all int) *progress {
	p := &progress{all: all}
	if stat, err := f.Stat(); err == nil && stat.Mode()&os.ModeCharDevice != 0 {
		p.w = f
	}
	return p
}

func (p *progress) done(r story.Result) {
	p.over++
	if len(r.Failures) > 0 {
		p.failed++
	}
	if p.w != nil {
		fmt.Fprintf(p.w, "\r%d of %d, %d failed", p.over, p.all, p.failed)
	}
}

func (p *progress) clear() {
	if p.w != nil {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
