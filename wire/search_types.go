package wire

// SearchContactsRequest finds contacts.
//
// doc: API_SearchContacts
type SearchContactsRequest struct {
	InstanceId     string // id or ARN
	TimeRange      TimeRange
	SearchCriteria SearchCriteria `json:",omitzero"`
	MaxResults     int            `json:",omitempty"` // absent: 100
	NextToken      string         `json:",omitempty"`
	Sort           *SearchSort    `json:",omitempty"` // absent: the newest first
}

// TimeRange is a time that a contact must have, from StartTime and before EndTime.
type TimeRange struct {
	Type      string
	StartTime Epoch
	EndTime   Epoch
}

// SearchSort is an order.
type SearchSort struct{ FieldName, Order string }

// SearchCriteria are what a contact must meet, all of it.
type SearchCriteria struct {
	Name                        *NameCriteria          `json:",omitempty"`
	AgentIds                    []string               `json:",omitempty"`
	AgentHierarchyGroups        *HierarchyGroups       `json:",omitempty"`
	Channels                    []string               `json:",omitempty"`
	ContactAnalysis             *ContactAnalysis       `json:",omitempty"`
	InitiationMethods           []string               `json:",omitempty"`
	QueueIds                    []string               `json:",omitempty"`
	RoutingCriteria             *SearchRoutingCriteria `json:",omitempty"`
	AdditionalTimeRange         *AdditionalTimeRange   `json:",omitempty"`
	SearchableContactAttributes *SearchableAttributes  `json:",omitempty"`
	SearchableSegmentAttributes *SearchableAttributes  `json:",omitempty"`
	ActiveRegions               []string               `json:",omitempty"`
	ContactTags                 *TagFilter             `json:",omitempty"`
	AiAgents                    *AiAgents              `json:",omitempty"`
}

// HierarchyGroups are groups of agents by their levels. There are none here.
type HierarchyGroups struct {
	L1Ids []string `json:",omitempty"`
	L2Ids []string `json:",omitempty"`
	L3Ids []string `json:",omitempty"`
	L4Ids []string `json:",omitempty"`
	L5Ids []string `json:",omitempty"`
}

// ContactAnalysis is what was said.
type ContactAnalysis struct {
	Transcript *TranscriptCriteria `json:",omitempty"`
}

// TranscriptCriteria are words that were said, by role.
type TranscriptCriteria struct {
	Criteria []struct {
		ParticipantRole string
		SearchText      []string
		MatchType       string
	}
	MatchType string `json:",omitempty"` // absent: MATCH_ALL
}

// AiAgents are agents that are no people. There are none here.
type AiAgents struct {
	Criteria []struct {
		Id               string `json:",omitempty"`
		VersionNumber    int    `json:",omitempty"`
		AiAgentEscalated *bool  `json:",omitempty"`
		AiUseCase        string `json:",omitempty"`
	} `json:",omitempty"`
}

// NameCriteria are words of a contact's name.
type NameCriteria struct {
	SearchText []string
	MatchType  string
}

// SearchRoutingCriteria finds contacts by the agents that their routing criteria name.
type SearchRoutingCriteria struct {
	Steps []struct {
		AgentCriteria *struct {
			AgentIds  []string
			MatchType string `json:",omitempty"`
		} `json:",omitempty"`
	}
}

// AdditionalTimeRange are times that a contact must have, or not have.
type AdditionalTimeRange struct {
	Criteria []struct {
		TimeRange          *TimeRange                            `json:",omitempty"`
		TimestampCondition *struct{ Type, ConditionType string } `json:",omitempty"`
	}
	MatchType string
}

// SearchableAttributes are values of attributes.
type SearchableAttributes struct {
	Criteria []struct {
		Key    string
		Values []string
	}
	MatchType string `json:",omitempty"` // absent: MATCH_ALL
}

// SearchContactsResponse is one page of contacts.
type SearchContactsResponse struct {
	Contacts   []ContactSearchSummary
	NextToken  string `json:",omitempty"` // absent on the last page
	TotalCount int64
}

// ContactSearchSummary is a contact on a page.
type ContactSearchSummary struct {
	Arn                 string
	Id                  string
	InitialContactId    string                      `json:",omitempty"`
	PreviousContactId   string                      `json:",omitempty"`
	InitiationMethod    string                      `json:",omitempty"`
	Channel             string                      `json:",omitempty"`
	QueueInfo           *QueueInfo                  `json:",omitempty"`
	AgentInfo           *SearchAgentInfo            `json:",omitempty"`
	InitiationTimestamp Epoch                       `json:",omitzero"`
	DisconnectTimestamp Epoch                       `json:",omitzero"`
	SegmentAttributes   map[string]SegmentAttribute `json:",omitempty"`
	Name                string                      `json:",omitempty"`
	RoutingCriteria     *RoutingCriteria            `json:",omitempty"`
	Tags                map[string]string           `json:",omitempty"`
}

// SearchAgentInfo is who had it.
type SearchAgentInfo struct {
	Id                        string
	ConnectedToAgentTimestamp Epoch `json:",omitzero"`
}
