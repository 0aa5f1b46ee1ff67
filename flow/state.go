package flow

import (
	"encoding/json"
	"slices"
)

// Phase is how far a flow has come with the action at which it stands.
type Phase string

const (
	// Entering means that the action has not begun. Begin begins it.
	Entering Phase = "entering"
	// Awaiting means that the action's effect is asked for and its Outcome is
	// not yet known. Begin asks for the effect again.
	Awaiting Phase = "awaiting"
	// Waiting means that the action listens for one of the events in State.Wait,
	// or for TimeUp.
	Waiting Phase = "waiting"
	// Done means that the flow has ended. No event changes that.
	Done Phase = "done"
)

// State is where a flow stands on a contact, and what it remembers. It is all
// there is to keep: with the same program, event and surroundings it leads to
// the same next step. Its JSON has at most 128 KB beside the identifiers.
type State struct {
	// FlowID is the flow being played, in the runner's own spelling; inside a
	// module (Callers is not empty) it is the module.
	FlowID string `json:"flowId"`
	// ActionID is the action at which the flow stands; in the phase Done, the
	// last one.
	ActionID string `json:"actionId"`
	// Phase is how far that action has come.
	Phase Phase `json:"phase"`
	// Wait is set from the moment a wait is asked for until it is over.
	Wait *Wait `json:"wait,omitempty"`

	// Type is the type of the flow that was started; a module has its caller's.
	Type Type `json:"type,omitempty"`
	// Answers are the newest answers from outside, by the namespace in which
	// references find them.
	Answers map[string]Answer `json:"answers,omitempty"`
	// Attributes are the flow's own: $.FlowAttributes. A module has its own.
	Attributes map[string]Value `json:"attributes,omitempty"`
	// Loops is how often each Loop has gone round, by its name.
	Loops map[string]int `json:"loops,omitempty"`
	// Input is what a module was called with: $.Modules.Input.
	Input *Answer `json:"input,omitempty"`
	// Callers are the flows to return to, the innermost last.
	Callers []Caller `json:"callers,omitempty"`
	// Back is set when a module has just returned to the action at which the
	// flow stands; its next Begin goes on from there.
	Back *Back `json:"back,omitempty"`
}

// Answer is a piece of JSON, and whose word it is.
type Answer struct {
	// Data is compact, with sorted keys.
	Data   json.RawMessage `json:"data"`
	Origin Origin          `json:"origin"`
}

// Caller is a flow that has called a module, and what it will want back.
type Caller struct {
	FlowID     string           `json:"flowId"`
	ActionID   string           `json:"actionId"`
	Attributes map[string]Value `json:"attributes,omitempty"`
	Loops      map[string]int   `json:"loops,omitempty"`
	Input      *Answer          `json:"input,omitempty"`
}

// Back is what a module has come to.
type Back struct {
	Result string `json:"result,omitempty"` // the branch that it chose, if any
	Error  string `json:"error,omitempty"`
}

// Wait is what a waiting flow listens for.
type Wait struct {
	// Seconds is how long the wait lasts from its beginning. The instant at
	// which it ends is the runner's to know.
	Seconds int `json:"seconds"`
	// Events are the names of the events that end it early.
	Events []string `json:"events,omitempty"`
}

// Start is the state in which a program begins on a contact. Its type decides
// who hears what it says.
func Start(p *Program, flowID string) State {
	return State{FlowID: flowID, ActionID: p.Start, Phase: Entering, Type: p.Type}
}

// Switch is the state in which another flow goes on with the contact, after
// SwitchFlow. What was answered from outside stays known; the attributes, loops
// and callers of the flow that is left do not.
//
// doc: flow language, TransferToFlow and UpdateFlowAttributes
func Switch(p *Program, from State, flowID string) State {
	s := Start(p, flowID)
	s.Answers = from.Answers
	if s.Type == "" {
		s.Type = from.Type
	}
	return s
}

// Call is the state in which a module begins that the caller's last step has
// asked for. moduleID is the runner's own spelling, under which it will find the
// module again.
func Call(p *Program, caller State, moduleID string, e CallModule) State {
	s := caller
	s.Callers = append(slices.Clone(caller.Callers), Caller{FlowID: caller.FlowID, ActionID: caller.ActionID,
		Attributes: caller.Attributes, Loops: caller.Loops, Input: caller.Input})
	s.FlowID, s.Attributes, s.Loops, s.Input = moduleID, nil, nil, nil
	if len(e.Input) > 0 {
		s.Input = &Answer{Data: e.Input, Origin: e.Origin}
	}
	return s.enter(p.Start)
}

// comeBack returns to the innermost caller.
func (s State) comeBack(b Back) State {
	last := s.Callers[len(s.Callers)-1]
	s.Callers = slices.Clone(s.Callers[:len(s.Callers)-1])
	if len(s.Callers) == 0 {
		s.Callers = nil
	}
	s.FlowID, s.Attributes, s.Loops, s.Input = last.FlowID, last.Attributes, last.Loops, last.Input
	s = s.enter(last.ActionID)
	s.Back = &b
	return s
}
