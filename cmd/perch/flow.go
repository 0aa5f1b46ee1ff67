package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/perch-chat/perch/flow"
	"github.com/perch-chat/perch/flowbench"
)

// flowCommand is perch flow. What its commands are told is about one flow, so
// none of it is a setting; only those of the log, which work on kept data, are.
type flowCommand struct {
	Check checkFlow `cmd:"" help:"Check flows, and say what is wrong and where."`
	Run   runFlow   `cmd:"" help:"Play a flow in the terminal, without a server."`
	Log   logFlow   `cmd:"" help:"Print what the flows of a contact have done, and why they went where they went."`
	Graph graphFlow `cmd:"" help:"Draw a flow as SVG."`
}

// typeOfFlow is the flag of the commands that read a flow.
type typeOfFlow struct {
	Type string `env:"-" placeholder:"TYPE" help:"Type of the flow, such as CONTACT_FLOW or CUSTOMER_QUEUE; MODULE is a module. By default what the file says, or any that fits."`
}

// as is the type that the flag names; empty where it names none.
func (t typeOfFlow) as() (flow.Type, error) {
	var names []string
	for _, each := range flowbench.Types() {
		if strings.EqualFold(string(each), t.Type) {
			return each, nil
		}
		names = append(names, string(each))
	}
	if t.Type != "" {
		return "", fmt.Errorf("%q is not a type of flow; there are %s", t.Type, strings.Join(names, ", "))
	}
	return "", nil
}

// readFlow reads a file, or for - what is piped in.
func readFlow(name string) (flowbench.Source, error) {
	var data []byte
	var err error
	if name == "-" {
		data, err = io.ReadAll(os.Stdin)
	} else {
		data, err = os.ReadFile(name)
	}
	return flowbench.Read(data), err
}

type checkFlow struct {
	typeOfFlow
	Files []string `arg:"" name:"file" help:"Files with a flow each: as the console exports it, or as describe-contact-flow prints it; - reads what is piped in."`
	JSON  bool     `env:"-" help:"Print one JSON object for each file."`
}

// checkedFile is what is printed of a file.
type checkedFile struct {
	File     string           `json:"file"`
	Name     string           `json:"name,omitempty"`
	Type     flow.Type        `json:"type,omitempty"`
	Fits     []flow.Type      `json:"fits"`
	Problems []checkedProblem `json:"problems"`
}

type checkedProblem struct {
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Action  string `json:"action,omitempty"`
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`
}

// Run checks the files; problems are an error.
func (c *checkFlow) Run() error { return c.run(os.Stdout) }

func (c *checkFlow) run(w io.Writer) error {
	as, err := c.as()
	if err != nil {
		return err
	}
	problems := 0
	for _, name := range c.Files {
		source, err := readFlow(name)
		if err != nil {
			return err
		}
		found := checked(name, source, source.Check(as))
		problems += len(found.Problems)
		if err := c.print(w, found); err != nil {
			return err
		}
	}
	if problems > 0 {
		return fmt.Errorf("%s", count(problems, "problem"))
	}
	return nil
}

func checked(name string, s flowbench.Source, r flowbench.Report) checkedFile {
	out := checkedFile{File: name, Name: s.Name, Type: r.Type, Fits: r.Fits, Problems: []checkedProblem{}}
	if out.Fits == nil {
		out.Fits = []flow.Type{}
	}
	for _, p := range r.Problems {
		out.Problems = append(out.Problems, checkedProblem{p.Line, p.Column, p.Action, p.Field, p.Message})
	}
	return out
}

func (c *checkFlow) print(w io.Writer, f checkedFile) error {
	if c.JSON {
		return json.NewEncoder(w).Encode(f)
	}
	return f.print(w)
}

func (f checkedFile) print(w io.Writer) error {
	for _, p := range f.Problems {
		fault := flow.Problem{Action: p.Action, Field: p.Field, Message: p.Message}
		if _, err := fmt.Fprintf(w, "%s:%d:%d: %s\n", f.File, p.Line, p.Column, fault); err != nil {
			return err
		}
	}
	if len(f.Problems) > 0 {
		return nil
	}
	var fits []string
	for _, t := range f.Fits {
		fits = append(fits, string(t))
	}
	_, err := fmt.Fprintf(w, "%s: no problems as %s; fits %s\n", f.File, f.Type, strings.Join(fits, ", "))
	return err
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
