package story

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/perch-chat/perch/serve"
	"github.com/perch-chat/perch/trial"
)

// ground is what stories can share a perch by, one after the other.
type ground struct {
	fixture, functions string // files, or names
	begins             time.Time
}

func (s *Story) ground() ground {
	g := ground{fixture: s.Fixture, begins: s.begins()}
	if s.Fixture != "" {
		if stat, err := os.Stat(s.beside(s.Fixture)); err == nil && stat.IsDir() {
			g.fixture = s.beside(s.Fixture)
		}
	}
	if s.Functions != "" {
		g.functions = s.beside(s.Functions)
	}
	return g
}

// house is a perch that runs, with stories played in it one after the other.
type house struct {
	*trial.Trial
	ground ground
	stop   func() error
	used   bool
}

// open starts a perch in a directory of its own, which goes with it.
func open(ctx context.Context, g ground) (_ *house, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "perch-story-")
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	o := trial.Options{Begin: g.begins, Stand: true, Serve: serve.Options{Dir: dir, Listener: listener, PublicURL: "http://" + listener.Addr().String(),
		Region: "us-east-1", Account: "000000000000", Demo: true, Log: slog.New(slog.DiscardHandler)}}
	if g.fixture != "" {
		if o.Fixture, err = trial.OpenFixture(g.fixture); err != nil {
			return nil, errors.Join(err, listener.Close(), os.RemoveAll(dir))
		}
	}
	if o.Serve.Outside, err = serve.Functions(g.functions); err != nil {
		return nil, errors.Join(err, listener.Close(), os.RemoveAll(dir))
	}
	h := &house{Trial: trial.New(o), ground: g}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ready, over := make(chan struct{}), make(chan error, 1)
	go func() { over <- h.Run(running, func(serve.Started) { close(ready) }) }()
	h.stop = func() error {
		cancel()
		return errors.Join(<-over, os.RemoveAll(dir))
	}
	select {
	case <-ready:
		return h, nil
	case err := <-over:
		over <- nil
		return nil, fmt.Errorf("perch does not start: %w", errors.Join(err, listener.Close(), h.stop()))
	}
}

// fresh puts a house back to how it was after its start.
func (h *house) fresh(ctx context.Context) error {
	if !h.used {
		h.used = true
		return nil
	}
	return h.Reset(ctx)
}
