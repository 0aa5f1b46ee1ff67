package wire

import "regexp"

// The operations on views.

// Values of a view's status and type.
//
// doc: API_View
const (
	ViewPublished       = "PUBLISHED"
	ViewSaved           = "SAVED"
	ViewCustomerManaged = "CUSTOMER_MANAGED"
	ViewAWSManaged      = "AWS_MANAGED"
)

const (
	maxViewName        = 255
	maxViewDescription = 4096
	maxViewTemplate    = 400_000 // bytes, of the content as a whole; doc: API_CreateView
)

// How the model spells what views are called and described by. That of a sum, which
// allows one character alone, cannot be meant: no sum that it shows would pass.
var (
	viewID          = regexp.MustCompile(`^[a-zA-Z0-9_\-:/$]+$`)
	viewName        = regexp.MustCompile(`^([\p{L}\p{N}_.:/=+\-@()']+[\p{L}\p{Z}\p{N}_.:/=+\-@()']*)$`)
	viewDescription = regexp.MustCompile(`^([\p{L}\p{N}_.:/=+\-@,()']+[\p{L}\p{Z}\p{N}_.:/=+\-@,()']*)$`)
	viewSum         = regexp.MustCompile(`^[a-zA-Z0-9]+$`)
	viewToken       = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)
)

func viewOperations() []*Operation {
	usual := func(more ...string) []Shape {
		return shapes(append([]string{AccessDenied, InvalidRequest, InvalidParameter, ResourceNotFound, InternalService, TooManyRequests}, more...)...)
	}
	const (
		all  = "/views/{InstanceId}"
		view = all + "/{ViewId}"
	)
	instance := Field{Name: "InstanceId", In: InPath, Type: String, Required: true, Min: 1, Max: 100}
	ofView := func(more ...Field) []Field {
		return append([]Field{instance,
			{Name: "ViewId", In: InPath, Type: String, Required: true, Min: 1, Max: 500, Pattern: viewID}}, more...)
	}
	content := []Field{
		{Name: "Status", Type: String, Required: true, Enum: []string{ViewPublished, ViewSaved}},
		{Name: "Content", Type: Structure, Required: true},
		{Name: "Content.Template", Type: String, MaxBytes: maxViewTemplate},
		{Name: "Content.Actions", Type: List},
		{Name: "Content.Actions[]", Type: String, Min: 1, Max: maxViewName, Pattern: viewName},
	}
	description := func(name string) Field {
		return Field{Name: name, Type: String, Min: 1, Max: maxViewDescription, Pattern: viewDescription}
	}
	page := []Field{
		{Name: "NextToken", In: InQuery, Query: "nextToken", Type: String, Min: 1, Max: 4096},
		{Name: "MaxResults", In: InQuery, Query: "maxResults", Type: Integer, Min: 1, Max: 100},
	}
	create := append([]Field{instance, {Name: "ClientToken", Type: String, Max: 500, Pattern: viewToken}}, content...)
	create = append(create, description("Description"), Field{Name: "Name", Type: String, Required: true, Min: 1, Max: maxViewName, Pattern: viewName})
	return []*Operation{
		{Service: Connect, Name: "CreateView", Method: "PUT", Path: all, Fields: append(create, tagRows("Tags", false)...),
			Errors: usual(DuplicateResource, ServiceQuotaExceeded, ResourceInUse)},
		{Service: Connect, Name: "DescribeView", Method: "GET", Path: view, Fields: ofView(), Errors: usual()},
		{Service: Connect, Name: "ListViews", Method: "GET", Path: all,
			Fields: append([]Field{instance, {Name: "Type", In: InQuery, Query: "type", Type: String, Enum: []string{ViewCustomerManaged, ViewAWSManaged}}}, page...),
			Errors: usual()},
		{Service: Connect, Name: "UpdateViewContent", Method: "POST", Path: view, Fields: ofView(content...), Errors: usual(ResourceInUse)},
		{Service: Connect, Name: "UpdateViewMetadata", Method: "POST", Path: view + "/metadata",
			Fields: ofView(Field{Name: "Name", Type: String, Min: 1, Max: maxViewName, Pattern: viewName}, description("Description")),
			Errors: usual(DuplicateResource, ResourceInUse)},
		{Service: Connect, Name: "CreateViewVersion", Method: "PUT", Path: view + "/versions",
			Fields: ofView(description("VersionDescription"), Field{Name: "ViewContentSha256", Type: String, Min: 1, Max: 64, Pattern: viewSum}),
			Errors: usual(ServiceQuotaExceeded, ResourceInUse)},
		{Service: Connect, Name: "ListViewVersions", Method: "GET", Path: view + "/versions", Fields: ofView(page...), Errors: usual()},
		{Service: Connect, Name: "DeleteView", Method: "DELETE", Path: view, Fields: ofView(), Errors: usual(ResourceInUse)},
		{Service: Connect, Name: "DeleteViewVersion", Method: "DELETE", Path: view + "/versions/{ViewVersion}",
			Fields: ofView(Field{Name: "ViewVersion", In: InPath, Type: Integer, Required: true, Min: 1, Max: maxVersion}), Errors: usual(ResourceInUse)},
	}
}
