package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/perch-chat/perch/bench"
)

// benchCommand is perch bench.
type benchCommand struct {
	database
	Only     []string      `arg:"" optional:"" name:"what" help:"Measure this alone: ready, delivery, messages, pages, starts, sockets, routing."`
	Dir      string        `type:"path" help:"Directory on the disk to measure; a new one in it is used and thrown away. By default the system's temporary one, which may be memory."`
	Duration time.Duration `default:"10s" help:"Time for each measurement that lasts as long as one likes."`
	Sessions []int         `default:"1,100,10000" help:"Past chats behind a persistent start, rising."`
	Sockets  int           `default:"10000" help:"Idle sockets to hold open."`
	Agents   int           `default:"1000" help:"Agents who become free at once."`
	Waiting  int           `default:"10000" help:"Contacts that wait for them."`
	Quick    bool          `help:"A few seconds in all: shows that it works, and measures little."`
	JSON     bool          `help:"Print JSON, for scripts."`
	Markdown bool          `help:"Print a table for a document."`
}

// Run measures this very program and prints the figures.
func (b *benchCommand) Run(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("finding this program: %w", err)
	}
	o := bench.Options{Program: self, Store: b.Store, Dir: b.Dir, Duration: b.Duration, Sessions: b.Sessions, Sockets: b.Sockets, Agents: b.Agents, Waiting: b.Waiting,
		Senders: []int{1, 64, 256}, Only: b.Only, Progress: os.Stderr}
	if b.Quick {
		o.Duration, o.Sessions, o.Sockets, o.Senders, o.Agents, o.Waiting = 200*time.Millisecond, []int{1, 5}, 20, []int{1, 8}, 5, 60
	}
	figures, err := bench.Run(ctx, o)
	if err != nil {
		return err
	}
	switch {
	case b.JSON:
		return json.NewEncoder(os.Stdout).Encode(figures)
	case b.Markdown:
		return bench.Markdown(os.Stdout, figures)
	}
	return bench.Table(os.Stdout, figures)
}
