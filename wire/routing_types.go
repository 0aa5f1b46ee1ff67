package wire

// MonitorContactRequest has a supervisor watch a contact.
//
// doc: API_MonitorContact
type MonitorContactRequest struct {
	InstanceId                 string // id or ARN
	ContactId                  string
	UserId                     string   // id or ARN
	AllowedMonitorCapabilities []string `json:",omitempty"` // SILENT_MONITOR, BARGE; absent: the former
	ClientToken                string   `json:",omitempty"`
}

// MonitorContactResponse names the contact.
type MonitorContactResponse struct{ ContactId, ContactArn string }

// UpdateContactRoutingDataRequest moves a contact in its queue. Its response is {}.
//
// doc: API_UpdateContactRoutingData
type UpdateContactRoutingDataRequest struct {
	InstanceId                 string // id or ARN
	ContactId                  string
	QueueTimeAdjustmentSeconds *int             `json:",omitempty"`
	QueuePriority              *int64           `json:",omitempty"`
	RoutingCriteria            *RoutingCriteria `json:",omitempty"`
}

// RoutingCriteria are the agents to ask, step by step. Of a request, Index, times
// and statuses are absent.
//
// doc: API_RoutingCriteria
type RoutingCriteria struct {
	Steps               []RoutingStep
	ActivationTimestamp Epoch `json:",omitzero"`
	Index               *int  `json:",omitempty"`
}

// RoutingStep is one of them.
type RoutingStep struct {
	Expiry     *RoutingExpiry     `json:",omitempty"`
	Expression *RoutingExpression `json:",omitempty"`
	Status     string             `json:",omitempty"` // ACTIVE, INACTIVE, JOINED, EXPIRED
}

// RoutingExpiry is when a step is over.
type RoutingExpiry struct {
	DurationInSeconds *int  `json:",omitempty"`
	ExpiryTimestamp   Epoch `json:",omitzero"`
}

// RoutingExpression says which agents a step asks; exactly one member is set.
type RoutingExpression struct {
	AttributeCondition    *RoutingCondition   `json:",omitempty"`
	NotAttributeCondition *RoutingCondition   `json:",omitempty"`
	AndExpression         []RoutingExpression `json:",omitempty"`
	OrExpression          []RoutingExpression `json:",omitempty"`
}

// RoutingCondition asks for a proficiency, or for one of some agents.
type RoutingCondition struct {
	Name               string         `json:",omitempty"`
	Value              string         `json:",omitempty"`
	ProficiencyLevel   *float64       `json:",omitempty"` // 1 to 5
	Range              *RoutingRange  `json:",omitempty"`
	MatchCriteria      *MatchCriteria `json:",omitempty"`
	ComparisonOperator string         `json:",omitempty"` // NumberGreaterOrEqualTo, Match or Range
}

// RoutingRange bounds a proficiency.
type RoutingRange struct{ MinProficiencyLevel, MaxProficiencyLevel *float64 }

// MatchCriteria names agents.
type MatchCriteria struct{ AgentsCriteria *AgentsCriteria }

// AgentsCriteria names agents by their ids.
type AgentsCriteria struct{ AgentIds []string }

// PutUserStatusRequest changes an agent's status. Its response is {}.
//
// doc: API_PutUserStatus
type PutUserStatusRequest struct {
	UserId        string // id or ARN
	InstanceId    string // id or ARN
	AgentStatusId string // id or ARN
}

// DismissUserContactRequest clears a contact of an agent. Its response is {}.
//
// doc: API_DismissUserContact
type DismissUserContactRequest struct {
	UserId     string // id or ARN
	InstanceId string // id or ARN
	ContactId  string
}

// AssociateContactWithUserRequest offers a queued contact to an agent. Its
// response is {}.
//
// doc: API_AssociateContactWithUser
type AssociateContactWithUserRequest struct {
	InstanceId string // id or ARN
	ContactId  string
	UserId     string // id or ARN
}
