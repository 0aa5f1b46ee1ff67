package flow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// Error types that flows branch on.
// doc: flow language, the Errors section of each action
const (
	NoMatchingError     = "NoMatchingError"     // the catch-all
	NoMatchingCondition = "NoMatchingCondition" // no condition holds for the result
	QueueAtCapacity     = "QueueAtCapacity"     // the target queue is full
	ParticipantNotFound = "ParticipantNotFound" // no bot is there to wait for

	InputTimeLimitExceeded = "InputTimeLimitExceeded" // the customer has not answered a bot in time
	TimeLimitExceeded      = "TimeLimitExceeded"      // the customer has not answered a view, or signed in, in time
	ChannelMismatch        = "ChannelMismatch"        // not for a contact of this channel
	// RedactionFailed means that redaction of messages under way cannot be done.
	RedactionFailed       = "InFlightRedactionConfigurationFailed"
	InvalidPhoneNumber    = "InvalidPhoneNumber"    // voice only
	InvalidCallbackNumber = "InvalidCallbackNumber" // voice only
)

// transitions reads where an action leads and holds it against the action's
// row. An action that ends the flow may carry a NextAction, as the console
// writes one beside a transfer's error branches; it is checked and never taken. An empty
// one, as Amazon's own examples have, is none.
//
// doc: flow language, Actions, Transitions
func (c *checker) transitions(at string, raw json.RawMessage, a *Action) {
	fields := map[string]json.RawMessage{}
	if !absent(raw) {
		var ok bool
		if fields, ok = c.object(at, raw); !ok {
			return
		}
	}
	if next := fields["NextAction"]; !absent(next) && string(bytes.TrimSpace(next)) != `""` {
		a.next = c.target(at+".NextAction", fields["NextAction"])
	} else if a.kind.then == thenNext || a.kind.then == thenEither {
		c.report(at+".NextAction", "is missing")
	}
	c.errors(at+".Errors", fields["Errors"], a)
	c.conditions(at+".Conditions", fields["Conditions"], a)
}

// target reads the identifier of an action and checks that it exists.
func (c *checker) target(field string, raw json.RawMessage) string {
	id, ok := c.text(field, raw)
	if ok && !c.known[id] {
		c.report(field, "names action %q, which does not exist", id)
	}
	return id
}

// errors reads the error branches. The two messages about a branch that is
// missing or not allowed are worded as Amazon's CreateContactFlow words them,
// since authors search for them.
func (c *checker) errors(at string, raw json.RawMessage, a *Action) {
	var items []json.RawMessage
	if !absent(raw) {
		items, _ = c.array(at, raw)
	}
	for i, item := range items {
		field := fmt.Sprintf("%s[%d]", at, i)
		fields, ok := c.object(field, item)
		if !ok {
			continue
		}
		name, ok := c.text(field+".ErrorType", fields["ErrorType"])
		next := c.target(field+".NextAction", fields["NextAction"])
		if !ok {
			continue
		}
		if !a.kind.anyError && !slices.Contains(a.kind.required, name) && !slices.Contains(a.kind.allowed, name) {
			c.report(field+".ErrorType", "Invalid Action error. Error: %s", name)
		}
		if _, twice := a.errors[name]; twice {
			c.report(field+".ErrorType", "%s has a branch already", name)
		}
		a.errors[name] = next
	}
	for _, name := range a.kind.required {
		if _, ok := a.errors[name]; !ok {
			c.report(at, "Action is missing required error. Error: %s", name)
		}
	}
}

func (c *checker) conditions(at string, raw json.RawMessage, a *Action) {
	var items []json.RawMessage
	if !absent(raw) {
		items, _ = c.array(at, raw)
	}
	if a.kind.results == nil {
		if len(items) > 0 {
			c.report(at, "%s has no result to put conditions on", a.Type)
		}
		return
	}
	for i, item := range items {
		field := fmt.Sprintf("%s[%d]", at, i)
		fields, ok := c.object(field, item)
		if !ok {
			continue
		}
		next := c.target(field+".NextAction", fields["NextAction"])
		if when, ok := c.condition(field+".Condition", fields["Condition"], a.kind.results); ok {
			a.conditions = append(a.conditions, branch{when: when, next: next})
		}
	}
	c.resultsCovered(at, a)
}

// resultsCovered checks an action whose results are a closed set: each has a
// condition of its own, and there is no other.
// doc: flow language, Wait, Execution results and conditions
func (c *checker) resultsCovered(at string, a *Action) {
	if a.kind.results.names == nil {
		return
	}
	names := a.kind.results.names(a.arguments)
	var named []string
	for _, b := range a.conditions {
		operand, _ := b.when.operand.static()
		named = append(named, operand)
		if !slices.Contains(names, operand) {
			c.report(at, "%q is not a result of this action; its results are %q", operand, names)
		}
	}
	for _, name := range names {
		if !slices.Contains(named, name) {
			c.report(at, "result %q needs a condition", name)
		}
	}
}
