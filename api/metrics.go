package api

import (
	"context"
	"slices"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/routing"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/wire"
)

// group is what figures are about: the agents of some profiles who serve some
// queues, and what waits in these.
type group struct {
	queues     []perch.QueueID
	profiles   []string // of any if empty
	dimensions *wire.MetricDimensions
	key        string // orders groups
}

// doc: API_GetCurrentMetricData
func getCurrentMetricData(c *call, in wire.GetCurrentMetricDataRequest) (wire.GetCurrentMetricDataResponse, error) {
	out := wire.GetCurrentMetricDataResponse{MetricResults: []wire.CurrentMetricResult{}, DataSnapshotTime: wire.Epoch(c.opts.Now())}
	if err := c.of(in.InstanceId); err != nil {
		return out, err
	}
	groups, err := c.groups(in)
	if err != nil {
		return out, err
	}
	workers, err := c.opts.Router.Workers(c.Context(), c.instance)
	if err != nil {
		return out, err
	}
	some, next, err := pageByName(c, groups, func(g group) string { return g.key }, in.NextToken, in.MaxResults)
	for _, g := range some {
		figures, err := c.current(c.Context(), c.instance, g, workers)
		if err != nil {
			return out, err
		}
		if len(in.Groupings) == 0 {
			figures[wire.OldestContactAge] *= 1000 // Amazon's is in milliseconds then, and in seconds by group
		}
		result := wire.CurrentMetricResult{Dimensions: g.dimensions, Collections: []wire.CurrentMetricData{}}
		for _, m := range in.CurrentMetrics {
			v := figures[m.Name]
			if !ofChats(in.Filters.Channels) {
				v = 0 // nothing comes by other channels
			}
			result.Collections = append(result.Collections, wire.CurrentMetricData{Metric: m, Value: v})
		}
		out.MetricResults = append(out.MetricResults, result)
	}
	out.NextToken, out.ApproximateTotalCount = next, int64(len(groups))
	return out, err
}

// ofChats tells whether a filter by channels lets chats by.
func ofChats(channels []string) bool {
	return len(channels) == 0 || slices.Contains(channels, wire.ChannelChat)
}

// groups are those that a request asks for, in order, each once.
func (c *call) groups(in wire.GetCurrentMetricDataRequest) ([]group, error) {
	if f := in.Filters; len(f.RoutingStepExpressions)+len(f.AgentStatuses)+len(f.Subtypes)+len(f.ValidationTestTypes) > 0 {
		return nil, perch.InvalidField("Filters", "can hold Queues, RoutingProfiles and Channels: figures are told apart by nothing else")
	}
	var all group
	for _, id := range once(resourceIDs(in.Filters.Queues)) {
		q, err := c.opts.Settings.Queue(c.Context(), c.instance, perch.QueueID(id))
		if err != nil {
			return nil, err
		}
		all.queues = append(all.queues, q.ID)
	}
	for _, id := range once(resourceIDs(in.Filters.RoutingProfiles)) {
		p, err := c.opts.Settings.RoutingProfile(c.Context(), c.instance, id)
		if err != nil {
			return nil, err
		}
		all.profiles = append(all.profiles, p.ID)
		if len(in.Filters.Queues) == 0 {
			for _, q := range p.Queues {
				if !slices.Contains(all.queues, q.Queue) {
					all.queues = append(all.queues, q.Queue)
				}
			}
		}
	}
	if len(in.Filters.Queues)+len(in.Filters.RoutingProfiles) == 0 {
		return nil, perch.InvalidField("Filters", "must name queues or routing profiles")
	}
	if slices.Contains(in.Groupings, "CHANNEL") && !ofChats(in.Filters.Channels) {
		return nil, nil
	}
	groups := []group{all}
	if slices.Contains(in.Groupings, "QUEUE") {
		groups = nil
		for _, q := range all.queues {
			groups = append(groups, group{queues: []perch.QueueID{q}, profiles: all.profiles,
				dimensions: &wire.MetricDimensions{Queue: &wire.ResourceReference{Id: string(q), Arn: c.opts.ARNs.Queue(c.instance, q)}}})
		}
	}
	if slices.Contains(in.Groupings, "ROUTING_PROFILE") {
		if len(all.profiles) == 0 {
			return nil, perch.InvalidField("Groupings", "can hold ROUTING_PROFILE only where Filters name routing profiles")
		}
		var finer []group
		for _, g := range groups {
			for _, p := range all.profiles {
				d := wire.MetricDimensions{RoutingProfile: &wire.ResourceReference{Id: p, Arn: c.profileARN(p)}}
				if g.dimensions != nil {
					d.Queue = g.dimensions.Queue
				}
				finer = append(finer, group{queues: g.queues, profiles: []string{p}, dimensions: &d})
			}
		}
		groups = finer
	}
	for i := range groups {
		g := &groups[i]
		if slices.Contains(in.Groupings, "CHANNEL") {
			if g.dimensions == nil {
				g.dimensions = &wire.MetricDimensions{}
			}
			g.dimensions.Channel = wire.ChannelChat
		}
		if d := g.dimensions; d != nil && d.Queue != nil {
			g.key += d.Queue.Id
		}
		if d := g.dimensions; d != nil && d.RoutingProfile != nil {
			g.key += "/" + d.RoutingProfile.Id
		}
	}
	slices.SortFunc(groups, func(a, b group) int { return compareText(a.key, b.key) })
	return groups, nil
}

