package wire

import "slices"

// The operations on queues.

func queueOperations() []*Operation {
	return []*Operation{
		{Service: Connect, Name: "CreateQueue", Method: "PUT", Path: "/queues/{InstanceId}",
			Fields: slices.Concat([]Field{
				instanceRow(),
				{Name: "Name", Type: String, Required: true, Min: 1, Max: 127},
				{Name: "Description", Type: String, Min: 1, Max: 250},
			}, outboundRows("OutboundCallerConfig", false), []Field{
				idRow("HoursOfOperationId", true),
				{Name: "MaxContacts", Type: Integer, Max: 2147483647},
				{Name: "QuickConnectIds", Type: List, Min: 1, Max: 50},
				{Name: "QuickConnectIds[]", Type: String, Min: 1, Max: 500},
			}, tagRows("Tags", false)), Errors: settingFaults(DuplicateResource, LimitExceeded)},
		{Service: Connect, Name: "DescribeQueue", Method: "GET", Path: "/queues/{InstanceId}/{QueueId}",
			Fields: []Field{instanceRow(), idInPath("QueueId")}, Errors: settingFaults()},
		{Service: Connect, Name: "ListQueues", Method: "GET", Path: "/queues-summary/{InstanceId}",
			Fields: []Field{
				instanceRow(),
				{Name: "QueueTypes", In: InQuery, Query: "queueTypes", Type: List, Max: 2},
				{Name: "QueueTypes[]", In: InQuery, Type: String, Enum: []string{"STANDARD", "AGENT"}},
				{Name: "NextToken", In: InQuery, Query: "nextToken", Type: String},
				{Name: "MaxResults", In: InQuery, Query: "maxResults", Type: Integer, Min: 1, Max: 1000},
			}, Errors: settingFaults()},
		{Service: Connect, Name: "UpdateQueueName", Method: "POST", Path: "/queues/{InstanceId}/{QueueId}/name",
			Fields: []Field{
				instanceRow(),
				idInPath("QueueId"),
				{Name: "Name", Type: String, Min: 1, Max: 127},
				{Name: "Description", Type: String, Min: 1, Max: 250},
			}, Errors: settingFaults(DuplicateResource)},
		{Service: Connect, Name: "UpdateQueueStatus", Method: "POST", Path: "/queues/{InstanceId}/{QueueId}/status",
			Fields: []Field{
				instanceRow(),
				idInPath("QueueId"),
				{Name: "Status", Type: String, Required: true, Enum: []string{"ENABLED", "DISABLED"}},
			}, Errors: settingFaults()},
		{Service: Connect, Name: "UpdateQueueHoursOfOperation", Method: "POST", Path: "/queues/{InstanceId}/{QueueId}/hours-of-operation",
			Fields: []Field{instanceRow(), idInPath("QueueId"), idRow("HoursOfOperationId", true)}, Errors: settingFaults()},
		{Service: Connect, Name: "UpdateQueueMaxContacts", Method: "POST", Path: "/queues/{InstanceId}/{QueueId}/max-contacts",
			Fields: []Field{instanceRow(), idInPath("QueueId"), {Name: "MaxContacts", Type: Integer, Max: 2147483647}}, Errors: settingFaults()},
		{Service: Connect, Name: "UpdateQueueOutboundCallerConfig", Method: "POST", Path: "/queues/{InstanceId}/{QueueId}/outbound-caller-config",
			Fields: slices.Concat([]Field{instanceRow(), idInPath("QueueId")}, outboundRows("OutboundCallerConfig", true)), Errors: settingFaults()},
		{Service: Connect, Name: "DeleteQueue", Method: "DELETE", Path: "/queues/{InstanceId}/{QueueId}",
			Fields: []Field{instanceRow(), idInPath("QueueId")}, Errors: settingFaults(ResourceInUse)},
		{Service: Connect, Name: "AssociateQueueQuickConnects", Method: "POST", Path: "/queues/{InstanceId}/{QueueId}/associate-quick-connects",
			Fields: []Field{
				instanceRow(),
				idInPath("QueueId"),
				{Name: "QuickConnectIds", Type: List, Required: true, Min: 1, Max: 50},
				{Name: "QuickConnectIds[]", Type: String, Min: 1, Max: 500},
			}, Errors: settingFaults(LimitExceeded)},
		{Service: Connect, Name: "DisassociateQueueQuickConnects", Method: "POST", Path: "/queues/{InstanceId}/{QueueId}/disassociate-quick-connects",
			Fields: []Field{
				instanceRow(),
				idInPath("QueueId"),
				{Name: "QuickConnectIds", Type: List, Required: true, Min: 1, Max: 50},
				{Name: "QuickConnectIds[]", Type: String, Min: 1, Max: 500},
			}, Errors: settingFaults()},
		{Service: Connect, Name: "ListQueueQuickConnects", Method: "GET", Path: "/queues/{InstanceId}/{QueueId}/quick-connects",
			Fields: []Field{
				instanceRow(),
				idInPath("QueueId"),
				{Name: "NextToken", In: InQuery, Query: "nextToken", Type: String},
				{Name: "MaxResults", In: InQuery, Query: "maxResults", Type: Integer, Min: 1, Max: 100},
			}, Errors: settingFaults()},
	}
}

// outboundRows are how calls from a queue show themselves, which a chat never does.
func outboundRows(name string, required bool) []Field {
	return []Field{
		{Name: name, Required: required, Type: Structure},
		{Name: name + ".OutboundCallerIdName", Type: String, Min: 1, Max: 255},
		{Name: name + ".OutboundCallerIdNumberId", Type: String, Min: 1, Max: 500},
		{Name: name + ".OutboundFlowId", Type: String, Max: 500},
	}
}
