package story

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/perch-chat/perch/trial"
)

// Span is a time span, or a range of them out of which chance takes one.
type Span struct{ From, To time.Duration }

// UnmarshalText reads 90s, 30d, 1d12h, or 5s..20s.
func (s *Span) UnmarshalText(text []byte) (err error) {
	from, to, ranged := strings.Cut(string(text), "..")
	s.From, err = trial.Duration(from)
	s.To = s.From
	if err == nil && ranged {
		s.To, err = trial.Duration(to)
	}
	if err != nil || s.From < 0 || s.To < s.From {
		return fmt.Errorf("must be a time span such as 90s, 30d or 1d12h, or a range such as 5s..20s, not %q", text)
	}
	return nil
}

// Text describes it for the schema.
func (*Span) Text() string {
	return "a time span such as 90s, 30d or 1d12h, or a range such as 5s..20s, of which chance takes one"
}

// pick is a time of the span, in whole milliseconds.
func (s Span) pick(chance *rand.Rand) time.Duration {
	if s.To == s.From {
		return s.From
	}
	return s.From + time.Duration(chance.Int64N(int64((s.To-s.From)/time.Millisecond)+1))*time.Millisecond
}

func (s Span) String() string {
	if s.To == s.From {
		return s.From.String()
	}
	return s.From.String() + ".." + s.To.String()
}
