// Package trial is perch try: a process whose clock can be moved, that can be
// put back to how it began, and that makes things go wrong when it is told to. It
// is for tests and for looking around, on one machine; nothing of it is in perch
// serve.
//
// What is tried is a whole process of serve. Putting it back means to stop that
// process and to start another on a copy of the data, so that nothing of what was
// can be left behind in any room.
package trial

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/perch-chat/perch/clock"
	"github.com/perch-chat/perch/serve"
	"github.com/perch-chat/perch/staff"
	"github.com/perch-chat/perch/strict"
)

// Options of a Trial.
type Options struct {
	// Serve is what the process is started with. Mischief, and without Keep Fleeting
	// and PasswordCost, are this room's to set; without a Listener, Trial is the handler to use.
	Serve serve.Options
	// Begin is what the clock shows at first; the machine's time if zero.
	Begin time.Time
	// Stand has the clock stand at the beginning, until it is moved.
	Stand bool
	// Furnish is called once the fixture is in place, with the clock at From or what it
	// has come to by then, to have something happen before the beginning; nil is
	// nothing. What it returns is added to what the fixture has become.
	Furnish func(context.Context, *Trial) (Furnished, error)
	From    time.Time
	// Fixture is what there is at first, beside the first instance; nil is nothing.
	Fixture fs.FS
	// Strict is which of Amazon's rules hold, from when the fixture is in place.
	Strict Strictness
	// Keep says that the data stays after the end: then there is no Reset.
	Keep bool
}

// Trial is a process to try out. It is an http.Handler: of the process's
// operations, and of its own below /try.
type Trial struct {
	opts   Options
	faults *Faults
	judge  *strict.Judge
	own    *http.ServeMux
	begun  *snapshot // to which Reset goes back; nil with Keep

	listener  net.Listener
	furnished Furnished // by the fixture, if there is one

	change sync.Mutex   // held by what moves the clock or puts everything back
	gate   sync.RWMutex // held by requests, and for writing while there is no process
	now    *process     // under gate
	died   chan error   // what a process ended with that nobody has stopped
}

// process is one of serve.
type process struct {
	serve.Started
	stop func() error
}

// New makes a Trial.
func New(o Options) *Trial {
	if o.Serve.Clock == nil {
		o.Serve.Clock = clock.New()
	}
	t := &Trial{opts: o, faults: newFaults(o.Serve.Clock.Wall, o.Serve.Log), judge: strict.New(), own: http.NewServeMux(), died: make(chan error, 1)}
	t.opts.Serve.Mischief = t.faults.mischief()
	if !o.Keep {
		t.opts.Serve.Fleeting = true
		t.opts.Serve.PasswordCost = staff.Cost{Memory: 64, Passes: 1, Threads: 1} // nobody's to guess
	}
	t.opts.Serve.Listener = nil // it outlives the processes
	t.listener = o.Serve.Listener
	t.routes()
	t.strictRoutes()
	return t
}

// Run runs the process until ctx is done. started is called once everything
// answers, with the fixture in place.
func (t *Trial) Run(ctx context.Context, started func(serve.Started)) error {
	defer func() {
		if t.begun != nil {
			_ = t.begun.remove() // it is in the system's own temporary directory
		}
	}()
	if err := t.prepare(ctx); err != nil {
		return err
	}
	defer func() { _ = t.now.stop() }()
	t.BeStrict(t.opts.Strict)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	over := make(chan error, 1)
	go func() { over <- t.listen(ctx, func() { started(t.Started()) }) }()
	select {
	case err := <-over:
		t.gate.Lock()
		defer t.gate.Unlock()
		return errors.Join(err, t.now.stop())
	case err := <-t.died:
		cancel()
		return errors.Join(err, <-over)
	}
}

func (t *Trial) listen(ctx context.Context, started func()) error {
	if t.listener == nil {
		started()
		<-ctx.Done()
		return nil
	}
	o := t.opts.Serve
	o.Listener = t.listener
	return serve.Listen(ctx, o, t, started)
}

// Started is the process as it is now.
func (t *Trial) Started() serve.Started {
	t.gate.RLock()
	defer t.gate.RUnlock()
	return t.now.Started
}

