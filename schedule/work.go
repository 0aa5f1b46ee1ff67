package schedule

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

const (
	// maxAttempts is how often a row is tried, over about twenty minutes.
	maxAttempts = 12
	// firstDelay doubles with each attempt, up to maxDelay.
	firstDelay = time.Second
	maxDelay   = 5 * time.Minute
)

// work has one row handled and sees to what becomes of it. stopping is done when
// perch is stopping, working when handlers have to give up because of that.
func (s *Schedule) work(stopping, working context.Context, d perch.Due) result {
	handler, ok := s.opts.Handlers[d.Kind]
	if !ok {
		return s.bury(stopping, d, "work of a kind that this perch does not know is given up: "+
			"stop perch, run the statement under revive on its database, and start the version that wrote the work", nil)
	}
	err := s.handle(working, handler, d)
	switch {
	case err == nil, s.opts.Done(err):
		return result{due: d}
	case stopping.Err() != nil: // stays as it is, for the next start
		return result{due: d}
	case d.Attempts+1 >= maxAttempts:
		return s.bury(stopping, d, "work is given up after its last attempt: "+
			"see to the cause, stop perch, run the statement under revive on its database, and start it again", err)
	}
	return s.putOff(stopping, d, err)
}

// handle calls a handler; a panic is an error like any other.
func (s *Schedule) handle(ctx context.Context, handler Handler, d perch.Due) (err error) {
	ctx, cancel := context.WithTimeout(ctx, handleWithin)
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			s.opts.Log.ErrorContext(ctx, "a handler of due work panicked: report this with its stack",
				"kind", d.Kind, "session", d.Session, "panic", r, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return handler(ctx, d)
}

// delay is how long a row rests after so many attempts before the one that has
// just failed: 1 s, 2 s, 4 s ... 5 min.
func delay(attempts int) time.Duration {
	d := firstDelay
	for range attempts {
		d = min(2*d, maxDelay)
	}
	return d
}

// putOff moves a row that failed to a later time.
func (s *Schedule) putOff(ctx context.Context, d perch.Due, cause error) result {
	at := s.opts.Clock.Now().Add(delay(d.Attempts))
	s.opts.Log.WarnContext(ctx, "due work failed and will be tried again",
		"kind", d.Kind, "session", d.Session, "contact", d.Contact, "attempt", d.Attempts+1, "at", at, "error", cause)
	return s.mark(ctx, d, at, false)
}

// bury leaves a row for an operator to see; it is not tried again.
func (s *Schedule) bury(ctx context.Context, d perch.Due, message string, cause error) result {
	s.opts.Log.ErrorContext(ctx, message, "kind", d.Kind, "session", d.Session, "contact", d.Contact, "key", d.Key,
		"attempts", d.Attempts+1, "error", cause, "revive", revival(d))
	return s.mark(ctx, d, d.At, true)
}

// revival is the statement by which an operator has a dead row tried again. It
// is of no use to anybody but the reader of a log.
func revival(d perch.Due) string {
	quote := func(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
	return fmt.Sprintf("UPDATE due SET dead = 0, attempts = 0 WHERE session = %s AND kind = %s AND name = %s",
		quote(string(d.Session)), quote(d.Kind), quote(d.Key))
}

// mark writes down what became of a row. A worker that cannot even do that rests
// in place, with the row in hand, so that the row is not tried over and over.
func (s *Schedule) mark(ctx context.Context, d perch.Due, at time.Time, dead bool) result {
	err := s.opts.Store.Commit(store.Turn{Session: d.Session, Writes: []store.Write{store.PutOffDue(d, at, dead)}})
	if err == nil {
		if dead {
			return result{due: d}
		}
		return result{due: d, again: at}
	}
	if ctx.Err() == nil {
		s.opts.Log.ErrorContext(ctx, "failed work could not be put off", "kind", d.Kind, "session", d.Session, "error", err)
	}
	select {
	case <-ctx.Done():
	case <-time.After(delay(d.Attempts)):
	}
	return result{due: d, again: s.opts.Clock.Now()}
}
