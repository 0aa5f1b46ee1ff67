package serve

import (
	"context"
	"fmt"
	"time"
)

// mover moves a process's clock, for perch try alone: nothing in a process that
// serves asks for it.
type mover struct {
	*parts
	o Options
}

// settle waits until nothing is due by what the clock shows: flows have gone as
// far as they can, calls outside have been answered, and what can be offered is.
func (m mover) settle(ctx context.Context) error {
	for {
		busy := false
		for _, quiet := range []func(context.Context) (bool, error){m.flows.Idle, m.schedule.Quiet, m.router.Quiet} {
			b, err := quiet(ctx)
			if err != nil {
				return fmt.Errorf("what is due by %s is not done: %w", m.o.Clock.Now().UTC().Format(time.RFC3339), err)
			}
			busy = busy || b
		}
		if !busy {
			return nil
		}
	}
}

// move has the clock show a time, after it has shown each time before at which
// something was due, so that everything happens at its own time and in its order.
// What takes real time, such as a call outside, is waited for. Until move returns
// the clock stands; then it goes on, or stands on if it did.
func (m mover) move(ctx context.Context, to time.Time) error {
	c := m.o.Clock
	stood := c.Stands()
	c.Set(c.Now(), true)
	defer func() { c.Set(c.Now(), stood) }()
	for {
		if err := m.settle(ctx); err != nil {
			return err
		}
		next, found, err := m.schedule.Next(ctx)
		if err != nil {
			return err
		}
		if !found || next.After(to) {
			break
		}
		c.Set(next, true)
	}
	if to.After(c.Now()) {
		c.Set(to, true)
	}
	return m.settle(ctx)
}
