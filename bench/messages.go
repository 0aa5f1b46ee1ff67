package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// rush is what came of many who did something as fast as they could.
type rush struct {
	perSecond, p50, p99 float64
	cpu                 time.Duration // of the server, for each time it was done
}

// rush has every talk do something again and again, each after its answer.
func (r *run) rush(ctx context.Context, talks []*talk, do func(*talk, context.Context) error) (rush, error) {
	var mu sync.Mutex
	var all []time.Duration
	var failed error
	busy, err := r.cpu()
	if err != nil {
		return rush{}, err
	}
	began := time.Now()
	var wg sync.WaitGroup
	for _, t := range talks {
		wg.Go(func() {
			var own []time.Duration
			for time.Since(began) < r.Duration {
				at := time.Now()
				if err := do(t, ctx); err != nil {
					mu.Lock()
					failed = errors.Join(failed, err)
					mu.Unlock()
					return
				}
				own = append(own, time.Since(at))
			}
			mu.Lock()
			all = append(all, own...)
			mu.Unlock()
		})
	}
	wg.Wait()
	took := time.Since(began)
	after, err := r.cpu()
	if err = errors.Join(failed, err); err != nil || len(all) == 0 {
		return rush{}, errors.Join(err, ctx.Err())
	}
	out := rush{perSecond: float64(len(all)) / took.Seconds(), cpu: (after - busy) / time.Duration(len(all))}
	out.p50, out.p99 = percentiles(all)
	return out, nil
}

// messages measures durable messages, and beside them the control: the same
// request to the same handler of something that is not stored.
func (r *run) messages(ctx context.Context) error {
	for _, n := range r.Senders {
		var talks []*talk
		for range n {
			t, err := r.open(ctx, "")
			if err != nil {
				return err
			}
			talks = append(talks, t)
		}
		r.say("  %d senders, %v each for messages and for the control", n, r.Duration)
		control, err := r.rush(ctx, talks, (*talk).typing)
		if err != nil {
			return err
		}
		durable, err := r.rush(ctx, talks, (*talk).message)
		if err != nil {
			return err
		}
		who := fmt.Sprintf("%d senders", n)
		r.note("messages", who+", durable messages", durable.perSecond, "/s")
		r.note("messages", who+", p50", durable.p50, "ms")
		r.note("messages", who+", p99", durable.p99, "ms")
		r.note("messages", who+", control (typing, not stored)", control.perSecond, "/s")
		r.note("messages", who+", durable to control", durable.perSecond/control.perSecond, "")
		r.note("messages", who+", server's CPU for a message", float64(durable.cpu.Microseconds()), "µs")
		r.note("messages", who+", of it for durability", float64((durable.cpu - control.cpu).Microseconds()), "µs")
	}
	rss, err := r.rss()
	r.note("messages", "memory after them (RSS)", rss/1e6, "MB")
	return err
}

// pages measures GetTranscript of a chat and of the past behind it.
func (r *run) pages(ctx context.Context) error {
	past, err := r.open(ctx, "")
	if err != nil {
		return err
	}
	const items = 150 // more than any page
	for range items {
		if err := past.message(ctx); err != nil {
			return err
		}
	}
	if err := past.act(ctx, "disconnect", object{}, nil); err != nil {
		return err
	}
	present, err := r.open(ctx, past.contact)
	if err != nil {
		return err
	}
	for range items {
		if err := present.message(ctx); err != nil {
			return err
		}
	}
	next, err := present.past(ctx)
	if err != nil {
		return err
	}
	for _, size := range []int{15, 100} {
		for _, page := range []struct {
			what string
			body object
		}{{"the chat's own", object{"MaxResults": size}}, {"past", object{"MaxResults": size, "NextToken": next}}} {
			got, err := r.rush(ctx, []*talk{present}, func(t *talk, ctx context.Context) error { return t.act(ctx, "transcript", page.body, nil) })
			if err != nil {
				return err
			}
			r.note("pages", fmt.Sprintf("%d items, %s, p50", size, page.what), got.p50, "ms")
			r.note("pages", fmt.Sprintf("%d items, %s, p99", size, page.what), got.p99, "ms")
		}
	}
	return nil
}

// past is the token of the page with which the past begins.
func (t *talk) past(ctx context.Context) (string, error) {
	body := object{"MaxResults": 100}
	for {
		var page struct {
			Transcript []struct{ RelatedContactId string }
			NextToken  string
		}
		if err := t.act(ctx, "transcript", body, &page); err != nil {
			return "", err
		}
		if len(page.Transcript) > 0 && page.Transcript[0].RelatedContactId != "" {
			return body["NextToken"].(string), nil
		}
		if page.NextToken == "" {
			return "", errors.New("the chat has no past")
		}
		body["NextToken"] = page.NextToken
	}
}
