package trial

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"
)

// ErrBackward says that time runs forward only.
var ErrBackward = errors.New("time runs forward only: POST /try/reset goes back to the beginning")

// Now is what the clock shows.
func (t *Trial) Now() time.Time { return t.opts.Serve.Clock.Now().UTC() }

// MoveTo sets the clock forward. When it returns, everything that was due by
// then has happened, each at its own time: timers, expiry, offers that nobody
// took, flows and what they set off. Calls of functions and bots are waited for.
//
// Errors: ErrBackward; that of ctx where it is done first, with the clock where
// it has come to.
func (t *Trial) MoveTo(ctx context.Context, to time.Time) error {
	if to.Before(t.Now().Add(-time.Millisecond)) {
		return ErrBackward
	}
	return t.move(ctx, to)
}

// move sets the clock to a time that was not past when it was asked for. A clock
// that runs, or that somebody else moves, may be there already when the turn comes.
func (t *Trial) move(ctx context.Context, to time.Time) error {
	t.change.Lock()
	defer t.change.Unlock()
	if now := t.Now(); to.Before(now) {
		to = now
	}
	return t.Started().Move(ctx, to)
}

// Advance sets the clock forward by a time, see MoveTo. By nothing, it waits until
// nothing is due.
func (t *Trial) Advance(ctx context.Context, by time.Duration) error {
	if by < 0 {
		return ErrBackward
	}
	return t.move(ctx, t.Now().Add(by))
}

// Next is when the next thing is due, if anything is: the next time at which
// MoveTo would stop.
func (t *Trial) Next(ctx context.Context) (at time.Time, found bool, err error) {
	return t.Started().Next(ctx)
}

// Stand has the clock show the same until it is moved, or go on.
func (t *Trial) Stand(stand bool) {
	t.change.Lock()
	defer t.change.Unlock()
	t.opts.Serve.Clock.Set(t.opts.Serve.Clock.Now(), stand)
}

// Stands tells whether the clock shows the same until it is moved.
func (t *Trial) Stands() bool { return t.opts.Serve.Clock.Stands() }

// Duration reads a time span as Go writes it, with days before: 25h, 30d, 1d12h.
func Duration(s string) (time.Duration, error) {
	days, rest, found := strings.Cut(s, "d")
	if !found {
		return time.ParseDuration(s)
	}
	n, err := strconv.Atoi(days)
	if err != nil {
		return 0, errors.New("a time span is like 25h, 90s or 30d, not " + strconv.Quote(s))
	}
	d := time.Duration(n) * 24 * time.Hour
	if rest == "" {
		return d, nil
	}
	more, err := time.ParseDuration(rest)
	if n < 0 {
		more = -more
	}
	return d + more, err
}
