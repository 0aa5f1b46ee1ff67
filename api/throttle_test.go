package api

import (
	"io"
	"log/slog"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/perch-chat/perch"
)

func newLog(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

// An instance gets no more than its burst and its rate, and what others do is
// of no matter to it.
func TestThrottleKeepsToItsRate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := Rate{PerSecond: rapid.Float64Range(0.1, 50).Draw(t, "rate"), Burst: rapid.IntRange(1, 20).Draw(t, "burst")}
		both := newThrottle(Limits{Operations: map[string]Rate{"SendMessage": r}})
		alone := newThrottle(Limits{Operations: map[string]Rate{"SendMessage": r}})
		began := time.Unix(1000, 0)
		now, passed := began, 0
		for _, step := range rapid.SliceOfN(rapid.IntRange(0, 2000), 1, 60).Draw(t, "milliseconds") {
			now = now.Add(time.Duration(step) * time.Millisecond)
			_ = both.allow("noisy", "participant:SendMessage", now)
			got, want := both.allow("quiet", "participant:SendMessage", now), alone.allow("quiet", "participant:SendMessage", now)
			if (got == nil) != (want == nil) {
				t.Fatal("another instance's calls are felt")
			}
			if got == nil {
				passed++
			} else if perch.KindOf(got) != perch.Throttled {
				t.Fatal(got)
			}
			if both.allow("quiet", "participant:SendEvent", now) != nil {
				t.Fatal("an operation without a rate is throttled")
			}
		}
		if most := float64(r.Burst) + r.PerSecond*now.Sub(began).Seconds() + 0.001; float64(passed) > most {
			t.Fatalf("%d calls passed, %g may", passed, most)
		}
	})
}

// A clock that jumps, forth or back, shuts nobody out for longer than a token takes.
func TestThrottleOutlivesAClockThatJumps(t *testing.T) {
	t.Parallel()
	for _, jump := range []time.Duration{time.Hour, -time.Hour} {
		l := newThrottle(Limits{Operations: map[string]Rate{"SendMessage": {PerSecond: 1, Burst: 1}}})
		now := time.Unix(100_000, 0)
		for range 2 {
			_ = l.allow("i", "participant:SendMessage", now)
		}
		now = now.Add(jump)
		_ = l.allow("i", "participant:SendMessage", now)
		if err := l.allow("i", "participant:SendMessage", now.Add(time.Second)); err != nil {
			t.Errorf("after a jump of %v: %v", jump, err)
		}
	}
}

func TestOneNameInTwoAPIsIsTwoRates(t *testing.T) {
	t.Parallel()
	l := newThrottle(Limits{Operations: map[string]Rate{"DescribeView": {PerSecond: 1, Burst: 1}}})
	now := time.Unix(1000, 0)
	for _, action := range []string{"connect:DescribeView", "participant:DescribeView"} {
		if err := l.allow("i", action, now); err != nil {
			t.Errorf("%s: %v", action, err)
		}
		if err := l.allow("i", action, now); err == nil {
			t.Errorf("%s has no rate", action)
		}
	}
}
