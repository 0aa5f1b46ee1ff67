// Package segment keeps the log of a chat that has ended as one file: compressed,
// and read by the numbers of its entries.
//
// A file is a row of zstd frames: blocks of entries, each of so many numbers, then
// the receipts, then the index, which has the state of the chat and where each
// block lies, with its hash. Unpacked by any zstd it is lines of JSON. Whoever
// keeps the hash of the index (Ref) can tell what is damaged in any part, without
// reading the others.
package segment

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/blob"
)

const (
	version = 1
	// A block has so many entries, or so many bytes, whichever comes first.
	blockEntries = 256
	blockBytes   = 64 << 10
	// firstRead is how much of a file's end is read at once; most files are shorter.
	firstRead = 64 << 10
	// maxFrame is how long a frame may be when unpacked.
	maxFrame = 64 << 20
)

// Ref says which file it is, and proves it.
type Ref struct {
	Session    perch.SessionID
	Generation int64 // of the session; what is erased raises it
	Head       int64 // number of the last entry
	Key        string
	Size       int64  // bytes of the file
	Index      int64  // bytes of its index, which is its end
	Hash       []byte // SHA-256 of those
}

// Content is what a file holds.
type Content struct {
	Session    perch.SessionID
	Generation int64
	State      *perch.Session // after the last entry
	Entries    []perch.Entry  // all, from number 1
	Receipts   []Receipt      // in the order of their numbers
}

// Damaged is the error for a file that is gone, or is not what was written. The
// entries in it cannot be had until it is put back.
type Damaged struct {
	Session perch.SessionID
	Key     string
	Err     error
}

func (d *Damaged) Error() string {
	return fmt.Sprintf("session %s is in the file %s, which cannot be used: %v; put it back from a copy", d.Session, d.Key, d.Err)
}

func (d *Damaged) Unwrap() error { return d.Err }

// Shelf is the files of a place. It is safe for concurrent use.
type Shelf struct {
	files  blob.Store
	packer *zstd.Encoder
	opener *zstd.Decoder
	cache  *cache
}

// New is the files of a place, with so many bytes of what was read kept at hand.
func New(files blob.Store, cacheBytes int64) (*Shelf, error) {
	packer, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	opener, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxFrame))
	if err != nil {
		return nil, err
	}
	return &Shelf{files: files, packer: packer, opener: opener, cache: newCache(cacheBytes)}, nil
}

// Write keeps a session as a file, and reads it back before it says that it has.
// The key is made of what the file holds: to write the same again is to find it
// there, and two that differ are never in each other's way.
func (s *Shelf) Write(ctx context.Context, c Content) (Ref, error) {
	data, ref, err := s.pack(c)
	if err != nil {
		return Ref{}, err
	}
	put := blob.Put{Create: true, ContentType: "application/zstd"}
	if err := s.files.Put(ctx, ref.Key, bytes.NewReader(data), put); err != nil && !errors.Is(err, blob.ErrExists) {
		return Ref{}, err
	}
	if s.check(ctx, ref, data) == nil {
		return ref, nil
	}
	put.Create = false // one of that name is there, and damaged
	if err := s.files.Put(ctx, ref.Key, bytes.NewReader(data), put); err != nil {
		return Ref{}, err
	}
	return ref, s.check(ctx, ref, data)
}

// Pack makes the file of a session without keeping it.
func (s *Shelf) Pack(c Content) ([]byte, Ref, error) { return s.pack(c) }

// Raw is a file as it is, all of it checked.
//
// Errors: as of Open.
func (s *Shelf) Raw(ctx context.Context, ref Ref) ([]byte, error) {
	data, err := s.fetch(ctx, ref, 0, ref.Size)
	if err != nil {
		return nil, err
	}
	return data, s.same(ctx, ref, data, data)
}

// Keep keeps a file that was made elsewhere, and reads it back before it says that
// it has.
//
// Errors: Damaged where it is not what ref says.
func (s *Shelf) Keep(ctx context.Context, ref Ref, data []byte) error {
	if int64(len(data)) != ref.Size || ref.Index < 1 || ref.Index > ref.Size || !strings.HasPrefix(ref.Key, folder) {
		return &Damaged{ref.Session, ref.Key, errors.New("it is no file of a session")}
	}
	put := blob.Put{Create: true, ContentType: "application/zstd"}
	err := s.files.Put(ctx, ref.Key, bytes.NewReader(data), put)
	if errors.Is(err, blob.ErrExists) && s.check(ctx, ref, data) != nil {
		put.Create = false
		err = s.files.Put(ctx, ref.Key, bytes.NewReader(data), put)
	} else if errors.Is(err, blob.ErrExists) {
		err = nil
	}
	if err != nil {
		return err
	}
	return s.check(ctx, ref, data)
}

// folder is where the files are.
const folder = "sessions/"

// check reads a file back, and makes it anew of what is read: the two are the
// same if nothing was lost on the way to the disk or in the writing.
func (s *Shelf) check(ctx context.Context, ref Ref, want []byte) error {
	got, err := s.fetch(ctx, ref, 0, ref.Size)
	if err != nil {
		return err
	}
	return s.same(ctx, ref, got, want)
}

