package flow

import "strings"

// Problem is one fault of a flow's text. Parse reports all faults it can see,
// so that an author mends a flow in one go.
type Problem struct {
	// Action identifies the action at fault; empty when it is the flow itself,
	// or an action without a usable identifier (Field then gives its place).
	Action string
	// Field is the place in the document, such as Actions[1].Parameters.Text;
	// empty when the document as a whole is meant.
	Field string
	// Message says what is wrong, as a phrase or sentence without a full stop.
	Message string
}

// String gives the problem on one line.
func (p Problem) String() string {
	var b strings.Builder
	if p.Action != "" {
		b.WriteString("action " + p.Action)
	}
	if p.Field != "" {
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		b.WriteString(p.Field)
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	b.WriteString(p.Message)
	return b.String()
}
