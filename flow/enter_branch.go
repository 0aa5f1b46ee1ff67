package flow

import "strconv"

// compare hands its value to the conditions. A value that is not there meets no
// condition, not even one that an empty text would meet.
//
// doc: flow language, Compare; administrator guide, Check contact attributes
func compare(c call) entered {
	v, ok := c.value("ComparisonValue")
	if !ok {
		return refuse(NoMatchingCondition)
	}
	return entered{result: v.Text}
}

// doc: flow language, CheckHoursOfOperation
func checkHours(c call) entered {
	id, ok := c.optional("HoursOfOperationId")
	if !ok {
		return refuse(NoMatchingError)
	}
	return carry(CheckHours{HoursID: id.Text})
}

// agentsAreThereOrNot is a check: the numbers of agents answer one question only.
// doc: flow language, CheckMetricData
func agentsAreThereOrNot(c *checker, at string, a *Action) {
	switch Metric(a.arguments.static("MetricType")) {
	case AgentsAvailable, AgentsStaffed, AgentsOnline:
	default:
		return
	}
	for _, b := range a.conditions {
		if n, _ := b.when.operand.static(); b.when.operator != "NumberGreaterThan" || n != "0" {
			c.report(at+".Transitions.Conditions", "a number of agents can only be compared with NumberGreaterThan 0")
		}
	}
}

// doc: flow language, CheckMetricData
func checkMetric(c call) entered {
	queue, agent, ok := whichQueue(c)
	if !ok {
		return refuse(NoMatchingError)
	}
	return carry(CheckMetric{Metric: Metric(c.args.static("MetricType")), QueueID: queue, AgentID: agent})
}

// doc: flow language, GetMetricData
func getMetrics(c call) entered {
	queue, agent, ok := whichQueue(c)
	channel, known := c.optional("QueueChannel")
	if !ok || !known {
		return refuse(NoMatchingError)
	}
	return carry(GetMetrics{QueueID: queue, AgentID: agent, Channel: channel.Text})
}

// learnMetrics keeps $.Metrics.
func learnMetrics(c call, o Outcome) (State, bool) {
	if o.Error != "" {
		return c.state, true
	}
	return c.state.withObject(metrics, o.Data)
}

// percentages is a check: a chain of rising limits, each one more than the
// percentages so far. doc: flow language, DistributeByPercentage
func percentages(c *checker, at string, a *Action) {
	least := 1
	for _, b := range a.conditions {
		text, _ := b.when.operand.static()
		n, err := strconv.Atoi(text)
		if err != nil || n < least || n > 101 {
			c.report(at+".Transitions.Conditions", "%q is no limit here: limits are whole numbers that rise from 1 to at most 101", text)
			return
		}
		least = n
	}
}

// Results of Loop.
const (
	continueLooping = "ContinueLooping"
	doneLooping     = "DoneLooping"
)

// loop goes round as often as it says, then is done once, and begins anew after
// that. Loops of one name are one loop.
//
// doc: flow language, Loop; administrator guide, Loop
func loop(c call) entered {
	limit, ok := c.value("LoopCount")
	turns, err := strconv.Atoi(limit.Text)
	if !ok || err != nil {
		return refuse(NoMatchingError)
	}
	name := c.args.static("LoopName")
	if name == "" {
		name = c.id
	}
	next, again := c.state.goRound(name, turns)
	if !again {
		return entered{keep: &next, result: doneLooping}
	}
	if !next.fits() {
		return refuse(NoMatchingError)
	}
	return entered{keep: &next, result: continueLooping}
}
