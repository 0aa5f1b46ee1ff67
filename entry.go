package perch

import (
	"encoding/json"
	"fmt"
	"time"
)

// Kind is what an entry of a log records. The numbers are on disk.
type Kind uint8

const (
	// Items: the kinds that a transcript shows.
	KindMessage           Kind = 1
	KindJoined            Kind = 2
	KindLeft              Kind = 3
	KindTransferSucceeded Kind = 4
	KindTransferFailed    Kind = 5
	KindEnded             Kind = 6
	KindAttached          Kind = 7
	KindEvent             Kind = 8
	KindRenamed           Kind = 9

	// Control entries, shown to nobody. They exist so that the number of the
	// last entry guards every decision that a session's state takes part in.
	KindStarted    Kind = 32
	KindOpened     Kind = 33
	KindClosed     Kind = 34
	KindInvited    Kind = 35
	KindConnected  Kind = 36
	KindLinked     Kind = 37
	KindAttributes Kind = 38
	KindHook       Kind = 39
	KindFlow       Kind = 40
	KindQueued     Kind = 41
	KindCustomer   Kind = 42
	KindTimers     Kind = 43
	KindIdled      Kind = 44

	// Of messages that are processed before they are delivered.
	KindProcessing  Kind = 50
	KindHeld        Kind = 51
	KindUndelivered Kind = 52

	KindScanned Kind = 53 // of attachments
)

// Item reports whether a transcript shows entries of this kind.
func (k Kind) Item() bool { return k > 0 && k < KindStarted }

// Entry is one row of a session's log. Nothing about it changes once committed.
type Entry struct {
	Number      int64 // 1, 2, 3 ... without gaps
	Contact     ContactID
	Kind        Kind
	Audience    Audience
	Time        time.Time // milliseconds; rises strictly within a session
	Participant ParticipantID
	Turn        TurnID
	Token       TokenHash
	Body        Body
	// Foreign is the id under which clients know an item that was said elsewhere,
	// and imported; empty of all others, whose ids are made of what they are.
	Foreign string
}

// Body is what an entry says beyond its columns; one type for each Kind.
type Body interface{ Kind() Kind }

// Who is a name and role as they were when something was said.
type Who struct {
	Name string `json:"n,omitempty"`
	Role Role   `json:"r,omitempty"`
}

type (
	// Message is something said. Sizes are the doors' business.
	Message struct {
		Who
		ContentType string `json:"t"`
		Content     string `json:"c"`
		Initial     bool   `json:"i,omitempty"` // came with the start of the chat
		// Held and Sent are the number and the time of its Held entry, if it was
		// processed first.
		Held int64     `json:"h,omitempty"`
		Sent time.Time `json:"s,omitzero"`
	}
	// Joined and Left are a participant's coming and going.
	Joined struct{ Who }
	Left   struct{ Who }
	// TransferSucceeded carries the agent who handed the chat over.
	TransferSucceeded struct{ Who }
	TransferFailed    struct{ Who }
	// Event is something that is shown and changes nothing here: what has happened
	// in a chat elsewhere, or how far the customer is with signing in.
	Event struct {
		Who
		ContentType string `json:"t"`
		Content     string `json:"c,omitempty"`
	}
	// Renamed gives a participant the name that they go by from here on.
	Renamed struct{ Who }
	// Ended is the last entry of a log.
	Ended struct {
		Reason Reason `json:"r"`
	}

	// Started is the first entry of a log.
	Started struct {
		Instance     InstanceID `json:"i"`
		CustomerID   string     `json:"u,omitempty"`
		Verified     bool       `json:"v,omitempty"` // CustomerID was signed for
		Expires      time.Time  `json:"e"`
		ContentTypes []string   `json:"t"`
		// SurveyOnExit runs the disconnect flow also when the customer goes.
		// doc: API_StartChatContact, DisconnectOnCustomerExit
		SurveyOnExit bool `json:"s,omitempty"`
		// Subtype is what connect:Subtype says on all contacts of the chat;
		// SubtypeChat if empty.
		Subtype string `json:"b,omitempty"`
		// ResponseMode is how the customer's side would like a bot's answers:
		// INCREMENTAL, COMPLETE, or empty where it said nothing.
		ResponseMode string `json:"m,omitempty"`
	}
	// Opened puts a new contact in force, closing the one before with Reason.
	Opened struct {
		Previous ContactID `json:"p,omitempty"`
		Method   Method    `json:"m"`
		Related  ContactID `json:"r,omitempty"`
	}
	// Closed says why the contact in force gives way to the next.
	Closed struct {
		Reason Reason `json:"r,omitempty"`
	}
	// Invited makes a participant known, who may then connect.
	Invited struct {
		Who
		User UserID `json:"u,omitempty"`
	}
	// Connected marks the first connection of a participant who makes no
	// joined item, or makes it at another time.
	Connected struct{}
	// Linked gives the session a past. At most one in a log.
	Linked struct{ Link }
	// AttributesChanged names the version that the commit wrote; the values
	// are in a table of their own, since they may change after the end.
	AttributesChanged struct {
		Version int64 `json:"v"`
	}
	// HookSet says which flow runs at an event of the contact's life.
	HookSet struct {
		Hook Hook   `json:"h"`
		Flow FlowID `json:"f"`
	}
	// FlowMoved is where the contact's flow stands now; State is the flow
	// runner's own. Listening is set while a customer's message wakes it.
	FlowMoved struct {
		State     json.RawMessage `json:"s,omitempty"`
		Listening bool            `json:"l,omitempty"`
		// Whispering is set while what runs is whispered to who has just joined.
		Whispering bool `json:"w,omitempty"`
		// Bot is set while the customer talks with a bot that the flow has brought.
		Bot bool `json:"b,omitempty"`
		// Hidden is set while what the customer answers is for the flow alone.
		Hidden bool `json:"h,omitempty"`
	}
	// CustomerKnown says whose chat it is.
	CustomerKnown struct {
		CustomerID string `json:"u"`
		Verified   bool   `json:"v,omitempty"`
	}
	// TimersSet says how long each role may be silent, from the next time on
	// that somebody joins the customer.
	TimersSet struct {
		Timers Timers `json:"t"`
	}
	// Idled says that a role has been silent for too long.
	Idled struct {
		Role Role `json:"r"`
	}
	// Queued puts the contact into a queue, or into an agent's own; Back means
	// the one in which it was before its agent joined.
	Queued struct {
		Queue QueueID `json:"q,omitempty"`
		User  UserID  `json:"u,omitempty"`
		Back  bool    `json:"b,omitempty"`
	}
)

