package perch_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"regexp"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/perch-chat/perch"
)

var uuidShape = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// versionOf is a UUID's version; it fails the test for what is no UUID.
func versionOf(t rapid.TB, id string) string {
	m := uuidShape.FindStringSubmatch(id)
	if m == nil {
		t.Fatalf("%q is no UUID of the usual variant", id)
	}
	return m[1]
}

func TestItemIDIsAVersion7UUIDOfItsTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := time.UnixMilli(rapid.Int64Range(0, 1<<48-1).Draw(t, "ms")).UTC()
		session := perch.SessionID(rapid.String().Draw(t, "session"))
		id := perch.ItemID(session, rapid.Int64Range(1, 1<<40).Draw(t, "number"), at)
		if v := versionOf(t, id); v != "7" {
			t.Fatalf("%s has version %s, want 7", id, v)
		}
		if back, ok := perch.ItemTime(id); !ok || !back.Equal(at) || back.Location() != time.UTC {
			t.Fatalf("the time of %s is %v (%v), want %v", id, back, ok, at)
		}
	})
}

func TestItemIDsSortByTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	last := ""
	for n := int64(1); n <= 1000; n++ {
		at = at.Add(time.Duration(n) * time.Millisecond)
		id := perch.ItemID("s", n, at)
		if id <= last {
			t.Fatalf("the id of number %d, %s, sorts before its predecessor's %s", n, id, last)
		}
		last = id
	}
}

func TestItemIDsAreDistinctAndStable(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	seen := map[string]string{}
	for _, session := range []perch.SessionID{"a", "b", "a1", "1a"} {
		for n := int64(1); n <= 2000; n++ {
			id := perch.ItemID(session, n, at) // all in one millisecond: only the hash tells them apart
			what := string(session) + "/" + time.Duration(n).String()
			if other, taken := seen[id]; taken {
				t.Fatalf("%s and %s share the id %s", what, other, id)
			}
			seen[id] = what
			if again := perch.ItemID(session, n, at); again != id {
				t.Fatalf("the id of %s is %s and then %s", what, id, again)
			}
		}
	}
}

func TestItemTimeRefusesWhatIsNoID(t *testing.T) {
	t.Parallel()
	good := perch.ItemID("s", 1, time.UnixMilli(1_700_000_000_000))
	for _, id := range []string{"", "x", good[1:], good + "0", "g" + good[1:], good[:8] + "0" + good[9:], good[:9] + "zzzz" + good[13:]} {
		if at, ok := perch.ItemTime(id); ok {
			t.Errorf("%q gives the time %v", id, at)
		}
	}
}

func TestRandomIDsAreVersion4AndDistinct(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		id, err := perch.NewID(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if v := versionOf(t, id); v != "4" || seen[id] {
			t.Fatalf("%s: version %s, seen before: %v", id, v, seen[id])
		}
		seen[id] = true
	}
}

func TestIDsFailWithTheirSourceOfRandomness(t *testing.T) {
	t.Parallel()
	if id, err := perch.NewID(bytes.NewReader(make([]byte, 15))); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("15 bytes made the id %q, %v", id, err)
	}
	if id, err := perch.NewTurnID(bytes.NewReader(make([]byte, 7))); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("7 bytes made the turn %d, %v", id, err)
	}
	// A database knows signed integers only.
	if id, err := perch.NewTurnID(bytes.NewReader(bytes.Repeat([]byte{0xff}, 8))); err != nil || id <= 0 {
		t.Errorf("turn %d, %v: want a positive number", id, err)
	}
}

func TestHashTokenTellsUsesApart(t *testing.T) {
	t.Parallel()
	if h := perch.HashToken("p", "op", ""); h != 0 {
		t.Errorf("no token hashes to %d, want 0", h)
	}
	seen := map[perch.TokenHash][]string{}
	for _, use := range [][]string{{"p", "op", "t"}, {"q", "op", "t"}, {"p", "po", "t"}, {"p", "op", "u"}, {"po", "p", "t"}, {"p", "opt", " "}, {"p", "", "opt"}} {
		h := perch.HashToken(perch.ParticipantID(use[0]), use[1], use[2])
		if h == 0 || int64(h) < 0 {
			t.Errorf("%q hashes to %d, which is not a positive signed number", use, h)
		}
		if other, taken := seen[h]; taken {
			t.Errorf("%q and %q hash alike", use, other)
		}
		seen[h] = use
		if h != perch.HashToken(perch.ParticipantID(use[0]), use[1], use[2]) {
			t.Errorf("%q does not hash alike twice", use)
		}
	}
}

func TestBucketsSpreadSessionsAndStay(t *testing.T) {
	t.Parallel()
	// The bucket is part of every key on disk: these must never change.
	for id, want := range map[perch.SessionID]int{
		"": 453, "11111111-aaaa-4bbb-8111-111111111111": 380, "a": 300,
	} {
		if got := id.Bucket(); got != want {
			t.Errorf("session %q is in bucket %d, want %d: all its rows are lost", id, got, want)
		}
	}
	hit := map[int]int{}
	for range 20 * perch.Buckets {
		id, err := perch.NewID(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		b := perch.SessionID(id).Bucket()
		if b < 0 || b >= perch.Buckets {
			t.Fatalf("session %s is in bucket %d of %d", id, b, perch.Buckets)
		}
		hit[b]++
	}
	if len(hit) < perch.Buckets*95/100 {
		t.Errorf("%d sessions use %d buckets of %d", 20*perch.Buckets, len(hit), perch.Buckets)
	}
}
