package flow

// Effect is what a flow wants done to the conversation. The types in this file
// and in effect_call.go, effect_contact.go and effect_route.go are all there
// are. Each wants one Outcome, except Disconnect, End and Stop, with which the
// flow is done. An Outcome may always have the error NoMatchingError; further
// ones are named with the effect.
type Effect interface{ effect() }

// Audience is who sees a message.
type Audience string

// The audiences of Say.
const (
	AudienceAll      Audience = ""         // everybody in the chat
	AudienceAgents   Audience = "agents"   // whispered to agents
	AudienceCustomer Audience = "customer" // whispered to the customer
)

// Say sends a message in the system's name. Text is never empty and has at most
// 6,000 characters.
type Say struct {
	Text     string
	Audience Audience
}

// Target says whose attributes are meant.
type Target string

// The targets of SetAttributes.
const (
	TargetCurrent Target = "Current" // the contact on which the flow runs
	TargetRelated Target = "Related" // the contact that it is linked to
)

// SetAttributes sets contact attributes: all of them or, with an error, none.
// Each value carries the origin with which it is to be kept.
type SetAttributes struct {
	Target     Target
	Attributes map[string]Value
}

// SetHook names the flow that runs when something happens to the contact later:
// CustomerRemaining when the last agent leaves, CustomerQueue while in queue.
type SetHook struct {
	Hook   string
	FlowID string
}

// Associate makes the chat continue a past one. Whether Source may be believed
// is for the runner to decide, by its origin.
type Associate struct {
	RehydrationType string // ENTIRE_PAST_SESSION or FROM_SEGMENT
	Source          Value  // the id of a past contact
	ClientToken     string // empty where the flow gives none
}

// Names of the events that a wait can listen for.
const (
	EventCustomerReturned = "CustomerReturned"
	EventBotDisconnected  = "BotParticipantDisconnected"
)

// Await asks to be told of TimeUp after so many seconds and, until then, of the
// events named. A successful Outcome says that the runner is listening; only
// what happens after that counts. Once the flow has moved on, a TimeUp of this
// wait must not come any more. Error: ParticipantNotFound where the bot to wait
// for is not in the chat.
type Await struct {
	Seconds int
	Events  []string
}

// Disconnect ends the contact, and the chat with it.
type Disconnect struct{}

// End ends the flow and nothing else. What becomes of a contact that is in no
// queue and has no agent is for the runner to say.
type End struct{}

// Stop ends the flow because an error has no branch, or because the flow has
// lost its footing. Reason is a sentence for the operator's log.
type Stop struct{ Reason string }

func (Say) effect()           {}
func (SetAttributes) effect() {}
func (SetHook) effect()       {}
func (Associate) effect()     {}
func (Await) effect()         {}
func (Disconnect) effect()    {}
func (End) effect()           {}
func (Stop) effect()          {}
