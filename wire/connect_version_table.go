package wire

import "regexp"

// The operations on versions of flows and modules, and on aliases of modules.
//
// CreateContactFlowVersion also takes LastModifiedTime and LastModifiedRegion in
// the model, without a word on what they do: they are passed over, like fields
// that nobody knows.

// aliasName is how the model spells the name of an alias.
var aliasName = regexp.MustCompile(`^([$0-9a-zA-Z][_-]?)+$`)

// contentSum is a SHA-256 in hex.
var contentSum = regexp.MustCompile(`^[a-zA-Z0-9]{64}$`)

const maxVersion = 1<<31 - 1 // the model's are of 64 bits; nobody gets there

func versionOperations() []*Operation {
	usual := func(more ...string) []Shape {
		return shapes(append([]string{AccessDenied, InvalidRequest, InvalidParameter, ResourceNotFound, Throttling, InternalService}, more...)...)
	}
	const (
		flow   = "/contact-flows/{InstanceId}/{ContactFlowId}"
		module = "/contact-flow-modules/{InstanceId}/{ContactFlowModuleId}"
		alias  = module + "/alias/{AliasId}"
	)
	number := func(name string, in Where) Field {
		return Field{Name: name, In: in, Type: Integer, Required: in == InPath, Min: 1, Max: maxVersion}
	}
	page := []Field{
		{Name: "NextToken", In: InQuery, Query: "nextToken", Type: String},
		{Name: "MaxResults", In: InQuery, Query: "maxResults", Type: Integer, Min: 1, Max: 1000},
	}
	description := Field{Name: "Description", Type: String, Max: maxModuleDescription}
	return []*Operation{
		{Service: Connect, Name: "CreateContactFlowVersion", Method: "PUT", Path: flow + "/version",
			Fields: ofFlow(description, Field{Name: "FlowContentSha256", Type: String, Min: 64, Max: 64, Pattern: contentSum},
				number("ContactFlowVersion", InBody)),
			Errors: usual(LimitExceeded)},
		{Service: Connect, Name: "ListContactFlowVersions", Method: "GET", Path: flow + "/versions", Fields: ofFlow(page...), Errors: usual()},
		{Service: Connect, Name: "DeleteContactFlowVersion", Method: "DELETE", Path: flow + "/version/{ContactFlowVersion}",
			Fields: ofFlow(number("ContactFlowVersion", InPath)), Errors: usual()},

		{Service: Connect, Name: "CreateContactFlowModuleVersion", Method: "PUT", Path: module + "/version",
			Fields: ofModule(description, Field{Name: "FlowModuleContentSha256", Type: String, Min: 64, Max: 64, Pattern: contentSum}),
			Errors: usual(LimitExceeded)},
		{Service: Connect, Name: "ListContactFlowModuleVersions", Method: "GET", Path: module + "/versions", Fields: ofModule(page...), Errors: usual()},
		{Service: Connect, Name: "DeleteContactFlowModuleVersion", Method: "DELETE", Path: module + "/version/{ContactFlowModuleVersion}",
			Fields: ofModule(number("ContactFlowModuleVersion", InPath)), Errors: usual()},

		{Service: Connect, Name: "CreateContactFlowModuleAlias", Method: "PUT", Path: module + "/alias",
			Fields: ofModule(description, Field{Name: "ContactFlowModuleVersion", Type: Integer, Required: true, Min: 1, Max: maxVersion},
				Field{Name: "AliasName", Type: String, Required: true, Min: 1, Max: 100, Pattern: aliasName}),
			Errors: usual(DuplicateResource, LimitExceeded)},
		{Service: Connect, Name: "DescribeContactFlowModuleAlias", Method: "GET", Path: alias, Fields: ofAlias(), Errors: usual()},
		{Service: Connect, Name: "ListContactFlowModuleAliases", Method: "GET", Path: module + "/aliases", Fields: ofModule(page...), Errors: usual()},
		{Service: Connect, Name: "UpdateContactFlowModuleAlias", Method: "POST", Path: alias,
			Fields: ofAlias(Field{Name: "Name", Type: String, Min: 1, Max: maxModuleName}, description, number("ContactFlowModuleVersion", InBody)),
			Errors: usual(DuplicateResource, ConditionalFailed)},
		{Service: Connect, Name: "DeleteContactFlowModuleAlias", Method: "DELETE", Path: alias, Fields: ofAlias(), Errors: usual()},
	}
}

func ofAlias(more ...Field) []Field {
	return ofModule(append([]Field{{Name: "AliasId", In: InPath, Type: String, Required: true, Min: 1, Max: 500}}, more...)...)
}
