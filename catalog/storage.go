package catalog

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/perch-chat/perch"
)

// Resource is what a storage configuration is for.
type Resource string

// Resources of a chat.
// doc: API_AssociateInstanceStorageConfig, ResourceType
const (
	ChatTranscripts Resource = "CHAT_TRANSCRIPTS"
	Attachments     Resource = "ATTACHMENTS"
)

// OwnBucket is the name under which an instance knows perch's own place for files.
const OwnBucket = "perch"

// Limits of a storage configuration, in characters.
// doc: API_S3Config
const (
	maxBucket = 128
	maxKeyARN = 128
)

// Storage says where an instance's files of a kind go.
type Storage struct {
	ID       string
	Resource Resource
	Bucket   string // empty: nowhere, they are not written
	Prefix   string // of their keys
	Key      string // ARN of the key that the bucket encrypts them with; may be empty
}

func (s Storage) key() (id, name string) { return s.ID, string(s.Resource) }

func storages(s *settings) shelf[Storage] { return s.storages }

// StorageKind is the kind of storage configurations, for edits.
func StorageKind() Kind[Storage] { return Kind[Storage]{of: storages, place: (*draft).putStorage} }

// Storage is the storage configuration of a resource. An instance that has set
// none has one all the same, in perch's own place, so that no transcript is lost
// for want of a setting.
func (c *Catalog) Storage(ctx context.Context, instance perch.InstanceID, of Resource) (Storage, error) {
	s, err := c.settings(ctx, instance)
	if err != nil {
		return Storage{}, err
	}
	if set, ok := s.storages.byName[string(of)]; ok {
		return set, nil
	}
	i, err := c.Instance(ctx, instance)
	if err != nil {
		return Storage{}, err
	}
	folder, ok := map[Resource]string{ChatTranscripts: "ChatTranscripts", Attachments: "Attachments/chat"}[of]
	if !ok {
		return Storage{}, perch.Errorf(perch.NotFound, "the instance has no storage of this kind")
	}
	return Storage{ID: StorageID(instance, of), Resource: of, Bucket: OwnBucket, Prefix: "connect/" + i.Alias + "/" + folder}, nil
}

// StorageID is the id of an association: there is one for each resource.
func StorageID(instance perch.InstanceID, of Resource) string {
	sum := sha256.Sum256([]byte(string(instance) + " " + string(of)))
	return hex.EncodeToString(sum[:])
}

// PutStorage sets the storage configuration of a resource.
func (c *Catalog) PutStorage(ctx context.Context, instance perch.InstanceID, s Storage) (Storage, error) {
	return putIn(ctx, c, instance, s, (*draft).putStorage)
}

func (d *draft) putStorage(s *Storage) error {
	s.ID = StorageID(d.instance, s.Resource)
	err := first(checkAmong("ResourceType", s.Resource, ChatTranscripts, Attachments),
		checkText("BucketName", s.Bucket, maxBucket), checkText("BucketPrefix", s.Prefix, maxBucket), checkText("KeyId", s.Key, maxKeyARN))
	if err != nil {
		return err
	}
	return put(d, d.storages, "ResourceType", *s)
}
