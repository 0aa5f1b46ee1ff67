package flow

import (
	"fmt"
	"slices"
	"strings"
)

// Step takes a flow one step further. It returns the new state and what is to
// be done, if anything. With a nil effect the new state is Entering (send
// Begin), Waiting or Done, or it is the old one: an event that the flow does
// not listen for changes nothing. A step may lead into another program, when a
// module returns: the new state's FlowID says which.
//
// Env is read only while Step runs. The same arguments always give the same
// answer.
func Step(p *Program, s State, ev Event, env Env) (State, Effect) {
	if s.Phase == Done {
		return s, nil
	}
	a, ok := p.Action(s.ActionID)
	if !ok {
		// The flow's text changed under a contact that stood in it.
		return s.stop(env, Passage{FlowID: s.FlowID, ActionID: s.ActionID}, "action %q is not in flow %q any more", s.ActionID, s.FlowID)
	}
	env = s.env(env)
	switch ev := ev.(type) {
	case Begin:
		if s.Phase == Entering || s.Phase == Awaiting {
			return a.begin(s, env)
		}
	case Outcome:
		if s.Phase == Awaiting {
			return a.settle(s, ev, env)
		}
	default:
		if result, ok := s.heard(ev); ok {
			return a.branch(s.told(ev), result, env)
		}
	}
	return s, nil
}

// heard translates an event into the result of the wait that it ends.
// doc: flow language, Wait, Execution results and conditions
func (s State) heard(ev Event) (result string, ok bool) {
	if s.Phase != Waiting {
		return "", false
	}
	var name string
	switch ev.(type) {
	case TimeUp:
		return waitCompleted, true
	case CustomerReturned:
		name = EventCustomerReturned
	case BotDisconnected:
		name = EventBotDisconnected
	}
	return name, s.Wait != nil && slices.Contains(s.Wait.Events, name)
}

// told keeps what the customer has written, where it is not too much.
func (s State) told(ev Event) State {
	returned, ok := ev.(CustomerReturned)
	if !ok || returned.Text == "" {
		return s
	}
	s, _ = s.with(storedInput, mustJSON(strings.ToValidUTF8(returned.Text, "\uFFFD")), originOf(storedInput))
	return s
}

// begin enters the action, for the first time or once more, or goes on where a
// module that it has called has returned.
func (a *Action) begin(s State, env Env) (State, Effect) {
	if back := s.Back; back != nil {
		s.Back = nil
		if back.Error != "" {
			return a.fail(s, back.Error, env)
		}
		return a.follow(s, back.Result, env)
	}
	if a.kind.fails != "" {
		return a.fail(s, a.kind.fails, env)
	}
	e := a.kind.enter(call{id: a.ID, args: a.arguments, state: s, env: env})
	if e.keep != nil {
		s = *e.keep
	}
	switch {
	case e.err != "":
		return a.fail(s, e.err, env)
	case e.jump != nil:
		env.tell(a.passage(s), WayReturn, e.jump.ActionID)
		return *e.jump, nil
	case e.effect == nil:
		return a.follow(s, e.result, env)
	case a.kind.then == thenDone:
		env.tell(a.passage(s), WayEnd, "")
		return s.done(), e.effect
	}
	s.Phase, s.Wait = Awaiting, nil
	if await, ok := e.effect.(Await); ok {
		s.Wait = &Wait{Seconds: await.Seconds, Events: slices.Clone(await.Events)}
	}
	return s, e.effect
}

// settle keeps what the outcome of an effect carries, and goes on from there.
func (a *Action) settle(s State, o Outcome, env Env) (State, Effect) {
	if a.kind.learn != nil {
		learnt, ok := a.kind.learn(call{id: a.ID, args: a.arguments, state: s, env: env}, o)
		if s = learnt; !ok && o.Error == "" {
			o.Error = NoMatchingError
		}
	}
	if o.Error != "" {
		return a.fail(s, o.Error, env)
	}
	return a.follow(s, o.Result, env)
}

// follow goes on after success.
func (a *Action) follow(s State, result string, env Env) (State, Effect) {
	switch a.kind.then {
	case thenWait:
		s.Phase = Waiting
		return s, nil
	case thenBranch:
		return a.branch(s, result, env)
	case thenEither:
		if result != "" {
			return a.branch(s, result, env)
		}
	case thenEnd, thenDone:
		env.tell(a.passage(s), WayEnd, "")
		return s.done(), nil
	}
	env.tell(a.passage(s), WayNext, a.next)
	return s.enter(a.next), nil
}

// branch follows the first condition that holds for the result, then
// NoMatchingCondition, then NextAction.
// doc: flow language, Actions, Transitions
func (a *Action) branch(s State, result string, env Env) (State, Effect) {
	p := a.passage(s)
	p.Result = result
	for i, b := range a.conditions {
		if b.when.holds(result, env) {
			p.Condition, p.Test = i+1, b.when.String()
			env.tell(p, WayCondition, b.next)
			return s.enter(b.next), nil
		}
	}
	if next, ok := a.errors[NoMatchingCondition]; ok {
		p.Error = NoMatchingCondition
		env.tell(p, WayError, next)
		return s.enter(next), nil
	}
	if a.next != "" {
		env.tell(p, WayNext, a.next)
		return s.enter(a.next), nil
	}
	return s.stop(env, p, "%s %q has no branch for result %q", a.Type, a.ID, result)
}

// fail follows the branch of an error, or the catch-all. Where there is neither
// the flow stops. doc: flow language, Actions, Transitions, Errors
func (a *Action) fail(s State, name string, env Env) (State, Effect) {
	p := a.passage(s)
	p.Error = name
	if next, ok := a.errors[name]; ok {
		env.tell(p, WayError, next)
		return s.enter(next), nil
	}
	// A comparison that matched nothing is not a fault, so it is not caught.
	if next, ok := a.errors[NoMatchingError]; ok && name != NoMatchingCondition {
		env.tell(p, WayError, next)
		return s.enter(next), nil
	}
	return s.stop(env, p, "%s %q has no branch for %s", a.Type, a.ID, name)
}

func (s State) enter(id string) State {
	s.ActionID, s.Phase, s.Wait, s.Back = id, Entering, nil, nil
	return s
}

func (s State) done() State {
	s.Phase, s.Wait = Done, nil
	return s
}

// stop ends the flow. A module that cannot go on does not take its caller along:
// that has a branch for it.
func (s State) stop(env Env, p Passage, format string, args ...any) (State, Effect) {
	p.Reason = fmt.Sprintf(format, args...)
	env.tell(p, WayStop, "")
	if len(s.Callers) > 0 {
		return s.comeBack(Back{Error: NoMatchingError}), nil
	}
	return s.done(), Stop{Reason: p.Reason}
}
