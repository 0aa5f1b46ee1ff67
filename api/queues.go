package api

import (
	"slices"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

func queueSettings() resource[catalog.Queue, wire.QueueRequest] {
	return resource[catalog.Queue, wire.QueueRequest]{kind: catalog.QueueKind(), path: "queue",
		id: func(in wire.QueueRequest) string { return in.QueueId }, fill: fillQueue}
}

func fillQueue(_ *call, q *catalog.Queue, in wire.QueueRequest) error {
	given(&q.Name, in.Name)
	said(&q.Description, in.Description)
	said(&q.MaxContacts, in.MaxContacts)
	given(&q.Hours, perch.HoursID(wire.ResourceID(in.HoursOfOperationId)))
	if in.Status != "" {
		q.Disabled = in.Status == wire.Disabled
	}
	if o := in.OutboundCallerConfig; o != nil {
		q.Outbound = &catalog.CallerShown{Name: o.OutboundCallerIdName, Number: o.OutboundCallerIdNumberId, Flow: o.OutboundFlowId}
	}
	if in.QuickConnectIds != nil {
		q.QuickConnects = idsOf(in.QuickConnectIds)
	}
	if in.Tags != nil {
		q.Tags = in.Tags
	}
	return nil
}

// idsOf are the ids in a list of ids and ARNs, each once.
func idsOf(idsOrARNs []string) []string {
	var out []string
	for _, each := range idsOrARNs {
		if id := wire.ResourceID(each); !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

func createQueue(c *call, in wire.QueueRequest) (wire.CreateQueueResponse, error) {
	q, err := queueSettings().create(c, in)
	return wire.CreateQueueResponse{QueueId: string(q.ID), QueueArn: queueSettings().arn(c, q)}, err
}

func describeQueue(c *call, in wire.QueueRequest) (wire.DescribeQueueResponse, error) {
	q, err := queueSettings().get(c, in)
	return wire.DescribeQueueResponse{Queue: c.shownQueue(q)}, err
}

func (c *call) shownQueue(q catalog.Queue) wire.Queue {
	shown := wire.Queue{Name: q.Name, QueueArn: queueSettings().arn(c, q), QueueId: string(q.ID), Description: q.Description,
		HoursOfOperationId: string(q.Hours), MaxContacts: q.MaxContacts, Status: stateWord(q.Disabled), Tags: q.Tags, Stamp: queueSettings().stamp(c, q)}
	if o := q.Outbound; o != nil {
		shown.OutboundCallerConfig = &wire.OutboundCallerConfig{OutboundCallerIdName: o.Name, OutboundCallerIdNumberId: o.Number, OutboundFlowId: o.Flow}
	}
	return shown
}

func stateWord(disabled bool) string {
	if disabled {
		return wire.Disabled
	}
	return wire.Enabled
}

func listQueues(c *call, in wire.QueueRequest) (wire.ListQueuesResponse, error) {
	some, next, err := queueSettings().list(c, in, func(catalog.Queue) bool {
		return len(in.QueueTypes) == 0 || slices.Contains(in.QueueTypes, wire.StandardQueue)
	})
	out := wire.ListQueuesResponse{QueueSummaryList: []wire.QueueSummary{}, NextToken: next}
	for _, q := range some {
		out.QueueSummaryList = append(out.QueueSummaryList, wire.QueueSummary{Summary: queueSettings().summary(c, q), QueueType: wire.StandardQueue})
	}
	return out, err
}

func associateQueueQuickConnects(c *call, in wire.QueueRequest) (nothing, error) {
	return queueSettings().edit(c, in, func(q *catalog.Queue) error {
		q.QuickConnects = idsOf(slices.Concat(q.QuickConnects, in.QuickConnectIds))
		return nil
	})
}

func disassociateQueueQuickConnects(c *call, in wire.QueueRequest) (nothing, error) {
	gone := idsOf(in.QuickConnectIds)
	return queueSettings().edit(c, in, func(q *catalog.Queue) error {
		q.QuickConnects = slices.DeleteFunc(slices.Clone(q.QuickConnects), func(id string) bool { return slices.Contains(gone, id) })
		return nil
	})
}

func listQueueQuickConnects(c *call, in wire.QueueRequest) (wire.ListQuickConnectsResponse, error) {
	out := wire.ListQuickConnectsResponse{QuickConnectSummaryList: []wire.QuickConnectSummary{}}
	q, err := queueSettings().get(c, in)
	if err != nil {
		return out, err
	}
	all, err := c.opts.Settings.QuickConnects(c.Context(), c.instance)
	if err != nil {
		return out, err
	}
	all = slices.DeleteFunc(all, func(to catalog.QuickConnect) bool { return !slices.Contains(q.QuickConnects, to.ID) })
	some, next, err := pageByName(c, all, func(to catalog.QuickConnect) string { return to.Name }, in.NextToken, in.MaxResults)
	for _, to := range some {
		out.QuickConnectSummaryList = append(out.QuickConnectSummaryList, c.quickConnectSummary(to))
	}
	out.NextToken, out.Stamp = next, queueSettings().stamp(c, q)
	return out, err
}
