package bus

import (
	"context"
	"log/slog"
	"slices"
	"time"
)

// Polled is the bus of a process that shares its store with others, whose rings
// it does not hear: it looks at the versions of what is watched now and then,
// and rings where they have moved on. Whispers stay within the process.
type Polled struct {
	Memory
	// Every is how often it looks, and so how late a ring of another process's is.
	Every time.Duration
	// Read finds the versions that topics have reached. It may leave out
	// topics that have none.
	Read func(ctx context.Context, topics []string) (map[string]int64, error)
	Log  *slog.Logger
}

// Run looks at what is watched until ctx is done.
func (p *Polled) Run(ctx context.Context) error {
	tick := time.NewTicker(p.Every)
	defer tick.Stop()
	known := map[string]int64{}
	failing := false
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		topics := p.watched()
		found, err := p.Read(ctx, topics)
		if err != nil {
			if !failing && ctx.Err() == nil {
				p.Log.ErrorContext(ctx, "what other processes have written cannot be read: sockets wait, and it is tried again", "error", err)
			}
			failing = true
			continue
		}
		failing = false
		for topic, at := range found {
			if known[topic] != at {
				p.Ring(topic, at, nil)
			}
		}
		known = found // and nothing of topics that nobody watches any more
	}
}

func (m *Memory) watched() []string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	topics := make([]string, 0, len(m.watchers))
	for topic := range m.watchers {
		topics = append(topics, topic)
	}
	slices.Sort(topics)
	return topics
}
