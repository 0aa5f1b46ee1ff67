package wire

import (
	"regexp"
	"slices"
)

// RehydrationType values.
const (
	EntirePastSession = "ENTIRE_PAST_SESSION"
	FromSegment       = "FROM_SEGMENT"
)

// MaxAttributesBytes is the most UTF-8 bytes that the keys and values of a
// contact's attributes may have together.
//
// doc: API_UpdateContactAttributes
const MaxAttributesBytes = 32768

// Attribute keys are alphanumeric, dash and underscore; the colon belongs to the
// system's own segment attributes, such as connect:Subtype.
//
// doc: API_StartChatContact
var (
	attributeKey = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	segmentKey   = regexp.MustCompile(`^[A-Za-z0-9_:-]+$`)
)

func connectOperations() []*Operation {
	return append([]*Operation{
		startChatContact(),
		createPersistentContactAssociation(),
		{
			Service: Connect, Name: "StopContact", Method: "POST", Path: "/contact/stop",
			Fields: []Field{
				{Name: "ContactId", Type: String, Required: true, Min: 1, Max: 256},
				{Name: "InstanceId", Type: String, Required: true, Min: 1, Max: 100},
				{Name: "DisconnectReason", Type: Structure},
				{Name: "DisconnectReason.Code", Type: String},
			},
			Errors: shapes(InvalidRequest, ContactNotFound, InvalidParameter, ResourceNotFound, InternalService, InvalidActiveRegion),
		},
		{
			Service: Connect, Name: "DescribeContact", Method: "GET", Path: "/contacts/{InstanceId}/{ContactId}",
			Fields: []Field{
				{Name: "InstanceId", In: InPath, Type: String, Required: true, Min: 1, Max: 100},
				{Name: "ContactId", In: InPath, Type: String, Required: true, Min: 1, Max: 256},
			},
			Errors: shapes(InvalidRequest, InvalidParameter, ResourceNotFound, InternalService, Throttling),
		},
		{
			Service: Connect, Name: "ListAssociatedContacts", Method: "GET", Path: "/contact/associated/{InstanceId}",
			Fields: []Field{
				{Name: "InstanceId", In: InPath, Type: String, Required: true, Min: 1, Max: 100},
				{Name: "ContactId", In: InQuery, Query: "contactId", Type: String, Required: true, Min: 1, Max: 256},
				{Name: "MaxResults", In: InQuery, Query: "maxResults", Type: Integer, Min: 1, Max: 100},
				{Name: "NextToken", In: InQuery, Query: "nextToken", Type: String},
			},
			Errors: shapes(InternalService, InvalidRequest, InvalidParameter, ResourceNotFound, Throttling),
		},
		{
			Service: Connect, Name: "GetContactAttributes", Method: "GET", Path: "/contact/attributes/{InstanceId}/{InitialContactId}",
			Fields: []Field{
				{Name: "InstanceId", In: InPath, Type: String, Required: true, Min: 1, Max: 100},
				{Name: "InitialContactId", In: InPath, Type: String, Required: true, Min: 1, Max: 256},
			},
			Errors: shapes(InvalidRequest, ResourceNotFound, InternalService),
		},
		{
			Service: Connect, Name: "UpdateContactAttributes", Method: "POST", Path: "/contact/attributes",
			Fields: []Field{
				{Name: "InitialContactId", Type: String, Required: true, Min: 1, Max: 256},
				{Name: "InstanceId", Type: String, Required: true, Min: 1, Max: 100},
				{Name: "Attributes", Type: Map, Required: true, MaxBytes: MaxAttributesBytes},
				{Name: "Attributes{key}", Type: String, Min: 1, Max: 32767, Pattern: attributeKey},
				{Name: "Attributes{value}", Type: String, Max: 32767},
			},
			Errors: shapes(InvalidRequest, InvalidParameter, ResourceNotFound, InternalService, InvalidActiveRegion),
		},
		updateContact(),
		tagContact(),
		untagContact(),
		createParticipant(),
		updateParticipantRoleConfig(),
		updateParticipantAuthentication(),
		startContactMediaProcessing(),
		stopContactMediaProcessing(),
		startOutboundChatContact(),
		searchContacts(),
		getMetricDataV2(),
	}, slices.Concat(flowOperations(), moduleOperations(), routingOperations(), metricOperations(), versionOperations(), storageOperations(), viewOperations(),
		queueOperations(), hoursOperations(), profileOperations(), statusOperations(), userOperations(), securityOperations(), settingSearchOperations(), attributeOperations(), instanceOperations(), fileOperations())...)
}

