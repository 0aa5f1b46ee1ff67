package live

import (
	"testing"
	"time"

	"github.com/perch-chat/perch"
)

// One more recipient costs a place in a queue and nothing else: a frame is
// encoded once, and all sockets are handed the same bytes.
func TestOneMoreRecipientAllocatesNothing(t *testing.T) {
	e := perch.Entry{Number: 1, Kind: perch.KindMessage, Contact: "c", Audience: perch.ToAll, Time: time.UnixMilli(1), Participant: "p",
		Body: perch.Message{Who: perch.Who{Name: "Ada", Role: perch.Customer}, ContentType: "text/plain", Content: "hello"}}
	cost := func(recipients int) float64 {
		l := &tail{live: &Live{}, session: "s", gone: map[perch.ParticipantID]departure{}}
		for range recipients {
			s := &subscriber{socket: &socket{wake: make(chan struct{}, 1), queue: make([][]byte, 0, 1)}, role: perch.Agent, subscribed: true}
			l.open = append(l.open, s)
		}
		return testing.AllocsPerRun(100, func() {
			l.pass(t.Context(), e)
			frame := l.open[0].queue[0]
			for _, s := range l.open {
				if len(s.queue) != 1 || &s.queue[0][0] != &frame[0] {
					t.Fatal("a recipient has not been handed the frame")
				}
				s.queue = s.queue[:0]
			}
		})
	}
	if one, many := cost(1), cost(1000); one != many {
		t.Errorf("one recipient takes %v allocations, a thousand take %v", one, many)
	}
}
