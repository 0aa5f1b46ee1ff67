package api

import (
	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

// storage is the configuration of a resource, set or not.
func (c *call) storage(instance, resource string) (catalog.Storage, error) {
	if err := c.of(instance); err != nil {
		return catalog.Storage{}, err
	}
	return c.opts.Settings.Storage(c.Context(), c.instance, catalog.Resource(resource))
}

// association is the one that a request names, if it is in force.
func (c *call) association(instance, id, resource string) (catalog.Storage, error) {
	s, err := c.storage(instance, resource)
	if err == nil && (s.ID != id || s.Bucket == "") {
		err = perch.Errorf(perch.NotFound, "the association does not exist")
	}
	return s, err
}

func associateInstanceStorageConfig(c *call, in wire.AssociateInstanceStorageConfigRequest) (out wire.AssociateInstanceStorageConfigResponse, err error) {
	s, err := c.storage(in.InstanceId, in.ResourceType)
	if perch.KindOf(err) == perch.NotFound && err != nil && c.of(in.InstanceId) == nil {
		return out, refusedField("ResourceType", "must be CHAT_TRANSCRIPTS or ATTACHMENTS: a chat leaves nothing else behind")
	}
	if err != nil {
		return out, err
	}
	next, err := c.placed(in.ResourceType, in.StorageConfig)
	if err != nil {
		return out, err
	}
	// perch's own place is there without being asked for, and may be replaced.
	if s.Bucket != "" && s.Bucket != catalog.OwnBucket && (s.Bucket != next.Bucket || s.Prefix != next.Prefix || s.Key != next.Key) {
		return out, perch.Errorf(perch.Conflict, "the instance has a storage of this kind already: update it")
	}
	s, err = c.opts.Settings.PutStorage(c.Context(), c.instance, next)
	return wire.AssociateInstanceStorageConfigResponse{AssociationId: s.ID}, err
}

// placed reads where files are to go. A bucket is one of those that the operator
// has named: who may set an instance up must not aim perch at whatever is in reach.
func (c *call) placed(resource string, in wire.StorageConfig) (catalog.Storage, error) {
	if in.StorageType != "S3" || in.S3Config == nil {
		return catalog.Storage{}, refusedField("StorageConfig.StorageType", "must be S3, with an S3Config")
	}
	if !c.opts.Bucket(in.S3Config.BucketName) {
		return catalog.Storage{}, refusedField("StorageConfig.S3Config.BucketName",
			"is not known here: who runs perch names buckets with --bucket NAME=s3://bucket?region=...")
	}
	s := catalog.Storage{Resource: catalog.Resource(resource), Bucket: in.S3Config.BucketName, Prefix: in.S3Config.BucketPrefix}
	if in.S3Config.EncryptionConfig != nil {
		s.Key = in.S3Config.EncryptionConfig.KeyId
	}
	return s, nil
}

func storageConfig(s catalog.Storage) wire.StorageConfig {
	out := wire.StorageConfig{AssociationId: s.ID, StorageType: "S3", S3Config: &wire.S3Config{BucketName: s.Bucket, BucketPrefix: s.Prefix}}
	if s.Key != "" {
		out.S3Config.EncryptionConfig = &wire.EncryptionConfig{EncryptionType: "KMS", KeyId: s.Key}
	}
	return out
}

func describeInstanceStorageConfig(c *call, in wire.InstanceStorageConfigRequest) (wire.DescribeInstanceStorageConfigResponse, error) {
	s, err := c.association(in.InstanceId, in.AssociationId, in.ResourceType)
	return wire.DescribeInstanceStorageConfigResponse{StorageConfig: storageConfig(s)}, err
}

func listInstanceStorageConfigs(c *call, in wire.ListInstanceStorageConfigsRequest) (wire.ListInstanceStorageConfigsResponse, error) {
	out := wire.ListInstanceStorageConfigsResponse{StorageConfigs: []wire.StorageConfig{}}
	if err := c.of(in.InstanceId); err != nil {
		return out, err
	}
	if in.NextToken != "" {
		return out, perch.InvalidField("NextToken", "is not a token of this operation")
	}
	s, err := c.storage(in.InstanceId, in.ResourceType)
	if perch.KindOf(err) == perch.NotFound && err != nil {
		return out, nil // of another kind than chats have
	}
	if err == nil && s.Bucket != "" {
		out.StorageConfigs = append(out.StorageConfigs, storageConfig(s))
	}
	return out, err
}

func updateInstanceStorageConfig(c *call, in wire.UpdateInstanceStorageConfigRequest) (nothing, error) {
	if _, err := c.association(in.InstanceId, in.AssociationId, in.ResourceType); err != nil {
		return nothing{}, err
	}
	next, err := c.placed(in.ResourceType, in.StorageConfig)
	if err == nil {
		_, err = c.opts.Settings.PutStorage(c.Context(), c.instance, next)
	}
	return nothing{}, err
}

// disassociateInstanceStorageConfig lets no more files be written; those that are
// there stay.
func disassociateInstanceStorageConfig(c *call, in wire.InstanceStorageConfigRequest) (nothing, error) {
	s, err := c.association(in.InstanceId, in.AssociationId, in.ResourceType)
	if err != nil {
		return nothing{}, err
	}
	_, err = c.opts.Settings.PutStorage(c.Context(), c.instance, catalog.Storage{Resource: s.Resource})
	return nothing{}, err
}
