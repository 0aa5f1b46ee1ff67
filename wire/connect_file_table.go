package wire

import "regexp"

// maxFileSize keeps sizes to 32 bits; what a file may have, an instance says.
const maxFileSize = 1<<31 - 1

var fileExtension = regexp.MustCompile(`^[a-zA-Z0-9-_]+$`)

// The operations on files that belong to contacts.

func fileOperations() []*Operation {
	usual := func(more ...string) []Shape {
		return shapes(append([]string{AccessDenied, InvalidRequest, InternalService, Throttling}, more...)...)
	}
	rules := shapes(AccessDenied, InvalidParameter, ResourceNotFound, Throttling, InternalService)
	instance := Field{Name: "InstanceId", In: InPath, Type: String, Required: true, Min: 1, Max: 100}
	file := Field{Name: "FileId", In: InPath, Type: String, Required: true, Min: 1, Max: 256}
	of := Field{Name: "AssociatedResourceArn", In: InQuery, Query: "associatedResourceArn", Type: String, Required: true, Min: 1}
	scope := Field{Name: "AttachmentScope", In: InPath, Type: String, Required: true, Enum: []string{"EMAIL", "CHAT", "CASE", "TASK"}}
	return []*Operation{
		{Service: Connect, Name: "StartAttachedFileUpload", Method: "PUT", Path: "/attached-files/{InstanceId}",
			Fields: []Field{
				{Name: "ClientToken", Type: String, Max: 500},
				instance,
				{Name: "FileName", Type: String, Required: true, Min: 1, Max: 256},
				{Name: "FileSizeInBytes", Type: Integer, Required: true, Min: 1, Max: maxFileSize},
				{Name: "UrlExpiryInSeconds", Type: Integer, Min: 5, Max: 300},
				{Name: "FileUseCaseType", Type: String, Required: true, Enum: []string{"CONTACT_ANALYSIS", "EMAIL_MESSAGE", "EMAIL_MESSAGE_PLAIN_TEXT",
					"EMAIL_MESSAGE_REDACTED", "EMAIL_MESSAGE_PLAIN_TEXT_REDACTED", "ATTACHMENT", "VOICE_RECORDING"}},
				of,
				{Name: "CreatedBy", Type: Structure},
				{Name: "CreatedBy.ConnectUserArn", Type: String},
				{Name: "CreatedBy.AWSIdentityArn", Type: String},
				{Name: "Tags", Type: Map, Min: 1, Max: 50},
				{Name: "Tags{key}", Type: String, Min: 1, Max: 128, NotPrefix: "aws:"},
				{Name: "Tags{value}", Type: String, Max: 256},
			}, Errors: usual(ResourceConflict, ServiceQuotaExceeded)},
		{Service: Connect, Name: "CompleteAttachedFileUpload", Method: "POST", Path: "/attached-files/{InstanceId}/{FileId}",
			Fields: []Field{instance, file, of}, Errors: usual(ResourceNotFound)},
		{Service: Connect, Name: "GetAttachedFile", Method: "GET", Path: "/attached-files/{InstanceId}/{FileId}",
			Fields: []Field{instance, file, {Name: "UrlExpiryInSeconds", In: InQuery, Query: "urlExpiryInSeconds", Type: Integer, Min: 5, Max: 300}, of},
			Errors: usual(ResourceNotFound)},
		{Service: Connect, Name: "BatchGetAttachedFileMetadata", Method: "POST", Path: "/attached-files/{InstanceId}",
			Fields: []Field{
				{Name: "FileIds", Type: List, Required: true, Min: 1, Max: 100},
				{Name: "FileIds[]", Type: String, Min: 1, Max: 256},
				instance, of,
			}, Errors: usual(ResourceNotFound)},
		{Service: Connect, Name: "DeleteAttachedFile", Method: "DELETE", Path: "/attached-files/{InstanceId}/{FileId}",
			Fields: []Field{instance, file, of}, Errors: usual(ResourceNotFound)},
		{Service: Connect, Name: "DescribeAttachedFilesConfiguration", Method: "GET", Path: "/attached-files-configurations/{InstanceId}/{AttachmentScope}",
			Fields: []Field{instance, scope}, Errors: rules},
		{Service: Connect, Name: "UpdateAttachedFilesConfiguration", Method: "POST", Path: "/attached-files-configurations/{InstanceId}/{AttachmentScope}",
			Fields: []Field{
				instance, scope,
				{Name: "MaximumSizeLimitInBytes", Type: Integer, Min: 1, Max: 104857600},
				{Name: "ExtensionConfiguration", Type: Structure},
				{Name: "ExtensionConfiguration.AllowedExtensions", Type: List, Required: true},
				{Name: "ExtensionConfiguration.AllowedExtensions[]", Type: Structure},
				{Name: "ExtensionConfiguration.AllowedExtensions[].Extension", Type: String, Required: true, Min: 1, Max: 10, Pattern: fileExtension},
			}, Errors: rules},
	}
}