// same makes a file anew of what was read.
func (s *Shelf) same(ctx context.Context, ref Ref, got, want []byte) error {
	f := &File{shelf: s, ref: ref, tail: got}
	if err := f.readIndex(); err != nil {
		return err
	}
	var err error
	c := Content{Session: f.index.Session, Generation: f.index.Generation}
	if c.State, err = f.State(); err != nil {
		return err
	}
	for i := range f.index.Blocks {
		some, err := f.unpack(ctx, i)
		if err != nil {
			return err
		}
		c.Entries = append(c.Entries, some...)
	}
	if c.Receipts, err = f.Receipts(ctx, 0, ref.Head); err != nil {
		return err
	}
	if again, _, err := s.pack(c); err != nil || !bytes.Equal(got, want) || !bytes.Equal(again, want) {
		return &Damaged{ref.Session, ref.Key, errors.Join(errors.New("what is read back is not what was written"), err)}
	}
	return nil
}

// Open reads the index of a file.
//
// Errors: Damaged; Unavailable while the place cannot be reached.
func (s *Shelf) Open(ctx context.Context, ref Ref) (*File, error) {
	at := ref.Key + "#" + hex.EncodeToString(ref.Hash)
	if f, ok := s.cache.get(at); ok {
		return f.(*File), nil
	}
	from := max(0, min(ref.Size-firstRead, ref.Size-ref.Index))
	tail, err := s.fetch(ctx, ref, from, ref.Size-from)
	if err != nil {
		return nil, err
	}
	f := &File{shelf: s, ref: ref, tail: tail, tailAt: from}
	if err := f.readIndex(); err != nil {
		return nil, err
	}
	s.cache.put(at, f, int64(len(tail)+len(f.index.State)))
	return f, nil
}

// fetch reads a part of a file, all of it.
func (s *Shelf) fetch(ctx context.Context, ref Ref, from, size int64) ([]byte, error) {
	r, err := s.files.Get(ctx, ref.Key, from, size)
	if errors.Is(err, blob.ErrNotFound) {
		return nil, &Damaged{ref.Session, ref.Key, err}
	}
	var data []byte
	if err == nil {
		data, err = io.ReadAll(r)
		err = errors.Join(err, r.Close())
	}
	if err != nil {
		return nil, &perch.Error{Kind: perch.Unavailable, Message: "the place for files cannot be used at the moment: try again", Err: err}
	}
	if int64(len(data)) != size {
		return nil, &Damaged{ref.Session, ref.Key, fmt.Errorf("it has ended after %d bytes of %d", from+int64(len(data)), from+size)}
	}
	return data, nil
}

// frame is a part of a file.
type frame struct {
	At     int64  `json:"at"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// block is a frame of entries.
type block struct {
	First int64 `json:"first"`
	Last  int64 `json:"last"`
	frame
}

// index is the end of a file.
type index struct {
	Version    int             `json:"version"`
	Session    perch.SessionID `json:"session"`
	Generation int64           `json:"generation"`
	Head       int64           `json:"head"`
	Blocks     []block         `json:"blocks"`
	Receipts   *frame          `json:"receipts,omitempty"`
	State      json.RawMessage `json:"state"`
}

// pack makes a file; the same of the same.
func (s *Shelf) pack(c Content) ([]byte, Ref, error) {
	state, err := json.Marshal(c.State)
	if err != nil {
		return nil, Ref{}, err
	}
	x := index{Version: version, Session: c.Session, Generation: c.Generation, Head: int64(len(c.Entries)), State: state, Blocks: []block{}}
	var file []byte
	add := func(lines []byte) frame {
		at := len(file)
		file = s.packer.EncodeAll(lines, file)
		return frame{int64(at), int64(len(file) - at), sum(file[at:])}
	}
	var lines []byte
	first := int64(1)
	for i, e := range c.Entries {
		if e.Number != int64(i)+1 {
			return nil, Ref{}, fmt.Errorf("session %s lacks number %d", c.Session, i+1)
		}
		if lines, err = appendEntry(lines, e); err != nil {
			return nil, Ref{}, err
		}
		if e.Number-first+1 == blockEntries || len(lines) >= blockBytes || i == len(c.Entries)-1 {
			x.Blocks = append(x.Blocks, block{first, e.Number, add(lines)})
			lines, first = nil, e.Number+1
		}
	}
	if len(c.Receipts) > 0 {
		data, err := json.Marshal(c.Receipts)
		if err != nil {
			return nil, Ref{}, err
		}
		f := add(append(data, '\n'))
		x.Receipts = &f
	}
	data, err := json.Marshal(x)
	if err != nil {
		return nil, Ref{}, err
	}
	end := add(append(data, '\n'))
	hash := sha256.Sum256(file[end.At:])
	ref := Ref{Session: c.Session, Generation: c.Generation, Head: x.Head, Size: int64(len(file)), Index: end.Size, Hash: hash[:]}
	ref.Key = fmt.Sprintf(folder+"%s/%s.%d.%x.zst", c.State.Time.UTC().Format("2006/01/02"), c.Session, c.Generation, hash[:4])
	return file, ref, nil
}

func sum(data []byte) string {
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:])
}
