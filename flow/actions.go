package flow

// kind is one row of the table of actions. The table is in the files
// actions_*.go; the functions that its rows name are in enter_*.go.
type kind struct {
	in         places // the types of flow in which it may stand; 0 means all
	parameters []parameter
	rules      rules
	results    *results // what conditions compare; nil means that there is no result
	required   []string // error branches that must be there
	allowed    []string // further error branches that may be there
	anyError   bool     // error branches are not looked at
	then       then
	// check finds fault with what the row alone cannot say; nil means nothing.
	check func(c *checker, at string, a *Action)
	// fails is the error with which the action always ends, being nothing for a
	// chat; empty means that it is entered.
	fails string
	enter func(call) entered
	// learn keeps what an outcome carries; nil means nothing. It returns false
	// where the outcome carries what it should not.
	learn func(call, Outcome) (State, bool)
}

// then is what follows an action that has succeeded.
type then uint8

const (
	thenNext   then = iota // NextAction, which must be there
	thenBranch             // the first condition that holds for the result
	thenEither             // thenBranch where there is a result, else thenNext
	thenWait               // wait for an event, which then is the result
	thenEnd                // nothing: success ends this flow
	thenDone               // nothing, and the effect wants no answer
)

// call is all that entering an action may look at.
type call struct {
	id    string // of the action
	args  arguments
	state State
	env   Env // with what the state remembers
}

func (c call) value(name string) (Value, bool)    { return c.args.value(name, c.env) }
func (c call) optional(name string) (Value, bool) { return c.args.optional(name, c.env) }

// entered is what entering an action comes to: an effect to carry out, or an
// error, or else a result at once. Where it has none of them but a state, the
// flow goes on from there.
type entered struct {
	effect Effect
	err    string
	result string
	keep   *State // the state with what the action has put down; nil means nothing
	jump   *State // the state to go on with, elsewhere
}

func carry(e Effect) entered { return entered{effect: e} }

func refuse(err string) entered { return entered{err: err} }

// rowOf finds an action in the table. One that is not there is refused when a
// flow is read. Required errors are those without which Amazon's
// CreateContactFlow refuses a flow.
//
// doc: flow language, Actions; the page of each action
func rowOf(name string) (kind, bool) {
	for _, sheet := range sheets() {
		if row, ok := sheet.rows[name]; ok {
			return row, true
		}
	}
	return kind{}, false
}

// Parameters that several actions have.

// queueOrAgent chooses a queue, by itself or by the agent whose own it is.
func queueOrAgent() []parameter {
	return []parameter{
		{name: "QueueId", form: whole, valid: characters(1, maxIDLength)},
		{name: "AgentId", form: whole, valid: characters(1, maxIDLength)},
	}
}

// prompt is a text, or one of the kinds of sound; sound fails on chat.
func prompt() []parameter {
	return []parameter{
		{name: "Text", form: free, valid: characters(1, maxMessage)},
		{name: "SSML", form: free},
		{name: "PromptId", form: whole, valid: characters(1, maxIDLength)},
		{name: "Media", shape: object, fields: []parameter{
			{name: "Uri", form: free, required: true, valid: characters(1, maxIDLength)},
			{name: "SourceType", required: true, valid: among("S3")},
			{name: "MediaType", required: true, valid: among("Audio")},
		}},
	}
}

func promptNames() []string { return []string{"Text", "SSML", "PromptId", "Media"} }

func targetContact(must bool) parameter {
	return parameter{name: "TargetContact", required: must, valid: among(string(TargetCurrent), string(TargetRelated))}
}