// PersistentChat's two members are optional in the model, but its text asks for
// both: a source alone does not say what to rehydrate.
//
// doc: API_PersistentChat
func startChatContact() *Operation {
	fields := []Field{
		{Name: "InstanceId", Type: String, Required: true, Min: 1, Max: 100},
		{Name: "ContactFlowId", Type: String, Required: true, Max: 500},
		{Name: "Attributes", Type: Map, MaxBytes: MaxAttributesBytes},
		{Name: "Attributes{key}", Type: String, Min: 1, Max: 32767, Pattern: attributeKey},
		{Name: "Attributes{value}", Type: String, Max: 32767},
		{Name: "ParticipantDetails", Type: Structure, Required: true},
		{Name: "ParticipantDetails.DisplayName", Type: String, Required: true, Min: 1, Max: 256},
		{Name: "ParticipantConfiguration", Type: Structure},
		{Name: "ParticipantConfiguration.ResponseMode", Type: String, Enum: []string{"INCREMENTAL", "COMPLETE"}},
		{Name: "InitialMessage", Type: Structure},
		{Name: "InitialMessage.ContentType", Type: String, Required: true, Min: 1, Max: 100, Enum: sendableMessages()},
		{Name: "InitialMessage.Content", Type: String, Required: true, Min: 1, MaxBytes: MaxContentBytes},
		{Name: "ClientToken", Type: String, Max: 500},
		{Name: "ChatDurationInMinutes", Type: Integer, Min: 60, Max: 10080},
		{Name: "SupportedMessagingContentTypes", Type: List, Holds: TextPlain},
		{Name: "SupportedMessagingContentTypes[]", Type: String, Min: 1, Max: 100, Enum: supportedMessages()},
		{Name: "PersistentChat", Type: Structure},
		{Name: "PersistentChat.RehydrationType", Type: String, Required: true, Enum: []string{EntirePastSession, FromSegment}},
		{Name: "PersistentChat.SourceContactId", Type: String, Required: true, Min: 1, Max: 256},
		{Name: "RelatedContactId", Type: String, Min: 1, Max: 256},
	}
	fields = append(fields, segmentAttributes(false)...)
	fields = append(fields,
		Field{Name: "CustomerId", Type: String, Min: 1, Max: 128},
		Field{Name: "DisconnectOnCustomerExit", Type: List, Min: 1, Max: 1},
		Field{Name: "DisconnectOnCustomerExit[]", Type: String, Enum: []string{"AGENT"}},
	)
	return &Operation{
		Service: Connect, Name: "StartChatContact", Method: "PUT", Path: "/contact/chat",
		Fields: fields,
		Errors: shapes(InvalidRequest, InvalidParameter, ResourceNotFound, InternalService, LimitExceeded),
	}
}

// segmentAttributes is the rows of the segment attributes of a request.
func segmentAttributes(required bool) []Field {
	return append([]Field{
		{Name: "SegmentAttributes", Type: Map, Required: required},
		{Name: "SegmentAttributes{key}", Type: String, Min: 1, Max: 128, Pattern: segmentKey},
		{Name: "SegmentAttributes{value}", Type: Structure, One: true},
	}, segmentValue("SegmentAttributes{value}", 1)...)
}

// segmentValue is the rows below one segment attribute's value. The model nests
// it without end; Amazon's own attributes go one level deep, and so do these.
//
// doc: API_SegmentAttributeValue
func segmentValue(prefix string, deeper int) []Field {
	rows := []Field{
		{Name: prefix + ".ValueString", Type: String, Max: 1024},
		{Name: prefix + ".ValueInteger", Type: Integer},
		{Name: prefix + ".ValueArn", Type: String, Max: 1024},
	}
	if deeper == 0 {
		return rows
	}
	rows = append(rows,
		Field{Name: prefix + ".ValueMap", Type: Map},
		Field{Name: prefix + ".ValueMap{key}", Type: String, Min: 1, Max: 128, Pattern: segmentKey},
		Field{Name: prefix + ".ValueMap{value}", Type: Structure, One: true})
	rows = append(rows, segmentValue(prefix+".ValueMap{value}", deeper-1)...)
	rows = append(rows,
		Field{Name: prefix + ".ValueList", Type: List},
		Field{Name: prefix + ".ValueList[]", Type: Structure, One: true})
	return append(rows, segmentValue(prefix+".ValueList[]", deeper-1)...)
}

// doc: API_CreatePersistentContactAssociation
func createPersistentContactAssociation() *Operation {
	return &Operation{
		Service: Connect, Name: "CreatePersistentContactAssociation", Method: "POST",
		Path: "/contact/persistent-contact-association/{InstanceId}/{InitialContactId}",
		Fields: []Field{
			{Name: "InstanceId", In: InPath, Type: String, Required: true, Min: 1, Max: 100},
			{Name: "InitialContactId", In: InPath, Type: String, Required: true, Min: 1, Max: 256},
			{Name: "RehydrationType", Type: String, Required: true, Enum: []string{EntirePastSession, FromSegment}},
			{Name: "SourceContactId", Type: String, Required: true, Min: 1, Max: 256},
			{Name: "ClientToken", Type: String, Max: 500},
		},
		Errors: shapes(InvalidRequest, InvalidParameter, ResourceNotFound, AccessDenied, Throttling, InternalService),
	}
}
