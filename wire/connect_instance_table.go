package wire

import (
	"regexp"
	"slices"
)

// The operations on instances.

func instanceOperations() []*Operation {
	const path = "/instance/{InstanceId}"
	next := Field{Name: "NextToken", In: InQuery, Query: "nextToken", Type: String}
	most := func(n int) Field {
		return Field{Name: "MaxResults", In: InQuery, Query: "maxResults", Type: Integer, Min: 1, Max: n}
	}
	attribute := Field{Name: "AttributeType", In: InPath, Type: String, Required: true, Enum: []string{"INBOUND_CALLS", "OUTBOUND_CALLS", "CONTACTFLOW_LOGS", "CONTACT_LENS",
		"AUTO_RESOLVE_BEST_VOICES", "USE_CUSTOM_TTS_VOICES", "EARLY_MEDIA", "MULTI_PARTY_CONFERENCE", "HIGH_VOLUME_OUTBOUND", "ENHANCED_CONTACT_MONITORING",
		"ENHANCED_CHAT_MONITORING", "MULTI_PARTY_CHAT_CONFERENCE", "MESSAGE_STREAMING"}}
	token, tokenInQuery := Field{Name: "ClientToken", Type: String, Max: 500}, Field{Name: "ClientToken", In: InQuery, Query: "clientToken", Type: String, Max: 500}
	association := Field{Name: "AssociationId", In: InPath, Type: String, Required: true, Min: 1, Max: 100}
	origin := Field{Name: "Origin", Type: String, Required: true, Max: maxOrigin}
	inQuery := origin
	inQuery.In, inQuery.Query = InQuery, "origin"
	faults := func(more ...string) []Shape { return settingFaults(more...) }
	return []*Operation{
		{Service: Connect, Name: "CreateInstance", Method: "PUT", Path: "/instance",
			Fields: slices.Concat([]Field{
				token,
				{Name: "IdentityManagementType", Type: String, Required: true, Enum: []string{ConnectManaged, "SAML", "EXISTING_DIRECTORY"}},
				{Name: "InstanceAlias", Type: String, Min: 1, Max: 45, NotPrefix: "d-", Pattern: aliasForm},
				{Name: "DirectoryId", Type: String, Min: 12, Max: 12},
				{Name: "InboundCallsEnabled", Type: Boolean, Required: true},
				{Name: "OutboundCallsEnabled", Type: Boolean, Required: true},
			}, tagRows("Tags", false)), Errors: shapes(InvalidRequest, ServiceQuotaExceeded, Throttling, ResourceNotFound, InternalService)},
		{Service: Connect, Name: "DeleteInstance", Method: "DELETE", Path: path, Fields: []Field{instanceRow(), tokenInQuery},
			Errors: shapes(ResourceNotFound, InternalService, InvalidRequest)},
		{Service: Connect, Name: "ListInstances", Method: "GET", Path: "/instance", Fields: []Field{next, most(10)}, Errors: shapes(InvalidRequest, InternalService)},
		{Service: Connect, Name: "DescribeInstance", Method: "GET", Path: path, Fields: []Field{instanceRow()}, Errors: shapes(InvalidRequest, ResourceNotFound, InternalService)},
		{Service: Connect, Name: "UpdateInstanceAttribute", Method: "POST", Path: path + "/attribute/{AttributeType}",
			Fields: []Field{instanceRow(), attribute, {Name: "Value", Type: String, Required: true, Min: 1, Max: 100}, token}, Errors: faults()},
		{Service: Connect, Name: "DescribeInstanceAttribute", Method: "GET", Path: path + "/attribute/{AttributeType}", Fields: []Field{instanceRow(), attribute}, Errors: faults()},
		{Service: Connect, Name: "ListInstanceAttributes", Method: "GET", Path: path + "/attributes", Fields: []Field{instanceRow(), next, most(7)}, Errors: faults()},
		{Service: Connect, Name: "AssociateApprovedOrigin", Method: "PUT", Path: path + "/approved-origin", Fields: []Field{instanceRow(), origin, token},
			Errors: faults(ResourceConflict, ServiceQuotaExceeded)},
		{Service: Connect, Name: "DisassociateApprovedOrigin", Method: "DELETE", Path: path + "/approved-origin", Fields: []Field{instanceRow(), inQuery, tokenInQuery}, Errors: faults()},
		{Service: Connect, Name: "ListApprovedOrigins", Method: "GET", Path: path + "/approved-origins", Fields: []Field{instanceRow(), next, most(25)}, Errors: faults()},
		{Service: Connect, Name: "AssociateSecurityKey", Method: "PUT", Path: path + "/security-key",
			Fields: []Field{instanceRow(), {Name: "Key", Type: String, Required: true, Min: 1, Max: 1024}, token}, Errors: faults(ResourceConflict, ServiceQuotaExceeded)},
		{Service: Connect, Name: "DisassociateSecurityKey", Method: "DELETE", Path: path + "/security-key/{AssociationId}",
			Fields: []Field{instanceRow(), association, tokenInQuery}, Errors: faults()},
		{Service: Connect, Name: "ListSecurityKeys", Method: "GET", Path: path + "/security-keys", Fields: []Field{instanceRow(), next, most(2)}, Errors: faults()},
	}
}

// aliasForm is that of an instance's alias.
//
// doc: API_CreateInstance
var aliasForm = regexp.MustCompile(`^([0-9a-zA-Z]+)(-*[0-9a-zA-Z])*$`)

// maxOrigin is how long an origin may be.
const maxOrigin = 267
