package staff_test

import (
	"sync"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/staff"
	"github.com/perch-chat/perch/store"
)

func (o office) refresh(t *testing.T, with string) staff.Bearer {
	t.Helper()
	in, b, err := o.Refresh(t.Context(), with)
	if err != nil || in != instance || b.User != ana {
		t.Fatalf("got %s, %+v, %v", in, b, err)
	}
	if _, _, err := o.Verify(t.Context(), b.Token, o.clock.Now()); err != nil {
		t.Error(err)
	}
	return b
}

func (o office) ended(t *testing.T, bearers ...staff.Bearer) {
	t.Helper()
	for _, b := range bearers {
		_, _, err := o.Verify(t.Context(), b.Token, o.clock.Now())
		kind(t, err, perch.Unauthenticated)
		if b.Refresh != "" {
			_, _, err = o.Refresh(t.Context(), b.Refresh)
			kind(t, err, perch.Unauthenticated)
		}
	}
}

func TestSignInGoesOnForAWeekWhileItIsRefreshed(t *testing.T) {
	t.Parallel()
	o := open(t)
	b := o.signIn(t)
	first := o.clock.Now()
	for o.clock.Now().Sub(first) < 6*24*time.Hour {
		o.clock.move(23 * time.Hour)
		b = o.refresh(t, b.Refresh)
	}
	last := first.Add(7 * 24 * time.Hour)
	if !b.Until.Equal(last) {
		t.Errorf("it goes on until %s, want %s", b.Until, last)
	}
	o.clock.move(last.Add(-time.Hour).Sub(o.clock.Now()))
	if b = o.refresh(t, b.Refresh); !b.Expires.Equal(last) {
		t.Errorf("the last bearer holds until %s, want %s", b.Expires, last)
	}
	o.clock.move(time.Hour)
	o.ended(t, b)
}

func TestSignInEndsADayAfterItsLastRefresh(t *testing.T) {
	t.Parallel()
	o := open(t)
	b := o.refresh(t, o.signIn(t).Refresh)
	o.clock.move(24 * time.Hour)
	o.ended(t, b)
}

func TestRefreshIsGoodOnce(t *testing.T) {
	t.Parallel()
	o := open(t)
	first := o.signIn(t)
	second := o.refresh(t, first.Refresh)
	o.clock.move(time.Minute)
	if again := o.refresh(t, first.Refresh); again.Refresh != "" { // another tab
		t.Error("what has been used gave a second refresh")
	}
	o.clock.move(time.Millisecond)
	_, _, err := o.Refresh(t.Context(), first.Refresh) // a thief, or the one stolen from
	kind(t, err, perch.Unauthenticated)
	o.ended(t, first, second)
}

func TestRefreshOfTwoBeforeEndsTheSignIn(t *testing.T) {
	t.Parallel()
	o := open(t)
	first := o.signIn(t)
	third := o.refresh(t, o.refresh(t, first.Refresh).Refresh)
	_, _, err := o.Refresh(t.Context(), first.Refresh)
	kind(t, err, perch.Unauthenticated)
	o.ended(t, third)
}

func TestTabsThatRefreshAtOnceStaySignedIn(t *testing.T) {
	t.Parallel()
	o := open(t)
	b := o.signIn(t)
	var mu sync.Mutex
	var tabs sync.WaitGroup
	next := 0
	for range 8 {
		tabs.Go(func() {
			got := o.refresh(t, b.Refresh)
			mu.Lock()
			defer mu.Unlock()
			if got.Refresh != "" {
				next++
			}
		})
	}
	tabs.Wait()
	if next != 1 {
		t.Errorf("%d of them got what it goes on with, want 1", next)
	}
}

func TestSigningOutEndsOneSignInOrAll(t *testing.T) {
	t.Parallel()
	o := open(t)
	here, there := o.signIn(t), o.signIn(t)
	in, err := o.Open(t.Context(), here.Token, o.clock.Now())
	if err == nil {
		err = o.SignOut(in)
	}
	if err != nil {
		t.Fatal(err)
	}
	o.ended(t, here)
	there = o.refresh(t, there.Refresh)
	again := o.signIn(t)
	if err := o.SignOutUser(instance, ana); err != nil {
		t.Fatal(err)
	}
	o.ended(t, there, again)
}

func TestPasswordIsChangedByWhoKnowsIt(t *testing.T) {
	t.Parallel()
	o := open(t)
	here, there := o.signIn(t), o.signIn(t)
	in, err := o.Open(t.Context(), here.Token, o.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.ChangePassword(t.Context(), in, "a guess", "battery staple", home)
	kind(t, err, perch.Denied)
	_, err = o.ChangePassword(t.Context(), in, password, "short", home)
	kind(t, err, perch.Invalid)
	next, err := o.ChangePassword(t.Context(), in, password, "battery staple", home)
	if err != nil {
		t.Fatal(err)
	}
	o.ended(t, here, there)
	o.refresh(t, next.Refresh)
	for range 5 {
		_, err = o.ChangePassword(t.Context(), in, "a guess", "battery staple", home)
		kind(t, err, perch.Denied)
	}
	_, err = o.ChangePassword(t.Context(), in, "a guess", "battery staple", home)
	kind(t, err, perch.Throttled)
}

func TestForgottenUserCannotComeBack(t *testing.T) {
	t.Parallel()
	o := open(t)
	b := o.signIn(t)
	if err := o.store.Commit(store.Turn{Writes: staff.Forget(instance, ana)}); err != nil {
		t.Fatal(err)
	}
	o.ended(t, b)
	_, err := o.SignIn(t.Context(), instance, "ana", password, home)
	kind(t, err, perch.Unauthenticated)
	o.hire(t, "user-other", "ana")
	_, err = o.SignIn(t.Context(), instance, "ana", password, home)
	if err != nil {
		t.Error(err)
	}
}
