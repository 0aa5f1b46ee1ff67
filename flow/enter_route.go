package flow

import "strconv"

// whichQueue resolves a queue or the agent whose own it is; both may be empty.
func whichQueue(c call) (queue, agent string, ok bool) {
	q, known := c.optional("QueueId")
	a, knownAgent := c.optional("AgentId")
	return q.Text, a.Text, known && knownAgent
}

// doc: flow language, UpdateContactTargetQueue
func updateContactTargetQueue(c call) entered {
	queue, agent, ok := whichQueue(c)
	if !ok {
		return refuse(NoMatchingError)
	}
	return carry(SetTargetQueue{QueueID: queue, AgentID: agent})
}

// doc: flow language, DequeueContactAndTransferToQueue
func dequeueContactAndTransferToQueue(c call) entered {
	queue, agent, ok := whichQueue(c)
	if !ok {
		return refuse(NoMatchingError)
	}
	return carry(Requeue{QueueID: queue, AgentID: agent})
}

// updateContactRoutingBehavior has nothing to do where the time is to be
// adjusted by nothing.
//
// doc: flow language, UpdateContactRoutingBehavior
func updateContactRoutingBehavior(c call) entered {
	priority, _ := strconv.ParseInt(c.args.static("QueuePriority"), 10, 64)
	adjust, _ := strconv.Atoi(c.args.static("QueueTimeAdjustmentSeconds"))
	if priority == 0 && adjust == 0 {
		return entered{}
	}
	return carry(SetRoutingBehavior{Priority: priority, AdjustSeconds: adjust})
}

// doc: flow language, UpdateRoutingCriteria
func updateRoutingCriteria(c call) entered {
	var set SetRoutingCriteria
	for _, step := range c.args["RoutingCriteria"].fields["Steps"].objects {
		expression := step["Expression"].fields
		wanted := expression["AndExpression"].objects
		if expression.has("AttributeCondition") {
			wanted = []arguments{expression}
		}
		var next RoutingStep
		for _, each := range wanted {
			p, ok := asProficiency(each["AttributeCondition"].fields, c.env)
			if !ok {
				return refuse(NoMatchingError)
			}
			next.All = append(next.All, p)
		}
		next.Seconds, _ = strconv.Atoi(step["Expiry"].fields.static("DurationInSeconds"))
		set.Steps = append(set.Steps, next)
	}
	return carry(set)
}

func asProficiency(args arguments, env Env) (Proficiency, bool) {
	name, hasName := args.value("Name", env)
	value, hasValue := args.value("Value", env)
	level, hasLevel := args.value("ProficiencyLevel", env)
	number, err := strconv.ParseFloat(level.Text, 64)
	return Proficiency{Name: name.Text, Value: value.Text, Level: number}, hasName && hasValue && hasLevel && err == nil
}

// doc: flow language, TransferToFlow
func transferToFlow(c call) entered {
	id, ok := c.value("ContactFlowId")
	if !ok {
		return refuse(NoMatchingError)
	}
	return carry(SwitchFlow{FlowID: id.Text})
}

// invokeFlowModule fails where modules would lie too deep in each other.
// doc: flow language, InvokeFlowModule; administrator guide, Flow modules
func invokeFlowModule(c call) entered {
	id, ok := c.value("FlowModuleId")
	if !ok || len(c.state.Callers) >= maxModuleDepth {
		return refuse(NoMatchingError)
	}
	e := CallModule{ModuleID: id.Text}
	if c.args.has("Input") {
		input, ok := c.args["Input"].document.resolve(c, maxAnswer)
		if !ok {
			return refuse(NoMatchingError)
		}
		e.Input, e.Origin = input.Data, input.Origin
	}
	// Nobody may find room for the module's input once it has begun.
	if inside := Call(&Program{Start: c.id}, c.state, id.Text, e); !inside.fits() {
		return refuse(NoMatchingError)
	}
	return carry(e)
}

// endFlowModuleExecution hands $.Modules.Result and $.Modules.ResultData to the
// caller. What is too much to hand over is an error of the module.
//
// doc: flow language, EndFlowModuleExecution; administrator guide, Return
func endFlowModuleExecution(c call) entered {
	if len(c.state.Callers) == 0 {
		return refuse(NoMatchingError)
	}
	result := c.args.static("Result")
	answer, origin := map[string]any{}, OriginFlow
	if result != "" {
		answer["Result"] = result
	}
	if c.args.has("ResultData") {
		data, ok := c.args["ResultData"].document.resolve(c, maxAnswer)
		if !ok {
			return refuse(NoMatchingError)
		}
		answer["ResultData"], origin = data.Data, data.Origin
	}
	back, ok := c.state.comeBack(Back{Result: result}).with(modules, mustJSON(answer), origin)
	if !ok {
		return refuse(NoMatchingError)
	}
	return entered{jump: &back}
}
