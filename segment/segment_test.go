package segment_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/blob"
	"github.com/perch-chat/perch/blob/s3test"
	"github.com/perch-chat/perch/segment"
)

// s3 is the server of this binary's tests.
var s3 s3test.Server

// counted counts what is read of a place.
type counted struct {
	blob.Store
	reads, bytes atomic.Int64
}

func (c *counted) Get(ctx context.Context, key string, from, most int64) (io.ReadCloser, error) {
	c.reads.Add(1)
	c.bytes.Add(most)
	return c.Store.Get(ctx, key, from, most)
}

func open(t testing.TB, address string, cache int64) (*segment.Shelf, *counted) {
	t.Helper()
	files, err := blob.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	c := &counted{Store: files}
	s, err := segment.New(c, cache)
	if err != nil {
		t.Fatal(err)
	}
	return s, c
}

const session = perch.SessionID("5d2e16fc-9a4b-4f5b-9d38-1b2f1b6f0001")

// session of so many entries, in contacts of a hundred, each fifth for agents alone.
func content(n int, text func(i int) string) segment.Content {
	at := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	c := segment.Content{Session: session, Generation: 1, State: &perch.Session{ID: session, Head: int64(n), Time: at, Ended: true}}
	for i := range n {
		e := perch.Entry{Number: int64(i) + 1, Contact: perch.ContactID(fmt.Sprint("contact ", i/100)), Audience: perch.ToAll,
			Time: at.Add(time.Duration(i) * 10 * time.Millisecond), Participant: "p", Turn: perch.TurnID(-i), Token: perch.TokenHash(i),
			Body: perch.Message{ContentType: "text/plain", Content: text(i)}}
		if i%5 == 0 {
			e.Audience = perch.ToAgents
		}
		if i%7 == 0 {
			e.Audience, e.Body = 0, perch.Connected{}
		}
		e.Kind = e.Body.Kind()
		c.Entries = append(c.Entries, e)
	}
	for i := 3; i < n; i += 50 {
		c.Receipts = append(c.Receipts, segment.Receipt{Number: int64(i), Participant: "a", Delivered: at})
	}
	return c
}

func short(i int) string { return fmt.Sprint("message ", i) }

// noise is text that does not pack.
func noise(i int) string {
	x := uint64(i)*0x9e3779b97f4a7c15 + 1
	b := make([]byte, 500)
	for j := range b {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		b[j] = ' ' + byte(x%90)
	}
	return string(b)
}

// What a file says to any question is what the entries say that it was made of,
// in a directory and in a bucket, with room to keep what was read and without.
func TestAFileAnswersAsItsEntriesDo(t *testing.T) {
	t.Parallel()
	for place, address := range map[string]func(t *testing.T) string{
		"directory": func(t *testing.T) string { return t.TempDir() },
		"bucket":    func(t *testing.T) string { return s3.Bucket(t) },
	} {
		for cache, sizes := range map[int64][]int{0: {257}, 1 << 24: {1, 255, 256, 700}} {
			t.Run(fmt.Sprint(place, " with ", cache), func(t *testing.T) {
				t.Parallel()
				shelf, _ := open(t, address(t), cache)
				for _, n := range sizes {
					c := content(n, noise)
					ref, err := shelf.Write(t.Context(), c)
					if err != nil {
						t.Fatal(err)
					}
					if again, err := shelf.Write(t.Context(), c); err != nil || !cmp.Equal(ref, again) {
						t.Errorf("written again it is %v, %v", again, err)
					}
					rapid.Check(t, func(t *rapid.T) { ask(t, shelf, ref, c) })
				}
			})
		}
	}
}

