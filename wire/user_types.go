package wire

// UserRequest is what the operations on users are asked with: each has the members
// of its table, and the others are absent.
type UserRequest struct {
	OfInstance
	UserId                  string            `json:",omitempty"` // id or ARN
	Username                string            `json:",omitempty"`
	Password                string            `json:",omitempty"`
	IdentityInfo            *IdentityInfo     `json:",omitempty"`
	PhoneConfig             *PhoneConfig      `json:",omitempty"`
	SecurityProfileIds      []string          `json:",omitempty"` // ids or ARNs
	RoutingProfileId        string            `json:",omitempty"` // id or ARN
	HierarchyGroupId        string            `json:",omitempty"`
	AutoAcceptConfigs       []AutoAccept      `json:",omitempty"`
	AfterContactWorkConfigs []AfterWork       `json:",omitempty"`
	UserProficiencies       []UserProficiency `json:",omitempty"`
	Tags                    map[string]string `json:",omitempty"`
}

// IdentityInfo is who a user is.
//
// doc: API_UserIdentityInfo
type IdentityInfo struct {
	FirstName      string `json:",omitempty"`
	LastName       string `json:",omitempty"`
	Email          string `json:",omitempty"`
	SecondaryEmail string `json:",omitempty"`
	Mobile         string `json:",omitempty"`
}

// PhoneConfig is how a user takes contacts.
//
// doc: API_UserPhoneConfig
type PhoneConfig struct {
	PhoneType                 string `json:",omitempty"`
	AutoAccept                bool   `json:",omitempty"`
	AfterContactWorkTimeLimit int    `json:",omitempty"` // seconds; 0 is without limit
	DeskPhoneNumber           string `json:",omitempty"`
	PersistentConnection      bool   `json:",omitempty"`
}

// AutoAccept says whether contacts of a channel are taken at once.
//
// doc: API_AutoAcceptConfig
type AutoAccept struct {
	Channel                      string
	AutoAccept                   bool
	AgentFirstCallbackAutoAccept bool `json:",omitempty"`
}

// AfterWork limits the work after a contact of a channel.
//
// doc: API_AfterContactWorkConfigPerChannel
type AfterWork struct {
	Channel                                  string
	AfterContactWorkConfig                   AfterWorkLimit
	AgentFirstCallbackAfterContactWorkConfig *AfterWorkLimit `json:",omitempty"`
}

// AfterWorkLimit is in seconds; 0 is without limit.
type AfterWorkLimit struct {
	AfterContactWorkTimeLimit int `json:",omitempty"`
}

// UserProficiency is what a user is good at, and how much.
type UserProficiency struct {
	AttributeName  string
	AttributeValue string
	Level          float64 `json:",omitempty"`
}

// CreateUserResponse names the user.
type CreateUserResponse struct{ UserId, UserArn string }

// DescribeUserResponse shows a user.
type DescribeUserResponse struct{ User User }

// User is a user as it is shown.
//
// doc: API_User
type User struct {
	Id                      string
	Arn                     string
	Username                string
	IdentityInfo            IdentityInfo
	PhoneConfig             PhoneConfig
	SecurityProfileIds      []string
	RoutingProfileId        string
	Tags                    map[string]string `json:",omitempty"`
	AutoAcceptConfigs       []AutoAccept
	AfterContactWorkConfigs []AfterWork
	Stamp
}

// ListUsersResponse is one page of users.
type ListUsersResponse struct {
	UserSummaryList []UserSummary
	NextToken       string `json:",omitempty"` // absent on the last page
}

// UserSummary is a user in a list.
type UserSummary struct {
	Id, Arn, Username string
	Stamp
}

// ListUserProficienciesResponse is one page of what a user is good at.
type ListUserProficienciesResponse struct {
	UserProficiencyList []UserProficiency
	NextToken           string `json:",omitempty"` // absent on the last page
	Stamp
}

// SecurityRequest is what the operations on security profiles are asked with.
type SecurityRequest struct {
	OfInstance
	SecurityProfileId   string            `json:",omitempty"` // id or ARN
	SecurityProfileName string            `json:",omitempty"`
	Description         *string           `json:",omitempty"`
	Permissions         []string          `json:",omitzero"` // absent: as they were; empty: none
	Tags                map[string]string `json:",omitempty"`
}

// CreateSecurityProfileResponse names the security profile.
type CreateSecurityProfileResponse struct{ SecurityProfileArn, SecurityProfileId string }

// DescribeSecurityProfileResponse shows a security profile.
type DescribeSecurityProfileResponse struct{ SecurityProfile SecurityProfile }

// SecurityProfile is a security profile as it is shown.
//
// doc: API_SecurityProfile
type SecurityProfile struct {
	Id                     string
	OrganizationResourceId string
	Arn                    string
	SecurityProfileName    string
	Description            string            `json:",omitempty"`
	Tags                   map[string]string `json:",omitempty"`
	Stamp
}

// ListSecurityProfilesResponse is one page of security profiles.
type ListSecurityProfilesResponse struct {
	SecurityProfileSummaryList []Summary
	NextToken                  string `json:",omitempty"` // absent on the last page
}

// ListSecurityProfilePermissionsResponse is one page of what a profile permits.
type ListSecurityProfilePermissionsResponse struct {
	Permissions []string
	NextToken   string `json:",omitempty"` // absent on the last page
	Stamp
}
