package staff_test

import (
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/staff"
)

// address is one of many, so that only names have to wait.
func address(i int) netip.Addr {
	return netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
}

// waits fails as often as it may with try and tells after which waits.
func waits(t *testing.T, o office, n int, try func(i int) error) []time.Duration {
	t.Helper()
	var out []time.Duration
	for i := range n {
		var waited time.Duration
		err := try(i)
		for perch.KindOf(err) == perch.Throttled {
			o.clock.move(time.Second)
			waited += time.Second
			err = try(i)
		}
		kind(t, err, perch.Unauthenticated)
		out = append(out, waited)
	}
	return out
}

func TestBackOff(t *testing.T) {
	t.Parallel()
	for name, try := range map[string]func(o office, i int) error{
		"known name": func(o office, i int) error {
			_, err := o.SignIn(t.Context(), instance, "ana", "wrong", address(i))
			return err
		},
		"unknown name": func(o office, i int) error {
			_, err := o.SignIn(t.Context(), instance, "nobody", "wrong", address(i))
			return err
		},
		"address": func(o office, i int) error {
			_, err := o.SignIn(t.Context(), instance, fmt.Sprint("name", i), "wrong", home)
			return err
		},
		"network": func(o office, i int) error {
			_, err := o.SignIn(t.Context(), instance, fmt.Sprint("name", i), "wrong", netip.MustParseAddr(fmt.Sprintf("2001:db8::%x", i+1)))
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := open(t)
			const s = time.Second
			want := []time.Duration{0, 0, 0, 0, 0, 1 * s, 2 * s, 4 * s, 8 * s, 16 * s, 32 * s, 64 * s, 128 * s, 256 * s, 300 * s, 300 * s}
			got := waits(t, o, len(want), func(i int) error { return try(o, i) })
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("waited %v, want %v", got, want)
			}
			o.clock.move(15 * time.Minute)
			if again := waits(t, o, 6, func(i int) error { return try(o, i) }); fmt.Sprint(again) != fmt.Sprint(want[:6]) {
				t.Errorf("later waited %v, want %v", again, want[:6])
			}
		})
	}
}

func TestBackOffHoldsAlsoForTheRightPassword(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.hire(t, "user-ben", "ben")
	for i := range 5 {
		_, err := o.SignIn(t.Context(), instance, "ana", "wrong", address(i))
		kind(t, err, perch.Unauthenticated)
	}
	_, err := o.SignIn(t.Context(), instance, "ana", password, abroad)
	kind(t, err, perch.Throttled)
	if _, err := o.SignIn(t.Context(), instance, "ben", password, abroad); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	o.clock.move(time.Second)
	if _, err := o.SignIn(t.Context(), instance, "ana", password, abroad); err != nil {
		t.Errorf("after the wait: %v", err)
	}
	for i := range 5 {
		if _, err := o.SignIn(t.Context(), instance, "ana", "wrong", address(i)); perch.KindOf(err) != perch.Unauthenticated {
			t.Errorf("the success was not forgiving: %v", err)
		}
	}
}

// Those behind one address who mistype must not keep the others out, and those
// who sign in must not make the others wait.
func TestOfficeBehindOneAddress(t *testing.T) {
	t.Parallel()
	o := open(t)
	for i := range 20 {
		_, err := o.SignIn(t.Context(), instance, fmt.Sprint("mistyped", i), password, home)
		kind(t, err, perch.Unauthenticated)
		o.signIn(t)
	}
	for i := range 5 {
		_, err := o.SignIn(t.Context(), instance, fmt.Sprint("mistyped", i), password, home)
		kind(t, err, perch.Unauthenticated)
	}
	o.clock.move(time.Second)
	for range 5 {
		o.signIn(t)
	}
}

func TestTriesAtOnceDoNotPassTheLimitTogether(t *testing.T) {
	t.Parallel()
	o := open(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	kinds := map[perch.ErrorKind]int{}
	for i := range 40 {
		wg.Go(func() {
			_, err := o.SignIn(t.Context(), instance, "ana", "wrong", address(i))
			mu.Lock()
			defer mu.Unlock()
			kinds[perch.KindOf(err)]++
		})
	}
	wg.Wait()
	if kinds[perch.Unauthenticated] != 5 || kinds[perch.Throttled] != 35 {
		t.Errorf("got %v", kinds)
	}
}

func TestDefaultCostIsWhatIsRecommended(t *testing.T) {
	t.Parallel()
	if c := staff.DefaultCost(); c.Memory < 19*1024 || c.Passes < 2 || c.Threads < 1 {
		t.Errorf("%+v is below what is recommended", c)
	}
}
