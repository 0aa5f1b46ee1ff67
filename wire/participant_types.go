package wire

// CreateParticipantConnectionRequest asks for a socket, for a connection token,
// or only to be marked as connected (ConnectParticipant without Type).
//
// doc: API_CreateParticipantConnection
type CreateParticipantConnectionRequest struct {
	Type               []string `json:",omitempty"`
	ParticipantToken   string   // travels in X-Amz-Bearer
	ConnectParticipant bool     `json:",omitempty"`
}

// CreateParticipantConnectionResponse has what Type asked for.
type CreateParticipantConnectionResponse struct {
	Websocket             *Websocket             `json:",omitempty"`
	ConnectionCredentials *ConnectionCredentials `json:",omitempty"`
}

// Websocket is where to open the socket. ChatJS opens wss:// and
// ws://127.0.0.1: alone.
type Websocket struct {
	Url              string // at most 2000 characters
	ConnectionExpiry string // see Time; ChatJS calls twice where it is missing
}

// ConnectionCredentials is the bearer of the other participant calls.
type ConnectionCredentials struct {
	ConnectionToken string // 1 to 1000 characters
	Expiry          string // see Time; more than 24 days ahead makes ChatJS call in a loop
}

// SendMessageRequest says something.
//
// doc: API_SendMessage
type SendMessageRequest struct {
	ContentType     string
	Content         string
	ClientToken     string `json:",omitempty"`
	ConnectionToken string // travels in X-Amz-Bearer
}

// SendMessageResponse has the same Id as the frame that the sockets get. It has
// metadata where the message is processed before it is delivered, or was not.
type SendMessageResponse struct {
	Id              string
	AbsoluteTime    string                     // see Time
	MessageMetadata *MessageProcessingMetadata `json:",omitempty"`
}

// MessageProcessingMetadata says what becomes of a message.
type MessageProcessingMetadata struct {
	MessageProcessingStatus string // PROCESSING, FAILED or REJECTED
}

// SendEventRequest types, or tells that a message was delivered or read. ChatJS
// gives all its receipts one ClientToken, so that it cannot tell two apart.
//
// doc: API_SendEvent
type SendEventRequest struct {
	ContentType     string
	Content         string `json:",omitempty"` // of a receipt: a ReceiptContent as JSON
	ClientToken     string `json:",omitempty"`
	ConnectionToken string // travels in X-Amz-Bearer
}

// ReceiptContent is the JSON inside the Content of a receipt.
type ReceiptContent struct {
	MessageID       string `json:"messageId"`
	DisableThrottle bool   `json:"disableThrottle,omitempty"`
}

// SendEventResponse answers events that are not stored, too.
type SendEventResponse struct {
	Id           string
	AbsoluteTime string // see Time
}

// GetTranscriptRequest asks for a page of the session's items.
//
// doc: API_GetTranscript
type GetTranscriptRequest struct {
	ContactId       string         `json:",omitempty"`
	MaxResults      int            `json:",omitempty"` // 0 and absent: 10
	NextToken       string         `json:",omitempty"`
	ScanDirection   string         `json:",omitempty"` // absent: BACKWARD, or FORWARD with a StartPosition
	SortOrder       string         `json:",omitempty"` // absent: DESCENDING
	StartPosition   *StartPosition `json:",omitempty"`
	ConnectionToken string         // travels in X-Amz-Bearer
}

// StartPosition has exactly one member set.
//
// doc: API_StartPosition
type StartPosition struct {
	Id           string `json:",omitempty"`
	AbsoluteTime string `json:",omitempty"` // see ParseTime
	MostRecent   *int   `json:",omitempty"` // counted from the newest item
}

// GetTranscriptResponse is one page. Transcript is never null: make the slice.
type GetTranscriptResponse struct {
	InitialContactId string
	Transcript       []Item
	NextToken        string `json:",omitempty"` // absent when nothing is left
}

// DisconnectParticipantRequest leaves the chat. Its response is {}.
//
// doc: API_DisconnectParticipant
type DisconnectParticipantRequest struct {
	ClientToken     string `json:",omitempty"`
	ConnectionToken string // travels in X-Amz-Bearer
}
