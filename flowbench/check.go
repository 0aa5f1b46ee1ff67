package flowbench

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/perch-chat/perch/flow"
)

// Report is what a check has found.
type Report struct {
	// Type is the type as which the flow was checked; empty where nothing says
	// what it is and none fits.
	Type flow.Type
	// Fits are the types of flow as which it could be kept.
	Fits []flow.Type
	// Problems are all faults; none means that the flow can be used.
	Problems []Problem
}

// Problem is a fault and where it is in the file, from line 1, column 1.
type Problem struct {
	Line, Column int
	flow.Problem
}

// Types are all types that a flow can have, and the one of modules.
func Types() []flow.Type {
	return []flow.Type{flow.TypeInbound, flow.TypeCustomerQueue, flow.TypeCustomerHold, flow.TypeCustomerWhisper, flow.TypeAgentHold,
		flow.TypeAgentWhisper, flow.TypeOutboundWhisper, flow.TypeAgentTransfer, flow.TypeQueueTransfer, flow.TypeCampaign, flow.TypeModule}
}

// Check holds a flow against the language. as is the type that it must have;
// empty means the one that the file gives, or any.
func (s Source) Check(as flow.Type) Report {
	r := Report{Type: as}
	if as == "" {
		r.Type = s.Type
	}
	fewest := []flow.Problem(nil)
	for _, t := range Types() {
		_, problems := flow.ParseAs(s.Text, t)
		if len(problems) == 0 {
			r.Fits = append(r.Fits, t)
		}
		if fewest == nil || len(problems) < len(fewest) {
			fewest = problems
		}
	}
	var found []flow.Problem
	switch {
	case r.Type != "":
		_, found = flow.ParseAs(s.Text, r.Type)
	case len(r.Fits) == 0:
		if _, found = flow.Parse(s.Text); len(found) == 0 {
			found = append([]flow.Problem{{Message: "fits no type of flow; these are the faults as the one it comes nearest to"}}, fewest...)
		}
	default:
		r.Type = r.Fits[0]
	}
	r.Problems = s.located(found)
	return r
}

func (s Source) located(found []flow.Problem) []Problem {
	tree, valid := indexed(s.Text)
	if !valid {
		return []Problem{s.broken()}
	}
	var out []Problem
	if old, ok := s.olderExport(tree); ok {
		return []Problem{old}
	}
	for _, p := range found {
		line, column := s.position(tree.place(p.Field).start)
		out = append(out, Problem{line, column, p})
	}
	slices.SortStableFunc(out, func(a, b Problem) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column)) })
	return out
}

// broken says where a text stops being JSON.
func (s Source) broken() Problem {
	err := json.Unmarshal(s.Text, new(any))
	offset := 0
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		offset = int(syntax.Offset) - 1
		if strings.Contains(err.Error(), "unexpected end") {
			offset++
		}
	}
	line, column := s.position(offset)
	return Problem{line, column, flow.Problem{Message: fmt.Sprintf("is not JSON: %v", err)}}
}

// olderExport knows the files that the console wrote before it exported flows in
// the Flow language.
func (s Source) olderExport(tree *node) (Problem, bool) {
	modules, old := tree.member("modules")
	if _, new := tree.member("Actions"); !old || new {
		return Problem{}, false
	}
	line, column := s.position(modules.start)
	return Problem{line, column, flow.Problem{Field: "modules",
		Message: "is the console's older form of export, which is not the Flow language: take what describe-contact-flow gives, or import it into the console and export it again"}}, true
}
