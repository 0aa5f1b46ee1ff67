package wire

// CreateViewRequest makes a view.
//
// doc: API_CreateView
type CreateViewRequest struct {
	InstanceId  string // id or ARN
	ClientToken string `json:",omitempty"`
	Status      string // ViewPublished or ViewSaved
	Content     ViewInput
	Description string `json:",omitempty"`
	Name        string
	Tags        map[string]string `json:",omitempty"`
}

// ViewInput is what the author of a view gives.
//
// doc: API_ViewInputContent
type ViewInput struct {
	Template string   `json:",omitempty"`
	Actions  []string `json:",omitempty"`
}

// ViewRequest is about one view: DescribeView, DeleteView.
type ViewRequest struct {
	InstanceId string // id or ARN
	ViewId     string // id or ARN, perhaps with $LATEST, $SAVED or a version behind a colon
}

// ViewResponse shows a view: CreateView, DescribeView, UpdateViewContent,
// CreateViewVersion.
type ViewResponse struct{ View View }

// View is a view as those who set it up are shown it.
//
// doc: API_View
type View struct {
	Id                 string
	Arn                string
	Name               string
	Status             string
	Type               string
	Description        string            `json:",omitempty"`
	Version            int64             `json:",omitempty"` // absent where there is none yet
	VersionDescription string            `json:",omitempty"`
	Content            ViewContent       `json:",omitzero"` // absent where it is found
	Tags               map[string]string `json:",omitempty"`
	CreatedTime        Epoch             `json:",omitzero"`
	LastModifiedTime   Epoch             `json:",omitzero"`
	ViewContentSha256  string            `json:",omitempty"` // absent where nothing is published
}

// ListViewsRequest asks for the views of an instance.
//
// doc: API_ListViews
type ListViewsRequest struct {
	InstanceId string // id or ARN
	Type       string `json:",omitempty"` // absent: all
	NextToken  string `json:",omitempty"`
	MaxResults int    `json:",omitempty"` // absent: 100
}

// ListViewsResponse is one page of views.
type ListViewsResponse struct {
	ViewsSummaryList []ViewSummary
	NextToken        string `json:",omitempty"` // absent on the last page
}

// ViewSummary is one view of a page.
type ViewSummary struct {
	Id, Arn, Name, Type, Status string
	Description                 string `json:",omitempty"`
}

// UpdateViewContentRequest changes what a view looks like.
//
// doc: API_UpdateViewContent
type UpdateViewContentRequest struct {
	InstanceId string // id or ARN
	ViewId     string // id or ARN
	Status     string // ViewPublished or ViewSaved
	Content    ViewInput
}

// UpdateViewMetadataRequest changes what is said about a view. Its response is {}.
//
// doc: API_UpdateViewMetadata
type UpdateViewMetadataRequest struct {
	InstanceId  string // id or ARN
	ViewId      string // id or ARN
	Name        string `json:",omitempty"`
	Description string `json:",omitempty"`
}

// CreateViewVersionRequest keeps what is published of a view as a version.
//
// doc: API_CreateViewVersion
type CreateViewVersionRequest struct {
	InstanceId         string // id or ARN
	ViewId             string // id or ARN
	VersionDescription string `json:",omitempty"`
	ViewContentSha256  string `json:",omitempty"` // absent: whatever is published
}

// ListViewVersionsRequest asks for the versions of a view.
//
// doc: API_ListViewVersions
type ListViewVersionsRequest struct {
	InstanceId string // id or ARN
	ViewId     string // id or ARN
	NextToken  string `json:",omitempty"`
	MaxResults int    `json:",omitempty"` // absent: 100
}

// ListViewVersionsResponse is one page of versions, the newest first.
type ListViewVersionsResponse struct {
	ViewVersionSummaryList []ViewVersionSummary
	NextToken              string `json:",omitempty"` // absent on the last page
}

// ViewVersionSummary is one version of a page.
type ViewVersionSummary struct {
	Id, Arn, Name, Type string
	Version             int64
	Description         string `json:",omitempty"`
	VersionDescription  string `json:",omitempty"`
}

// DeleteViewVersionRequest removes a version of a view. Its response is {}.
//
// doc: API_DeleteViewVersion
type DeleteViewVersionRequest struct {
	InstanceId  string // id or ARN
	ViewId      string // id or ARN
	ViewVersion int64
}
