package wire

// CreateContactFlowVersionRequest keeps what is published of a flow as a version.
//
// doc: API_CreateContactFlowVersion
type CreateContactFlowVersionRequest struct {
	InstanceId         string // id or ARN
	ContactFlowId      string // id or ARN
	Description        string `json:",omitempty"`
	FlowContentSha256  string `json:",omitempty"` // what is published must have it
	ContactFlowVersion int64  `json:",omitempty"` // must be the next number; absent: whatever that is
}

// CreateContactFlowVersionResponse names the version.
type CreateContactFlowVersionResponse struct {
	ContactFlowArn string
	Version        int64
}

// ListContactFlowVersionsRequest asks for the versions of a flow.
type ListContactFlowVersionsRequest struct {
	InstanceId    string // id or ARN
	ContactFlowId string // id or ARN
	NextToken     string `json:",omitempty"`
	MaxResults    int    `json:",omitempty"` // absent: 100
}

// ListContactFlowVersionsResponse is one page of versions, the newest first.
type ListContactFlowVersionsResponse struct {
	ContactFlowVersionSummaryList []FlowVersionSummary
	NextToken                     string `json:",omitempty"` // absent on the last page
}

// FlowVersionSummary is a version of a flow or a module on a page.
type FlowVersionSummary struct {
	Arn                string
	VersionDescription string `json:",omitempty"`
	Version            int64
}

// DeleteContactFlowVersionRequest removes a version of a flow.
type DeleteContactFlowVersionRequest struct {
	InstanceId         string // id or ARN
	ContactFlowId      string // id or ARN
	ContactFlowVersion int64
}

// CreateContactFlowModuleVersionRequest keeps what is published of a module as a
// version.
//
// doc: API_CreateContactFlowModuleVersion
type CreateContactFlowModuleVersionRequest struct {
	InstanceId              string // id or ARN
	ContactFlowModuleId     string // id or ARN
	Description             string `json:",omitempty"`
	FlowModuleContentSha256 string `json:",omitempty"` // what is published must have it
}

// CreateContactFlowModuleVersionResponse names the version.
type CreateContactFlowModuleVersionResponse struct {
	ContactFlowModuleArn string
	Version              int64
}

// ModulePageRequest asks for what belongs to a module: its versions, its aliases.
type ModulePageRequest struct {
	InstanceId          string // id or ARN
	ContactFlowModuleId string // id or ARN
	NextToken           string `json:",omitempty"`
	MaxResults          int    `json:",omitempty"` // absent: 100
}

// ListContactFlowModuleVersionsResponse is one page of versions, the newest first.
type ListContactFlowModuleVersionsResponse struct {
	ContactFlowModuleVersionSummaryList []FlowVersionSummary
	NextToken                           string `json:",omitempty"` // absent on the last page
}

// DeleteContactFlowModuleVersionRequest removes a version of a module.
type DeleteContactFlowModuleVersionRequest struct {
	InstanceId               string // id or ARN
	ContactFlowModuleId      string // id or ARN
	ContactFlowModuleVersion int64
}

// CreateContactFlowModuleAliasRequest gives a version of a module a name.
//
// doc: API_CreateContactFlowModuleAlias
type CreateContactFlowModuleAliasRequest struct {
	InstanceId               string // id or ARN
	ContactFlowModuleId      string // id or ARN
	Description              string `json:",omitempty"`
	ContactFlowModuleVersion int64
	AliasName                string
}

// CreateContactFlowModuleAliasResponse names the alias.
type CreateContactFlowModuleAliasResponse struct{ ContactFlowModuleArn, Id string }

// ContactFlowModuleAliasRequest is about one alias: DescribeContactFlowModuleAlias,
// DeleteContactFlowModuleAlias.
type ContactFlowModuleAliasRequest struct {
	InstanceId          string // id or ARN
	ContactFlowModuleId string // id or ARN
	AliasId             string
}

// DescribeContactFlowModuleAliasResponse shows an alias.
type DescribeContactFlowModuleAliasResponse struct{ ContactFlowModuleAlias ModuleAlias }

// ModuleAlias is an alias as it is shown.
//
// doc: API_ContactFlowModuleAliasInfo
type ModuleAlias struct {
	ContactFlowModuleId  string
	ContactFlowModuleArn string
	AliasId              string
	Version              int64
	Name                 string
	Description          string `json:",omitempty"`
	LastModifiedRegion   string
	LastModifiedTime     Epoch `json:",omitzero"`
}

// ListContactFlowModuleAliasesResponse is one page of aliases, by name.
type ListContactFlowModuleAliasesResponse struct {
	ContactFlowModuleAliasSummaryList []ModuleAliasSummary
	NextToken                         string `json:",omitempty"` // absent on the last page
}

// ModuleAliasSummary is one alias of a page.
type ModuleAliasSummary struct {
	Arn              string // what a flow names, to call the module by this alias
	AliasId          string
	Version          int64
	AliasName        string
	AliasDescription string `json:",omitempty"`
	LastModifiedTime Epoch  `json:",omitzero"`
}

// UpdateContactFlowModuleAliasRequest changes an alias. Its response is {}.
//
// doc: API_UpdateContactFlowModuleAlias
type UpdateContactFlowModuleAliasRequest struct {
	InstanceId               string // id or ARN
	ContactFlowModuleId      string // id or ARN
	AliasId                  string
	Name                     string  `json:",omitempty"`
	Description              *string `json:",omitempty"` // empty: none any more
	ContactFlowModuleVersion int64   `json:",omitempty"`
}
