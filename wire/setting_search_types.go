package wire

// Ways to compare in a condition.
//
// doc: API_StringCondition, API_NumberCondition
const (
	StartsWith = "STARTS_WITH"
	Contains   = "CONTAINS"
	Exact      = "EXACT"

	GreaterOrEqual = "GREATER_OR_EQUAL"
	Greater        = "GREATER"
	LesserOrEqual  = "LESSER_OR_EQUAL"
	Lesser         = "LESSER"
	Equal          = "EQUAL"
	NotEqual       = "NOT_EQUAL"
	InRange        = "RANGE"
)

// SettingSearchRequest finds settings of any kind: each operation has the members of
// its table, and the others are absent.
type SettingSearchRequest struct {
	OfInstance
	SearchFilter   SettingFilter   `json:",omitzero"`
	SearchCriteria SettingCriteria `json:",omitzero"`
}

// SettingFilter is what settings must be tagged with, or be of.
type SettingFilter struct {
	TagFilter           *TagFilter       `json:",omitempty"`
	AttributeFilter     *AttributeFilter `json:",omitempty"`
	UserAttributeFilter *AttributeFilter `json:",omitempty"`
	FlowAttributeFilter *AttributeFilter `json:",omitempty"`
}

// TagFilter has one member: any of lists that hold as a whole, a list, or a tag.
//
// doc: API_ControlPlaneTagFilter
type TagFilter struct {
	OrConditions  [][]TagCondition `json:",omitempty"`
	AndConditions []TagCondition   `json:",omitempty"`
	TagCondition  *TagCondition    `json:",omitempty"`
}

// TagCondition is a tag.
type TagCondition struct {
	TagKey   string
	TagValue *string `json:",omitempty"` // absent: any
}

// AttributeFilter has one member, as a TagFilter has.
//
// doc: API_ControlPlaneUserAttributeFilter, API_ContactFlowAttributeFilter
type AttributeFilter struct {
	OrConditions []AttributeAnd `json:",omitempty"`
	AndCondition *AttributeAnd  `json:",omitempty"`
	TagCondition *TagCondition  `json:",omitempty"`
	AttributeLeaf
}

// AttributeAnd is what must all hold.
type AttributeAnd struct {
	TagConditions []TagCondition `json:",omitempty"`
	AttributeLeaf
}

// AttributeLeaf is what a filter can ask for besides tags.
type AttributeLeaf struct {
	HierarchyGroupCondition  *HierarchyGroupCondition          `json:",omitempty"`
	ContactFlowTypeCondition *struct{ ContactFlowType string } `json:",omitempty"`
}

// HierarchyGroupCondition is a group of agents, of which there are none here.
type HierarchyGroupCondition struct{ Value, HierarchyGroupMatchType string }

// SettingCriteria are what settings must meet, all of it.
//
// doc: API_QueueSearchCriteria, API_UserSearchCriteria, and those of other kinds
type SettingCriteria struct {
	OrConditions            []SettingCriteria        `json:",omitempty"`
	AndConditions           []SettingCriteria        `json:",omitempty"`
	StringCondition         *StringCondition         `json:",omitempty"`
	ListCondition           *ListCondition           `json:",omitempty"`
	HierarchyGroupCondition *HierarchyGroupCondition `json:",omitempty"`
	QueueTypeCondition      string                   `json:",omitempty"`
	TypeCondition           string                   `json:",omitempty"`
	StateCondition          string                   `json:",omitempty"`
	StatusCondition         string                   `json:",omitempty"`
	ViewTypeCondition       string                   `json:",omitempty"`
	ViewStatusCondition     string                   `json:",omitempty"`
}

// StringCondition is a text that a field must have.
type StringCondition struct{ FieldName, Value, ComparisonType string }

// ListCondition is something that a list must hold.
type ListCondition struct {
	TargetListType string
	Conditions     []struct {
		StringCondition *StringCondition `json:",omitempty"`
		NumberCondition *NumberCondition `json:",omitempty"`
	}
}

// NumberCondition is a number that a field must have.
type NumberCondition struct {
	FieldName          string
	MinValue, MaxValue *int `json:",omitempty"`
	ComparisonType     string
}

// FoundPage is what each page of a search ends with.
type FoundPage struct {
	NextToken             string `json:",omitempty"` // absent on the last page
	ApproximateTotalCount int64  // of all pages
}

// What is found of each kind is shown as it is described; flows, modules and views
// without their contents.
type (
	SearchQueuesResponse struct {
		Queues []Queue
		FoundPage
	}
	SearchUsersResponse struct {
		Users []User
		FoundPage
	}
	SearchRoutingProfilesResponse struct {
		RoutingProfiles []RoutingProfile
		FoundPage
	}
	SearchContactFlowsResponse struct {
		ContactFlows []ContactFlow
		FoundPage
	}
	SearchContactFlowModulesResponse struct {
		ContactFlowModules []ContactFlowModule
		FoundPage
	}
	SearchQuickConnectsResponse struct {
		QuickConnects []QuickConnect
		FoundPage
	}
	SearchHoursOfOperationsResponse struct {
		HoursOfOperations []Hours
		FoundPage
	}
	SearchSecurityProfilesResponse struct {
		SecurityProfiles []SecurityProfile
		FoundPage
	}
	SearchAgentStatusesResponse struct {
		AgentStatuses []AgentStatus
		FoundPage
	}
	SearchViewsResponse struct {
		Views []View
		FoundPage
	}
)