func ask(t *rapid.T, shelf *segment.Shelf, ref segment.Ref, c segment.Content) {
	ctx := context.Background()
	f, err := shelf.Open(ctx, ref)
	if err != nil {
		t.Fatal(err)
	}
	n := int64(len(c.Entries))
	from, through := rapid.Int64Range(0, n+2).Draw(t, "from"), rapid.Int64Range(0, n+2).Draw(t, "through")
	limit := rapid.IntRange(1, 300).Draw(t, "limit")
	to := rapid.SampledFrom([]perch.Audience{perch.ToCustomer, perch.ToAgents}).Draw(t, "audience")
	contact := rapid.SampledFrom([]perch.ContactID{"", "contact 0", "contact 3", "none"}).Draw(t, "contact")
	var all, before, items []perch.Entry
	for _, e := range c.Entries {
		in := e.Number >= from && e.Number <= through
		visible := e.Audience&to != 0 && (contact == "" || e.Contact == contact)
		if in {
			all = append(all, e)
		}
		if in && visible && len(items) < limit {
			items = append(items, e)
		}
		if e.Number < from && visible {
			before = append([]perch.Entry{e}, before...)
		}
	}
	before = before[:min(len(before), limit)]
	same := func(what string, got []perch.Entry, err error, want []perch.Entry) {
		if err != nil || len(got) != len(want) || len(got) > 0 && !cmp.Equal(got, want) {
			t.Fatalf("%s: %d entries, %v; want %d", what, len(got), err, len(want))
		}
	}
	got, err := f.Entries(ctx, from, through)
	same("entries", got, err, all)
	got, err = f.ItemsFrom(ctx, from, through, to, contact, limit)
	same("items from", got, err, items)
	got, err = f.ItemsBefore(ctx, from, to, contact, limit)
	same("items before", got, err, before)
	at := c.State.Time.Add(time.Duration(rapid.Int64Range(-20, 10*n+20).Draw(t, "ms")) * time.Millisecond)
	want := through + 1
	for _, e := range c.Entries[:min(through, n)] {
		if !e.Time.Before(at) {
			want = e.Number
			break
		}
	}
	if number, err := f.FirstFrom(ctx, at, through); err != nil || number != min(want, n+1) {
		t.Fatalf("the first from %v is %d, %v; want %d", at, number, err, want)
	}
	receipts, err := f.Receipts(ctx, from, through)
	for _, r := range receipts {
		if r.Number < from || r.Number > through {
			t.Fatalf("a receipt of %d among those of %d to %d", r.Number, from, through)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Whatever happens to the bytes of a file, nobody is told what was not written.
func TestAnyChangeOfAFileIsFound(t *testing.T) {
	t.Parallel()
	shelf, files := open(t, t.TempDir(), 0)
	c := content(600, short)
	ref, err := shelf.Write(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	r, err := files.Get(t.Context(), ref.Key, 0, -1)
	if err != nil {
		t.Fatal(err)
	}
	good, err := io.ReadAll(r)
	if err := errors.Join(err, r.Close()); err != nil {
		t.Fatal(err)
	}
	read := func() (found bool) {
		f, err := shelf.Open(t.Context(), ref)
		if err == nil {
			_, err = f.Receipts(t.Context(), 0, ref.Head)
		}
		var some []perch.Entry
		if err == nil {
			some, err = f.Entries(t.Context(), 1, ref.Head)
		}
		if err == nil && !cmp.Equal(some, c.Entries) {
			t.Fatal("the entries are others")
		}
		_, found = errors.AsType[*segment.Damaged](err)
		return found
	}
	if found := read(); found {
		t.Fatal("the file is damaged from the beginning")
	}
	for at := 0; at < len(good); at += 1 + len(good)/200 {
		bad := bytes.Clone(good)
		bad[at] ^= 1 << (at % 8)
		if err := files.Put(t.Context(), ref.Key, bytes.NewReader(bad), blob.Put{}); err != nil {
			t.Fatal(err)
		}
		if found := read(); !found {
			t.Errorf("a bit of byte %d is another, and nobody says so", at)
		}
	}
	for _, size := range []int{0, 1, len(good) / 2, len(good) - 1} {
		if err := files.Put(t.Context(), ref.Key, bytes.NewReader(good[:size]), blob.Put{}); err != nil {
			t.Fatal(err)
		}
		if found := read(); !found {
			t.Errorf("the file has %d bytes of %d, and nobody says so", size, len(good))
		}
	}
	// What is damaged before anybody relies on it is written anew.
	if _, err := shelf.Write(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if found := read(); found {
		t.Error("the file is damaged still")
	}
	if err := files.Delete(t.Context(), ref.Key); err != nil {
		t.Fatal(err)
	}
	if found := read(); !found {
		t.Error("the file is gone, and nobody says so")
	}
}

// A page of a long chat reads the blocks that it needs, once.
func TestAPageReadsWhatItNeedsAndKeepsIt(t *testing.T) {
	t.Parallel()
	shelf, files := open(t, t.TempDir(), 1<<20)
	ref, err := shelf.Write(t.Context(), content(20_000, noise))
	if err != nil {
		t.Fatal(err)
	}
	files.reads.Store(0)
	files.bytes.Store(0)
	for range 3 {
		f, err := shelf.Open(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := f.ItemsBefore(t.Context(), 5000, perch.ToAgents, "", 15); len(got) != 15 || err != nil {
			t.Fatalf("%d items, %v", len(got), err)
		}
	}
	t.Logf("%d reads, %d of %d bytes", files.reads.Load(), files.bytes.Load(), ref.Size)
	if files.reads.Load() != 2 || files.bytes.Load() > ref.Size/20 {
		t.Errorf("three pages took %d reads and %d of %d bytes", files.reads.Load(), files.bytes.Load(), ref.Size)
	}
}
