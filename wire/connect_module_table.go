package wire

// The operations on flow modules.

const (
	maxModuleName        = 127
	maxModuleDescription = 500
	maxModuleSettings    = 256000 // the model names no limit; as much as the content
)

func moduleOperations() []*Operation {
	usual := func(more ...string) []Shape {
		return shapes(append([]string{AccessDenied, InvalidRequest, ResourceNotFound, Throttling, InternalService}, more...)...)
	}
	return []*Operation{
		{
			Service: Connect, Name: "CreateContactFlowModule", Method: "PUT", Path: "/contact-flow-modules/{InstanceId}",
			Fields: append([]Field{
				{Name: "InstanceId", In: InPath, Type: String, Required: true, Min: 1, Max: 100},
				{Name: "Name", Type: String, Required: true, Min: 1, Max: maxModuleName},
				{Name: "Description", Type: String, Max: maxModuleDescription},
				{Name: "Content", Type: String, Required: true, Min: 1, Max: maxFlowText},
				{Name: "ClientToken", Type: String, Max: 500},
				{Name: "Settings", Type: String, Max: maxModuleSettings},
				{Name: "ExternalInvocationConfiguration", Type: Structure},
				{Name: "ExternalInvocationConfiguration.Enabled", Type: Boolean},
			}, tagRows("Tags", false)...),
			Errors: usual(InvalidModule, InvalidParameter, DuplicateResource, LimitExceeded, Idempotency),
		},
		{Service: Connect, Name: "DescribeContactFlowModule", Method: "GET", Path: "/contact-flow-modules/{InstanceId}/{ContactFlowModuleId}",
			Fields: ofModule(), Errors: usual(InvalidParameter)},
		{
			Service: Connect, Name: "ListContactFlowModules", Method: "GET", Path: "/contact-flow-modules-summary/{InstanceId}",
			Fields: []Field{
				{Name: "InstanceId", In: InPath, Type: String, Required: true, Min: 1, Max: 100},
				{Name: "NextToken", In: InQuery, Query: "nextToken", Type: String},
				{Name: "MaxResults", In: InQuery, Query: "maxResults", Type: Integer, Min: 1, Max: 1000},
				{Name: "ContactFlowModuleState", In: InQuery, Query: "state", Type: String, Enum: []string{FlowActive, FlowArchived}},
			},
			Errors: usual(InvalidParameter),
		},
		{Service: Connect, Name: "UpdateContactFlowModuleContent", Method: "POST", Path: "/contact-flow-modules/{InstanceId}/{ContactFlowModuleId}/content",
			Fields: ofModule(Field{Name: "Content", Type: String, Min: 1, Max: maxFlowText}, Field{Name: "Settings", Type: String, Max: maxModuleSettings}),
			Errors: usual(InvalidModule)},
		{Service: Connect, Name: "UpdateContactFlowModuleMetadata", Method: "POST", Path: "/contact-flow-modules/{InstanceId}/{ContactFlowModuleId}/metadata",
			Fields: ofModule(Field{Name: "Name", Type: String, Min: 1, Max: maxModuleName},
				Field{Name: "Description", Type: String, Max: maxModuleDescription},
				Field{Name: "State", Type: String, Enum: []string{FlowActive, FlowArchived}}),
			Errors: usual(InvalidParameter, DuplicateResource)},
		{Service: Connect, Name: "DeleteContactFlowModule", Method: "DELETE", Path: "/contact-flow-modules/{InstanceId}/{ContactFlowModuleId}",
			Fields: ofModule(), Errors: usual(InvalidParameter)},
	}
}

func ofModule(more ...Field) []Field {
	return append([]Field{
		{Name: "InstanceId", In: InPath, Type: String, Required: true, Min: 1, Max: 100},
		{Name: "ContactFlowModuleId", In: InPath, Type: String, Required: true, Min: 1, Max: 256},
	}, more...)
}
