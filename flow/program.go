package flow

import (
	"encoding/json"
	"maps"
	"slices"
)

// Version is the only version of the Flow language there is.
const Version = "2019-10-30"

// Limits of the language.
// doc: flow language, Actions and The Condition object.
const (
	maxActions          = 250 // actions in one flow
	maxIdentifier       = 50  // characters of an action's identifier
	maxConditionDepth   = 5   // conditions inside conditions
	maxConditionMembers = 50  // conditions inside one condition, at all depths
	maxMessage          = 6000
	maxWaitSeconds      = 604800 // seven days
	maxIDLength         = 500    // an id or an ARN
	maxModuleDepth      = 5      // modules inside modules
	maxLoops            = 100    // turns of one Loop
	maxTags             = 6      // user-defined tags of a contact
	maxDocumentDepth    = 32     // JSON inside JSON, in a parameter; ours

	// What a flow may keep, in bytes of JSON. Past a limit the action takes its
	// error branch.
	maxAnswer = 32 << 10  // one answer, the flow's own attributes, a module's input
	maxView   = 16 << 10  // what is shown in a view
	maxState  = 128 << 10 // all of it; ours
)

// Program is a flow that has passed every check of Parse. It is never changed
// after that, so any number of goroutines may step through it.
type Program struct {
	// Start identifies the action with which the flow begins.
	Start string
	// Type is the type of flow that it was read as; empty where Parse read it.
	Type Type
	// Metadata is what the console keeps for its drawing. Nothing here reads it.
	Metadata json.RawMessage

	actions map[string]*Action
	order   []*Action
}

// Action finds an action by its identifier.
func (p *Program) Action(id string) (*Action, bool) {
	a, ok := p.actions[id]
	return a, ok
}

// Actions lists the actions in the order in which the flow writes them. The
// slice is the caller's own.
func (p *Program) Actions() []*Action {
	return append([]*Action(nil), p.order...)
}

// Action is one step of a Program.
type Action struct {
	// ID is the identifier, unique in the flow.
	ID string
	// Type is a name from the table of actions.
	Type string

	kind       *kind
	arguments  arguments
	next       string            // where success leads; may be empty
	errors     map[string]string // error type → identifier
	conditions []branch          // in the order written: the first true one wins
}

// Parameters are the names of the parameters that the flow gives, sorted.
func (a *Action) Parameters() []string { return slices.Sorted(maps.Keys(a.arguments)) }

// branch leads to an action when its condition holds for the result.
type branch struct {
	when condition
	next string
}