// once is a list without repetitions, in order.
func once(ids []string) []string {
	slices.Sort(ids)
	return slices.Compact(ids)
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (c *call) profileARN(id string) string {
	return c.opts.ARNs.Instance(c.instance) + "/routing-profile/" + id
}

// current are all metrics of a group as of now.
func (s *Server) current(ctx context.Context, instance perch.InstanceID, g group, workers []routing.Worker) (map[string]float64, error) {
	out := map[string]float64{}
	for _, w := range workers {
		serves := slices.ContainsFunc(g.queues, w.Serves)
		if !serves || len(g.profiles) > 0 && !slices.Contains(g.profiles, w.Profile.ID) {
			continue
		}
		for metric, counts := range map[string]bool{
			wire.AgentsOnline: w.Status.Type != catalog.OfflineType, wire.AgentsStaffed: w.Status.Type == catalog.Routable,
			wire.AgentsNonProductive: w.Status.Type == catalog.Custom, wire.AgentsAvailable: w.Free() > 0,
			wire.AgentsAfterContactWork: w.Has(store.EndedWork), wire.AgentsError: w.Has(store.Missed),
			wire.AgentsOnContact: w.Has(store.Connected), wire.AgentsOnCall: w.Has(store.Connected),
		} {
			if counts {
				out[metric]++
			}
		}
		out[wire.SlotsActive] += float64(len(w.Work))
		out[wire.SlotsAvailable] += float64(w.Free())
	}
	for _, q := range g.queues {
		f, err := s.opts.Router.Figures(ctx, instance, q, "", "")
		if err != nil {
			return nil, err
		}
		out[wire.ContactsInQueue] += float64(f.Waiting)
		out[wire.OldestContactAge] = max(out[wire.OldestContactAge], float64(f.Oldest/time.Second))
	}
	return out, nil
}

// doc: API_GetCurrentUserData
func getCurrentUserData(c *call, in wire.GetCurrentUserDataRequest) (wire.GetCurrentUserDataResponse, error) {
	out := wire.GetCurrentUserDataResponse{UserDataList: []wire.UserData{}}
	if err := c.of(in.InstanceId); err != nil {
		return out, err
	}
	queues, profiles, users := resourceIDs(in.Filters.Queues), resourceIDs(in.Filters.RoutingProfiles), resourceIDs(in.Filters.Agents)
	given := 0
	for _, f := range [][]string{queues, profiles, users, in.Filters.UserHierarchyGroups} {
		if len(f) > 0 {
			given++
		}
	}
	if given > 1 {
		return out, perch.InvalidField("Filters", "can hold one of Queues, RoutingProfiles, Agents and UserHierarchyGroups")
	}
	workers, err := c.opts.Router.Workers(c.Context(), c.instance)
	if err != nil {
		return out, err
	}
	var states []string
	if in.Filters.ContactFilter != nil {
		states = in.Filters.ContactFilter.ContactStates
	}
	grouped := len(in.Filters.UserHierarchyGroups) > 0 // nobody is: there is no hierarchy
	workers = slices.DeleteFunc(workers, func(w routing.Worker) bool {
		serves := len(queues) == 0 || slices.ContainsFunc(queues, func(q string) bool { return w.Serves(perch.QueueID(q)) })
		in := func(s store.WorkState) bool { return slices.Contains(states, string(s)) }
		busy := len(states) == 0 || slices.ContainsFunc(w.Work, func(on store.Work) bool { return in(on.State) })
		return grouped || !serves || !busy || len(profiles) > 0 && !slices.Contains(profiles, w.Profile.ID) || len(users) > 0 && !slices.Contains(users, string(w.ID))
	})
	slices.SortFunc(workers, func(a, b routing.Worker) int { return compareText(string(a.ID), string(b.ID)) })
	some, next, err := pageByName(c, workers, func(w routing.Worker) string { return string(w.ID) }, in.NextToken, in.MaxResults)
	for _, w := range some {
		row, err := c.userData(w, states)
		if err != nil {
			return out, err
		}
		out.UserDataList = append(out.UserDataList, row)
	}
	out.NextToken, out.ApproximateTotalCount = next, int64(len(workers))
	return out, err
}

func (c *call) userData(w routing.Worker, states []string) (wire.UserData, error) {
	slots := func(n int) map[string]int { return map[string]int{wire.ChannelChat: n} }
	out := wire.UserData{User: wire.ResourceReference{Id: string(w.ID), Arn: c.opts.ARNs.Agent(c.instance, w.ID)},
		RoutingProfile:          wire.ResourceReference{Id: w.Profile.ID, Arn: c.profileARN(w.Profile.ID)},
		Status:                  wire.UserStatus{StatusStartTimestamp: wire.Epoch(w.Since), StatusName: w.Status.Name, StatusArn: c.opts.ARNs.Instance(c.instance) + "/agent-state/" + w.Status.Name},
		AvailableSlotsByChannel: slots(w.Free()), MaxSlotsByChannel: slots(w.Profile.ChatConcurrency), ActiveSlotsByChannel: slots(len(w.Work)),
		Contacts: []wire.AgentContactReference{}, NextStatus: w.Next}
	for _, on := range w.Work {
		if len(states) > 0 && !slices.Contains(states, string(on.State)) {
			continue
		}
		s, err := c.opts.Chats.Session(c.Context(), on.Session)
		if err != nil {
			return out, err
		}
		ref := wire.AgentContactReference{ContactId: string(on.Contact), Channel: wire.ChannelChat, AgentContactState: string(on.State), StateStartTimestamp: wire.Epoch(on.Since)}
		if of, ok := s.Contact(on.Contact); ok {
			ref.InitiationMethod = string(of.Method)
			if of.Agent == w.ID {
				ref.ConnectedToAgentTimestamp = wire.Epoch(of.Accepted)
			}
		}
		if on.Queue != "" {
			ref.Queue = &wire.ResourceReference{Id: string(on.Queue), Arn: c.opts.ARNs.Queue(c.instance, on.Queue)}
		}
		out.Contacts = append(out.Contacts, ref)
	}
	return out, nil
}
