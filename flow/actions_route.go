package flow

// routeActions are the rows of actions that say where the contact, or the flow,
// goes next.
var routeActions = map[string]kind{
	"UpdateContactTargetQueue": {
		in:         inbound | transfer,
		parameters: queueOrAgent(),
		rules:      rules{oneOf: []string{"QueueId", "AgentId"}},
		required:   []string{NoMatchingError},
		enter:      updateContactTargetQueue,
	},

	"TransferContactToQueue": {
		in:       inbound | transfer,
		required: []string{QueueAtCapacity, NoMatchingError},
		then:     thenEnd,
		enter:    func(call) entered { return carry(EnterQueue{}) },
	},

	"DequeueContactAndTransferToQueue": {
		in:         queueing,
		parameters: queueOrAgent(),
		rules:      rules{atMostOne: []string{"QueueId", "AgentId"}},
		required:   []string{QueueAtCapacity, NoMatchingError},
		then:       thenEnd,
		enter:      dequeueContactAndTransferToQueue,
	},

	// A telephone call alone is put through at once. The documents know of no
	// branch, the console's block has one for other channels.
	"TransferContactToAgent": {
		in:      transfer,
		allowed: []string{NoMatchingError},
		then:    thenEnd,
		fails:   NoMatchingError,
	},

	// The page of the action says inbound flows only, the block's own page more.
	"UpdateContactRoutingBehavior": {
		in: beforeAgent,
		parameters: []parameter{
			{name: "QueuePriority", numeric: true, valid: wholeNumber(1)},
			{name: "QueueTimeAdjustmentSeconds", numeric: true, valid: integer(-maxWaitSeconds, maxWaitSeconds)},
		},
		rules: rules{oneOf: []string{"QueuePriority", "QueueTimeAdjustmentSeconds"}},
		enter: updateContactRoutingBehavior,
	},

	"UpdateRoutingCriteria": {
		in: beforeAgent,
		parameters: []parameter{{name: "RoutingCriteria", shape: object, required: true, fields: []parameter{
			{name: "Steps", shape: objects, required: true, fields: []parameter{
				{name: "Expression", shape: object, required: true, rules: rules{oneOf: []string{"AttributeCondition", "AndExpression"}},
					fields: []parameter{
						attributeCondition(),
						{name: "AndExpression", shape: objects, fields: []parameter{required(attributeCondition())}},
					}},
				{name: "Expiry", shape: object, fields: []parameter{
					{name: "DurationInSeconds", numeric: true, required: true, valid: integer(1, maxWaitSeconds)}}},
			}},
		}}},
		required: []string{NoMatchingError},
		enter:    updateRoutingCriteria,
	},

	"TransferToFlow": {
		in:         inbound | transfer,
		parameters: []parameter{{name: "ContactFlowId", form: whole, required: true, valid: characters(1, maxIDLength)}},
		required:   []string{NoMatchingError},
		then:       thenEnd,
		enter:      transferToFlow,
	},

	// Whether a module has these branches and takes this input is the module's to
	// say, where both are known.
	"InvokeFlowModule": {
		in: inbound,
		parameters: []parameter{
			{name: "FlowModuleId", form: whole, required: true, valid: characters(1, maxIDLength)},
			{name: "Input", shape: freeform},
		},
		results:  &results{operators: []string{"Equals"}},
		required: []string{NoMatchingError},
		allowed:  []string{NoMatchingCondition},
		then:     thenEither,
		enter:    invokeFlowModule,
	},

	"EndFlowModuleExecution": {
		in: module,
		parameters: []parameter{
			{name: "Result", valid: characters(1, maxIDLength)},
			{name: "ResultData", shape: freeform},
		},
		then:  thenDone,
		enter: endFlowModuleExecution,
	},

	"EndFlowExecution": {
		in:    anyWhisper | queueing,
		then:  thenDone,
		enter: func(call) entered { return carry(End{}) },
	},
}

func attributeCondition() parameter {
	return parameter{name: "AttributeCondition", shape: object, fields: []parameter{
		{name: "Name", form: whole, required: true, valid: characters(1, 64)},
		{name: "Value", form: whole, required: true, valid: characters(1, 64)},
		{name: "ProficiencyLevel", form: whole, numeric: true, required: true, valid: proficiency},
		{name: "ComparisonOperator", required: true, valid: among("NumberGreaterOrEqualTo")},
	}}
}

func required(p parameter) parameter {
	p.required = true
	return p
}
