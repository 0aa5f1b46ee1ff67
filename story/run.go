package story

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/perch-chat/perch/strict"
	"github.com/perch-chat/perch/trial"
)

// Result is what came of a story.
type Result struct {
	File, Name string
	Run        int // of several, from 1
	Seed       uint64
	Took       time.Duration // in real time, without the start of perch
	Passed     time.Duration // in the story
	Steps      int           // that were done
	Failures   []Failure
	// Told is the conversation, for people. It is there where something has failed, or
	// where it is asked for.
	Told string
}

// Played is what came of stories.
type Played struct {
	Results []Result // in the order of the stories
	Took    time.Duration
}

// Failed is how many did not come true.
func (p Played) Failed() (n int) {
	for _, r := range p.Results {
		if len(r.Failures) > 0 {
			n++
		}
	}
	return n
}

// Options of Run.
type Options struct {
	Seed     *uint64 // in place of what stories say
	Parallel int     // how many stories at once; 1 if less
	Repeat   int     // how often each; once if less. Each time has the next seed.
	Tell     bool    // have Told in each result
	// Strict are the rules of Amazon's to which calls are held; what a fixture does is
	// not. strict.Rates is left out: it goes by real time, of which a story takes none.
	Strict []strict.Rule
	// Done is called for each result, never twice at once, in the order in which
	// stories end.
	Done func(Result)
}

// Files are the story files that names lead to: files, and all *.yaml, *.yml and *.json
// within directories whose text begins a story, in order.
func Files(names []string) ([]string, error) {
	var files []string
	for _, name := range names {
		stat, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		if !stat.IsDir() {
			files = append(files, name)
			continue
		}
		before := len(files)
		err = filepath.WalkDir(name, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			if strings.HasSuffix(path, ".story.yaml") || strings.HasSuffix(path, ".story.yml") {
				files = append(files, path)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if len(files) == before {
			return nil, fmt.Errorf("there is no file named *.story.yaml in %s", name)
		}
	}
	return files, nil
}

// Run plays stories, each in a perch of its own or one that was put back to how it
// began.
//
// Errors: that a perch does not start, or that ctx is done.
func Run(ctx context.Context, stories []*Story, o Options) (Played, error) {
	began := time.Now()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	repeat := max(1, o.Repeat)
	type job struct {
		place, run int
		story      *Story
	}
	var jobs []job
	for _, s := range stories {
		for run := range repeat {
			jobs = append(jobs, job{len(jobs), run + 1, s})
		}
	}
	results := make([]Result, len(jobs))
	// Stories that can share a perch come one after the other.
	slices.SortStableFunc(jobs, func(a, b job) int {
		x, y := a.story.ground(), b.story.ground()
		return cmp.Or(strings.Compare(x.fixture, y.fixture), strings.Compare(x.functions, y.functions), x.begins.Compare(y.begins))
	})
	next := make(chan job)
	go func() {
		defer close(next)
		for _, j := range jobs {
			select {
			case next <- j:
			case <-ctx.Done():
				return
			}
		}
	}()
	var workers sync.WaitGroup
	var mu sync.Mutex
	for range max(1, min(o.Parallel, len(jobs))) {
		workers.Go(func() {
			w := worker{strict: slices.DeleteFunc(slices.Clone(o.Strict), func(r strict.Rule) bool { return r == strict.Rates })}
			for j := range next {
				r, err := w.play(ctx, j.story, o.seed(j.story, j.run), o.Tell)
				if err != nil {
					cancel(fmt.Errorf("%s: %w", j.story.file, err))
					break
				}
				r.Run = j.run
				mu.Lock()
				results[j.place] = r
				if o.Done != nil {
					o.Done(r)
				}
				mu.Unlock()
			}
			if err := w.close(); err != nil {
				cancel(err)
			}
		})
	}
	workers.Wait()
	if err := context.Cause(ctx); err != nil {
		return Played{}, err
	}
	return Played{results, time.Since(began)}, nil
}

// seed is that of a run of a story.
func (o Options) seed(s *Story, run int) uint64 {
	first := uint64(1)
	if s.Seed != nil {
		first = *s.Seed
	}
	if o.Seed != nil {
		first = *o.Seed
	}
	return first + uint64(run-1)
}

// worker plays one story after the other, and keeps its perch where it can.
type worker struct {
	house  *house
	strict []strict.Rule
}

func (w *worker) close() error {
	if w.house == nil {
		return nil
	}
	h := w.house
	w.house = nil
	return h.stop()
}

func (w *worker) play(ctx context.Context, s *Story, seed uint64, tell bool) (Result, error) {
	if w.house != nil && w.house.ground != s.ground() {
		if err := w.close(); err != nil {
			return Result{}, err
		}
	}
	if w.house == nil {
		h, err := open(ctx, s.ground())
		if err != nil {
			return Result{}, err
		}
		w.house = h
	}
	if err := w.house.fresh(ctx); err != nil {
		return Result{}, err
	}
	w.house.BeStrict(trial.Strictness{Rules: w.strict})
	r := play(ctx, w.house.Trial, s, seed, tell)
	return r, ctx.Err()
}

// play plays a story from its beginning to its end, or to the step that fails.
// After an expectation that is not met it goes on.
func play(ctx context.Context, t *trial.Trial, s *Story, seed uint64, tell bool) Result {
	r, _ := played(ctx, t, s, seed, tell, false)
	return r
}

// played is play, with the play as it ended; nil if it could not begin. Who is deaf
// opens no sockets.
func played(ctx context.Context, t *trial.Trial, s *Story, seed uint64, tell, deaf bool) (Result, *Play) {
	began := time.Now()
	r := Result{File: s.file, Name: s.title(), Seed: seed}
	p, err := Begin(ctx, t, s, seed)
	if err != nil {
		r.Failures = []Failure{{s.At, 0, "the beginning", err.Error()}}
		return r, nil
	}
	defer p.Close()
	p.deaf = deaf
	for i, step := range s.Steps {
		failures := p.Step(ctx, i+1, step)
		r.Failures = append(r.Failures, failures...)
		r.Steps++
		if len(failures) > 0 && step.Expect.subject() == "" && step.All == nil {
			break
		}
	}
	r.Took, r.Passed = time.Since(began), t.Now().Sub(p.begun)
	if tell || len(r.Failures) > 0 {
		r.Told = p.Told(ctx)
	}
	return r, p
}
