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
// ParseAs makes a Program, or tells every fault at once. Start gives the State in
// which a flow begins. From there the runner calls Step and does what it says:
//
//	event := flow.Event(flow.Begin{})
//	for {
//		var effect flow.Effect
//		program := programOf(state.FlowID)  // another one when a module returns
//		state, effect = flow.Step(program, state, event, env)
//		switch e := effect.(type) {
//		case nil:
//			if state.Phase != flow.Entering {
//				return state                // waiting for an event, or done
//			}
//			event = flow.Begin{}            // moved on: one action more; count it
//		case flow.SwitchFlow:
//			state = flow.Switch(found, state, e.FlowID)
//			event = flow.Begin{}
//		case flow.CallModule:
//			state = flow.Call(found, state, e.ModuleID, e)
//			event = flow.Begin{}
//		default:
//			outcome := carryOut(effect)     // may be told later, by another turn
//			if state.Phase == flow.Done {
//				return state                // Disconnect, End and Stop want no answer
//			}
//			event = outcome
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
// Whoever wants to know which branch an action has taken, and why, sets
// Env.Trace.
//
// # What a flow remembers
//
// Some outcomes carry data: the answer of a function, the slots that a bot has
// filled, what was entered into a view. A State keeps the newest of each kind,
// and answers references to it before Env is asked: $.External, $.Lex, $.Views,
// $.Metrics, $.Modules, $.StoredCustomerInput, $.FlowAttributes and $.Loop. What
// the customer has typed has the origin OriginBrowser there, whoever handed it
// on; what a function has answered has OriginFlow. A State is bounded: an answer
// that would make it too large is an error of the action that asked for it.
//
// # The one table
//
// Everything that distinguishes one action from another stands in one row of
// the table in the files actions_*.go: the types of flow in which it may stand,
// its parameters, which of them may be dynamic, its results, the error branches
// it must and may have, what follows it, the function that enters it and the one
// that keeps what its outcome carries. Checking and stepping know no action by
// name.
package flow
