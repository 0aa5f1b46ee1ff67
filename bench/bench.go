// Package bench measures a perch from outside: it starts one as a process of its
// own, on a data directory of its own, and is its clients, over HTTP and sockets
// as any other. So what it measures is what users get, the machine being shared
// with the load.
package bench

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"time"
)

// Options of a run.
type Options struct {
	Program  string        // the perch to measure
	Store    string        // URL of a PostgreSQL database; SQLite if empty
	Dir      string        // where the data directory is made: the disk is what is measured
	Duration time.Duration // of each measurement that takes as long as one likes
	Sessions []int         // past chats behind a persistent start, rising
	Sockets  int           // idle ones
	Senders  []int
	Agents   int       // who become free at once
	Waiting  int       // contacts that wait for them
	Only     []string  // names of measurements; all if empty
	Progress io.Writer // told what goes on
}

// Figure is one thing measured.
type Figure struct {
	Name  string // of the measurement it belongs to
	What  string
	Value float64
	Unit  string
}

// measurement is a row of the table of all there are.
type measurement struct {
	name string
	run  func(*run, context.Context) error
}

// Measurements are the names that Options.Only takes, in order.
func Measurements() []string {
	var out []string
	for _, m := range measurements() {
		out = append(out, m.name)
	}
	return out
}

func measurements() []measurement {
	return []measurement{
		{"ready", (*run).ready},
		{"delivery", (*run).delivery}, // before anybody else waits for an agent
		{"messages", (*run).messages},
		{"pages", (*run).pages},
		{"starts", (*run).starts},
		{"sockets", (*run).sockets},
		{"routing", (*run).routing}, // last: it leaves many chats offered
	}
}

// run is one run, and the perch that it measures.
type run struct {
	Options
	*server
	*client
	data    string // the data directory
	figures []Figure
}

func (r *run) note(name, what string, value float64, unit string) {
	r.figures = append(r.figures, Figure{name, what, value, unit})
}

func (r *run) say(format string, args ...any) { fmt.Fprintf(r.Progress, format+"\n", args...) }

// Run measures, and returns what it has found. The data directory is thrown away.
func Run(ctx context.Context, o Options) ([]Figure, error) {
	for _, name := range o.Only {
		if !slices.Contains(Measurements(), name) {
			return nil, fmt.Errorf("there is no measurement %q; there are %v", name, Measurements())
		}
	}
	dir, err := os.MkdirTemp(o.Dir, "perch-bench-")
	if err != nil {
		return nil, fmt.Errorf("making a data directory: %w", err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // it was ours
	if err := manyFiles(); err != nil {
		return nil, err
	}
	r := &run{Options: o, data: dir}
	if r.server, err = launch(ctx, o, dir); err != nil {
		return nil, err
	}
	defer r.server.kill()
	r.client = newClient(r.server)
	defer r.client.transport.CloseIdleConnections()
	for _, m := range measurements() {
		if len(o.Only) > 0 && !slices.Contains(o.Only, m.name) {
			continue
		}
		r.say("%s ...", m.name)
		if err := m.run(r, ctx); err != nil {
			return nil, fmt.Errorf("measuring %s: %w; the server says: %s", m.name, err, r.server.complaints())
		}
	}
	return r.figures, nil
}

func (r *run) ready(context.Context) error {
	r.note("ready", "from start to ready, on an empty directory", float64(r.took.Microseconds())/1000, "ms")
	rss, err := r.rss()
	r.note("ready", "memory when ready (RSS)", rss/1e6, "MB")
	return err
}

// percentiles of a number of durations, in milliseconds.
func percentiles(all []time.Duration) (p50, p99 float64) {
	if len(all) == 0 {
		return 0, 0
	}
	slices.Sort(all)
	at := func(share float64) float64 {
		return float64(all[int(share*float64(len(all)-1))].Microseconds()) / 1000
	}
	return at(0.5), at(0.99)
}
