package api

import (
	"slices"

	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

func statusSettings() resource[catalog.Status, wire.StatusRequest] {
	return resource[catalog.Status, wire.StatusRequest]{kind: catalog.StatusKind(), path: "agent-state",
		id: func(in wire.StatusRequest) string { return in.AgentStatusId }, fill: fillStatus}
}

func fillStatus(_ *call, s *catalog.Status, in wire.StatusRequest) error {
	if s.Name == "" {
		s.Type = catalog.Custom
	} else if s.ID == "" {
		s.ID = s.Name // which it keeps under another name
	}
	given(&s.Name, in.Name)
	said(&s.Description, in.Description)
	given(&s.Order, in.DisplayOrder)
	if in.ResetOrderNumber {
		s.Order = 0
	}
	if in.State != "" {
		s.Disabled = in.State == wire.Disabled
	}
	if in.Tags != nil {
		s.Tags = in.Tags
	}
	return nil
}

func createAgentStatus(c *call, in wire.StatusRequest) (wire.CreateStatusResponse, error) {
	s, err := statusSettings().create(c, in)
	return wire.CreateStatusResponse{AgentStatusId: s.ID, AgentStatusARN: statusSettings().arn(c, s)}, err
}

func describeAgentStatus(c *call, in wire.StatusRequest) (wire.DescribeStatusResponse, error) {
	s, err := statusSettings().get(c, in)
	return wire.DescribeStatusResponse{AgentStatus: c.shownStatus(s)}, err
}

func (c *call) shownStatus(s catalog.Status) wire.AgentStatus {
	return wire.AgentStatus{AgentStatusARN: statusSettings().arn(c, s), AgentStatusId: statusSettings().kind.ID(s),
		Name: s.Name, Description: s.Description, Type: string(s.Type), DisplayOrder: s.Order, State: stateWord(s.Disabled), Tags: s.Tags,
		Stamp: statusSettings().stamp(c, s)}
}

func listAgentStatuses(c *call, in wire.StatusRequest) (wire.ListStatusesResponse, error) {
	some, next, err := statusSettings().list(c, in, func(s catalog.Status) bool {
		return len(in.AgentStatusTypes) == 0 || slices.Contains(in.AgentStatusTypes, string(s.Type))
	})
	out := wire.ListStatusesResponse{AgentStatusSummaryList: []wire.StatusSummary{}, NextToken: next}
	for _, s := range some {
		out.AgentStatusSummaryList = append(out.AgentStatusSummaryList, wire.StatusSummary{Summary: statusSettings().summary(c, s), Type: string(s.Type)})
	}
	return out, err
}