// start starts a process on what the directory holds. The caller holds the gate,
// or is alone.
func (t *Trial) start() error {
	ctx, cancel := context.WithCancel(strict.With(context.Background(), t.judge.Flows()))
	ready, over := make(chan serve.Started, 1), make(chan error, 1)
	go func() { over <- serve.Run(ctx, t.opts.Serve, func(s serve.Started) { ready <- s }) }()
	select {
	case err := <-over:
		cancel()
		return err
	case s := <-ready:
		p := &process{Started: s}
		stopped := make(chan error, 1)
		go func() {
			err := <-over
			if ctx.Err() == nil {
				t.died <- err
			}
			stopped <- err
		}()
		p.stop = sync.OnceValue(func() error {
			cancel()
			return <-stopped
		})
		t.now = p
		return nil
	}
}

// prepare starts the process, puts the fixture in place, and keeps a copy of what
// there is then.
func (t *Trial) prepare(ctx context.Context) (err error) {
	defer func() {
		if err != nil && t.now != nil {
			err = errors.Join(err, t.now.stop())
		}
	}()
	t.wind()
	switch {
	case t.opts.Furnish != nil:
		if err = t.startWith(ctx); err != nil {
			err = fmt.Errorf("what is to have happened: %w", err)
		}
	case t.opts.Fixture == nil:
		err = t.start()
	default:
		if err = t.startFurnished(ctx, t.opts.Fixture, t.Now()); err != nil {
			err = fmt.Errorf("the fixture: %w", err)
		}
		t.wind()
	}
	if err != nil || t.opts.Keep {
		return err
	}
	if err := t.now.stop(); err != nil {
		return err
	}
	if t.begun, err = take(t.opts.Serve.Dir); err != nil {
		return fmt.Errorf("making a copy to go back to: %w", err)
	}
	return t.start()
}

// startFurnished starts the process in the time of the fixture's first chat, and
// brings it to a beginning.
func (t *Trial) startFurnished(ctx context.Context, files fs.FS, begin time.Time) error {
	f, err := readFixture(files)
	if err != nil {
		return err
	}
	before, err := f.before()
	if err != nil {
		return err
	}
	t.opts.Serve.Clock.Set(begin.Add(-before-time.Hour), true)
	if err := t.start(); err != nil {
		return err
	}
	return t.furnish(ctx, f, files, begin)
}

// startWith starts the process in the time in which Furnish begins, and winds the
// clock to the beginning after it.
func (t *Trial) startWith(ctx context.Context) error {
	begin := t.Now()
	if t.opts.Fixture == nil {
		t.opts.Serve.Clock.Set(t.opts.From, true)
		if err := t.start(); err != nil {
			return err
		}
	} else if err := t.startFurnished(ctx, t.opts.Fixture, t.opts.From); err != nil {
		return err
	}
	more, err := t.opts.Furnish(ctx, t)
	if err != nil {
		return err
	}
	f := t.Furnished()
	f.Agents, f.Customers = append(slices.Clone(f.Agents), more.Agents...), append(slices.Clone(f.Customers), more.Customers...)
	f.Flows = maps.Clone(f.Flows)
	if f.Flows == nil {
		f.Flows = map[string]string{}
	}
	maps.Copy(f.Flows, more.Flows)
	t.furnished = f
	if t.opts.Begin.IsZero() {
		begin = t.opts.Serve.Clock.Wall()
	}
	if err := t.MoveTo(ctx, begin); err != nil {
		return fmt.Errorf("it ends at %s, after the beginning at %s: give a later --clock", t.Now().Format(time.RFC3339), begin.UTC().Format(time.RFC3339))
	}
	t.wind()
	return nil
}

// ErrKept says that there is nothing to go back to.
var ErrKept = errors.New("what --data keeps is not thrown away: leave --data out to try with reset")

// Reset puts everything back to how it was after the start: the data, the clock,
// no faults, the rules that held at first. Requests that come meanwhile wait; sockets are cut off.
//
// Errors: ErrKept.
func (t *Trial) Reset(context.Context) error {
	if t.begun == nil {
		return ErrKept
	}
	t.change.Lock()
	defer t.change.Unlock()
	t.faults.Clear("")
	t.gate.Lock()
	defer t.gate.Unlock()
	t.now.Cut()
	if err := t.now.stop(); err != nil {
		return err
	}
	if err := t.begun.restore(t.opts.Serve.Dir); err != nil {
		return err
	}
	t.wind()
	t.faults.forget()
	t.BeStrict(t.opts.Strict)
	t.judge.Forget()
	return t.start()
}

// wind sets the clock to where it begins.
func (t *Trial) wind() {
	if t.opts.Begin.IsZero() {
		t.opts.Serve.Clock.Follow()
	} else {
		t.opts.Serve.Clock.Set(t.opts.Begin, t.opts.Stand)
	}
}
