// Package flow reads and plays the Flow language, version 2019-10-30: the JSON
// in which a contact centre says what happens to a chat before, between and
// after its agents.
//
// The package is pure. It knows no clock, no network, no conversation and no
// database; it turns one position of a flow and one event into the next
// position and at most one effect. Somebody else, the runner, carries effects
// out and keeps positions.
//
// # The bargain between flow and runner
//
// Parse makes a Program, or tells every fault at once. Start gives the State in
// which a flow begins. From there the runner calls Step and does what it says:
//
//	event := flow.Event(flow.Begin{})
//	for {
//		var effect flow.Effect
//		state, effect = flow.Step(program, state, event, env)
//		switch {
//		case effect != nil:
//			outcome := carryOut(effect)     // may be told later, by another turn
//			if state.Phase == flow.Done {
//				return state                // Disconnect, End and Stop want no answer
//			}
//			event = outcome
//		case state.Phase == flow.Entering:
//			event = flow.Begin{}            // moved on: one action more; count it
//		default:
//			return state                    // waiting for an event, or done
//		}
//	}
//
// One call enters at most one action, so that a runner which counts its calls
// with Begin has the number of actions, and can stop a flow that runs in
// circles. Step itself never loops.
//
// A State is small, is JSON, and may be stored after any call. After a restart
// the runner sends Begin: a flow that was entering an action enters it, a flow
// that had asked for an effect asks for it again, and a flow that waits goes on
// waiting. So the runner stores a State in the same commit as the effect's
// consequence, or it stores the State before the effect and makes the effect
// safe to repeat.
//
// # The one table
//
// Everything that distinguishes one action from another stands in one row of
// the table in actions.go: its parameters, which of them may be dynamic, its
// results, the error branches it must and may have, what follows it, and the
// function that enters it. Checking and stepping know no action by name.
package flow
