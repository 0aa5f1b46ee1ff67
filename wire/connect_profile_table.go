package wire

import "slices"

// The operations on routing profiles.

func profileOperations() []*Operation {
	return []*Operation{
		{Service: Connect, Name: "CreateRoutingProfile", Method: "PUT", Path: "/routing-profiles/{InstanceId}",
			Fields: slices.Concat([]Field{
				instanceRow(),
				{Name: "Name", Type: String, Required: true, Min: 1, Max: 127},
				{Name: "Description", Type: String, Required: true, Min: 1, Max: 250},
				idRow("DefaultOutboundQueueId", true),
			}, profileQueueRows("QueueConfigs", false), concurrencyRows("MediaConcurrencies", true), []Field{
				{Name: "AgentAvailabilityTimer", Type: String, Enum: []string{"TIME_SINCE_LAST_ACTIVITY", "TIME_SINCE_LAST_INBOUND"}},
			}, tagRows("Tags", false)), Errors: settingFaults(DuplicateResource, LimitExceeded)},
		{Service: Connect, Name: "DescribeRoutingProfile", Method: "GET", Path: "/routing-profiles/{InstanceId}/{RoutingProfileId}",
			Fields: []Field{instanceRow(), idInPath("RoutingProfileId")}, Errors: settingFaults()},
		{Service: Connect, Name: "ListRoutingProfiles", Method: "GET", Path: "/routing-profiles-summary/{InstanceId}",
			Fields: []Field{
				instanceRow(),
				{Name: "NextToken", In: InQuery, Query: "nextToken", Type: String},
				{Name: "MaxResults", In: InQuery, Query: "maxResults", Type: Integer, Min: 1, Max: 1000},
			}, Errors: settingFaults()},
		{Service: Connect, Name: "UpdateRoutingProfileConcurrency", Method: "POST", Path: "/routing-profiles/{InstanceId}/{RoutingProfileId}/concurrency",
			Fields: slices.Concat([]Field{instanceRow(), idInPath("RoutingProfileId")}, concurrencyRows("MediaConcurrencies", true)), Errors: settingFaults()},
		{Service: Connect, Name: "UpdateRoutingProfileName", Method: "POST", Path: "/routing-profiles/{InstanceId}/{RoutingProfileId}/name",
			Fields: []Field{
				instanceRow(),
				idInPath("RoutingProfileId"),
				{Name: "Name", Type: String, Min: 1, Max: 127},
				{Name: "Description", Type: String, Min: 1, Max: 250},
			}, Errors: settingFaults(DuplicateResource)},
		{Service: Connect, Name: "UpdateRoutingProfileDefaultOutboundQueue", Method: "POST", Path: "/routing-profiles/{InstanceId}/{RoutingProfileId}/default-outbound-queue",
			Fields: []Field{instanceRow(), idInPath("RoutingProfileId"), idRow("DefaultOutboundQueueId", true)}, Errors: settingFaults()},
		{Service: Connect, Name: "UpdateRoutingProfileQueues", Method: "POST", Path: "/routing-profiles/{InstanceId}/{RoutingProfileId}/queues",
			Fields: slices.Concat([]Field{instanceRow(), idInPath("RoutingProfileId")}, profileQueueRows("QueueConfigs", true)), Errors: settingFaults()},
		{Service: Connect, Name: "UpdateRoutingProfileAgentAvailabilityTimer", Method: "POST", Path: "/routing-profiles/{InstanceId}/{RoutingProfileId}/agent-availability-timer",
			Fields: []Field{
				instanceRow(),
				idInPath("RoutingProfileId"),
				{Name: "AgentAvailabilityTimer", Type: String, Required: true, Enum: []string{"TIME_SINCE_LAST_ACTIVITY", "TIME_SINCE_LAST_INBOUND"}},
			}, Errors: settingFaults()},
		{Service: Connect, Name: "AssociateRoutingProfileQueues", Method: "POST", Path: "/routing-profiles/{InstanceId}/{RoutingProfileId}/associate-queues",
			Fields: slices.Concat([]Field{instanceRow(), idInPath("RoutingProfileId")}, profileQueueRows("QueueConfigs", false)), Errors: settingFaults()},
		{Service: Connect, Name: "DisassociateRoutingProfileQueues", Method: "POST", Path: "/routing-profiles/{InstanceId}/{RoutingProfileId}/disassociate-queues",
			Fields: slices.Concat([]Field{instanceRow(), idInPath("RoutingProfileId")}, queueReferenceRows("QueueReferences", false)), Errors: settingFaults()},
		{Service: Connect, Name: "ListRoutingProfileQueues", Method: "GET", Path: "/routing-profiles/{InstanceId}/{RoutingProfileId}/queues",
			Fields: []Field{
				instanceRow(),
				idInPath("RoutingProfileId"),
				{Name: "NextToken", In: InQuery, Query: "nextToken", Type: String},
				{Name: "MaxResults", In: InQuery, Query: "maxResults", Type: Integer, Min: 1, Max: 100},
			}, Errors: settingFaults()},
		{Service: Connect, Name: "DeleteRoutingProfile", Method: "DELETE", Path: "/routing-profiles/{InstanceId}/{RoutingProfileId}",
			Fields: []Field{instanceRow(), idInPath("RoutingProfileId")}, Errors: settingFaults(ResourceInUse)},
	}
}

// profileQueueRows are the queues that a profile serves.
func profileQueueRows(name string, required bool) []Field {
	return []Field{
		{Name: name, Required: required, Type: List, Min: 1, Max: 10},
		{Name: name + "[]", Type: Structure},
		{Name: name + "[].QueueReference", Type: Structure, Required: true},
		{Name: name + "[].QueueReference.QueueId", Type: String, Required: true, Min: 1, Max: 500},
		{Name: name + "[].QueueReference.Channel", Type: String, Required: true, Enum: []string{"VOICE", "CHAT", "TASK", "EMAIL"}},
		{Name: name + "[].Priority", Type: Integer, Required: true, Min: 1, Max: 99},
		{Name: name + "[].Delay", Type: Integer, Required: true, Max: 9999},
	}
}

// queueReferenceRows name queues of a profile.
func queueReferenceRows(name string, required bool) []Field {
	return []Field{
		{Name: name, Required: required, Type: List},
		{Name: name + "[]", Type: Structure},
		{Name: name + "[].QueueId", Type: String, Required: true, Min: 1, Max: 500},
		{Name: name + "[].Channel", Type: String, Required: true, Enum: []string{"VOICE", "CHAT", "TASK", "EMAIL"}},
	}
}

// concurrencyRows are how many contacts of each channel at once.
func concurrencyRows(name string, required bool) []Field {
	return []Field{
		{Name: name, Required: required, Type: List},
		{Name: name + "[]", Type: Structure},
		{Name: name + "[].Channel", Type: String, Required: true, Enum: []string{"VOICE", "CHAT", "TASK", "EMAIL"}},
		{Name: name + "[].Concurrency", Type: Integer, Required: true, Min: 1, Max: 10},
		{Name: name + "[].CrossChannelBehavior", Type: Structure},
		{Name: name + "[].CrossChannelBehavior.BehaviorType", Type: String, Required: true, Enum: []string{"ROUTE_CURRENT_CHANNEL_ONLY", "ROUTE_ANY_CHANNEL"}},
	}
}
