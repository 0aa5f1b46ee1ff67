package flow

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

// State is where a flow stands on a contact. It is all there is to keep: with
// the same program, event and surroundings it leads to the same next step.
type State struct {
	// FlowID is the flow being played, in the runner's own spelling.
	FlowID string `json:"flowId"`
	// ActionID is the action at which the flow stands; in the phase Done, the
	// last one.
	ActionID string `json:"actionId"`
	// Phase is how far that action has come.
	Phase Phase `json:"phase"`
	// Wait is set from the moment a wait is asked for until it is over.
	Wait *Wait `json:"wait,omitempty"`
}

// Wait is what a waiting flow listens for.
type Wait struct {
	// Seconds is how long the wait lasts from its beginning. The instant at
	// which it ends is the runner's to know.
	Seconds int `json:"seconds"`
	// Events are the names of the events that end it early.
	Events []string `json:"events,omitempty"`
}

// Start is the state in which a program begins on a contact.
func Start(p *Program, flowID string) State {
	return State{FlowID: flowID, ActionID: p.Start, Phase: Entering}
}
