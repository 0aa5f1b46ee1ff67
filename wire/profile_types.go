package wire

// ProfileRequest is what the operations on routing profiles are asked with: each
// has the members of its table, and the others are absent.
type ProfileRequest struct {
	OfInstance
	RoutingProfileId       string             `json:",omitempty"` // id or ARN
	Name                   string             `json:",omitempty"`
	Description            *string            `json:",omitempty"`
	DefaultOutboundQueueId string             `json:",omitempty"` // id or ARN
	QueueConfigs           []ProfileQueue     `json:",omitempty"`
	QueueReferences        []QueueReference   `json:",omitempty"`
	MediaConcurrencies     []MediaConcurrency `json:",omitzero"`
	AgentAvailabilityTimer string             `json:",omitempty"`
	Tags                   map[string]string  `json:",omitempty"`
}

// ProfileQueue is a queue that a routing profile serves.
//
// doc: API_RoutingProfileQueueConfig
type ProfileQueue struct {
	QueueReference QueueReference
	Priority       int
	Delay          int
}

// QueueReference is a queue, for one channel.
type QueueReference struct{ QueueId, Channel string }

// MediaConcurrency is how many contacts of a channel at once.
//
// doc: API_MediaConcurrency
type MediaConcurrency struct {
	Channel              string
	Concurrency          int
	CrossChannelBehavior *CrossChannelBehavior `json:",omitempty"`
}

// CrossChannelBehavior says what else an agent may get meanwhile.
type CrossChannelBehavior struct{ BehaviorType string }

// CreateProfileResponse names the routing profile.
type CreateProfileResponse struct{ RoutingProfileArn, RoutingProfileId string }

// DescribeProfileResponse shows a routing profile.
type DescribeProfileResponse struct{ RoutingProfile RoutingProfile }

// RoutingProfile is a routing profile as it is shown.
//
// doc: API_RoutingProfile
type RoutingProfile struct {
	InstanceId               string
	Name                     string
	RoutingProfileArn        string
	RoutingProfileId         string
	Description              string `json:",omitempty"`
	MediaConcurrencies       []MediaConcurrency
	DefaultOutboundQueueId   string            `json:",omitempty"`
	Tags                     map[string]string `json:",omitempty"`
	NumberOfAssociatedQueues int
	NumberOfAssociatedUsers  int
	AgentAvailabilityTimer   string
	IsDefault                bool
	AssociatedQueueIds       []string
	Stamp
}

// ListProfilesResponse is one page of routing profiles.
type ListProfilesResponse struct {
	RoutingProfileSummaryList []Summary
	NextToken                 string `json:",omitempty"` // absent on the last page
}

// ListProfileQueuesResponse is one page of a routing profile's queues.
type ListProfileQueuesResponse struct {
	RoutingProfileQueueConfigSummaryList []ProfileQueueSummary
	NextToken                            string `json:",omitempty"` // absent on the last page
	Stamp
}

// ProfileQueueSummary is a queue of a routing profile.
type ProfileQueueSummary struct {
	QueueId, QueueArn, QueueName string
	Priority, Delay              int
	Channel                      string
}
