package flow

// branchActions are the rows of actions that look something up and branch.
var branchActions = map[string]kind{
	"Compare": {
		parameters: []parameter{{name: "ComparisonValue", form: reference, required: true}},
		results:    &results{dynamic: true},
		required:   []string{NoMatchingCondition},
		then:       thenBranch,
		enter:      compare,
	},

	"CheckHoursOfOperation": {
		in:         beforeAgent,
		parameters: []parameter{{name: "HoursOfOperationId", form: whole, valid: characters(1, maxIDLength)}},
		results:    &results{operators: []string{"Equals"}, names: func(arguments) []string { return []string{"True", "False"} }},
		required:   []string{NoMatchingError},
		then:       thenBranch,
		enter:      checkHours,
	},

	"CheckMetricData": {
		in: beforeAgent,
		parameters: append(queueOrAgent(), parameter{name: "MetricType", required: true,
			valid: among(string(AgentsAvailable), string(AgentsStaffed), string(AgentsOnline), string(OldestInQueue), string(ContactsInQueue))}),
		rules: rules{atMostOne: []string{"QueueId", "AgentId"}},
		results: &results{operators: []string{"Equals", "NumberGreaterThan", "NumberGreaterOrEqualTo",
			"NumberLessThan", "NumberLessOrEqualTo"}, counted: true},
		required: []string{NoMatchingError, NoMatchingCondition},
		then:     thenBranch,
		check:    agentsAreThereOrNot,
		enter:    checkMetric,
	},

	"GetMetricData": {
		parameters: append(queueOrAgent(), parameter{name: "QueueChannel", form: whole, valid: among("Voice", "Chat")}),
		rules:      rules{atMostOne: []string{"QueueId", "AgentId"}},
		required:   []string{NoMatchingError},
		enter:      getMetrics,
		learn:      learnMetrics,
	},

	"DistributeByPercentage": {
		in:       beforeAgent,
		results:  &results{operators: []string{"NumberLessThan"}, counted: true},
		required: []string{NoMatchingCondition},
		then:     thenBranch,
		check:    percentages,
		enter:    func(call) entered { return carry(Draw{}) },
	},

	// The console's block has an error branch, the documents none.
	"Loop": {
		parameters: []parameter{
			{name: "LoopCount", form: whole, numeric: true, required: true, valid: integer(0, maxLoops)},
			{name: "LoopName", valid: characters(1, maxIdentifier)},
		},
		results: &results{operators: []string{"Equals"},
			names: func(arguments) []string { return []string{continueLooping, doneLooping} }},
		allowed: []string{NoMatchingError},
		then:    thenBranch,
		enter:   loop,
	},
}
