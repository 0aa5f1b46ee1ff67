package wire

// GetCurrentMetricDataRequest asks for figures of queues.
//
// doc: API_GetCurrentMetricData
type GetCurrentMetricDataRequest struct {
	InstanceId string // id or ARN
	Filters    struct {
		Queues          []string `json:",omitempty"`
		Channels        []string `json:",omitempty"`
		RoutingProfiles []string `json:",omitempty"`
		// There is nothing to tell apart by the rest, so that one that is given is
		// refused: figures of more than was asked for would be wrong ones.
		RoutingStepExpressions []string `json:",omitempty"`
		AgentStatuses          []string `json:",omitempty"`
		Subtypes               []string `json:",omitempty"`
		ValidationTestTypes    []string `json:",omitempty"`
	}
	Groupings      []string `json:",omitempty"`
	CurrentMetrics []CurrentMetric
	NextToken      string `json:",omitempty"`
	MaxResults     int    `json:",omitempty"` // absent: 100
}

// CurrentMetric is what is asked for.
type CurrentMetric struct {
	Name string
	Unit string `json:",omitempty"`
}

// GetCurrentMetricDataResponse is a page of figures.
type GetCurrentMetricDataResponse struct {
	MetricResults         []CurrentMetricResult
	NextToken             string `json:",omitempty"`
	DataSnapshotTime      Epoch
	ApproximateTotalCount int64
}

// CurrentMetricResult is the figures of a group.
type CurrentMetricResult struct {
	Dimensions  *MetricDimensions `json:",omitempty"`
	Collections []CurrentMetricData
}

// MetricDimensions say which group.
type MetricDimensions struct {
	Queue          *ResourceReference `json:",omitempty"`
	Channel        string             `json:",omitempty"`
	RoutingProfile *ResourceReference `json:",omitempty"`
}

// ResourceReference names a thing.
type ResourceReference struct{ Id, Arn string }

// CurrentMetricData is a figure.
type CurrentMetricData struct {
	Metric CurrentMetric
	Value  float64
}

// GetCurrentUserDataRequest asks what agents do.
//
// doc: API_GetCurrentUserData
type GetCurrentUserDataRequest struct {
	InstanceId string // id or ARN
	Filters    struct {
		Queues          []string                          `json:",omitempty"`
		ContactFilter   *struct{ ContactStates []string } `json:",omitempty"`
		RoutingProfiles []string                          `json:",omitempty"`
		Agents          []string                          `json:",omitempty"`
		// UserHierarchyGroups find nobody: there is no hierarchy.
		UserHierarchyGroups []string `json:",omitempty"`
	}
	NextToken  string `json:",omitempty"`
	MaxResults int    `json:",omitempty"` // absent: 100
}

// GetCurrentUserDataResponse is a page of agents.
type GetCurrentUserDataResponse struct {
	UserDataList          []UserData
	NextToken             string `json:",omitempty"`
	ApproximateTotalCount int64
}

// UserData is what an agent does.
type UserData struct {
	User                    ResourceReference
	RoutingProfile          ResourceReference
	Status                  UserStatus
	AvailableSlotsByChannel map[string]int
	MaxSlotsByChannel       map[string]int
	ActiveSlotsByChannel    map[string]int
	Contacts                []AgentContactReference
	NextStatus              string `json:",omitempty"`
}

// UserStatus is an agent's status.
type UserStatus struct {
	StatusStartTimestamp Epoch `json:",omitzero"`
	StatusArn            string
	StatusName           string
}

// AgentContactReference is a contact that an agent has to do with.
type AgentContactReference struct {
	ContactId                 string
	Channel                   string
	InitiationMethod          string
	AgentContactState         string
	StateStartTimestamp       Epoch
	ConnectedToAgentTimestamp Epoch              `json:",omitzero"`
	Queue                     *ResourceReference `json:",omitempty"`
}
