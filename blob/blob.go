// Package blob keeps bytes under keys: in a directory, or in a bucket of any S3.
// What they are is for others to know.
package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"
)

// Store keeps objects. It is safe for concurrent use, by several processes too.
//
// An object is there whole or not at all, whatever happens meanwhile: nobody ever
// reads half of one. Errors for a key that breaks a rule of Check are its.
type Store interface {
	// Put keeps what body has from its beginning. With Create it keeps nothing
	// where there is something already.
	//
	// Errors: ErrExists with Create.
	Put(ctx context.Context, key string, body io.ReadSeeker, o Put) error
	// Get reads an object from a byte on, at most so many; fewer than 0 are all.
	//
	// Errors: ErrNotFound.
	Get(ctx context.Context, key string, from, most int64) (io.ReadCloser, error)
	// Head tells of an object.
	//
	// Errors: ErrNotFound.
	Head(ctx context.Context, key string) (Info, error)
	// Delete takes an object away, if it is there.
	Delete(ctx context.Context, key string) error
	// List is the objects whose keys begin with a prefix and come after a key, in
	// the order of their keys' bytes, at most so many.
	List(ctx context.Context, prefix, after string, most int) ([]Info, error)
	// Location is how an object's place is told to people and other programs, such
	// as bucket/key.
	Location(key string) string
}

// Put says how an object is kept.
type Put struct {
	Create      bool // only where there is none
	ContentType string
	Encryption  Encryption
}

// Encryption is how a bucket encrypts an object; a directory does not.
type Encryption struct {
	Algorithm string // AES256 or aws:kms; empty: as the bucket is set up
	KeyID     string // of aws:kms
}

// Info is what is known of an object without reading it.
type Info struct {
	Key      string
	Size     int64
	Modified time.Time
}

// ErrNotFound says that there is no object of a key, ErrExists that there is one.
var (
	ErrNotFound = errors.New("blob: there is no such object")
	ErrExists   = errors.New("blob: the object is there already")
)

const (
	maxKey     = 1024 // bytes; doc: S3 user guide, object keys
	maxElement = 200  // bytes between two slashes: file systems have at most 255
)

// Check says whether a key can be kept in both kinds of store: it is UTF-8, has
// elements with slashes between them, and none that a file system takes for
// something else.
func Check(key string) error {
	if key == "" || len(key) > maxKey || !utf8.ValidString(key) {
		return fmt.Errorf("blob: the key %.100q must be 1 to %d bytes of UTF-8", key, maxKey)
	}
	for element := range strings.SplitSeq(key, "/") {
		if element == "" || strings.HasPrefix(element, ".") || len(element) > maxElement ||
			strings.ContainsFunc(element, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' }) {
			return fmt.Errorf("blob: the key %.100q has the element %.100q, which cannot be a file's name", key, element)
		}
	}
	return nil
}

// Open is the store of an address: a directory, such as /srv/perch or
// file:///srv/perch, or a bucket, such as s3://bucket/prefix?region=eu-central-1.
// The bucket of another S3 than Amazon's has an endpoint as well,
// &endpoint=https://s3.example.com. Who may use a bucket is found where the AWS
// SDKs look for it: AWS_ACCESS_KEY_ID and so on.
//
// A directory is made where there is none; a bucket is not looked at.
func Open(ctx context.Context, address string) (Store, error) { return open(ctx, address, openDir) }

// Look is the store of an address that is only read: a directory is left as it is,
// and must be there.
func Look(ctx context.Context, address string) (Store, error) { return open(ctx, address, lookAtDir) }

func open(ctx context.Context, address string, openDir func(string) (*dir, error)) (Store, error) {
	u, err := url.Parse(address)
	switch {
	case err == nil && u.Scheme == "s3":
		return openBucket(ctx, u)
	case err == nil && u.Scheme == "file" && u.Host == "":
		return openDir(u.Path)
	case err == nil && u.Scheme == "" || filepath.IsAbs(address):
		return openDir(address)
	}
	return nil, fmt.Errorf("%q is no place for files: give a directory, or s3://bucket/prefix?region=...", address)
}
