package flow

// SetTargetQueue chooses the queue that EnterQueue will use. Exactly one of the
// two is set, to an id or an ARN.
type SetTargetQueue struct {
	QueueID string
	AgentID string // the queue of this agent alone
}

// EnterQueue puts the contact into its target queue, which ends the flow.
// Errors: QueueAtCapacity; NoMatchingError where no queue is set or the contact
// is in a queue already.
type EnterQueue struct{}

// SwitchFlow leaves this flow for the beginning of another. A runner that finds
// the other flow replaces its State by Switch to that flow; else it answers
// NoMatchingError.
type SwitchFlow struct{ FlowID string }

// Requeue takes the contact out of the queue in which it waits and puts it into
// another, as a new contact of the chat; that ends the flow. At most one of the
// two is set, to an id or an ARN; with neither the target queue is meant.
// Errors: QueueAtCapacity; NoMatchingError where the contact does not wait in a
// queue, or an agent is joining or has joined.
type Requeue struct {
	QueueID string
	AgentID string // the queue of this agent alone
}

// SetRoutingBehavior moves the contact in its queue, now or once it is in one.
// Exactly one of the two is not 0.
type SetRoutingBehavior struct {
	// Priority is 1 or more; the smaller number goes first.
	Priority int64
	// AdjustSeconds makes the contact seem to have waited longer, or less.
	AdjustSeconds int
}

// SetRoutingCriteria says which agents of the queue are asked, step by step.
// After the last step all are.
type SetRoutingCriteria struct{ Steps []RoutingStep }

// RoutingStep asks for agents who have all of the proficiencies.
type RoutingStep struct {
	All []Proficiency
	// Seconds is how long the step lasts; 0 means until an agent is found.
	Seconds int
}

// Proficiency is something an agent is good at.
type Proficiency struct {
	Name, Value string
	Level       float64 // at least; 1 to 5
}

// CheckHours asks whether it is within the hours of operation. Result: True or
// False. Error: NoMatchingError where the hours, or the queue, do not exist.
type CheckHours struct {
	// HoursID is an id or an ARN; empty means those of the target queue.
	HoursID string
}

// Metric is one live figure of a queue.
type Metric string

// Metrics of CheckMetric.
const (
	AgentsAvailable Metric = "NumberOfAgentsAvailable"
	AgentsStaffed   Metric = "NumberOfAgentsStaffed"
	AgentsOnline    Metric = "NumberOfAgentsOnline"
	OldestInQueue   Metric = "OldestContactInQueueAgeSeconds"
	ContactsInQueue Metric = "NumberOfContactsInQueue"
)

// CheckMetric asks for one figure of a queue. At most one of the ids is set;
// with neither the target queue is meant. Result: a whole number in decimal
// notation. The age of OldestInQueue is in milliseconds, whatever its name says:
// for five minutes the console writes the operand 300000.
type CheckMetric struct {
	Metric           Metric
	QueueID, AgentID string
}

// GetMetrics asks for all figures of a queue. At most one of the ids is set;
// with neither the target queue is meant. Data: an object in which references
// find what follows $.Metrics, such as
//
//	{"Queue":{"Name":"q","ARN":"…","Size":3,"OldestContactAge":40},
//	 "Agents":{"Online":{"Count":2},"Available":{"Count":1},"Staffed":{"Count":2}},
//	 "Contact":{"EstimatedWaitTime":60,"PositionInQueue":2}}
type GetMetrics struct {
	QueueID, AgentID string
	Channel          string // Voice, Chat or empty for all
}

// Draw asks for a random number. Result: 1 to 100, in decimal notation, each as
// likely as the others. It comes from outside so that a flow can be played again
// exactly.
type Draw struct{}

func (SetTargetQueue) effect()     {}
func (EnterQueue) effect()         {}
func (SwitchFlow) effect()         {}
func (Requeue) effect()            {}
func (SetRoutingBehavior) effect() {}
func (SetRoutingCriteria) effect() {}
func (CheckHours) effect()         {}
func (CheckMetric) effect()        {}
func (GetMetrics) effect()         {}
func (Draw) effect()               {}
