package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/perch-chat/perch/api"
)

type opsCommand struct {
	JSON bool `help:"Print a list of JSON objects, for scripts."`
}

// Run prints all operations of the two services, with what is not there yet.
func (o *opsCommand) Run() error {
	if !o.JSON {
		return printOps(os.Stdout, api.Covered())
	}
	e := json.NewEncoder(os.Stdout)
	e.SetIndent("", "  ")
	return e.Encode(api.Covered())
}

func printOps(w io.Writer, all []api.Coverage) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "SERVICE\tOPERATION\tMETHOD\tPATH\tSTATE\tAUTH")
	answered := 0
	for _, c := range all {
		state := "not yet"
		if c.Answered {
			state = "answered"
			answered++
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", c.Service, c.Operation, c.Method, c.Path, state, c.Auth)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%d of %d operations are answered.\n", answered, len(all))
	return err
}
