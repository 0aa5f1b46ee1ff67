package staff

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// A hash that is not ours: made with the reference implementation of Argon2.
const reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"

func TestHashes(t *testing.T) {
	t.Parallel()
	cost := Cost{Memory: 64, Passes: 1, Threads: 2}
	hash, err := cost.hash(bytes.NewReader(make([]byte, saltBytes)), "secret")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=64,t=1,p=2$AAAAAAAAAAAAAAAAAAAAAA$") {
		t.Errorf("got %s", hash)
	}
	for _, c := range []struct {
		hash, password string
		want           bool
	}{
		{hash, "secret", true},
		{hash, "Secret", false},
		{hash, "", false},
		{reference, "password", true},
		{reference, "passwords", false},
		{strings.Replace(hash, "argon2id", "argon2i", 1), "secret", false},
		{strings.Replace(hash, "v=19", "v=16", 1), "secret", false},
		{strings.Replace(hash, "m=64", "m=4000000000", 1), "secret", false},
		{strings.Replace(hash, "t=1", "t=0", 1), "secret", false},
		{strings.Replace(hash, "p=2", "p=0", 1), "secret", false},
		{hash[:len(hash)-30], "secret", false},
		{hash + "$", "secret", false},
		{"", "", false},
	} {
		if got := matches(c.hash, c.password); got != c.want {
			t.Errorf("%q with %q: got %v", c.hash, c.password, got)
		}
	}
}

func TestSameCostForDecoy(t *testing.T) {
	t.Parallel()
	s, err := New(Options{Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	ours, err := s.opts.Cost.hash(rand.Reader, "password")
	if err != nil {
		t.Fatal(err)
	}
	a, saltA, sumA, _ := parseHash(ours)
	b, saltB, sumB, err := parseHash(s.decoy)
	if err != nil || a != b || a != DefaultCost() || len(saltA) != len(saltB) || len(sumA) != len(sumB) {
		t.Errorf("the decoy %s costs other work than %s", s.decoy, ours)
	}
	if s.matches("", "", false) {
		t.Error("who does not exist has signed in")
	}
}

func TestTriesAreBounded(t *testing.T) {
	t.Parallel()
	all := newTries()
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	target := accountKey("i", "target")
	for i := range 8 {
		if _, err := all.begin(now.Add(time.Duration(i)*maxWait), target, addressKey(nowhere(i))); err != nil {
			t.Fatal(err)
		}
	}
	now = now.Add(7 * maxWait)
	for i := range maxTried/2 + 50 {
		if _, err := all.begin(now, accountKey("i", fmt.Sprint(i)), addressKey(nowhere(i+8))); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(all.tried); n > maxTried {
		t.Errorf("%d are remembered", n)
	}
	if all.tried[target].failures != 8 {
		t.Error("the one that was tried most was forgotten")
	}
}

func nowhere(i int) netip.Addr {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], uint32(i))
	return netip.AddrFrom4(b)
}
