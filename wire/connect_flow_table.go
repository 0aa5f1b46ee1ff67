package wire

import "regexp"

// The operations on flows, and on the tags of whatever has an ARN.

// maxFlowText is the most characters of a flow's content; the model has it in its
// text.
const maxFlowText = 256000

// resourceTagKey is what the key of a resource's tag may consist of.
var resourceTagKey = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

const (
	maxResourceTags = 50
	// maxARN is more characters than any ARN of ours has; the model names no limit.
	maxARN = 500
)

func flowTypes() []string {
	return []string{"CONTACT_FLOW", "CUSTOMER_QUEUE", "CUSTOMER_HOLD", "CUSTOMER_WHISPER", "AGENT_HOLD", "AGENT_WHISPER",
		"OUTBOUND_WHISPER", "AGENT_TRANSFER", "QUEUE_TRANSFER", "CAMPAIGN"}
}

// Values of a flow's status and state.
//
// doc: API_ContactFlow
const (
	FlowPublished = "PUBLISHED"
	FlowSaved     = "SAVED"
	FlowActive    = "ACTIVE"
	FlowArchived  = "ARCHIVED"
)

func flowOperations() []*Operation {
	usual := func(more ...string) []Shape {
		return shapes(append([]string{InvalidRequest, InvalidParameter, ResourceNotFound, Throttling, InternalService}, more...)...)
	}
	return []*Operation{
		{
			Service: Connect, Name: "CreateContactFlow", Method: "PUT", Path: "/contact-flows/{InstanceId}",
			Fields: append([]Field{
				{Name: "InstanceId", In: InPath, Type: String, Required: true, Min: 1, Max: 100},
				{Name: "Name", Type: String, Required: true, Min: 1},
				{Name: "Type", Type: String, Required: true, Enum: flowTypes()},
				{Name: "Description", Type: String},
				{Name: "Content", Type: String, Required: true, Min: 1, Max: maxFlowText},
				{Name: "Status", Type: String, Enum: []string{FlowPublished, FlowSaved}},
			}, tagRows("Tags", false)...),
			Errors: usual(InvalidFlow, DuplicateResource, LimitExceeded),
		},
		{Service: Connect, Name: "DescribeContactFlow", Method: "GET", Path: "/contact-flows/{InstanceId}/{ContactFlowId}",
			Fields: ofFlow(), Errors: usual(FlowNotPublished)},
		{
			Service: Connect, Name: "ListContactFlows", Method: "GET", Path: "/contact-flows-summary/{InstanceId}",
			Fields: []Field{
				{Name: "InstanceId", In: InPath, Type: String, Required: true, Min: 1, Max: 100},
				{Name: "ContactFlowTypes", In: InQuery, Query: "contactFlowTypes", Type: List, Max: 10},
				{Name: "ContactFlowTypes[]", In: InQuery, Type: String, Enum: flowTypes()},
				{Name: "NextToken", In: InQuery, Query: "nextToken", Type: String},
				{Name: "MaxResults", In: InQuery, Query: "maxResults", Type: Integer, Min: 1, Max: 1000},
			},
			Errors: usual(),
		},
		{Service: Connect, Name: "UpdateContactFlowContent", Method: "POST", Path: "/contact-flows/{InstanceId}/{ContactFlowId}/content",
			Fields: ofFlow(Field{Name: "Content", Type: String, Required: true, Min: 1, Max: maxFlowText}),
			Errors: usual(InvalidFlow)},
		{Service: Connect, Name: "UpdateContactFlowMetadata", Method: "POST", Path: "/contact-flows/{InstanceId}/{ContactFlowId}/metadata",
			Fields: ofFlow(Field{Name: "Name", Type: String, Min: 1}, Field{Name: "Description", Type: String},
				Field{Name: "ContactFlowState", Type: String, Enum: []string{FlowActive, FlowArchived}}),
			Errors: usual(DuplicateResource)},
		{Service: Connect, Name: "UpdateContactFlowName", Method: "POST", Path: "/contact-flows/{InstanceId}/{ContactFlowId}/name",
			Fields: ofFlow(Field{Name: "Name", Type: String, Min: 1}, Field{Name: "Description", Type: String}),
			Errors: usual(DuplicateResource)},
		{Service: Connect, Name: "DeleteContactFlow", Method: "DELETE", Path: "/contact-flows/{InstanceId}/{ContactFlowId}",
			Fields: ofFlow(), Errors: usual(AccessDenied)},

		{Service: Connect, Name: "TagResource", Method: "POST", Path: "/tags/{resourceArn}",
			Fields: append(ofResource(), tagRows("tags", true)...), Errors: usual()},
		{Service: Connect, Name: "UntagResource", Method: "DELETE", Path: "/tags/{resourceArn}",
			Fields: append(ofResource(),
				Field{Name: "tagKeys", In: InQuery, Query: "tagKeys", Type: List, Required: true, Min: 1, Max: maxResourceTags},
				Field{Name: "tagKeys[]", In: InQuery, Type: String, Min: 1, Max: 128, Pattern: resourceTagKey, NotPrefix: systemTag}),
			Errors: usual()},
		{Service: Connect, Name: "ListTagsForResource", Method: "GET", Path: "/tags/{resourceArn}",
			Fields: ofResource(), Errors: usual()},
	}
}

func ofFlow(more ...Field) []Field {
	return append([]Field{
		{Name: "InstanceId", In: InPath, Type: String, Required: true, Min: 1, Max: 100},
		{Name: "ContactFlowId", In: InPath, Type: String, Required: true, Max: 500},
	}, more...)
}

func ofResource() []Field {
	return []Field{{Name: "resourceArn", In: InPath, Type: String, Required: true, Max: maxARN}}
}

func tagRows(name string, required bool) []Field {
	return []Field{
		{Name: name, Type: Map, Required: required, Min: 1, Max: maxResourceTags},
		{Name: name + "{key}", Type: String, Min: 1, Max: 128, Pattern: resourceTagKey, NotPrefix: systemTag},
		{Name: name + "{value}", Type: String, Max: 256},
	}
}
