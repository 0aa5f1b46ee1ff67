package api

import (
	"slices"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

func quickConnectSettings() resource[catalog.QuickConnect, wire.QuickConnectRequest] {
	return resource[catalog.QuickConnect, wire.QuickConnectRequest]{kind: catalog.QuickConnectKind(), path: "transfer-destination",
		id: func(in wire.QuickConnectRequest) string { return in.QuickConnectId }, fill: fillQuickConnect}
}

func fillQuickConnect(_ *call, q *catalog.QuickConnect, in wire.QuickConnectRequest) error {
	given(&q.Name, in.Name)
	said(&q.Description, in.Description)
	if in.Tags != nil {
		q.Tags = in.Tags
	}
	to := in.QuickConnectConfig
	if to == nil {
		return nil
	}
	q.Type, q.User, q.Queue, q.Flow = catalog.QuickConnectType(to.QuickConnectType), "", "", ""
	switch {
	case q.Type == catalog.QuickConnectUser && to.UserConfig != nil:
		q.User, q.Flow = perch.UserID(wire.ResourceID(to.UserConfig.UserId)), perch.FlowID(wire.ResourceID(to.UserConfig.ContactFlowId))
	case q.Type == catalog.QuickConnectQueue && to.QueueConfig != nil:
		q.Queue, q.Flow = perch.QueueID(wire.ResourceID(to.QueueConfig.QueueId)), perch.FlowID(wire.ResourceID(to.QueueConfig.ContactFlowId))
	default:
		return refusedField("QuickConnectConfig", "must be of type USER with a UserConfig, or of type QUEUE with a QueueConfig: chats take no other")
	}
	return nil
}

func createQuickConnect(c *call, in wire.QuickConnectRequest) (wire.CreateQuickConnectResponse, error) {
	q, err := quickConnectSettings().create(c, in)
	return wire.CreateQuickConnectResponse{QuickConnectId: q.ID, QuickConnectARN: quickConnectSettings().arn(c, q)}, err
}

func describeQuickConnect(c *call, in wire.QuickConnectRequest) (wire.DescribeQuickConnectResponse, error) {
	q, err := quickConnectSettings().get(c, in)
	return wire.DescribeQuickConnectResponse{QuickConnect: c.shownQuickConnect(q)}, err
}

func (c *call) shownQuickConnect(q catalog.QuickConnect) wire.QuickConnect {
	to := wire.QuickConnectConfig{QuickConnectType: string(q.Type)}
	if q.Type == catalog.QuickConnectUser {
		to.UserConfig = &wire.UserQuickConnect{UserId: string(q.User), ContactFlowId: string(q.Flow)}
	} else {
		to.QueueConfig = &wire.QueueQuickConnect{QueueId: string(q.Queue), ContactFlowId: string(q.Flow)}
	}
	return wire.QuickConnect{QuickConnectARN: quickConnectSettings().arn(c, q), QuickConnectId: q.ID, Name: q.Name,
		Description: q.Description, QuickConnectConfig: to, Tags: q.Tags, Stamp: quickConnectSettings().stamp(c, q)}
}

func listQuickConnects(c *call, in wire.QuickConnectRequest) (wire.ListQuickConnectsResponse, error) {
	some, next, err := quickConnectSettings().list(c, in, func(q catalog.QuickConnect) bool {
		return len(in.QuickConnectTypes) == 0 || slices.Contains(in.QuickConnectTypes, string(q.Type))
	})
	out := wire.ListQuickConnectsResponse{QuickConnectSummaryList: []wire.QuickConnectSummary{}, NextToken: next}
	for _, q := range some {
		out.QuickConnectSummaryList = append(out.QuickConnectSummaryList, c.quickConnectSummary(q))
	}
	return out, err
}

func (c *call) quickConnectSummary(q catalog.QuickConnect) wire.QuickConnectSummary {
	return wire.QuickConnectSummary{Summary: quickConnectSettings().summary(c, q), QuickConnectType: string(q.Type)}
}
