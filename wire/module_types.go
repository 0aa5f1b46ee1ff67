package wire

// CreateContactFlowModuleRequest makes a module.
//
// doc: API_CreateContactFlowModule
type CreateContactFlowModuleRequest struct {
	InstanceId                      string // id or ARN
	Name                            string
	Description                     string `json:",omitempty"`
	Content                         string
	Tags                            map[string]string   `json:",omitempty"`
	ClientToken                     string              `json:",omitempty"`
	Settings                        string              `json:",omitempty"`
	ExternalInvocationConfiguration *ExternalInvocation `json:",omitempty"`
}

// ExternalInvocation says whether a module may be called from elsewhere than a
// flow. perch keeps it and calls none.
type ExternalInvocation struct{ Enabled bool }

// CreateContactFlowModuleResponse names the module.
type CreateContactFlowModuleResponse struct{ Id, Arn string }

// ContactFlowModuleRequest is about one module: DescribeContactFlowModule,
// DeleteContactFlowModule.
type ContactFlowModuleRequest struct {
	InstanceId          string // id or ARN
	ContactFlowModuleId string // id or ARN, perhaps with $LATEST, $SAVED, a version or an alias behind a colon
}

// DescribeContactFlowModuleResponse shows a module.
type DescribeContactFlowModuleResponse struct{ ContactFlowModule ContactFlowModule }

// ContactFlowModule is a module as it is shown.
//
// doc: API_ContactFlowModule
type ContactFlowModule struct {
	Arn                             string
	Id                              string
	Name                            string
	Content                         string `json:",omitempty"` // absent where it is found
	Description                     string `json:",omitempty"`
	State                           string
	Status                          string
	Tags                            map[string]string `json:",omitempty"`
	FlowModuleContentSha256         string
	Version                         int64               `json:",omitempty"`
	VersionDescription              string              `json:",omitempty"`
	Settings                        string              `json:",omitempty"`
	ExternalInvocationConfiguration *ExternalInvocation `json:",omitempty"`
}

// ListContactFlowModulesRequest asks for the modules of an instance.
//
// doc: API_ListContactFlowModules
type ListContactFlowModulesRequest struct {
	InstanceId             string // id or ARN
	NextToken              string `json:",omitempty"`
	MaxResults             int    `json:",omitempty"` // absent: 100
	ContactFlowModuleState string `json:",omitempty"` // absent: all
}

// ListContactFlowModulesResponse is one page of modules.
type ListContactFlowModulesResponse struct {
	ContactFlowModulesSummaryList []ContactFlowModuleSummary
	NextToken                     string `json:",omitempty"` // absent on the last page
}

// ContactFlowModuleSummary is one module of a page.
type ContactFlowModuleSummary struct{ Id, Arn, Name, State string }

// UpdateContactFlowModuleContentRequest changes what a module does. Its response
// is {}.
//
// doc: API_UpdateContactFlowModuleContent
type UpdateContactFlowModuleContentRequest struct {
	InstanceId          string  // id or ARN
	ContactFlowModuleId string  // id or ARN, with $SAVED behind a colon for the draft
	Content             string  `json:",omitempty"` // absent: as it was
	Settings            *string `json:",omitempty"` // absent: as they were
}

// UpdateContactFlowModuleMetadataRequest changes what is said about a module. Its
// response is {}.
//
// doc: API_UpdateContactFlowModuleMetadata
type UpdateContactFlowModuleMetadataRequest struct {
	InstanceId          string  // id or ARN
	ContactFlowModuleId string  // id or ARN
	Name                string  `json:",omitempty"`
	Description         *string `json:",omitempty"` // empty: none any more
	State               string  `json:",omitempty"`
}
