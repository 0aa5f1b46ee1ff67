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
