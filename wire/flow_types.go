package wire

// CreateContactFlowRequest makes a flow.
//
// doc: API_CreateContactFlow
type CreateContactFlowRequest struct {
	InstanceId  string // id or ARN
	Name        string
	Type        string
	Description string `json:",omitempty"`
	Content     string
	Status      string            `json:",omitempty"` // absent: PUBLISHED
	Tags        map[string]string `json:",omitempty"`
}

// CreateContactFlowResponse names the flow; the sum is that of what is published.
type CreateContactFlowResponse struct {
	ContactFlowId     string
	ContactFlowArn    string
	FlowContentSha256 string `json:",omitempty"`
}

// ContactFlowRequest is about one flow: DescribeContactFlow, DeleteContactFlow.
type ContactFlowRequest struct {
	InstanceId    string // id or ARN
	ContactFlowId string // id or ARN, perhaps with $LATEST, $SAVED or a version behind a colon
}

// DescribeContactFlowResponse shows a flow.
type DescribeContactFlowResponse struct {
	ContactFlow ContactFlow
}

// ContactFlow is a flow as it is shown.
//
// doc: API_ContactFlow
type ContactFlow struct {
	Arn                string
	Id                 string
	Name               string
	Type               string
	State              string
	Status             string
	Description        string            `json:",omitempty"`
	Content            string            `json:",omitempty"` // absent where it is found
	Tags               map[string]string `json:",omitempty"`
	FlowContentSha256  string            `json:",omitempty"` // absent where nothing is published
	Version            int64             `json:",omitempty"`
	VersionDescription string            `json:",omitempty"`
	LastModifiedTime   Epoch             `json:",omitzero"`
	LastModifiedRegion string
}

// ListContactFlowsRequest asks for the flows of an instance.
//
// doc: API_ListContactFlows
type ListContactFlowsRequest struct {
	InstanceId       string   // id or ARN
	ContactFlowTypes []string `json:",omitempty"` // absent: all
	MaxResults       int      `json:",omitempty"` // absent: 100
	NextToken        string   `json:",omitempty"`
}

// ListContactFlowsResponse is one page of flows.
type ListContactFlowsResponse struct {
	ContactFlowSummaryList []ContactFlowSummary
	NextToken              string `json:",omitempty"` // absent on the last page
}

// ContactFlowSummary is one flow of a page.
type ContactFlowSummary struct {
	Id                string
	Arn               string
	Name              string
	ContactFlowType   string
	ContactFlowState  string
	ContactFlowStatus string
}

// UpdateContactFlowContentRequest changes what a flow does. Its response is {}.
//
// doc: API_UpdateContactFlowContent
type UpdateContactFlowContentRequest struct {
	InstanceId    string // id or ARN
	ContactFlowId string // id or ARN, with $SAVED behind a colon for the draft
	Content       string
}

// UpdateContactFlowMetadataRequest is UpdateContactFlowName too, which has no
// state. Their responses are {}.
//
// doc: API_UpdateContactFlowMetadata
type UpdateContactFlowMetadataRequest struct {
	InstanceId       string  // id or ARN
	ContactFlowId    string  // id or ARN
	Name             string  `json:",omitempty"`
	Description      *string `json:",omitempty"` // empty: none any more
	ContactFlowState string  `json:",omitempty"`
}

// TagResourceRequest adds tags. Its response is {}.
//
// doc: API_TagResource
type TagResourceRequest struct {
	ResourceArn string            `json:"resourceArn"`
	Tags        map[string]string `json:"tags"`
}

// UntagResourceRequest takes tags off. Its response is {}.
//
// doc: API_UntagResource
type UntagResourceRequest struct {
	ResourceArn string   `json:"resourceArn"`
	TagKeys     []string `json:"tagKeys"`
}

// ListTagsForResourceRequest asks for tags.
//
// doc: API_ListTagsForResource
type ListTagsForResourceRequest struct {
	ResourceArn string `json:"resourceArn"`
}

// ListTagsForResourceResponse has an empty object where there are none.
type ListTagsForResourceResponse struct {
	Tags map[string]string `json:"tags"`
}
