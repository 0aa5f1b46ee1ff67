package wire

// Content types of messages.
const (
	TextPlain           = "text/plain"
	TextMarkdown        = "text/markdown"
	ApplicationJSON     = "application/json"
	Interactive         = "application/vnd.amazonaws.connect.message.interactive"
	InteractiveResponse = "application/vnd.amazonaws.connect.message.interactive.response"
)

// Content types of events.
const (
	EventTyping                 = "application/vnd.amazonaws.connect.event.typing"
	EventConnectionAcknowledged = "application/vnd.amazonaws.connect.event.connection.acknowledged" // retired, still accepted
	EventMessageDelivered       = "application/vnd.amazonaws.connect.event.message.delivered"
	EventMessageRead            = "application/vnd.amazonaws.connect.event.message.read"
	EventMessageMetadata        = "application/vnd.amazonaws.connect.event.message.metadata" // on sockets alone

	EventParticipantJoined             = "application/vnd.amazonaws.connect.event.participant.joined"
	EventParticipantLeft               = "application/vnd.amazonaws.connect.event.participant.left"
	EventParticipantInvited            = "application/vnd.amazonaws.connect.event.participant.invited"
	EventParticipantActive             = "application/vnd.amazonaws.connect.event.participant.active"
	EventParticipantInactive           = "application/vnd.amazonaws.connect.event.participant.inactive"
	EventParticipantIdle               = "application/vnd.amazonaws.connect.event.participant.idle"
	EventParticipantReturned           = "application/vnd.amazonaws.connect.event.participant.returned"
	EventParticipantAutoDisconnection  = "application/vnd.amazonaws.connect.event.participant.autodisconnection"
	EventParticipantDisplayNameUpdated = "application/vnd.amazonaws.connect.event.participant.displayname.updated"

	EventTransferSucceeded = "application/vnd.amazonaws.connect.event.transfer.succeeded"
	EventTransferFailed    = "application/vnd.amazonaws.connect.event.transfer.failed"
	EventChatEnded         = "application/vnd.amazonaws.connect.event.chat.ended"
	// Of the customer's signing in, which a flow asks for. The first says under
	// which id, as AuthenticationContent; of the others one follows.
	EventAuthenticationInitiated = "application/vnd.amazonaws.connect.event.authentication.initiated"
	EventAuthenticationSucceeded = "application/vnd.amazonaws.connect.event.authentication.succeeded"
	EventAuthenticationFailed    = "application/vnd.amazonaws.connect.event.authentication.failed"
	EventAuthenticationTimeout   = "application/vnd.amazonaws.connect.event.authentication.timeout"
	EventAuthenticationCancelled = "application/vnd.amazonaws.connect.event.authentication.cancelled"

	EventChatRehydrated = "application/vnd.amazonaws.connect.event.chat.rehydrated" // on sockets alone
)

// MaxContentBytes is the most UTF-8 bytes in the Content of a message or event.
// Amazon's older texts have less for some types (1,024 for text, 12,000 for JSON,
// 12,288 for interactive responses); the newer number holds for all.
//
// doc: API_ChatMessage
const MaxContentBytes = 16384

// ContentLimit is the most UTF-8 bytes that the Content of an item of a content
// type may have: 0 where it has none, MaxContentBytes where it has some.
func ContentLimit(contentType string) int {
	switch contentType {
	case TextPlain, TextMarkdown, ApplicationJSON, Interactive, InteractiveResponse,
		EventMessageDelivered, EventMessageRead:
		return MaxContentBytes
	default:
		return 0
	}
}

// sendableMessages are the content types that SendMessage takes. Interactive ones
// come from flows alone at Amazon; here agents and custom participants may send
// them, too.
//
// doc: API_SendMessage
func sendableMessages() []string {
	return []string{TextPlain, TextMarkdown, ApplicationJSON, Interactive, InteractiveResponse}
}

// supportedMessages are those that a chat can declare.
//
// doc: API_StartChatContact
func supportedMessages() []string {
	return []string{TextPlain, TextMarkdown, ApplicationJSON, Interactive, InteractiveResponse}
}

// doc: API_SendEvent
func sendableEvents() []string {
	return []string{EventTyping, EventConnectionAcknowledged, EventMessageDelivered, EventMessageRead}
}

// Values of Item.Type.
const (
	TypeMessage         = "MESSAGE"
	TypeEvent           = "EVENT"
	TypeAttachment      = "ATTACHMENT"
	TypeMessageMetadata = "MESSAGEMETADATA" // on sockets alone
)

// Values of Item.ParticipantRole.
const (
	RoleCustomer   = "CUSTOMER"
	RoleAgent      = "AGENT"
	RoleSystem     = "SYSTEM"
	RoleCustomBot  = "CUSTOM_BOT"
	RoleSupervisor = "SUPERVISOR"
)

// Names of the system's own participants, which clients translate.
const (
	SystemDisplayName = "SYSTEM_MESSAGE" // what a flow says
	BotDisplayName    = "BOT"
)

// Item is one line of a transcript.
//
// An item of the present session has ContactId, one of a past session has
// RelatedContactId instead: clients tell history by it. InitialContactId is on
// socket frames alone, where ChatJS drops what carries neither of its own ids.
//
// doc: API_Item
type Item struct {
	AbsoluteTime     string           // see Time
	Content          string           `json:",omitempty"`
	ContentType      string           `json:",omitempty"`
	Id               string           // 1 to 256 characters
	Type             string           // TypeMessage, TypeEvent or TypeAttachment
	ParticipantId    string           `json:",omitempty"`
	DisplayName      string           `json:",omitempty"`
	ParticipantRole  string           `json:",omitempty"`
	Attachments      []Attachment     `json:",omitempty"`
	MessageMetadata  *MessageMetadata `json:",omitempty"`
	RelatedContactId string           `json:",omitempty"`
	ContactId        string           `json:",omitempty"`
	InitialContactId string           `json:",omitempty"`
	// Audience is perch's own, and on what a supervisor whispers alone: AudienceStaff.
	Audience string `json:",omitempty"`
}

// AudienceStaff is the Audience of an item that only those who work a chat see.
const AudienceStaff = "STAFF"

// Values of Attachment.Status.
const (
	StatusInProgress = "IN_PROGRESS"
	StatusApproved   = "APPROVED"
	StatusRejected   = "REJECTED"
)

// Attachment is the file that an item of TypeAttachment shows.
//
// doc: API_AttachmentItem
type Attachment struct {
	ContentType    string
	AttachmentId   string
	AttachmentName string
	Status         string
}

// MessageMetadata says who has received a message, or why nobody has.
type MessageMetadata struct {
	MessageId               string    `json:",omitempty"`
	Receipts                []Receipt `json:",omitempty"`
	MessageProcessingStatus string    `json:",omitempty"` // PROCESSING, FAILED or REJECTED
}

// Receipt is one recipient's progress; times as Time writes them.
type Receipt struct {
	DeliveredTimestamp     string `json:",omitempty"`
	ReadTimestamp          string `json:",omitempty"`
	RecipientParticipantId string `json:",omitempty"`
}
