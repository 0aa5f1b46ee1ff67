package wire

// The operations on what queues and agents look like now.

// Metrics of GetCurrentMetricData that perch knows.
// doc: API_GetCurrentMetricData
const (
	AgentsOnline           = "AGENTS_ONLINE"
	AgentsAvailable        = "AGENTS_AVAILABLE"
	AgentsStaffed          = "AGENTS_STAFFED"
	AgentsNonProductive    = "AGENTS_NON_PRODUCTIVE"
	AgentsAfterContactWork = "AGENTS_AFTER_CONTACT_WORK"
	AgentsOnContact        = "AGENTS_ON_CONTACT"
	AgentsOnCall           = "AGENTS_ON_CALL" // its older name
	AgentsError            = "AGENTS_ERROR"
	ContactsInQueue        = "CONTACTS_IN_QUEUE"
	ContactsScheduled      = "CONTACTS_SCHEDULED"
	OldestContactAge       = "OLDEST_CONTACT_AGE"
	SlotsActive            = "SLOTS_ACTIVE"
	SlotsAvailable         = "SLOTS_AVAILABLE"
)

// CurrentMetrics are all of them, in the model's order.
func CurrentMetrics() []string {
	return []string{AgentsOnline, AgentsAvailable, AgentsOnCall, AgentsNonProductive, AgentsAfterContactWork, AgentsError, AgentsStaffed,
		ContactsInQueue, OldestContactAge, ContactsScheduled, AgentsOnContact, SlotsActive, SlotsAvailable}
}

func metricOperations() []*Operation {
	list := func(name string, most, longest int) []Field {
		return []Field{{Name: name, Type: List, Min: 1, Max: most}, {Name: name + "[]", Type: String, Min: 1, Max: longest}}
	}
	page := []Field{{Name: "NextToken", Type: String}, {Name: "MaxResults", Type: Integer, Min: 1, Max: 100}}
	fields := []Field{{Name: "InstanceId", In: InPath, Type: String, Required: true, Min: 1, Max: 100}, {Name: "Filters", Type: Structure, Required: true}}
	queues, profiles := list("Filters.Queues", 100, 2048), list("Filters.RoutingProfiles", 100, 2048)
	current := append(append(append([]Field{}, fields...), queues...),
		Field{Name: "Filters.Channels", Type: List, Max: 4}, Field{Name: "Filters.Channels[]", Type: String, Enum: channels()})
	current = append(append(current, profiles...),
		Field{Name: "Filters.RoutingStepExpressions", Type: List, Max: 50},
		Field{Name: "Filters.RoutingStepExpressions[]", Type: String, Min: 1, Max: 3000},
		Field{Name: "Filters.AgentStatuses", Type: List},
		Field{Name: "Filters.AgentStatuses[]", Type: String},
		Field{Name: "Filters.Subtypes", Type: List, Max: 10},
		Field{Name: "Filters.Subtypes[]", Type: String, Min: 1, Max: 100},
		Field{Name: "Filters.ValidationTestTypes", Type: List, Max: 10},
		Field{Name: "Filters.ValidationTestTypes[]", Type: String},
		Field{Name: "Groupings", Type: List, Max: 2},
		Field{Name: "Groupings[]", Type: String, Enum: []string{"QUEUE", "CHANNEL", "ROUTING_PROFILE"}},
		Field{Name: "CurrentMetrics", Type: List, Required: true},
		Field{Name: "CurrentMetrics[]", Type: Structure},
		Field{Name: "CurrentMetrics[].Name", Type: String, Required: true, Enum: CurrentMetrics()},
		Field{Name: "CurrentMetrics[].Unit", Type: String, Enum: []string{"SECONDS", "COUNT", "PERCENT"}})
	users := append(append(append([]Field{}, fields...), queues...),
		Field{Name: "Filters.ContactFilter", Type: Structure},
		Field{Name: "Filters.ContactFilter.ContactStates", Type: List, Max: 9},
		Field{Name: "Filters.ContactFilter.ContactStates[]", Type: String, Enum: []string{"INCOMING", "PENDING", "CONNECTING", "CONNECTED", "CONNECTED_ONHOLD", "MISSED", "ERROR", "ENDED", "REJECTED"}})
	users = append(append(users, profiles...), list("Filters.Agents", 100, 256)...)
	users = append(users, list("Filters.UserHierarchyGroups", 1, 2048)...)
	faults := shapes(InvalidRequest, InvalidParameter, InternalService, Throttling, ResourceNotFound)
	return []*Operation{
		{Service: Connect, Name: "GetCurrentMetricData", Method: "POST", Path: "/metrics/current/{InstanceId}", Fields: append(current, page...), Errors: faults},
		{Service: Connect, Name: "GetCurrentUserData", Method: "POST", Path: "/metrics/userdata/{InstanceId}", Fields: append(users, page...), Errors: faults},
	}
}
