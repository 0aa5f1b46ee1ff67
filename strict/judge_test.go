package strict_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"

	"github.com/perch-chat/perch/strict"
)

func TestARuleThatDoesNotHoldIsToldAndOneThatHoldsRefuses(t *testing.T) {
	t.Parallel()
	j := strict.New()
	asked := func(rules []strict.Rule, explain bool) (holds bool, found string) {
		j.Set(rules, explain)
		call := j.Call("SendMessage")
		ctx := strict.With(context.Background(), call)
		strict.About(ctx, "c1")
		for range 3 { // a turn may run more than once
			holds = strict.Holds(ctx, strict.Latest, "")
		}
		call.Done()
		return holds, fmt.Sprint(call.Found())
	}
	for _, c := range []struct {
		rules   []strict.Rule
		explain bool
		holds   bool
		found   string
	}{
		{nil, false, false, "[]"},
		{nil, true, false, "[{latest false }]"},
		{[]strict.Rule{strict.Latest}, false, true, "[{latest true }]"},
		{[]strict.Rule{strict.Rates}, false, false, "[]"},
		{[]strict.Rule{strict.Rates}, true, false, "[{latest false }]"},
	} {
		if holds, found := asked(c.rules, c.explain); holds != c.holds || found != c.found {
			t.Errorf("%+v: %v, %s", c, holds, found)
		}
	}
	got := j.Report()
	if len(got) != 1 || got[0].Passed != 2 || got[0].Refused != 1 || got[0].Operations["SendMessage"] != 3 || fmt.Sprint(got[0].Contacts) != "[c1]" {
		t.Errorf("%+v", got)
	}
}

func TestWithoutAJudgeNothingHolds(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	if strict.Holds(ctx, strict.Latest, "") || strict.Watched(ctx, strict.Latest) {
		t.Error("somebody judges")
	}
	strict.About(ctx, "c1")
}

func TestFlowsAreJudgedWithoutACall(t *testing.T) {
	t.Parallel()
	j := strict.New()
	j.Set([]strict.Rule{strict.WaitAfterEnd}, true)
	ctx := strict.With(context.Background(), j.Flows())
	strict.About(ctx, "not a call's")
	if !strict.Holds(ctx, strict.WaitAfterEnd, "c1") || strict.Holds(ctx, strict.Latest, "c2") {
		t.Error("flows are not held to the rule")
	}
	if got := fmt.Sprint(j.Report()[0].Operations, j.Report()[1].Contacts); got != "map[flow:1] [c1]" {
		t.Error(got)
	}
}

func TestAReportBeginsAnewAndTheWholeGoesOn(t *testing.T) {
	t.Parallel()
	j := strict.New()
	j.Set(nil, true)
	for i := range 150 {
		call := j.Call("DescribeContact")
		strict.Holds(strict.With(context.Background(), call), strict.Retention, strconv.Itoa(i))
		call.Done()
	}
	if got := j.Report()[0]; got.Passed != 150 || len(got.Contacts) != 100 || got.More != 50 {
		t.Errorf("%d calls, %d contacts and %d more", got.Passed, len(got.Contacts), got.More)
	}
	j.Forget()
	if recent, whole := j.Report(), j.Whole(); len(recent) != 0 || len(whole) != 1 || whole[0].Passed != 150 {
		t.Errorf("%+v, %+v", recent, whole)
	}
}
