package staff

import (
	"crypto/sha256"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"github.com/perch-chat/perch"
)

const (
	// freeTries is how many failures go without a wait.
	freeTries = 5
	// firstWait comes after the last free failure and doubles with each more.
	firstWait = time.Second
	maxWait   = 5 * time.Minute
	// forgetAfter is how long after its last try a failure counts.
	forgetAfter = 3 * maxWait
	// maxTried bounds how many names and addresses are remembered.
	maxTried = 20_000
)

// tryKey stands for a name or an address; a hash, so that each takes the same room.
type tryKey [sha256.Size]byte

func accountKey(instance perch.InstanceID, username string) tryKey {
	return sha256.Sum256(fmt.Appendf(nil, "account %d %s %s", len(instance), instance, username))
}

// addressKey takes the networks of IPv6 that one household gets as one address.
func addressKey(a netip.Addr) tryKey {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			a = p.Addr()
		}
	}
	return sha256.Sum256([]byte("address " + a.String()))
}

// tries counts failed sign-ins, by name and by address. They are in memory: a
// restart forgives, and each process counts for itself.
//
// A name can be kept from signing in by who fails with it on purpose, for as
// long as they go on, and for maxWait at a time.
type tries struct {
	mu    sync.Mutex
	tried map[tryKey]tried
}

type tried struct {
	failures int
	last     time.Time
}

func newTries() *tries { return &tries{tried: map[tryKey]tried{}} }

// until is when the next try may be made.
func (t tried) until() time.Time {
	if t.failures < freeTries {
		return time.Time{}
	}
	wait := maxWait
	// Nine doublings are past maxWait; more could overflow.
	if doublings := t.failures - freeTries; doublings < 9 {
		wait = min(maxWait, firstWait<<doublings)
	}
	return t.last.Add(wait)
}

// allowed refuses with Throttled while one of the keys has to wait.
func (t *tries) allowed(now time.Time, keys ...tryKey) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.allowedLocked(now, keys)
}

func (t *tries) allowedLocked(now time.Time, keys []tryKey) error {
	var wait time.Duration
	for _, k := range keys {
		wait = max(wait, t.tried[k].until().Sub(now))
	}
	if wait <= 0 {
		return nil
	}
	seconds := int64((wait + time.Second - 1) / time.Second)
	return perch.Errorf(perch.Throttled, "too many failed sign-ins: try again in %d s", seconds)
}

// try is a sign-in under way.
type try struct {
	account, address tryKey
	at               time.Time
	before           time.Time // of the try before from the address
}

// begin counts a try as failed until it has succeeded, so that tries made at the
// same time cannot pass all together.
func (t *tries) begin(now time.Time, account, address tryKey) (try, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.allowedLocked(now, []tryKey{account, address}); err != nil {
		return try{}, err
	}
	y := try{account: account, address: address, at: now, before: t.tried[address].last}
	t.count(account, now)
	t.count(address, now)
	return y, nil
}

func (t *tries) count(k tryKey, now time.Time) {
	e, ok := t.tried[k]
	if !ok {
		t.makeRoom(now)
	}
	if now.Sub(e.last) >= forgetAfter {
		e.failures = 0
	}
	t.tried[k] = tried{failures: e.failures + 1, last: now}
}

// succeeded forgives a name all failures, and an address one besides the try
// itself: an office behind one address mistypes now and then, whereas guessing
// fails far more often than it succeeds.
func (t *tries) succeeded(y try) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.tried, y.account)
	e, ok := t.tried[y.address]
	if !ok {
		return
	}
	if e.failures -= 2; e.failures <= 0 {
		delete(t.tried, y.address)
		return
	}
	if e.last.Equal(y.at) {
		e.last = y.before
	}
	t.tried[y.address] = e
}

// makeRoom drops what no longer counts, and where that is not enough the entry
// whose wait is over first.
func (t *tries) makeRoom(now time.Time) {
	if len(t.tried) < maxTried {
		return
	}
	var first tryKey
	var firstEntry tried
	for k, e := range t.tried {
		if now.Sub(e.last) >= forgetAfter {
			delete(t.tried, k)
			continue
		}
		if firstEntry.last.IsZero() || e.less(firstEntry) {
			first, firstEntry = k, e
		}
	}
	if len(t.tried) >= maxTried {
		delete(t.tried, first)
	}
}

func (t tried) less(other tried) bool {
	if c := t.until().Compare(other.until()); c != 0 {
		return c < 0
	}
	return t.last.Before(other.last)
}
