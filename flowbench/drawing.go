package flowbench

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/perch-chat/perch/flow"
)

// box is an action as it is drawn: a head, its parameters, and a row for each of
// its branches.
type box struct {
	id, kind string
	start    bool
	lines    []string // parameters
	outs     []arrow
	x, y     int
	fixed    bool // the console has put it where it is
}

// arrow is a branch: what it says, and to which box it leads.
type arrow struct {
	label string
	error bool
	to    *box    // nil where it leads nowhere
	via   []*slot // where it passes between boxes, from left to right
}

// Sizes in pixels.
const (
	boxWidth   = 240
	headHeight = 40
	lineHeight = 18
	gapX       = 90 // between columns: there arrows turn
	gapY       = 28
)

func (b *box) height() int { return headHeight + lineHeight*(len(b.lines)+len(b.outs)) + 10 }

// outY is the middle of the row of a branch.
func (b *box) outY(i int) int {
	return b.y + headHeight + lineHeight*(len(b.lines)+i) + lineHeight/2 + 4
}

// inY is where arrows come in.
func (b *box) inY() int { return b.y + headHeight/2 }

// drawnFlow is what a drawing shows of a flow. It is read with less care than
// flow.Parse has, so that a flow with faults can be looked at too.
type drawnFlow struct {
	StartAction string
	Metadata    struct {
		EntryPointPosition json.RawMessage `json:"entryPointPosition"`
		ActionMetadata     map[string]struct {
			Position *struct{ X, Y float64 } `json:"position"`
		}
	}
	Actions []drawnAction
}

type drawnAction struct {
	Identifier, Type string
	Parameters       map[string]json.RawMessage
	Transitions      struct {
		NextAction string
		Errors     []struct{ ErrorType, NextAction string }
		Conditions []struct {
			NextAction string
			Condition  struct {
				Operator string
				Operands []any
			}
		}
	}
}

// maxDrawn is how many actions are drawn; more than a flow may have.
const maxDrawn = 1000

// boxes reads what is to be drawn.
func (s Source) boxes() ([]*box, error) {
	var f drawnFlow
	if err := json.Unmarshal(s.Text, &f); err != nil && len(f.Actions) == 0 {
		return nil, fmt.Errorf("this is no flow: %w", err)
	}
	if len(f.Actions) == 0 {
		return nil, errors.New("this is no flow: it has no Actions")
	}
	if len(f.Actions) > maxDrawn {
		return nil, fmt.Errorf("the flow has %d actions; at most %d are drawn", len(f.Actions), maxDrawn)
	}
	var all []*box
	byID := map[string]*box{}
	for _, a := range f.Actions {
		b := &box{id: a.Identifier, kind: a.Type, lines: parameterLines(a.Parameters)}
		if at := f.Metadata.ActionMetadata[a.Identifier].Position; at != nil {
			const far = 1e6 // nobody has drawn as far as that
			b.x, b.y, b.fixed = int(max(-far, min(at.X, far))), int(max(-far, min(at.Y, far))), true
		}
		all = append(all, b)
		if byID[b.id] == nil {
			byID[b.id] = b
		}
	}
	if start := byID[f.StartAction]; start != nil {
		start.start = true
	}
	for i, a := range f.Actions {
		all[i].outs = a.arrows(byID)
	}
	return all, nil
}

func (a drawnAction) arrows(byID map[string]*box) []arrow {
	var out []arrow
	for _, c := range a.Transitions.Conditions {
		var operands []string
		for _, o := range c.Condition.Operands {
			operands = append(operands, fmt.Sprint(o))
		}
		out = append(out, arrow{label: strings.TrimSpace(sign(c.Condition.Operator) + " " + strings.Join(operands, ", ")), to: byID[c.NextAction]})
	}
	if next := a.Transitions.NextAction; next != "" && (len(out) == 0 || a.Type != "Wait") {
		label := "Success"
		if len(out) > 0 {
			label = "Otherwise"
		}
		out = append(out, arrow{label: label, to: byID[next]})
	}
	for _, e := range a.Transitions.Errors {
		out = append(out, arrow{label: e.ErrorType, error: e.ErrorType != flow.NoMatchingCondition, to: byID[e.NextAction]})
	}
	return out
}

// sign is an operator, shorter.
func sign(operator string) string {
	if s, ok := map[string]string{"Equals": "=", "NumberGreaterThan": ">", "NumberGreaterOrEqualTo": "≥", "NumberLessThan": "<",
		"NumberLessOrEqualTo": "≤", "TextStartsWith": "starts with", "TextEndsWith": "ends with", "TextContains": "contains"}[operator]; ok {
		return s
	}
	return operator
}

// parameterLines are the parameters that there is room for.
func parameterLines(all map[string]json.RawMessage) []string {
	const most = 3
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		text := string(all[name])
		var plain string
		if json.Unmarshal(all[name], &plain) == nil {
			text = plain
		}
		lines = append(lines, name+": "+strings.Join(strings.Fields(text), " "))
	}
	if len(lines) > most {
		lines = append(lines[:most-1], fmt.Sprintf("and %d more", len(lines)-most+1))
	}
	return lines
}
