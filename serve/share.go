package serve

import (
	"context"
	"log/slog"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/bus"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/store"
)

const (
	// listenEvery is how late the sockets of one process are with what came by
	// way of another.
	listenEvery = 500 * time.Millisecond
	// refreshEvery is how late a process is with settings changed elsewhere.
	refreshEvery = time.Second
)

// share prepares a process for others on the same database. It chooses the bus,
// where the caller has not, and gives the process's name among the others, which
// is empty where there can be none.
func (p *parts) share(o *Options, st *store.Store, settings *catalog.Catalog) (node string, err error) {
	if !st.Shared() {
		if o.Bus == nil {
			o.Bus = &bus.Memory{}
		}
		return "", nil
	}
	if node, err = perch.NewID(o.Rand); err != nil {
		return "", err
	}
	if o.Bus == nil {
		polled := &bus.Polled{Every: listenEvery, Log: o.Log, Read: func(ctx context.Context, topics []string) (map[string]int64, error) {
			return p.chats.Heads(ctx, topics)
		}}
		o.Bus = polled
		p.shared = append(p.shared, polled.Run)
	}
	p.shared = append(p.shared, func(ctx context.Context) error { return refresh(ctx, settings, o.Log) })
	return node, nil
}

// refresh sees to it that settings changed by other processes are seen.
func refresh(ctx context.Context, settings *catalog.Catalog, log *slog.Logger) error {
	tick := time.NewTicker(refreshEvery)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		err := settings.Refresh(ctx)
		if err != nil && !failing && ctx.Err() == nil {
			log.ErrorContext(ctx, "settings cannot be read: those changed by other processes are not seen; it is tried again each second", "error", err)
		}
		failing = err != nil
	}
}
