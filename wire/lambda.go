package wire

import "encoding/json"

// FlowEvent is what a function that a flow calls is told.
//
// doc: connect-lambda-functions.md
type FlowEvent struct {
	Details FlowDetails
	Name    string // always ContactFlowEvent
}

// FlowDetails are of the contact and of the call.
type FlowDetails struct {
	ContactData ContactData
	Parameters  json.RawMessage // an object
}

// ContactData is the contact on which the flow runs. What is not known is null
// or empty, as Amazon writes it; InitialContactId is the contact's own on the
// first.
type ContactData struct {
	Attributes        map[string]string
	AwsRegion         string
	Channel           string
	ContactId         string
	CustomerEndpoint  *FlowEndpoint
	CustomerId        *string
	Description       *string
	InitialContactId  string
	InitiationMethod  string
	InstanceARN       string
	LanguageCode      string
	MediaStreams      map[string]map[string]any
	Name              *string
	PreviousContactId string
	Queue             *FlowQueue
	References        map[string]Reference
	SegmentAttributes map[string]SegmentAttribute
	SystemEndpoint    *FlowEndpoint
	Tags              map[string]string
}

// ProcessorEvent is what a function is told that processes a message before it is
// delivered.
//
// doc: redaction-message-processing.md
type ProcessorEvent struct {
	Version               string      `json:"version"` // always 1.0
	InstanceID            string      `json:"instanceId"`
	AssociatedResourceARN string      `json:"associatedResourceArn"` // the contact's
	ChatContent           ChatContent `json:"chatContent"`
}

// ChatContent is a message that is to be processed.
type ChatContent struct {
	AbsoluteTime     string `json:"absoluteTime"` // see Time
	Content          string `json:"content"`
	ContentType      string `json:"contentType"`
	ID               string `json:"id"`
	ParticipantID    string `json:"participantId"`
	DisplayName      string `json:"displayName"`
	ParticipantRole  string `json:"participantRole"`
	InitialContactID string `json:"initialContactId"`
	ContactID        string `json:"contactId"`
}

// FlowEndpoint is an address of one side.
type FlowEndpoint struct {
	Address string
	Type    string
}

// FlowQueue is the working queue.
type FlowQueue struct {
	ARN              string
	Name             string
	OutboundCallerId *string // always null: perch calls nobody
}

// ScanEvent is what is told who looks through a file.
//
// doc: configure-attachment-scanning.md
type ScanEvent struct {
	Version    string
	InstanceId string
	File       ScanFile
}

// ScanFile is the file; its time as Time writes it.
type ScanFile struct {
	FileId           string
	FileCreationTime string
	FileName         string
	FileSizeInBytes  int64
	FileLocation     FileLocation
}

// FileLocation is where the file's bytes are. Url is perch's own: there they can
// be read for some minutes, wherever they are kept.
type FileLocation struct {
	S3Location S3Location
	Url        string
}

// S3Location is an object of a bucket.
type S3Location struct{ Key, Bucket, Arn string }
