package flowbench

import (
	"fmt"
	"time"

	"github.com/perch-chat/perch/flow"
)

// Record is one thing that happens in a play.
type Record struct {
	// Seconds is how long the chat has lasted, by the play's own clock.
	Seconds int `json:"seconds"`
	// Kind is action, effect, outcome, customer, time, branch or end.
	Kind   string `json:"kind"`
	Flow   string `json:"flow,omitempty"`
	Action string `json:"action,omitempty"`
	Type   string `json:"type,omitempty"` // of the action
	// Effect is the name of what the action wants done, and Detail all of it.
	Effect string `json:"effect,omitempty"`
	Detail any    `json:"detail,omitempty"`
	Error  string `json:"error,omitempty"`
	Result string `json:"result,omitempty"`
	// Way is a flow.Way, and Next where it leads.
	Way  flow.Way `json:"way,omitempty"`
	Next string   `json:"next,omitempty"`
	// Text says it in words.
	Text string `json:"text"`
}

// String is the record as a line to read; empty for a success of which there is
// no more to say.
func (r Record) String() string {
	text := r.Text
	switch r.Kind {
	case "action":
		text = r.Action + "  " + r.Type
		if r.Flow != mainFlow {
			text += "  (in " + r.Flow + ")"
		}
	case "effect":
		text = "  " + r.Text
	case "outcome":
		if r.Error == "" && r.Text == said(flow.Outcome{}) {
			return ""
		}
		text = "  = " + r.Text
	case "branch":
		text = "  -> " + r.Next + "  (" + r.Text + ")"
		if r.Next == "" {
			text = "  -> " + r.Text
		}
	case "customer":
		text = "  customer: " + r.Text
	case "time":
		text = "  ... " + r.Text
	case "end":
		text = "= " + r.Text
	}
	return fmt.Sprintf("%8s  %s", time.Duration(r.Seconds)*time.Second, text)
}
