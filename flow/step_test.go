package flow

import (
	"fmt"
	"reflect"
	"testing"
)

// TestFlowChangedBeneath shows what becomes of a contact that stands in an
// action which its flow has no more.
func TestFlowChangedBeneath(t *testing.T) {
	p := mustParse(t, "flow", farewells(1))
	for _, phase := range []Phase{Entering, Awaiting, Waiting} {
		s, effect := Step(p, State{FlowID: "f", ActionID: "gone", Phase: phase}, Begin{}, Env{})
		if stop, ok := effect.(Stop); !ok || stop.Reason == "" || s.Phase != Done {
			t.Errorf("%s: got %+v, %#v", phase, s, effect)
		}
	}
	s := State{FlowID: "f", ActionID: "gone", Phase: Done}
	if got, effect := Step(p, s, Begin{}, Env{}); effect != nil || !reflect.DeepEqual(got, s) {
		t.Errorf("done: got %+v, %#v", got, effect)
	}
}

// TestNoMatchingConditionIsNotCaught shows that a result without a condition
// does not count as a fault for the catch-all.
func TestNoMatchingConditionIsNotCaught(t *testing.T) {
	a := &Action{ID: "a", Type: "Any", kind: &kind{}, errors: map[string]string{NoMatchingError: "b"}}
	if s, effect := a.fail(State{}, NoMatchingCondition, Env{}); effect == nil || s.Phase != Done {
		t.Errorf("got %+v, %#v", s, effect)
	}
	if s, effect := a.branch(State{}, "x", Env{}); effect == nil || s.Phase != Done {
		t.Errorf("without NextAction: got %+v, %#v", s, effect)
	}
	a.next = "c"
	if s, effect := a.branch(State{}, "x", Env{}); effect != nil || s.ActionID != "c" {
		t.Errorf("with NextAction: got %+v, %#v", s, effect)
	}
}

// TestProgramIsNotChanged shows that what a step hands out is the caller's own.
func TestProgramIsNotChanged(t *testing.T) {
	p := defaultPrograms(t)["disconnectFlow"]
	s := State{ActionID: "Wait for score", Phase: Entering}
	_, effect := Step(p, s, Begin{}, Env{})
	effect.(Await).Events[0] = "Changed"
	if _, effect := Step(p, s, Begin{}, Env{}); effect.(Await).Events[0] != EventCustomerReturned {
		t.Errorf("got %+v", effect)
	}
}

// ExampleStep is a runner in small: it carries out effects by printing them,
// and counts actions so that no flow runs for ever.
func ExampleStep() {
	program, problems := Parse([]byte(`{"Version":"2019-10-30","StartAction":"hello","Actions":[
		{"Identifier":"hello","Type":"MessageParticipant","Parameters":{"Text":"Hello $.Attributes.name!"},"Transitions":{"NextAction":"bye"}},
		{"Identifier":"bye","Type":"DisconnectParticipant","Transitions":{}}]}`))
	if len(problems) > 0 {
		fmt.Println(problems)
		return
	}
	env := Env{Lookup: func(r Reference) (Value, bool) {
		return Value{Text: "Ada", Origin: "jwt"}, r.String() == "$.Attributes.name"
	}}
	state, event := Start(program, "flow-1"), Event(Begin{})
	for range 100 {
		var effect Effect
		state, effect = Step(program, state, event, env)
		if effect != nil {
			fmt.Printf("%T%+v\n", effect, effect)
		}
		if state.Phase == Done || state.Phase == Waiting {
			break
		}
		event = Begin{}
		if effect != nil {
			event = Outcome{}
		}
	}
	fmt.Println(state.Phase)
	// Output:
	// flow.Say{Text:Hello Ada! Audience:}
	// flow.Disconnect{}
	// done
}
