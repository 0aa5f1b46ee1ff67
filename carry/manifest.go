package carry

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/blob"
)

// What an export consists of. The manifest is written last: without it there is none.
const (
	manifestKey = "manifest.ndjson"
	settingsKey = "settings.json"
	chatsFolder = "chats/" // rows of chats, in as many files as their ids begin differently
	filesFolder = "files/" // attachments and transcripts, by bucket

	exportFormat  = "perch-export"
	exportVersion = 1
)

// manifest is the first line of the file of that name; the others are its entries.
type manifest struct {
	Format   string
	Version  int
	Instance perch.InstanceID
	Alias    string
	Chats    int
}

// entry is a file of an export.
type entry struct {
	Key    string
	Size   int64
	SHA256 string
}

func entryOf(key string, data []byte) entry {
	sum := sha256.Sum256(data)
	return entry{key, int64(len(data)), hex.EncodeToString(sum[:])}
}

// ledger collects the entries of an export.
type ledger struct {
	mu  sync.Mutex
	all []entry
}

func (l *ledger) add(e entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, e)
}

// write is the manifest, the same of the same files.
func (l *ledger) write(m manifest) ([]byte, error) {
	slices.SortFunc(l.all, func(a, b entry) int { return cmp.Compare(a.Key, b.Key) })
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	err := e.Encode(m)
	for _, one := range l.all {
		err = errors.Join(err, e.Encode(one))
	}
	return b.Bytes(), err
}

// IsExport reports whether a store holds an export of perch's own.
func IsExport(ctx context.Context, from blob.Store) (bool, error) {
	_, err := from.Head(ctx, manifestKey)
	if errors.Is(err, blob.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// readManifest reads the manifest of an export.
func readManifest(ctx context.Context, from blob.Store) (m manifest, files map[string]entry, err error) {
	body, err := from.Get(ctx, manifestKey, 0, -1)
	if errors.Is(err, blob.ErrNotFound) {
		return m, nil, fmt.Errorf("there is no %s: this is no export, or one that was broken off; run perch export again", manifestKey)
	}
	if err != nil {
		return m, nil, err
	}
	defer body.Close()
	d := json.NewDecoder(bufio.NewReader(body))
	if err := d.Decode(&m); err != nil || m.Format != exportFormat {
		return m, nil, fmt.Errorf("%s is not that of an export (%w)", manifestKey, err)
	}
	if m.Version != exportVersion {
		return m, nil, fmt.Errorf("the export has version %d, which this perch does not know: use a newer one", m.Version)
	}
	files = map[string]entry{}
	for {
		var e entry
		switch err := d.Decode(&e); {
		case errors.Is(err, io.EOF):
			return m, files, nil
		case err != nil:
			return m, nil, fmt.Errorf("%s is damaged: %w", manifestKey, err)
		}
		files[e.Key] = e
	}
}

// fetch reads a file of an export, which must be what the manifest says.
func fetch(ctx context.Context, from blob.Store, files map[string]entry, key string) ([]byte, error) {
	want, ok := files[key]
	if !ok {
		return nil, fmt.Errorf("the manifest has no file %.200q", key)
	}
	body, err := from.Get(ctx, key, 0, -1)
	if err != nil {
		return nil, fmt.Errorf("the file %s of the export: %w", key, err)
	}
	data, err := io.ReadAll(io.LimitReader(body, want.Size+1))
	if err = errors.Join(err, body.Close()); err != nil {
		return nil, fmt.Errorf("the file %s of the export: %w", key, err)
	}
	if got := entryOf(key, data); got != want {
		return nil, fmt.Errorf("the file %s of the export is damaged: it has %d bytes with the hash %s, the manifest says %d and %s", key, got.Size, got.SHA256, want.Size, want.SHA256)
	}
	return data, nil
}

// Verify reads all of an export, and reports what is not as its manifest says.
func Verify(ctx context.Context, from blob.Store, progress func(Progress)) (files int, wrong []error, err error) {
	_, all, err := readManifest(ctx, from)
	if err != nil {
		return 0, nil, err
	}
	var keys []string
	for key := range all {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	w := &work{Options: Options{Progress: progress}}
	var mu sync.Mutex
	err = each(ctx, w, StageVerify, 0, len(keys), readsAtOnce, keys, func(ctx context.Context, key string) error {
		if _, err := fetch(ctx, from, all, key); err != nil && ctx.Err() == nil {
			mu.Lock()
			defer mu.Unlock()
			wrong = append(wrong, err)
		}
		return nil
	})
	slices.SortFunc(wrong, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	return len(keys), wrong, err
}
