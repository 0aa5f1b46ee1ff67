package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/perch-chat/perch/flow"
	"github.com/perch-chat/perch/flowbench"
)

type runFlow struct {
	typeOfFlow
	File      string            `arg:"" help:"File with the flow."`
	Script    string            `env:"-" placeholder:"FILE" help:"What the customer writes and what happens, a line each. By default it is typed, or piped in."`
	Attribute map[string]string `env:"-" mapsep:"none" placeholder:"NAME=TEXT" help:"Attribute of the contact; may be repeated, as most of these can."`
	Value     map[string]string `env:"-" mapsep:"none" placeholder:"REFERENCE=TEXT" help:"What another reference leads to, such as $.Queue.Name=Sales."`
	Lambda    map[string]string `env:"-" mapsep:"none" placeholder:"NAME=JSON" help:"What a function answers, by name or ARN; error for one that fails."`
	Hours     string            `env:"-" enum:"open,closed,ask" default:"ask" help:"Whether it is within the hours of operation: open, closed, or ask."`
	Metric    map[string]string `env:"-" mapsep:"none" placeholder:"TYPE=NUMBER" help:"A figure that the flow checks, such as NumberOfAgentsStaffed=0."`
	QueueFull bool              `env:"-" help:"The queue takes nobody any more."`
	Intent    []string          `env:"-" sep:"none" placeholder:"NAME" help:"What the bot understands, one for each time it is asked; NAME=JSON gives what is at $.Lex as well."`
	View      []string          `env:"-" sep:"none" placeholder:"ACTION" help:"What is chosen in a view, one for each view; ACTION=JSON gives what is entered as well."`
	SignIn    string            `env:"-" enum:"in,declined,failed,ask" default:"ask" help:"What comes of signing in: in, declined, failed, or ask."`
	Fail      map[string]string `env:"-" mapsep:"none" placeholder:"ACTION=ERROR" help:"Have an action fail, by its identifier."`
	Module    map[string]string `env:"-" mapsep:"none" placeholder:"ID=FILE" help:"A module that the flow calls, by id or ARN; * is any."`
	Flow      map[string]string `env:"-" mapsep:"none" placeholder:"ID=FILE" help:"A flow to which the flow goes over, by id or ARN; * is any."`
	Seed      string            `env:"-" default:"1" help:"Seed of what is drawn by lot: the same seed draws the same."`
	JSON      bool              `env:"-" help:"Print one JSON object for each thing that happens."`
}

// Run plays the flow.
func (r *runFlow) Run() error {
	next := terminal(os.Stdin, os.Stderr, r.JSON)
	if r.Script != "" {
		text, err := os.Open(r.Script)
		if err != nil {
			return err
		}
		defer text.Close() //nolint:errcheck // it is only read
		next = flowbench.Script(text)
	}
	return r.play(os.Stdout, next)
}

func (r *runFlow) play(w io.Writer, next func(string) (string, bool)) error {
	stage, err := r.stage()
	if err != nil {
		return err
	}
	var failed error
	stage.Next = next
	stage.Show = func(e flowbench.Record) {
		if err := r.show(w, e); err != nil && failed == nil {
			failed = err
		}
	}
	flowbench.Play(stage)
	return failed
}

func (r *runFlow) stage() (flowbench.Stage, error) {
	s := flowbench.Stage{Attributes: r.Attribute, Values: r.Value, Lambda: r.Lambda, Metrics: r.Metric, QueueFull: r.QueueFull,
		Intents: r.Intent, Views: r.View, Fail: r.Fail, Seed: r.Seed, Flows: map[string]*flow.Program{}, Modules: map[string]*flow.Program{}}
	if r.Hours != "ask" {
		s.Hours = r.Hours
	}
	if r.SignIn != "ask" {
		s.SignIn = r.SignIn
	}
	as, err := r.as()
	if err != nil {
		return s, err
	}
	for name, text := range r.Value {
		if ref, ok := flow.ParseReference(name); !ok || ref.String() != name {
			return s, fmt.Errorf("--value %s=%s: the name must be a reference such as $.Queue.Name", name, text)
		}
	}
	for name, text := range r.Lambda {
		if text != "error" && !json.Valid([]byte(text)) {
			return s, fmt.Errorf("--lambda %s: %q is neither JSON nor error", name, text)
		}
	}
	if s.Flow, err = program(r.File, as); err != nil {
		return s, err
	}
	return s, errors.Join(programs(s.Flows, r.Flow, ""), programs(s.Modules, r.Module, flow.TypeModule))
}

func programs(into map[string]*flow.Program, files map[string]string, as flow.Type) error {
	for id, file := range files {
		p, err := program(file, as)
		if err != nil {
			return err
		}
		into[id] = p
	}
	return nil
}

// program reads a flow that can be played; its problems are the error.
func program(file string, as flow.Type) (*flow.Program, error) {
	source, err := readFlow(file)
	if err != nil {
		return nil, err
	}
	report := source.Check(as)
	p, problems := flow.ParseAs(source.Text, report.Type)
	if len(problems) == 0 {
		return p, nil
	}
	var b strings.Builder
	if err := checked(file, source, report).print(&b); err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("the flow cannot be played:\n%s", strings.TrimSpace(b.String()))
}

func (r *runFlow) show(w io.Writer, e flowbench.Record) error {
	if r.JSON {
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		return encoder.Encode(e)
	}
	line := e.String()
	if line == "" {
		return nil
	}
	_, err := fmt.Fprintln(w, line)
	return err
}

// terminal reads what is typed. Where somebody sits there, they are asked, and
// an empty line lets things pass; what is piped in is a script.
func terminal(in *os.File, ask io.Writer, quiet bool) func(string) (string, bool) {
	stat, err := in.Stat()
	if err != nil || stat.Mode()&os.ModeCharDevice == 0 {
		return flowbench.Script(in)
	}
	lines := bufio.NewScanner(in)
	return func(question string) (string, bool) {
		if !quiet {
			fmt.Fprint(ask, question+"> ")
		}
		if !lines.Scan() {
			return "", false
		}
		if line := strings.TrimSpace(lines.Text()); line != "" {
			return line, true
		}
		return "/pass", true
	}
}
