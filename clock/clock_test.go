package clock_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/perch-chat/perch/clock"
)

func TestClockGoesWithTheMachineUntilItIsSet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := clock.New()
		if !c.Now().Equal(time.Now()) {
			t.Errorf("shows %v at %v", c.Now(), time.Now())
		}
		at := time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)
		c.Set(at, false)
		time.Sleep(time.Minute)
		if got := c.Now().Sub(at); got != time.Minute {
			t.Errorf("a minute on it shows %v more", got)
		}
		c.Follow()
		if !c.Now().Equal(time.Now()) || !c.Wall().Equal(time.Now()) {
			t.Errorf("shows %v at %v", c.Now(), time.Now())
		}
	})
}

func TestClockThatStandsShowsTheSameUntilItIsSet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := clock.New()
		at := time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)
		c.Set(at, true)
		changed := c.Changed()
		time.Sleep(time.Hour)
		if !c.Now().Equal(at) || !c.Stands() {
			t.Errorf("shows %v", c.Now())
		}
		select {
		case <-changed:
			t.Error("told of a change that was none")
		default:
		}
		c.Set(at.Add(time.Second), false)
		<-changed
		if c.Stands() {
			t.Error("stands still")
		}
	})
}
