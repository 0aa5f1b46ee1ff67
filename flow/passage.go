package flow

// Way is a kind of branch that a flow takes out of an action.
type Way string

// The ways out of an action.
const (
	WayNext      Way = "next"      // success, or no condition holds and there is no branch for that
	WayCondition Way = "condition" // the first condition that holds for the result
	WayError     Way = "error"     // the branch of an error, or the catch-all
	WayReturn    Way = "return"    // a module is over: back to its caller
	WayEnd       Way = "end"       // the flow is over, as it is written
	WayStop      Way = "stop"      // the flow is over since an error has no branch
)

// Passage is how a flow has left an action, and why: for those who want to
// follow it. It decides nothing.
type Passage struct {
	FlowID, ActionID string
	Type             string // of the action; empty where the flow does not have it any more
	// Error is the error type with which the action has failed; empty means that
	// it has not.
	Error string
	// Result is what the conditions were compared with.
	Result string
	// Private says that Result may hold what a customer has written or chosen, or
	// the value of an attribute. It is then not for a log.
	Private bool
	Way     Way
	// Condition is the number of the condition that holds, from 1, and Test what
	// it says, such as Equals "CHAT". It is as private as Result.
	Condition int
	Test      string
	// Next is the action to which the way leads; empty where the flow is over.
	Next string
	// Reason says, with WayStop, why the flow cannot go on.
	Reason string
}

// passage begins to tell how the flow leaves an action.
func (a *Action) passage(s State) Passage {
	r := a.kind.results
	return Passage{FlowID: s.FlowID, ActionID: a.ID, Type: a.Type, Private: r != nil && r.names == nil && !r.counted}
}

// tell hands a passage to whoever follows the flow.
func (e Env) tell(p Passage, way Way, next string) {
	if e.Trace != nil {
		p.Way, p.Next = way, next
		e.Trace(p)
	}
}

// String is a condition as an author would say it.
func (c condition) String() string {
	operand, fixed := c.operand.static()
	if ref, ok := c.operand.single(); ok && !fixed {
		return c.operator + " " + ref.String()
	}
	return c.operator + " \"" + operand + "\""
}
