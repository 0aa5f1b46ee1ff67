package flow

import (
	"strconv"
	"strings"
)

// The functions below enter an action: they resolve its parameters and say
// which effect it asks for. A parameter that resolves to nothing, or to what
// its row does not allow, is NoMatchingError.

// messageParticipant says its text. A text of which nothing is left, since all
// its references lead nowhere, is not said and is no error: the customer loses
// nothing by it, and a stopped flow would lose the customer.
//
// doc: flow language, MessageParticipant
func messageParticipant(args arguments, env Env) entered {
	if !args.has("Text") {
		return refuse(NoMatchingError)
	}
	text := args["Text"].text.render(env).Text
	if strings.TrimSpace(text) == "" {
		return entered{}
	}
	if args["Text"].valid(text) != "" {
		return refuse(NoMatchingError)
	}
	return carry(Say{Text: text})
}

// compare hands its value to the conditions. A value that is not there meets no
// condition, not even one that an empty text would meet.
//
// doc: flow language, Compare; administrator guide, Check contact attributes
func compare(args arguments, env Env) entered {
	v, ok := args.value("ComparisonValue", env)
	if !ok {
		return refuse(NoMatchingCondition)
	}
	return entered{result: v.Text}
}

// updateContactAttributes resolves all attributes or none. A name that is
// itself dynamic passes its origin on to the value: whoever chooses the name
// chooses what the value means.
//
// doc: flow language, UpdateContactAttributes
func updateContactAttributes(args arguments, env Env) entered {
	set := SetAttributes{Target: TargetCurrent, Attributes: map[string]Value{}}
	if target, ok := args.value("TargetContact", env); ok {
		set.Target = Target(target.Text)
	}
	for _, e := range args["Attributes"].table {
		key, ok := e.key.value(env)
		if !ok || attributeKey(key.Text) != "" {
			return refuse(NoMatchingError)
		}
		value, ok := e.value.value(env)
		if !ok {
			return refuse(NoMatchingError)
		}
		if _, fixed := e.key.static(); !fixed {
			value.Origin = env.weakest(value.Origin, key.Origin)
		}
		if _, twice := set.Attributes[key.Text]; twice {
			return refuse(NoMatchingError) // which of the two was meant, nobody can tell
		}
		set.Attributes[key.Text] = value
	}
	return carry(set)
}

// doc: flow language, UpdateContactTargetQueue
func updateContactTargetQueue(args arguments, env Env) entered {
	if agent, ok := args.value("AgentId", env); ok {
		return carry(SetTargetQueue{AgentID: agent.Text})
	}
	if queue, ok := args.value("QueueId", env); ok {
		return carry(SetTargetQueue{QueueID: queue.Text})
	}
	return refuse(NoMatchingError)
}

// doc: flow language, TransferToFlow
func transferToFlow(args arguments, env Env) entered {
	id, ok := args.value("ContactFlowId", env)
	if !ok {
		return refuse(NoMatchingError)
	}
	return carry(SwitchFlow{FlowID: id.Text})
}

// updateContactEventHooks sets the one hook that the table holds. A chat cannot
// be put on hold, so the hold hooks fail.
//
// doc: flow language, UpdateContactEventHooks; administrator guide, Set hold flow
func updateContactEventHooks(args arguments, env Env) entered {
	hooks := args["EventHooks"]
	e := hooks.table[0]
	name, _ := e.key.static()
	id, ok := e.value.value(env)
	if !ok || hooks.valid(id.Text) != "" || name == "AgentHold" || name == "CustomerHold" {
		return refuse(NoMatchingError)
	}
	return carry(SetHook{Hook: name, FlowID: id.Text})
}

// doc: administrator guide, Create persistent contact association
func createPersistentContactAssociation(args arguments, env Env) entered {
	rehydration, ok := args.value("RehydrationType", env)
	if !ok {
		return refuse(NoMatchingError)
	}
	source, ok := args.value("SourceContactId", env)
	if !ok {
		return refuse(NoMatchingError)
	}
	token, ok := args.value("ClientToken", env)
	if !ok && args.has("ClientToken") {
		return refuse(NoMatchingError)
	}
	return carry(Associate{RehydrationType: rehydration.Text, Source: source, ClientToken: token.Text})
}

// waitCompleted is the result of a wait that no event has ended.
const waitCompleted = "WaitCompleted"

// waitResults are the results that a wait can have.
// doc: flow language, Wait, Execution results and conditions
func waitResults(args arguments) []string {
	return append([]string{waitCompleted}, args["Events"].list...)
}

// doc: flow language, Wait
func wait(args arguments, env Env) entered {
	limit, ok := args.value("TimeLimitSeconds", env)
	if !ok {
		limit, ok = args.value("TimeoutSeconds", env)
	}
	seconds, err := strconv.Atoi(limit.Text)
	if !ok || err != nil {
		return refuse(NoMatchingError)
	}
	return carry(Await{Seconds: seconds, Events: append([]string(nil), args["Events"].list...)})
}
