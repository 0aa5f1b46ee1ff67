package staff_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/staff"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/store/storetest"
	"github.com/perch-chat/perch/token"
)

const (
	instance = perch.InstanceID("instance-1")
	ana      = perch.UserID("user-ana")
	password = "correct horse"
)

var (
	home   = netip.MustParseAddr("192.0.2.1")
	abroad = netip.MustParseAddr("198.51.100.7")
)

// clock is a time that tests set.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

type office struct {
	*staff.Staff
	clock *clock
	store *store.Store
}

// disk has the directories of this binary's tests.
var disk storetest.Disk

// open makes a Staff with one user, ana.
func open(t *testing.T) office {
	t.Helper()
	st, err := store.Open(t.Context(), store.Options{Dir: disk.Dir(t), Fleeting: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- st.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-done, st.Close()); err != nil {
			t.Error(err)
		}
	})
	sealer, err := token.New(make([]byte, token.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	c := &clock{now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	s, err := staff.New(staff.Options{Store: st, Sealer: sealer, Now: c.Now, Rand: rand.Reader, Cost: staff.Cost{Memory: 64, Passes: 1, Threads: 1}})
	if err != nil {
		t.Fatal(err)
	}
	o := office{s, c, st}
	o.hire(t, ana, "ana")
	return o
}

func (o office) hire(t *testing.T, user perch.UserID, name string) {
	t.Helper()
	w, err := o.Credential(instance, user, name, password)
	if err == nil {
		err = o.store.Commit(store.Turn{Writes: []store.Write{w}})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (o office) signIn(t *testing.T) staff.Bearer {
	t.Helper()
	b, err := o.SignIn(t.Context(), instance, "ana", password, home)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func kind(t *testing.T, err error, want perch.ErrorKind) {
	t.Helper()
	if err == nil || perch.KindOf(err) != want {
		t.Errorf("got %v, want an error of kind %d", err, want)
	}
}

func TestBearerHoldsTwelveHours(t *testing.T) {
	t.Parallel()
	o := open(t)
	b := o.signIn(t)
	if want := o.clock.Now().Add(12 * time.Hour); b.User != ana || !b.Expires.Equal(want) {
		t.Errorf("got %+v, want it to expire at %s", b, want)
	}
	in, user, err := o.Verify(t.Context(), b.Token, b.Expires.Add(-time.Millisecond))
	if err != nil || in != instance || user != ana {
		t.Errorf("got %s, %s, %v", in, user, err)
	}
	_, _, err = o.Verify(t.Context(), b.Token, b.Expires)
	kind(t, err, perch.Unauthenticated)
}

func TestUnknownUserAndWrongPasswordAnswerAlike(t *testing.T) {
	t.Parallel()
	o := open(t)
	answers := map[string]bool{}
	for _, try := range []struct {
		instance           perch.InstanceID
		username, password string
	}{
		{instance, "ana", "wrong"},
		{instance, "ana", ""},
		{instance, "ana", strings.Repeat("x", 100_000)},
		{instance, "nobody", password},
		{instance, "nobody", ""}, // what the decoy is a hash of
		{instance, "", ""},
		{instance, "Ana", password},
		{"instance-2", "ana", password},
	} {
		_, err := o.SignIn(t.Context(), try.instance, try.username, try.password, netip.AddrFrom4([4]byte{10, 0, 0, byte(len(answers))}))
		kind(t, err, perch.Unauthenticated)
		answers[fmt.Sprint(err)] = true
		o.clock.move(time.Hour)
	}
	if len(answers) != 1 {
		t.Errorf("answers differ: %v", answers)
	}
}

func TestPasswordChangeRevokes(t *testing.T) {
	t.Parallel()
	o := open(t)
	old := o.signIn(t)
	if err := o.SetPassword(t.Context(), instance, ana, "battery staple"); err != nil {
		t.Fatal(err)
	}
	_, _, err := o.Verify(t.Context(), old.Token, o.clock.Now())
	kind(t, err, perch.Unauthenticated)
	_, err = o.SignIn(t.Context(), instance, "ana", password, home)
	kind(t, err, perch.Unauthenticated)
	fresh, err := o.SignIn(t.Context(), instance, "ana", "battery staple", home)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.Verify(t.Context(), fresh.Token, o.clock.Now()); err != nil {
		t.Error(err)
	}
	kind(t, o.SetPassword(t.Context(), "instance-2", ana, "battery staple"), perch.NotFound)
	kind(t, o.SetPassword(t.Context(), instance, "nobody", "battery staple"), perch.NotFound)
}

func TestSignInHoldsAsLongAsItsBearer(t *testing.T) {
	t.Parallel()
	o := open(t)
	b := o.signIn(t)
	in, err := o.Open(t.Context(), b.Token, o.clock.Now())
	if err != nil || in.Instance != instance || in.User != ana || !in.Expires.Equal(b.Expires) {
		t.Fatalf("got %+v, %v", in, err)
	}
	if err := o.Holds(t.Context(), in, in.Expires.Add(-time.Millisecond)); err != nil {
		t.Error(err)
	}
	kind(t, o.Holds(t.Context(), in, in.Expires), perch.Unauthenticated)
	if err := o.SetPassword(t.Context(), instance, ana, "battery staple"); err != nil {
		t.Fatal(err)
	}
	kind(t, o.Holds(t.Context(), in, o.clock.Now()), perch.Unauthenticated)
}

func TestPasswordLimits(t *testing.T) {
	t.Parallel()
	o := open(t)
	for _, bad := range []string{"", "seven77", "ééééééé", strings.Repeat("x", 257)} {
		kind(t, o.SetPassword(t.Context(), instance, ana, bad), perch.Invalid)
		_, err := o.Credential(instance, "user-ben", "ben", bad)
		kind(t, err, perch.Invalid)
	}
	for _, good := range []string{"éééééééé", strings.Repeat("x", 256)} {
		if err := o.SetPassword(t.Context(), instance, ana, good); err != nil {
			t.Error(err)
		}
	}
}

func TestCredentialIsMadeOnce(t *testing.T) {
	t.Parallel()
	o := open(t)
	for _, again := range []struct {
		user perch.UserID
		name string
	}{{ana, "anna"}, {"user-ben", "ana"}} {
		w, err := o.Credential(instance, again.user, again.name, password)
		if err != nil {
			t.Fatal(err)
		}
		kind(t, o.store.Commit(store.Turn{Writes: []store.Write{w}}), perch.Conflict)
	}
}

func TestTamperedBearerDoesNotVerify(t *testing.T) {
	t.Parallel()
	o := open(t)
	good := o.signIn(t).Token
	other, err := token.New(append(make([]byte, token.KeySize-1), 1))
	if err != nil {
		t.Fatal(err)
	}
	same, err := token.New(make([]byte, token.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	claim := map[string]any{"i": instance, "u": ana, "v": 1, "e": o.clock.Now().Add(time.Hour).UnixMilli()}
	bad := []string{"", "x", good + "A", good[1:]}
	for _, s := range []*token.Sealer{other, same} {
		sealed, err := s.Seal(token.KindConnection, claim)
		if err != nil {
			t.Fatal(err)
		}
		bad = append(bad, sealed)
	}
	for i := range good {
		flipped := []byte(good)
		flipped[i] = 'A'
		if flipped[i] == good[i] {
			flipped[i] = 'B'
		}
		bad = append(bad, string(flipped))
	}
	for _, b := range bad {
		if _, _, err := o.Verify(t.Context(), b, o.clock.Now()); err == nil || perch.KindOf(err) != perch.Unauthenticated {
			t.Errorf("%q: %v", b, err)
		}
	}
}

func TestNewRefusesCostOutOfRange(t *testing.T) {
	t.Parallel()
	for _, c := range []staff.Cost{{Memory: 64, Passes: 1}, {Memory: 64, Threads: 1}, {Memory: 7, Passes: 1, Threads: 1},
		{Memory: 1<<20 + 1, Passes: 1, Threads: 1}, {Memory: 64, Passes: 65, Threads: 1}} {
		if _, err := staff.New(staff.Options{Rand: rand.Reader, Cost: c}); err == nil {
			t.Errorf("%+v accepted", c)
		}
	}
}
