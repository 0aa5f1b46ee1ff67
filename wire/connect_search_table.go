package wire

// The operation that finds contacts.

// Values of TimeRange.Type, and of Sort.FieldName where they are times.
const (
	TimeInitiation = "INITIATION_TIMESTAMP"
	TimeScheduled  = "SCHEDULED_TIMESTAMP"
	TimeConnected  = "CONNECTED_TO_AGENT_TIMESTAMP"
	TimeDisconnect = "DISCONNECT_TIMESTAMP"
	TimeEnqueue    = "ENQUEUE_TIMESTAMP"

	SortMethod  = "INITIATION_METHOD"
	SortChannel = "CHANNEL"
	SortExpiry  = "EXPIRY_TIMESTAMP"

	MatchAll   = "MATCH_ALL"
	MatchAny   = "MATCH_ANY"
	MatchExact = "MATCH_EXACT"
	MatchNone  = "MATCH_NONE"
)

// Channels are those that Amazon has; chat alone is here.
func channels() []string { return []string{"VOICE", ChannelChat, "TASK", "EMAIL"} }

func methods() []string {
	return []string{"INBOUND", "OUTBOUND", InitiatedByTransfer, InitiatedByQueueTransfer, "CALLBACK", InitiatedByAPI, InitiatedByDisconnect,
		"MONITOR", "EXTERNAL_OUTBOUND", "WEBRTC_API", "AGENT_REPLY", "FLOW"}
}

func matchType(name string, required bool) Field {
	return Field{Name: name, Type: String, Required: required, Enum: []string{MatchAll, MatchAny, MatchExact, MatchNone}}
}

