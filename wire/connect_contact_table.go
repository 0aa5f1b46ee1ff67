package wire

import "regexp"

// The operations that say something about a contact.

// tagKey is what a tag's key may consist of; the model's range from + to = holds
// the digits and some punctuation.
var tagKey = regexp.MustCompile(`^[a-zA-Z+-=._:/]+$`)

// systemTag begins the keys of tags that are not the users' to change.
const systemTag = "aws:"

// maxTags is the most tags that a request may name.
const maxTags = 6

// arnPattern is the model's for the ARN of a reference.
var arnPattern = regexp.MustCompile(`^[-:/A-Za-z0-9]+`)

// doc: API_UpdateContact
func updateContact() *Operation {
	fields := []Field{
		{Name: "InstanceId", In: InPath, Type: String, Required: true, Min: 1, Max: 100},
		{Name: "ContactId", In: InPath, Type: String, Required: true, Min: 1, Max: 256},
		{Name: "Name", Type: String, Max: 1024},
		{Name: "Description", Type: String, Max: 4096},
		{Name: "References", Type: Map},
		{Name: "References{key}", Type: String, Min: 1, Max: 4096},
		{Name: "References{value}", Type: Structure},
		{Name: "References{value}.Value", Type: String, Max: 4096},
		{Name: "References{value}.Type", Type: String, Required: true, Enum: referenceTypes()},
		{Name: "References{value}.Status", Type: String, Enum: []string{"AVAILABLE", "DELETED", "APPROVED", "REJECTED", "PROCESSING", "FAILED"}},
		{Name: "References{value}.Arn", Type: String, Min: 20, Max: 256, Pattern: arnPattern},
		{Name: "References{value}.StatusReason", Type: String, Max: 100},
	}
	fields = append(fields, segmentAttributes(false)...)
	fields = append(fields,
		Field{Name: "QueueInfo", Type: Structure},
		Field{Name: "QueueInfo.Id", Type: String},
		Field{Name: "UserInfo", Type: Structure},
		Field{Name: "UserInfo.UserId", Type: String, Min: 1, Max: 256})
	fields = append(fields, endpoint("CustomerEndpoint", false)...)
	fields = append(fields, endpoint("SystemEndpoint", false)...)
	return &Operation{
		Service: Connect, Name: "UpdateContact", Method: "POST", Path: "/contacts/{InstanceId}/{ContactId}", Fields: fields,
		Errors: shapes(InvalidRequest, InvalidParameter, ResourceNotFound, InternalService, Throttling, AccessDenied, Conflict, InvalidActiveRegion),
	}
}

// Types of a reference that somebody outside can make; the others are made by
// the system.
//
// doc: API_StartTaskContact, References
const (
	ReferenceURL    = "URL"
	ReferenceNumber = "NUMBER"
	ReferenceString = "STRING"
	ReferenceDate   = "DATE"
	ReferenceEmail  = "EMAIL"
)

func referenceTypes() []string {
	return []string{ReferenceURL, "ATTACHMENT", "CONTACT_ANALYSIS", ReferenceNumber, ReferenceString, ReferenceDate, ReferenceEmail,
		"EMAIL_MESSAGE", "EMAIL_MESSAGE_PLAIN_TEXT", "EMAIL_MESSAGE_PLAIN_TEXT_REDACTED", "EMAIL_MESSAGE_REDACTED"}
}

// endpoint is the rows of one side's address.
func endpoint(name string, required bool) []Field {
	return []Field{
		{Name: name, Type: Structure, Required: required},
		{Name: name + ".Type", Type: String, Enum: []string{"TELEPHONE_NUMBER", "VOIP", "CONTACT_FLOW", "CONNECT_PHONENUMBER_ARN", "EMAIL_ADDRESS"}},
		{Name: name + ".Address", Type: String, Max: 256},
	}
}

// doc: API_TagContact
func tagContact() *Operation {
	return &Operation{
		Service: Connect, Name: "TagContact", Method: "POST", Path: "/contact/tags",
		Fields: []Field{
			{Name: "ContactId", Type: String, Required: true, Min: 1, Max: 256},
			{Name: "InstanceId", Type: String, Required: true, Min: 1, Max: 100},
			{Name: "Tags", Type: Map, Required: true, Min: 1, Max: maxTags},
			{Name: "Tags{key}", Type: String, Min: 1, Max: 128, Pattern: tagKey, NotPrefix: systemTag},
			{Name: "Tags{value}", Type: String, Max: 256},
		},
		Errors: tagFaults(),
	}
}

// doc: API_UntagContact
func untagContact() *Operation {
	return &Operation{
		Service: Connect, Name: "UntagContact", Method: "DELETE", Path: "/contact/tags/{InstanceId}/{ContactId}",
		Fields: []Field{
			{Name: "ContactId", In: InPath, Type: String, Required: true, Min: 1, Max: 256},
			{Name: "InstanceId", In: InPath, Type: String, Required: true, Min: 1, Max: 100},
			{Name: "TagKeys", In: InQuery, Query: "TagKeys", Type: List, Required: true, Min: 1, Max: maxTags},
			{Name: "TagKeys[]", In: InQuery, Type: String, Min: 1, Max: 128, Pattern: tagKey, NotPrefix: systemTag},
		},
		Errors: tagFaults(),
	}
}

func tagFaults() []Shape {
	return shapes(InvalidRequest, ResourceNotFound, InternalService, InvalidParameter, Throttling, InvalidActiveRegion)
}
