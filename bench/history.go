package bench

import (
	"context"
	"fmt"
	"time"
)

// startsTimed is how many starts are timed at each length of the past.
const startsTimed = 50

// starts measures how long a start takes that continues a chat with so many
// behind it. The chain is made through the API, chat by chat.
func (r *run) starts(ctx context.Context) error {
	source, made := "", 0
	for _, want := range r.Sessions {
		for ; made < want; made++ {
			t, err := r.ended(ctx, source)
			if err != nil {
				return err
			}
			if source = t.contact; (made+1)%1000 == 0 {
				r.say("  %d of %d past chats", made+1, r.Sessions[len(r.Sessions)-1])
			}
		}
		var all []time.Duration
		for range startsTimed {
			began := time.Now()
			if _, err := r.start(ctx, source); err != nil {
				return err
			}
			all = append(all, time.Since(began))
		}
		p50, p99 := percentiles(all)
		r.note("starts", fmt.Sprintf("persistent, after %d past chats, p50", want), p50, "ms")
		r.note("starts", fmt.Sprintf("persistent, after %d past chats, p99", want), p99, "ms")
	}
	return nil
}

// ended is a chat that is over.
func (r *run) ended(ctx context.Context, source string) (*talk, error) {
	t, err := r.open(ctx, source)
	if err != nil {
		return nil, err
	}
	return t, t.act(ctx, "disconnect", object{}, nil)
}
