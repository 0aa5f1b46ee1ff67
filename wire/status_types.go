package wire

// StatusRequest is what the operations on agent statuses are asked with: each has
// the members of its table, and the others are absent.
type StatusRequest struct {
	OfInstance
	AgentStatusId    string            `json:",omitempty"` // id or ARN
	AgentStatusTypes []string          `json:",omitempty"`
	Name             string            `json:",omitempty"`
	Description      *string           `json:",omitempty"`
	State            string            `json:",omitempty"`
	DisplayOrder     int               `json:",omitempty"`
	ResetOrderNumber bool              `json:",omitempty"`
	Tags             map[string]string `json:",omitempty"`
}

// CreateStatusResponse names the status.
type CreateStatusResponse struct{ AgentStatusARN, AgentStatusId string }

// DescribeStatusResponse shows a status.
type DescribeStatusResponse struct{ AgentStatus AgentStatus }

// AgentStatus is a status as it is shown.
//
// doc: API_AgentStatus
type AgentStatus struct {
	AgentStatusARN string
	AgentStatusId  string
	Name           string
	Description    string `json:",omitempty"`
	Type           string
	DisplayOrder   int `json:",omitempty"`
	State          string
	Tags           map[string]string `json:",omitempty"`
	Stamp
}

// ListStatusesResponse is one page of statuses.
type ListStatusesResponse struct {
	AgentStatusSummaryList []StatusSummary
	NextToken              string `json:",omitempty"` // absent on the last page
}

// StatusSummary is a status in a list.
type StatusSummary struct {
	Summary
	Type string
}

// QuickConnectRequest is what the operations on quick connects are asked with.
type QuickConnectRequest struct {
	OfInstance
	QuickConnectId     string              `json:",omitempty"` // id or ARN
	QuickConnectTypes  []string            `json:",omitempty"`
	Name               string              `json:",omitempty"`
	Description        *string             `json:",omitempty"`
	QuickConnectConfig *QuickConnectConfig `json:",omitempty"`
	Tags               map[string]string   `json:",omitempty"`
}

// QuickConnectConfig says where a quick connect leads.
//
// doc: API_QuickConnectConfig
type QuickConnectConfig struct {
	QuickConnectType string
	UserConfig       *UserQuickConnect  `json:",omitempty"`
	QueueConfig      *QueueQuickConnect `json:",omitempty"`
	PhoneConfig      *PhoneQuickConnect `json:",omitempty"`
	FlowConfig       *FlowQuickConnect  `json:",omitempty"`
}

// UserQuickConnect leads to an agent.
type UserQuickConnect struct{ UserId, ContactFlowId string }

// QueueQuickConnect leads to a queue.
type QueueQuickConnect struct{ QueueId, ContactFlowId string }

// PhoneQuickConnect leads to a telephone, which chats cannot take.
type PhoneQuickConnect struct{ PhoneNumber string }

// FlowQuickConnect leads to a flow alone.
type FlowQuickConnect struct{ ContactFlowId string }

// CreateQuickConnectResponse names the quick connect.
type CreateQuickConnectResponse struct{ QuickConnectARN, QuickConnectId string }

// DescribeQuickConnectResponse shows a quick connect.
type DescribeQuickConnectResponse struct{ QuickConnect QuickConnect }

// QuickConnect is a quick connect as it is shown.
//
// doc: API_QuickConnect
type QuickConnect struct {
	QuickConnectARN    string
	QuickConnectId     string
	Name               string
	Description        string `json:",omitempty"`
	QuickConnectConfig QuickConnectConfig
	Tags               map[string]string `json:",omitempty"`
	Stamp
}
