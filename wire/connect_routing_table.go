package wire

// The operations on who has which contact, and on who waits where.

// Values of AllowedMonitorCapabilities.
const (
	SilentMonitor = "SILENT_MONITOR"
	Barge         = "BARGE"
)

// Limits of routing criteria.
// doc: API_RoutingCriteriaInputStep
const (
	maxCriteriaName   = 100
	maxCriteriaValue  = 128
	maxProficiency    = 5
	maxNamedAgents    = 5 // doc: administrator guide, Set routing criteria; the model names none
	maxComparisonName = 127
)

func routingOperations() []*Operation {
	usual := []string{AccessDenied, InvalidRequest, InvalidParameter, ResourceNotFound, Throttling, InternalService}
	instance := Field{Name: "InstanceId", Type: String, Required: true, Min: 1, Max: 100}
	contact := Field{Name: "ContactId", Type: String, Required: true, Min: 1, Max: 256}
	user := Field{Name: "UserId", Type: String, Required: true, Min: 1, Max: 256}
	inPath := func(f Field) Field {
		f.In = InPath
		return f
	}
	return []*Operation{
		{
			Service: Connect, Name: "MonitorContact", Method: "POST", Path: "/contact/monitor",
			Fields: []Field{instance, contact, user,
				{Name: "AllowedMonitorCapabilities", Type: List, Max: 2},
				{Name: "AllowedMonitorCapabilities[]", Type: String, Enum: []string{SilentMonitor, Barge}},
				{Name: "ClientToken", Type: String, Max: 500}},
			Errors: shapes(InvalidRequest, Idempotency, AccessDenied, ResourceNotFound, ServiceQuotaExceeded, Throttling, InternalService),
		},
		{
			Service: Connect, Name: "UpdateContactRoutingData", Method: "POST", Path: "/contacts/{InstanceId}/{ContactId}/routing-data",
			Fields: append([]Field{inPath(instance), inPath(contact),
				{Name: "QueueTimeAdjustmentSeconds", Type: Integer},
				{Name: "QueuePriority", Type: Integer, Min: 1, Max: maxVersion},
				{Name: "RoutingCriteria", Type: Structure},
				{Name: "RoutingCriteria.Steps", Type: List},
				{Name: "RoutingCriteria.Steps[]", Type: Structure},
				{Name: "RoutingCriteria.Steps[].Expiry", Type: Structure},
				{Name: "RoutingCriteria.Steps[].Expiry.DurationInSeconds", Type: Integer}},
				expression("RoutingCriteria.Steps[].Expression", 2)...),
			Errors: shapes(ResourceConflict, InvalidParameter, ResourceNotFound, InternalService, Throttling, AccessDenied, InvalidActiveRegion),
		},
		{Service: Connect, Name: "PutUserStatus", Method: "PUT", Path: "/users/{InstanceId}/{UserId}/status",
			Fields: []Field{inPath(user), inPath(instance),
				{Name: "AgentStatusId", Type: String, Required: true}},
			Errors: shapes(usual...)},
		{Service: Connect, Name: "DismissUserContact", Method: "POST", Path: "/users/{InstanceId}/{UserId}/contact",
			Fields: []Field{inPath(user), inPath(instance), contact},
			Errors: shapes(usual...)},
		{Service: Connect, Name: "AssociateContactWithUser", Method: "POST", Path: "/contacts/{InstanceId}/{ContactId}/associate-user",
			Fields: []Field{inPath(instance), inPath(contact), user},
			Errors: shapes(usual...)},
	}
}

// expression is the rows of a routing step's expression. The model nests it without
// end; here an expression of conditions can hold one of alternatives, and these
// conditions again.
func expression(name string, deeper int) []Field {
	rows := []Field{{Name: name, Type: Structure, One: true}}
	for _, condition := range []string{"AttributeCondition", "NotAttributeCondition"} {
		at := name + "." + condition
		rows = append(rows,
			Field{Name: at, Type: Structure},
			Field{Name: at + ".Name", Type: String, Min: 1, Max: maxCriteriaName},
			Field{Name: at + ".Value", Type: String, Min: 1, Max: maxCriteriaValue},
			Field{Name: at + ".ProficiencyLevel", Type: Number, Min: 1, Max: maxProficiency},
			Field{Name: at + ".Range", Type: Structure},
			Field{Name: at + ".Range.MinProficiencyLevel", Type: Number, Min: 1, Max: maxProficiency},
			Field{Name: at + ".Range.MaxProficiencyLevel", Type: Number, Min: 1, Max: maxProficiency},
			Field{Name: at + ".MatchCriteria", Type: Structure},
			Field{Name: at + ".MatchCriteria.AgentsCriteria", Type: Structure},
			Field{Name: at + ".MatchCriteria.AgentsCriteria.AgentIds", Type: List, Max: maxNamedAgents},
			Field{Name: at + ".MatchCriteria.AgentsCriteria.AgentIds[]", Type: String, Max: 256},
			Field{Name: at + ".ComparisonOperator", Type: String, Min: 1, Max: maxComparisonName})
	}
	if deeper == 0 {
		return rows
	}
	for _, each := range []string{"AndExpression", "OrExpression"} {
		rows = append(rows, Field{Name: name + "." + each, Type: List})
		rows = append(rows, expression(name+"."+each+"[]", deeper-1)...)
	}
	return rows
}
