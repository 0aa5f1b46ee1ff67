package wire

// The operations on where an instance's files go.

// storageResources are all that the model knows; a chat has two of them.
func storageResources() []string {
	return []string{"CHAT_TRANSCRIPTS", "CALL_RECORDINGS", "SCHEDULED_REPORTS", "MEDIA_STREAMS", "CONTACT_TRACE_RECORDS", "AGENT_EVENTS",
		"REAL_TIME_CONTACT_ANALYSIS_SEGMENTS", "ATTACHMENTS", "CONTACT_EVALUATIONS", "SCREEN_RECORDINGS",
		"REAL_TIME_CONTACT_ANALYSIS_CHAT_SEGMENTS", "REAL_TIME_CONTACT_ANALYSIS_VOICE_SEGMENTS", "EMAIL_MESSAGES"}
}

func storageOperations() []*Operation {
	usual := func(more ...string) []Shape {
		return shapes(append([]string{InvalidRequest, InvalidParameter, ResourceNotFound, Throttling, InternalService}, more...)...)
	}
	instance := Field{Name: "InstanceId", In: InPath, Type: String, Required: true, Min: 1, Max: 100}
	association := Field{Name: "AssociationId", In: InPath, Type: String, Required: true, Min: 1, Max: 100}
	resource := func(in Where) Field {
		f := Field{Name: "ResourceType", In: in, Type: String, Required: true, Enum: storageResources()}
		if in == InQuery {
			f.Query = "resourceType"
		}
		return f
	}
	config := []Field{
		{Name: "StorageConfig", Type: Structure, Required: true},
		{Name: "StorageConfig.AssociationId", Type: String, Min: 1, Max: 100},
		{Name: "StorageConfig.StorageType", Type: String, Required: true, Enum: []string{"S3", "KINESIS_VIDEO_STREAM", "KINESIS_STREAM", "KINESIS_FIREHOSE"}},
		{Name: "StorageConfig.S3Config", Type: Structure},
		{Name: "StorageConfig.S3Config.BucketName", Type: String, Required: true, Min: 1, Max: 128},
		{Name: "StorageConfig.S3Config.BucketPrefix", Type: String, Required: true, Min: 1, Max: 128},
		{Name: "StorageConfig.S3Config.EncryptionConfig", Type: Structure},
		{Name: "StorageConfig.S3Config.EncryptionConfig.EncryptionType", Type: String, Required: true, Enum: []string{"KMS"}},
		{Name: "StorageConfig.S3Config.EncryptionConfig.KeyId", Type: String, Required: true, Min: 1, Max: 128},
	}
	with := func(first ...Field) []Field {
		return append(append(first, config...), Field{Name: "ClientToken", Type: String, Max: 500})
	}
	return []*Operation{
		{Service: Connect, Name: "AssociateInstanceStorageConfig", Method: "PUT", Path: "/instance/{InstanceId}/storage-config",
			Fields: with(instance, resource(InBody)), Errors: usual(ResourceConflict)},
		{Service: Connect, Name: "DescribeInstanceStorageConfig", Method: "GET", Path: "/instance/{InstanceId}/storage-config/{AssociationId}",
			Fields: []Field{instance, association, resource(InQuery)}, Errors: usual()},
		{Service: Connect, Name: "ListInstanceStorageConfigs", Method: "GET", Path: "/instance/{InstanceId}/storage-configs",
			Fields: []Field{instance, resource(InQuery), {Name: "NextToken", In: InQuery, Query: "nextToken", Type: String},
				{Name: "MaxResults", In: InQuery, Query: "maxResults", Type: Integer, Min: 1, Max: 10}}, Errors: usual()},
		{Service: Connect, Name: "UpdateInstanceStorageConfig", Method: "POST", Path: "/instance/{InstanceId}/storage-config/{AssociationId}",
			Fields: with(instance, association, resource(InQuery)), Errors: usual()},
		{Service: Connect, Name: "DisassociateInstanceStorageConfig", Method: "DELETE", Path: "/instance/{InstanceId}/storage-config/{AssociationId}",
			Fields: []Field{instance, association, resource(InQuery), {Name: "ClientToken", In: InQuery, Query: "clientToken", Type: String, Max: 500}}, Errors: usual()},
	}
}
