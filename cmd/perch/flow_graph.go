package main

import (
	"os"
)

type graphFlow struct {
	File string `arg:"" help:"File with the flow; - reads what is piped in."`
	Out  string `env:"-" short:"o" placeholder:"FILE" help:"File to write. By default the picture is printed."`
}

// Run draws the flow.
func (g *graphFlow) Run() error {
	source, err := readFlow(g.File)
	if err != nil {
		return err
	}
	picture, err := source.SVG()
	if err != nil {
		return err
	}
	if g.Out == "" {
		_, err = os.Stdout.Write(picture)
		return err
	}
	return os.WriteFile(g.Out, picture, 0o644) //nolint:gosec // it is for everybody
}
