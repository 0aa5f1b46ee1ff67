package segment

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"time"

	"github.com/perch-chat/perch"
)

// File is an open file. It reads the blocks that it is asked about, and no
// others. What it hands out must not be changed. Errors: as of Shelf.Open.
type File struct {
	shelf  *Shelf
	ref    Ref
	index  index
	tail   []byte // of the file, from tailAt on
	tailAt int64
}

func (f *File) readIndex() error {
	packed := f.tail[int64(len(f.tail))-f.ref.Index:]
	if want := fmt.Sprintf("%x", f.ref.Hash); sum(packed) != want {
		return f.damaged(fmt.Errorf("its index has the hash %s in place of %s", sum(packed), want))
	}
	data, err := f.shelf.opener.DecodeAll(packed, nil)
	if err == nil {
		err = json.Unmarshal(data, &f.index)
	}
	switch x := f.index; {
	case err != nil:
		return f.damaged(err)
	case x.Version != version:
		return f.damaged(fmt.Errorf("it has version %d, which this perch does not know: use a newer one", x.Version))
	case x.Session != f.ref.Session || x.Generation != f.ref.Generation || x.Head != f.ref.Head:
		return f.damaged(errors.New("it is that of another session"))
	}
	return nil
}

func (f *File) damaged(err error) error { return &Damaged{f.ref.Session, f.ref.Key, err} }

// State is the session's state after its last entry; a new one each time.
func (f *File) State() (*perch.Session, error) {
	state := &perch.Session{}
	if err := json.Unmarshal(f.index.State, state); err != nil {
		return nil, f.damaged(err)
	}
	return state, nil
}

// Entries are those numbered from..to, both included.
func (f *File) Entries(ctx context.Context, from, to int64) ([]perch.Entry, error) {
	var out []perch.Entry
	for i := f.blockOf(from); i < len(f.index.Blocks) && f.index.Blocks[i].First <= to; i++ {
		some, err := f.block(ctx, i)
		if err != nil {
			return nil, err
		}
		for _, e := range some {
			if e.Number >= from && e.Number <= to {
				out = append(out, e)
			}
		}
	}
	return out, nil
}

// ItemsBefore are the last limit items below a number that an audience sees,
// newest first; only of one contact, if one is named.
func (f *File) ItemsBefore(ctx context.Context, number int64, to perch.Audience, contact perch.ContactID, limit int) ([]perch.Entry, error) {
	var out []perch.Entry
	for i := min(f.blockOf(number), len(f.index.Blocks)-1); i >= 0 && len(out) < limit; i-- {
		some, err := f.block(ctx, i)
		if err != nil {
			return nil, err
		}
		for _, e := range slices.Backward(some) {
			if e.Number < number && seen(e, to, contact) && len(out) < limit {
				out = append(out, e)
			}
		}
	}
	return out, nil
}

// ItemsFrom are the first limit items from a number on, up to and including
// another, that an audience sees, oldest first; only of one contact, if named.
func (f *File) ItemsFrom(ctx context.Context, from, through int64, to perch.Audience, contact perch.ContactID, limit int) ([]perch.Entry, error) {
	var out []perch.Entry
	for i := f.blockOf(from); i < len(f.index.Blocks) && f.index.Blocks[i].First <= through && len(out) < limit; i++ {
		some, err := f.block(ctx, i)
		if err != nil {
			return nil, err
		}
		for _, e := range some {
			if e.Number >= from && e.Number <= through && seen(e, to, contact) && len(out) < limit {
				out = append(out, e)
			}
		}
	}
	return out, nil
}

func seen(e perch.Entry, to perch.Audience, contact perch.ContactID) bool {
	return e.Audience&to != 0 && (contact == "" || e.Contact == contact)
}

// FirstFrom is the number of the first entry at a time or later, at most limit+1.
func (f *File) FirstFrom(ctx context.Context, at time.Time, limit int64) (int64, error) {
	var failed error
	n := sort.Search(int(min(limit, f.index.Head)), func(i int) bool {
		if failed != nil {
			return true
		}
		e, err := f.Entries(ctx, int64(i)+1, int64(i)+1)
		failed = err
		return err != nil || len(e) == 0 || !e[0].Time.Before(at)
	})
	return int64(n) + 1, failed
}

// Receipts are those of the messages numbered from..to.
func (f *File) Receipts(ctx context.Context, from, to int64) ([]Receipt, error) {
	if f.index.Receipts == nil {
		return nil, nil
	}
	data, err := f.frame(ctx, *f.index.Receipts)
	if err != nil {
		return nil, err
	}
	var all []Receipt
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, f.damaged(err)
	}
	return slices.DeleteFunc(all, func(r Receipt) bool { return r.Number < from || r.Number > to }), nil
}

// blockOf is the first block that ends at a number or behind it.
func (f *File) blockOf(number int64) int {
	return sort.Search(len(f.index.Blocks), func(i int) bool { return f.index.Blocks[i].Last >= number })
}

// block is the entries of a block, kept at hand.
func (f *File) block(ctx context.Context, i int) ([]perch.Entry, error) {
	at := f.ref.Key + "#" + f.index.Blocks[i].SHA256 + "#" + strconv.Itoa(i)
	if some, ok := f.shelf.cache.get(at); ok {
		return some.([]perch.Entry), nil
	}
	some, err := f.unpack(ctx, i)
	if err != nil {
		return nil, err
	}
	f.shelf.cache.put(at, some, int64(len(some))*entryCost+f.index.Blocks[i].Size*packing)
	return some, nil
}

// What entries take in memory: each, and for each byte of a packed block.
const (
	entryCost = 256
	packing   = 8
)

// unpack reads a block, which must have the numbers that the index says.
func (f *File) unpack(ctx context.Context, i int) ([]perch.Entry, error) {
	b := f.index.Blocks[i]
	data, err := f.frame(ctx, b.frame)
	if err != nil {
		return nil, err
	}
	some, err := readEntries(data)
	if err != nil {
		return nil, f.damaged(err)
	}
	if len(some) == 0 || some[0].Number != b.First || some[len(some)-1].Number != b.Last || int64(len(some)) != b.Last-b.First+1 {
		return nil, f.damaged(fmt.Errorf("the numbers %d to %d are not all there", b.First, b.Last))
	}
	return some, nil
}

// frame reads a frame, and checks it.
func (f *File) frame(ctx context.Context, at frame) ([]byte, error) {
	packed := f.tail
	if from := at.At - f.tailAt; from >= 0 {
		packed = f.tail[from : from+at.Size]
	} else {
		var err error
		if packed, err = f.shelf.fetch(ctx, f.ref, at.At, at.Size); err != nil {
			return nil, err
		}
	}
	if got := sum(packed); got != at.SHA256 {
		return nil, f.damaged(fmt.Errorf("the %d bytes from %d on have the hash %s in place of %s", at.Size, at.At, got, at.SHA256))
	}
	data, err := f.shelf.opener.DecodeAll(packed, nil)
	if err != nil {
		return nil, f.damaged(err)
	}
	return bytes.TrimSuffix(data, []byte("\n")), nil
}