// doc: API_SearchContacts
func searchContacts() *Operation {
	times := []string{TimeInitiation, TimeScheduled, TimeConnected, TimeDisconnect, TimeEnqueue}
	const in = "SearchCriteria"
	timeRange := func(name string, required bool) []Field {
		return []Field{
			{Name: name, Type: Structure, Required: required},
			{Name: name + ".Type", Type: String, Required: true, Enum: times},
			{Name: name + ".StartTime", Type: Number, Required: true},
			{Name: name + ".EndTime", Type: Number, Required: true},
		}
	}
	list := func(name string, f Field, most int) []Field {
		f.Name = name + "[]"
		return []Field{{Name: name, Type: List, Max: most}, f}
	}
	values := func(name string, key, value, least int) []Field {
		return []Field{
			{Name: name, Type: Structure},
			{Name: name + ".Criteria", Type: List, Required: true, Min: least, Max: 15},
			{Name: name + ".Criteria[]", Type: Structure},
			{Name: name + ".Criteria[].Key", Type: String, Required: true, Min: 1, Max: key},
			{Name: name + ".Criteria[].Values", Type: List, Required: true, Min: least, Max: 20},
			{Name: name + ".Criteria[].Values[]", Type: String, Max: value},
			matchType(name+".MatchType", false),
		}
	}
	fields := []Field{{Name: "InstanceId", Type: String, Required: true, Min: 1, Max: 100}}
	add := func(more ...Field) { fields = append(fields, more...) }
	add(timeRange("TimeRange", true)...)
	add(Field{Name: in, Type: Structure},
		Field{Name: in + ".Name", Type: Structure},
		Field{Name: in + ".Name.SearchText", Type: List, Required: true, Max: 100},
		Field{Name: in + ".Name.SearchText[]", Type: String, Max: 128},
		matchType(in+".Name.MatchType", true))
	add(list(in+".AgentIds", Field{Type: String, Min: 1, Max: 256}, 100)...)
	add(Field{Name: in + ".AgentHierarchyGroups", Type: Structure})
	for _, level := range []string{"L1Ids", "L2Ids", "L3Ids", "L4Ids", "L5Ids"} {
		add(list(in+".AgentHierarchyGroups."+level, Field{Type: String}, 10)...)
	}
	add(list(in+".Channels", Field{Type: String, Enum: channels()}, 0)...)
	const said = in + ".ContactAnalysis.Transcript"
	add(Field{Name: in + ".ContactAnalysis", Type: Structure}, Field{Name: said, Type: Structure},
		Field{Name: said + ".Criteria", Type: List, Required: true, Max: 6},
		Field{Name: said + ".Criteria[]", Type: Structure},
		Field{Name: said + ".Criteria[].ParticipantRole", Type: String, Required: true, Enum: []string{RoleAgent, RoleCustomer, RoleSystem, RoleCustomBot, RoleSupervisor}},
		Field{Name: said + ".Criteria[].SearchText", Type: List, Required: true, Max: 100},
		Field{Name: said + ".Criteria[].SearchText[]", Type: String, Max: 128},
		matchType(said+".Criteria[].MatchType", true),
		matchType(said+".MatchType", false))
	add(list(in+".InitiationMethods", Field{Type: String, Enum: methods()}, 0)...)
	add(list(in+".QueueIds", Field{Type: String}, 100)...)
	add(Field{Name: in + ".RoutingCriteria", Type: Structure},
		Field{Name: in + ".RoutingCriteria.Steps", Type: List},
		Field{Name: in + ".RoutingCriteria.Steps[]", Type: Structure},
		Field{Name: in + ".RoutingCriteria.Steps[].AgentCriteria", Type: Structure})
	add(list(in+".RoutingCriteria.Steps[].AgentCriteria.AgentIds", Field{Type: String, Min: 1, Max: 256}, 100)...)
	add(matchType(in+".RoutingCriteria.Steps[].AgentCriteria.MatchType", false),
		Field{Name: in + ".AdditionalTimeRange", Type: Structure},
		Field{Name: in + ".AdditionalTimeRange.Criteria", Type: List, Required: true},
		Field{Name: in + ".AdditionalTimeRange.Criteria[]", Type: Structure, One: true})
	add(timeRange(in+".AdditionalTimeRange.Criteria[].TimeRange", false)...)
	add(Field{Name: in + ".AdditionalTimeRange.Criteria[].TimestampCondition", Type: Structure},
		Field{Name: in + ".AdditionalTimeRange.Criteria[].TimestampCondition.Type", Type: String, Required: true, Enum: times},
		Field{Name: in + ".AdditionalTimeRange.Criteria[].TimestampCondition.ConditionType", Type: String, Required: true, Enum: []string{"NOT_EXISTS"}},
		matchType(in+".AdditionalTimeRange.MatchType", true))
	add(values(in+".SearchableContactAttributes", 100, 100, 0)...)
	add(values(in+".SearchableSegmentAttributes", 64, 128, 1)...)
	add(list(in+".ActiveRegions", Field{Type: String}, 0)...)
	add(tagsFilter(in + ".ContactTags")...)
	const ai = in + ".AiAgents"
	add(Field{Name: ai, Type: Structure}, Field{Name: ai + ".Criteria", Type: List, Max: 1}, Field{Name: ai + ".Criteria[]", Type: Structure},
		Field{Name: ai + ".Criteria[].Id", Type: String, Max: 128},
		Field{Name: ai + ".Criteria[].VersionNumber", Type: Integer},
		Field{Name: ai + ".Criteria[].AiAgentEscalated", Type: Boolean},
		Field{Name: ai + ".Criteria[].AiUseCase", Type: String, Enum: []string{"AgentAssistance", "SelfService"}},
		Field{Name: "MaxResults", Type: Integer, Min: 1, Max: 100},
		Field{Name: "NextToken", Type: String, Min: 1, Max: 100000},
		Field{Name: "Sort", Type: Structure},
		Field{Name: "Sort.FieldName", Type: String, Required: true, Enum: []string{TimeInitiation, TimeScheduled, TimeConnected, TimeDisconnect, SortMethod, SortChannel, SortExpiry}},
		Field{Name: "Sort.Order", Type: String, Required: true, Enum: []string{"ASCENDING", "DESCENDING"}})
	return &Operation{Service: Connect, Name: "SearchContacts", Method: "POST", Path: "/search-contacts", Fields: fields,
		Errors: shapes(InvalidRequest, InvalidParameter, ResourceNotFound, InternalService, Throttling)}
}
