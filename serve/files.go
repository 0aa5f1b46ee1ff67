package serve

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/perch-chat/perch/blob"
	"github.com/perch-chat/perch/catalog"
)

// filesDir is where files lie in the data directory unless they go elsewhere.
const filesDir = "files"

// buckets are the places for files, by the name that instances know them by.
type buckets map[string]blob.Store

// openBuckets opens perch's own place, and those that the operator has named.
func openBuckets(ctx context.Context, o *Options) (buckets, error) {
	own := o.Files
	if own == "" {
		own = filepath.Join(o.Dir, filesDir)
	}
	at := map[string]string{catalog.OwnBucket: own}
	for name, address := range o.Buckets {
		if name == catalog.OwnBucket {
			return nil, fmt.Errorf("the bucket %q is perch's own place for files: move it with --files", name)
		}
		at[name] = address
	}
	out := buckets{}
	for name, address := range at {
		s, err := blob.Open(ctx, address)
		if err != nil {
			return nil, fmt.Errorf("the place for files %q: %w", name, err)
		}
		out[name] = s
	}
	return out, nil
}

func (b buckets) get(name string) (blob.Store, bool) {
	s, ok := b[name]
	return s, ok
}

func (b buckets) has(name string) bool { return b[name] != nil }

// Buckets reads NAME=ADDRESS, as --bucket has it.
func Buckets(given []string) (map[string]string, error) {
	out := map[string]string{}
	for _, g := range given {
		name, address, ok := strings.Cut(g, "=")
		if !ok || name == "" || address == "" || out[name] != "" {
			return nil, fmt.Errorf("--bucket %s: give each bucket once, as NAME=s3://bucket/prefix?region=... or NAME=/a/directory", g)
		}
		out[name] = address
	}
	return out, nil
}
