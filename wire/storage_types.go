package wire

// StorageConfig is where an instance's files of a kind go.
//
// doc: API_InstanceStorageConfig
type StorageConfig struct {
	AssociationId string `json:",omitempty"`
	StorageType   string
	S3Config      *S3Config `json:",omitempty"`
}

// S3Config is a bucket, and what the keys in it begin with.
type S3Config struct {
	BucketName       string
	BucketPrefix     string
	EncryptionConfig *EncryptionConfig `json:",omitempty"`
}

// EncryptionConfig is the key with which the bucket encrypts.
type EncryptionConfig struct {
	EncryptionType string // KMS
	KeyId          string // ARN
}

// AssociateInstanceStorageConfigRequest says for the first time where files go.
type AssociateInstanceStorageConfigRequest struct {
	InstanceId    string // id or ARN
	ResourceType  string
	StorageConfig StorageConfig
	ClientToken   string `json:",omitempty"`
}

// AssociateInstanceStorageConfigResponse names the association.
type AssociateInstanceStorageConfigResponse struct{ AssociationId string }

// InstanceStorageConfigRequest is about one association:
// DescribeInstanceStorageConfig, DisassociateInstanceStorageConfig.
type InstanceStorageConfigRequest struct {
	InstanceId    string // id or ARN
	AssociationId string
	ResourceType  string
	ClientToken   string `json:",omitempty"`
}

// DescribeInstanceStorageConfigResponse shows an association.
type DescribeInstanceStorageConfigResponse struct{ StorageConfig StorageConfig }

// ListInstanceStorageConfigsRequest asks for those of a resource.
type ListInstanceStorageConfigsRequest struct {
	InstanceId   string // id or ARN
	ResourceType string
	NextToken    string `json:",omitempty"`
	MaxResults   int    `json:",omitempty"`
}

// ListInstanceStorageConfigsResponse has at most one: a resource has no more.
type ListInstanceStorageConfigsResponse struct{ StorageConfigs []StorageConfig }

// UpdateInstanceStorageConfigRequest changes an association. Its response is {}.
type UpdateInstanceStorageConfigRequest struct {
	InstanceId    string // id or ARN
	AssociationId string
	ResourceType  string
	StorageConfig StorageConfig
	ClientToken   string `json:",omitempty"`
}