func (Message) Kind() Kind           { return KindMessage }
func (Joined) Kind() Kind            { return KindJoined }
func (Left) Kind() Kind              { return KindLeft }
func (TransferSucceeded) Kind() Kind { return KindTransferSucceeded }
func (TransferFailed) Kind() Kind    { return KindTransferFailed }
func (Event) Kind() Kind             { return KindEvent }
func (Renamed) Kind() Kind           { return KindRenamed }
func (Ended) Kind() Kind             { return KindEnded }
func (Started) Kind() Kind           { return KindStarted }
func (Opened) Kind() Kind            { return KindOpened }
func (Closed) Kind() Kind            { return KindClosed }
func (Invited) Kind() Kind           { return KindInvited }
func (Connected) Kind() Kind         { return KindConnected }
func (Linked) Kind() Kind            { return KindLinked }
func (AttributesChanged) Kind() Kind { return KindAttributes }
func (HookSet) Kind() Kind           { return KindHook }
func (FlowMoved) Kind() Kind         { return KindFlow }
func (Queued) Kind() Kind            { return KindQueued }
func (CustomerKnown) Kind() Kind     { return KindCustomer }
func (TimersSet) Kind() Kind         { return KindTimers }
func (Idled) Kind() Kind             { return KindIdled }
func (ProcessingSet) Kind() Kind     { return KindProcessing }
func (Held) Kind() Kind              { return KindHeld }
func (Undelivered) Kind() Kind       { return KindUndelivered }

// Hook is an event in a contact's life that a flow can be hung on.
type Hook string

// Hooks at which perch runs a flow. Others are kept.
// doc: flow language, UpdateContactEventHooks
const (
	CustomerRemaining Hook = "CustomerRemaining" // the last agent has gone: the disconnect flow
	CustomerQueue     Hook = "CustomerQueue"     // while the contact waits in a queue
	AgentWhisper      Hook = "AgentWhisper"      // an agent has joined: for the agent
	CustomerWhisper   Hook = "CustomerWhisper"   // and then for the customer
)

// CodecJSON is the only codec so far: a body as JSON.
const CodecJSON = 1

// EncodeBody gives a body as it is stored.
func EncodeBody(b Body) (codec byte, data []byte, err error) {
	data, err = json.Marshal(b)
	return CodecJSON, data, err
}

// DecodeBody reads what EncodeBody wrote.
func DecodeBody(kind Kind, codec byte, data []byte) (Body, error) {
	if codec != CodecJSON {
		return nil, fmt.Errorf("entry of kind %d has codec %d, which this version does not know: use a newer perch", kind, codec)
	}
	switch kind {
	case KindMessage:
		return decode[Message](data)
	case KindJoined:
		return decode[Joined](data)
	case KindLeft:
		return decode[Left](data)
	case KindTransferSucceeded:
		return decode[TransferSucceeded](data)
	case KindTransferFailed:
		return decode[TransferFailed](data)
	case KindEvent:
		return decode[Event](data)
	case KindRenamed:
		return decode[Renamed](data)
	case KindEnded:
		return decode[Ended](data)
	case KindStarted:
		return decode[Started](data)
	case KindOpened:
		return decode[Opened](data)
	case KindClosed:
		return decode[Closed](data)
	case KindInvited:
		return decode[Invited](data)
	case KindConnected:
		return decode[Connected](data)
	case KindLinked:
		return decode[Linked](data)
	case KindAttributes:
		return decode[AttributesChanged](data)
	case KindHook:
		return decode[HookSet](data)
	case KindFlow:
		return decode[FlowMoved](data)
	case KindQueued:
		return decode[Queued](data)
	case KindCustomer:
		return decode[CustomerKnown](data)
	case KindTimers:
		return decode[TimersSet](data)
	case KindIdled:
		return decode[Idled](data)
	case KindProcessing:
		return decode[ProcessingSet](data)
	case KindHeld:
		return decode[Held](data)
	case KindUndelivered:
		return decode[Undelivered](data)
	case KindAttached:
		return decode[Attached](data)
	case KindScanned:
		return decode[Scanned](data)
	}
	return nil, fmt.Errorf("entry of kind %d, which this version does not know: use a newer perch", kind)
}

func decode[B Body](data []byte) (Body, error) {
	var b B
	if err := json.Unmarshal(data, &b); err != nil {
		return nil, fmt.Errorf("damaged entry of kind %d: %w", b.Kind(), err)
	}
	return b, nil
}
