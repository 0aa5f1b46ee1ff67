package wire

import "slices"

// The operations on agent statuses and quick connects.

func statusOperations() []*Operation {
	return []*Operation{
		{Service: Connect, Name: "CreateAgentStatus", Method: "PUT", Path: "/agent-status/{InstanceId}",
			Fields: slices.Concat([]Field{
				instanceRow(),
				{Name: "Name", Type: String, Required: true, Min: 1, Max: 127},
				{Name: "Description", Type: String, Min: 1, Max: 250},
				{Name: "State", Type: String, Required: true, Enum: []string{"ENABLED", "DISABLED"}},
				{Name: "DisplayOrder", Type: Integer, Min: 1, Max: 50},
			}, tagRows("Tags", false)), Errors: settingFaults(DuplicateResource, LimitExceeded)},
		{Service: Connect, Name: "DescribeAgentStatus", Method: "GET", Path: "/agent-status/{InstanceId}/{AgentStatusId}",
			Fields: []Field{instanceRow(), idInPath("AgentStatusId")}, Errors: settingFaults()},
		{Service: Connect, Name: "ListAgentStatuses", Method: "GET", Path: "/agent-status/{InstanceId}",
			Fields: []Field{
				instanceRow(),
				{Name: "NextToken", In: InQuery, Query: "nextToken", Type: String},
				{Name: "MaxResults", In: InQuery, Query: "maxResults", Type: Integer, Min: 1, Max: 1000},
				{Name: "AgentStatusTypes", In: InQuery, Query: "AgentStatusTypes", Type: List, Max: 3},
				{Name: "AgentStatusTypes[]", In: InQuery, Type: String, Enum: []string{"ROUTABLE", "CUSTOM", "OFFLINE"}},
			}, Errors: settingFaults()},
		{Service: Connect, Name: "UpdateAgentStatus", Method: "POST", Path: "/agent-status/{InstanceId}/{AgentStatusId}",
			Fields: []Field{
				instanceRow(),
				idInPath("AgentStatusId"),
				{Name: "Name", Type: String, Min: 1, Max: 127},
				{Name: "Description", Type: String, Max: 250},
				{Name: "State", Type: String, Enum: []string{"ENABLED", "DISABLED"}},
				{Name: "DisplayOrder", Type: Integer, Min: 1, Max: 50},
				{Name: "ResetOrderNumber", Type: Boolean},
			}, Errors: settingFaults(DuplicateResource, LimitExceeded)},
		{Service: Connect, Name: "CreateQuickConnect", Method: "PUT", Path: "/quick-connects/{InstanceId}",
			Fields: slices.Concat([]Field{
				instanceRow(),
				{Name: "Name", Type: String, Required: true, Min: 1, Max: 127},
				{Name: "Description", Type: String, Min: 1, Max: 250},
			}, quickConnectRows("QuickConnectConfig", true), tagRows("Tags", false)), Errors: settingFaults(DuplicateResource, LimitExceeded)},
		{Service: Connect, Name: "DescribeQuickConnect", Method: "GET", Path: "/quick-connects/{InstanceId}/{QuickConnectId}",
			Fields: []Field{instanceRow(), idInPath("QuickConnectId")}, Errors: settingFaults()},
		{Service: Connect, Name: "ListQuickConnects", Method: "GET", Path: "/quick-connects/{InstanceId}",
			Fields: []Field{
				instanceRow(),
				{Name: "NextToken", In: InQuery, Query: "nextToken", Type: String},
				{Name: "MaxResults", In: InQuery, Query: "maxResults", Type: Integer, Min: 1, Max: 1000},
				{Name: "QuickConnectTypes", In: InQuery, Query: "QuickConnectTypes", Type: List, Max: 4},
				{Name: "QuickConnectTypes[]", In: InQuery, Type: String, Enum: []string{"USER", "QUEUE", "PHONE_NUMBER", "FLOW"}},
			}, Errors: settingFaults()},
		{Service: Connect, Name: "UpdateQuickConnectName", Method: "POST", Path: "/quick-connects/{InstanceId}/{QuickConnectId}/name",
			Fields: []Field{
				instanceRow(),
				idInPath("QuickConnectId"),
				{Name: "Name", Type: String, Min: 1, Max: 127},
				{Name: "Description", Type: String, Max: 250},
			}, Errors: settingFaults()},
		{Service: Connect, Name: "UpdateQuickConnectConfig", Method: "POST", Path: "/quick-connects/{InstanceId}/{QuickConnectId}/config",
			Fields: slices.Concat([]Field{instanceRow(), idInPath("QuickConnectId")}, quickConnectRows("QuickConnectConfig", true)), Errors: settingFaults()},
		{Service: Connect, Name: "DeleteQuickConnect", Method: "DELETE", Path: "/quick-connects/{InstanceId}/{QuickConnectId}",
			Fields: []Field{instanceRow(), idInPath("QuickConnectId")}, Errors: settingFaults()},
	}
}

// quickConnectRows say where a quick connect leads.
func quickConnectRows(name string, required bool) []Field {
	return []Field{
		{Name: name, Required: required, Type: Structure},
		{Name: name + ".QuickConnectType", Type: String, Required: true, Enum: []string{"USER", "QUEUE", "PHONE_NUMBER", "FLOW"}},
		{Name: name + ".UserConfig", Type: Structure},
		{Name: name + ".UserConfig.UserId", Type: String, Required: true, Min: 1, Max: 500},
		{Name: name + ".UserConfig.ContactFlowId", Type: String, Required: true, Max: 500},
		{Name: name + ".QueueConfig", Type: Structure},
		{Name: name + ".QueueConfig.QueueId", Type: String, Required: true, Min: 1, Max: 500},
		{Name: name + ".QueueConfig.ContactFlowId", Type: String, Required: true, Max: 500},
		{Name: name + ".PhoneConfig", Type: Structure},
		{Name: name + ".PhoneConfig.PhoneNumber", Type: String, Required: true},
		{Name: name + ".FlowConfig", Type: Structure},
		{Name: name + ".FlowConfig.ContactFlowId", Type: String, Required: true, Max: 500},
	}
}
