package wire

import "time"

// DescribeContactRequest asks for one contact.
//
// doc: API_DescribeContact
type DescribeContactRequest struct {
	InstanceId string // id or ARN
	ContactId  string
}

// DescribeContactResponse wraps the contact.
type DescribeContactResponse struct {
	Contact Contact
}

// Values of Contact.Channel, Contact.InitiationMethod and Contact.DisconnectReason
// that chats have.
const (
	ChannelChat = "CHAT"

	InitiatedByAPI           = "API"            // the first contact of a chat
	InitiatedByTransfer      = "TRANSFER"       // an agent's quick connect
	InitiatedByQueueTransfer = "QUEUE_TRANSFER" // a flow, from one queue to another
	InitiatedByDisconnect    = "DISCONNECT"     // the disconnect flow

	DisconnectedByAgent        = "AGENT_DISCONNECT"
	DisconnectedByAgentNetwork = "AGENT_NETWORK_DISCONNECT"
	DisconnectedByCustomer     = "CUSTOMER_DISCONNECT"
	DisconnectedNeverConnected = "CUSTOMER_CONNECTION_NOT_ESTABLISHED"
	DisconnectedByExpiry       = "EXPIRED"
	DisconnectedByFlow         = "CONTACT_FLOW_DISCONNECT"
	DisconnectedByAPI          = "API"
	DisconnectedByIdleness     = "IDLE_DISCONNECT"
	DisconnectedByError        = "SYSTEM_ERROR"
)

// Contact is one segment of a chat. The first contact of a chain has neither
// InitialContactId nor PreviousContactId.
//
// doc: API_Contact
type Contact struct {
	Arn                        string
	Id                         string
	InitialContactId           string                      `json:",omitempty"`
	PreviousContactId          string                      `json:",omitempty"`
	ContactAssociationId       string                      `json:",omitempty"` // root of all contacts linked by RelatedContactId
	InitiationMethod           string                      `json:",omitempty"`
	Name                       string                      `json:",omitempty"` // at most 1024 characters
	Description                string                      `json:",omitempty"` // at most 4096 characters
	Channel                    string                      `json:",omitempty"`
	QueueInfo                  *QueueInfo                  `json:",omitempty"`
	AgentInfo                  *AgentInfo                  `json:",omitempty"`
	InitiationTimestamp        Epoch                       `json:",omitzero"`
	DisconnectTimestamp        Epoch                       `json:",omitzero"`
	LastUpdateTimestamp        Epoch                       `json:",omitzero"`
	RelatedContactId           string                      `json:",omitempty"` // the source, on a persistent chat
	CustomerId                 string                      `json:",omitempty"` // at most 128 characters
	Tags                       map[string]string           `json:",omitempty"`
	QueueTimeAdjustmentSeconds *int                        `json:",omitempty"` // where one was set
	QueuePriority              int64                       `json:",omitempty"` // where one was set; lower goes first
	ConnectedToSystemTimestamp Epoch                       `json:",omitzero"`  // when the customer connected
	RoutingCriteria            *RoutingCriteria            `json:",omitempty"`
	SegmentAttributes          map[string]SegmentAttribute `json:",omitempty"`
	CustomerEndpoint           *Endpoint                   `json:",omitempty"` // of outbound chats
	SystemEndpoint             *Endpoint                   `json:",omitempty"` // of outbound chats
	DisconnectReason           string                      `json:",omitempty"`
	Recordings                 []Recording                 `json:",omitempty"` // once the transcript file is written
}

// QueueInfo is there if the contact was ever put in a queue.
type QueueInfo struct {
	Id               string
	EnqueueTimestamp Epoch `json:",omitzero"`
}

// AgentInfo is there once an agent has accepted the contact.
type AgentInfo struct {
	Id                             string
	AcceptedByAgentTimestamp       Epoch `json:",omitzero"`
	ConnectedToAgentTimestamp      Epoch `json:",omitzero"`
	AfterContactWorkDuration       *int  `json:",omitempty"` // whole seconds, set when the work has ended
	AfterContactWorkStartTimestamp Epoch `json:",omitzero"`
	AfterContactWorkEndTimestamp   Epoch `json:",omitzero"`
}

// Recording is a file of what was said: a chat's is its transcript.
//
// doc: API_RecordingInfo
type Recording struct {
	StorageType     string // S3
	Location        string // bucket/key
	MediaStreamType string
	ParticipantType string
	StartTimestamp  Epoch `json:",omitzero"`
	StopTimestamp   Epoch `json:",omitzero"`
	Status          string
}

// TranscriptRecording is a contact's transcript file among its recordings. The
// model knows no media stream of chats; contact records have CHAT.
//
// doc: ctr-data-model.md, Recordings
func TranscriptRecording(location string, start, stop time.Time) Recording {
	return Recording{StorageType: "S3", Location: location, MediaStreamType: "CHAT", ParticipantType: "ALL",
		StartTimestamp: Epoch(start), StopTimestamp: Epoch(stop), Status: "AVAILABLE"}
}
