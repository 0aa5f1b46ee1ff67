package schedule

import (
	"context"
	"time"

	"github.com/perch-chat/perch"
)

// lookAgain is how long Quiet waits for rows that their handlers have left behind,
// which are taken in the commit of something else.
const lookAgain = 5 * time.Millisecond

// asked is what Run knows of who waits for quiet.
type asked struct {
	answers []chan bool
	dealt   map[name]time.Time // the rows that have been in hand since, by when they were due
	behind  bool               // some of them are there still
}

// left reports whether a row is there after it has been in hand.
func (a *asked) left(d perch.Due) bool {
	at, dealt := a.dealt[nameOf(d)]
	dealt = dealt && at.Equal(d.At)
	a.behind = a.behind || dealt
	return dealt
}

// Quiet waits until nothing is due, and nothing in hand, by what the clock shows.
// It tells whether there was anything to do. Run must be running.
//
// Errors: that of ctx, when it is done first.
func (s *Schedule) Quiet(ctx context.Context) (busy bool, err error) {
	for {
		answer := make(chan bool, 1)
		select {
		case s.asks <- answer:
		case <-ctx.Done():
			return busy, ctx.Err()
		}
		select {
		case again := <-answer:
			if !again {
				return busy, nil
			}
			busy = true
		case <-ctx.Done():
			return busy, ctx.Err()
		}
	}
}

// Next is when the next row comes due after what the clock shows.
func (s *Schedule) Next(ctx context.Context) (at time.Time, found bool, err error) {
	return s.opts.Store.NextDue(ctx, *s.leases.share.Load(), s.opts.Clock.Now())
}

// ask notes that somebody waits for quiet. The rows are read, whatever is known
// of them.
func (s *Schedule) ask(answer chan bool) {
	s.asked.answers = append(s.asked.answers, answer)
	if s.asked.dealt == nil {
		s.asked.dealt = map[name]time.Time{}
	}
	s.next = time.Time{}
}

// note remembers what has been in hand since somebody asked, and has the rows
// read again: a handler may have set another.
func (s *Schedule) note(d perch.Due) {
	if len(s.asked.answers) > 0 {
		s.asked.dealt[nameOf(d)] = d.At
		s.next = time.Time{}
	}
}

// answer tells those who wait for quiet that there is nothing more to do, and
// whether there was. Rows left behind are for the next time, a little later.
func (s *Schedule) answer() {
	if len(s.asked.answers) == 0 || len(s.known) > 0 || s.failing || !s.opts.Clock.Now().Before(s.next) {
		return
	}
	done := s.asked
	s.asked = asked{}
	tell := func() {
		for _, a := range done.answers {
			a <- len(done.dealt) > 0
		}
	}
	if done.behind {
		time.AfterFunc(lookAgain, tell)
		return
	}
	tell()
}
