package wire

// QueueRequest is what the operations on queues are asked with: each has the
// members of its table, and the others are absent.
type QueueRequest struct {
	OfInstance
	QueueId              string                `json:",omitempty"` // id or ARN
	QueueTypes           []string              `json:",omitempty"`
	Name                 string                `json:",omitempty"`
	Description          *string               `json:",omitempty"`
	OutboundCallerConfig *OutboundCallerConfig `json:",omitempty"`
	HoursOfOperationId   string                `json:",omitempty"` // id or ARN
	MaxContacts          *int                  `json:",omitempty"`
	QuickConnectIds      []string              `json:",omitempty"` // ids or ARNs
	Status               string                `json:",omitempty"`
	Tags                 map[string]string     `json:",omitempty"`
}

// OutboundCallerConfig is how a call from a queue shows itself. perch keeps it.
type OutboundCallerConfig struct {
	OutboundCallerIdName     string `json:",omitempty"`
	OutboundCallerIdNumberId string `json:",omitempty"`
	OutboundFlowId           string `json:",omitempty"`
}

// CreateQueueResponse names the queue.
type CreateQueueResponse struct{ QueueArn, QueueId string }

// DescribeQueueResponse shows a queue.
type DescribeQueueResponse struct{ Queue Queue }

// Values of a queue's status and type. Queues of the type AGENT are those that every
// agent has; perch lists none.
//
// doc: API_Queue
const (
	Enabled       = "ENABLED"
	Disabled      = "DISABLED"
	StandardQueue = "STANDARD"
)

// Queue is a queue as it is shown.
//
// doc: API_Queue
type Queue struct {
	Name                 string
	QueueArn             string
	QueueId              string
	Description          string                `json:",omitempty"`
	OutboundCallerConfig *OutboundCallerConfig `json:",omitempty"`
	HoursOfOperationId   string                `json:",omitempty"`
	MaxContacts          int                   `json:",omitempty"` // absent: without limit
	Status               string
	Tags                 map[string]string `json:",omitempty"`
	Stamp
}

// QueueSummary is a queue in a list.
type QueueSummary struct {
	Summary
	QueueType string
}

// ListQueuesResponse is one page of queues.
type ListQueuesResponse struct {
	QueueSummaryList []QueueSummary
	NextToken        string `json:",omitempty"` // absent on the last page
}

// QuickConnectSummary is a quick connect in a list.
type QuickConnectSummary struct {
	Summary
	QuickConnectType string
}

// ListQuickConnectsResponse is one page of quick connects, of an instance or of a
// queue.
type ListQuickConnectsResponse struct {
	QuickConnectSummaryList []QuickConnectSummary
	NextToken               string `json:",omitempty"` // absent on the last page
	Stamp                          // of the queue, where one was asked about
}
