package bus_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/perch-chat/perch/bus"
)

// A ring of another process's is heard with the next look, once, and only by who
// watches.
func TestWhatOthersHaveWrittenIsRung(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		var mu sync.Mutex
		versions := map[string]int64{"a": 3, "b": 7}
		var asked [][]string
		broken := error(nil)
		p := &bus.Polled{Every: time.Second, Log: slog.New(slog.NewTextHandler(&log, nil)),
			Read: func(_ context.Context, topics []string) (map[string]int64, error) {
				mu.Lock()
				defer mu.Unlock()
				asked = append(asked, topics)
				out := map[string]int64{}
				for _, topic := range topics {
					if v, ok := versions[topic]; ok {
						out[topic] = v
					}
				}
				return out, broken
			}}
		set := func(topic string, v int64, err error) {
			mu.Lock()
			defer mu.Unlock()
			versions[topic], broken = v, err
		}
		var heard []int64
		stop := p.Watch("a", func(s bus.Signal) { heard = append(heard, s.At) })
		defer p.Watch("none", func(bus.Signal) { t.Error("what has no version is rung") })()
		ctx, cancel := context.WithCancel(t.Context())
		over := make(chan error, 1)
		go func() { over <- p.Run(ctx) }()
		look := func(want ...int64) {
			t.Helper()
			<-time.After(time.Second)
			synctest.Wait()
			if !slices.Equal(heard, want) {
				t.Errorf("heard %v, want %v", heard, want)
			}
			heard = nil
		}
		<-time.After(100 * time.Millisecond) // a look comes between two checks
		look(3)
		look()
		set("a", 4, nil)
		look(4)
		set("a", 5, errors.New("away"))
		look()
		look()
		set("a", 5, nil)
		look(5)
		p.Ring("a", 6, nil) // one's own is heard at once
		look(6)
		stop()
		set("a", 9, nil)
		look()
		cancel()
		if err := <-over; err != nil {
			t.Error(err)
		}
		if n := strings.Count(log.String(), "away"); n != 1 {
			t.Errorf("two failures in a row are logged %d times", n)
		}
		if last := asked[len(asked)-1]; !slices.Equal(last, []string{"none"}) {
			t.Errorf("it looks at %v, of which nobody watches the first", last)
		}
	})
}
