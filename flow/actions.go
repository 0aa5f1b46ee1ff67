package flow

// kind is one row of the table of actions.
type kind struct {
	parameters []parameter
	oneOf      []string // parameters of which exactly one is given
	results    *results // what conditions compare; nil means that there is no result
	required   []string // error branches that must be there
	allowed    []string // further error branches that may be there
	then       then
	enter      func(arguments, Env) entered
}

// then is what follows an action that has succeeded.
type then uint8

const (
	thenNext   then = iota // NextAction, which must be there
	thenBranch             // the first condition that holds for the result
	thenWait               // wait for an event, which then is the result
	thenEnd                // nothing: success ends this flow
	thenDone               // nothing, and the effect wants no answer
)

// entered is what entering an action comes to: an effect to carry out, or an
// error, or else a result at once.
type entered struct {
	effect Effect
	err    string
	result string
}

func carry(e Effect) entered { return entered{effect: e} }

func refuse(err string) entered { return entered{err: err} }

// actions is the table. A name that is not in it is refused when a flow is
// read. Required errors are those without which Amazon's CreateContactFlow
// refuses a flow.
//
// doc: flow language, Actions; the page of each action
var actions = map[string]kind{
	// Sends a text. The other kinds of prompt are sound, so on chat they fail.
	"MessageParticipant": {
		parameters: []parameter{
			{name: "Text", form: free, valid: characters(1, maxMessage)},
			{name: "SSML", form: free},
			{name: "PromptId", form: whole, valid: characters(1, maxIDLength)},
			{name: "Media", shape: object, fields: []parameter{
				{name: "Uri", form: free, required: true, valid: characters(1, maxIDLength)},
				{name: "SourceType", required: true, valid: among("S3")},
				{name: "MediaType", required: true, valid: among("Audio")},
			}},
		},
		oneOf:   []string{"Text", "SSML", "PromptId", "Media"},
		allowed: []string{NoMatchingError},
		enter:   messageParticipant,
	},

	"Compare": {
		parameters: []parameter{{name: "ComparisonValue", form: reference, required: true}},
		results:    &results{dynamic: true},
		required:   []string{NoMatchingCondition},
		then:       thenBranch,
		enter:      compare,
	},

	// Flows exported before the choice existed have no TargetContact.
	"UpdateContactAttributes": {
		parameters: []parameter{
			{name: "Attributes", form: free, shape: table, required: true},
			{name: "TargetContact", valid: among(string(TargetCurrent), string(TargetRelated))},
		},
		required: []string{NoMatchingError},
		enter:    updateContactAttributes,
	},

	"UpdateContactTargetQueue": {
		parameters: []parameter{
			{name: "QueueId", form: whole, valid: characters(1, maxIDLength)},
			{name: "AgentId", form: whole, valid: characters(1, maxIDLength)},
		},
		oneOf:    []string{"QueueId", "AgentId"},
		required: []string{NoMatchingError},
		enter:    updateContactTargetQueue,
	},

	"TransferContactToQueue": {
		required: []string{QueueAtCapacity, NoMatchingError},
		then:     thenEnd,
		enter:    func(arguments, Env) entered { return carry(EnterQueue{}) },
	},

	"TransferToFlow": {
		parameters: []parameter{{name: "ContactFlowId", form: whole, required: true, valid: characters(1, maxIDLength)}},
		required:   []string{NoMatchingError},
		then:       thenEnd,
		enter:      transferToFlow,
	},

	"UpdateContactEventHooks": {
		parameters: []parameter{{
			name: "EventHooks", form: whole, shape: table, required: true, single: true,
			valid: characters(1, maxIDLength),
			keys: []string{"AgentHold", "AgentWhisper", "CustomerHold", "CustomerQueue", "CustomerRemaining",
				"CustomerWhisper", "DefaultAgentUI", "DisconnectAgentUI", "PauseContact", "ResumeContact"},
		}},
		required: []string{NoMatchingError},
		enter:    updateContactEventHooks,
	},

	"CreatePersistentContactAssociation": {
		parameters: []parameter{
			{name: "RehydrationType", form: whole, required: true, valid: among("ENTIRE_PAST_SESSION", "FROM_SEGMENT")},
			{name: "SourceContactId", form: whole, required: true, valid: characters(1, 256)},
			{name: "ClientToken", form: whole, valid: characters(0, 500)},
		},
		required: []string{NoMatchingError},
		enter:    createPersistentContactAssociation,
	},

	// The documents write TimeoutSeconds, the console TimeLimitSeconds.
	"Wait": {
		parameters: []parameter{
			{name: "TimeLimitSeconds", form: whole, numeric: true, valid: integer(1, maxWaitSeconds)},
			{name: "TimeoutSeconds", form: whole, numeric: true, valid: integer(1, maxWaitSeconds)},
			{name: "Events", shape: list, valid: among(EventCustomerReturned, EventBotDisconnected)},
		},
		oneOf:    []string{"TimeLimitSeconds", "TimeoutSeconds"},
		results:  &results{operators: []string{"Equals"}, names: waitResults},
		required: []string{NoMatchingError},
		allowed:  []string{ParticipantNotFound},
		then:     thenWait,
		enter:    wait,
	},

	"DisconnectParticipant": {
		then:  thenDone,
		enter: func(arguments, Env) entered { return carry(Disconnect{}) },
	},

	"EndFlowExecution": {
		then:  thenDone,
		enter: func(arguments, Env) entered { return carry(End{}) },
	},
}
