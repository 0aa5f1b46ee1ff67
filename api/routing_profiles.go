package api

import (
	"cmp"
	"slices"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

func profileSettings() resource[catalog.RoutingProfile, wire.ProfileRequest] {
	return resource[catalog.RoutingProfile, wire.ProfileRequest]{kind: catalog.RoutingProfileKind(), path: "routing-profile",
		id: func(in wire.ProfileRequest) string { return in.RoutingProfileId }, fill: fillProfile}
}

func fillProfile(_ *call, p *catalog.RoutingProfile, in wire.ProfileRequest) error {
	given(&p.Name, in.Name)
	said(&p.Description, in.Description)
	given(&p.Outbound, perch.QueueID(wire.ResourceID(in.DefaultOutboundQueueId)))
	given(&p.Timer, in.AgentAvailabilityTimer)
	if in.Tags != nil {
		p.Tags = in.Tags
	}
	if in.MediaConcurrencies != nil {
		if err := fillConcurrency(p, in.MediaConcurrencies); err != nil {
			return err
		}
	}
	return serveQueues(p, in.QueueConfigs)
}

// fillConcurrency takes over how many contacts of each channel there may be.
func fillConcurrency(p *catalog.RoutingProfile, all []wire.MediaConcurrency) error {
	p.ChatConcurrency, p.ChatBehavior, p.Elsewhere = 0, "", nil
	for _, m := range all {
		var behavior catalog.Behavior
		if m.CrossChannelBehavior != nil {
			behavior = catalog.Behavior(m.CrossChannelBehavior.BehaviorType)
		}
		switch {
		case m.Channel != wire.ChannelChat:
			p.Elsewhere = append(p.Elsewhere, catalog.Concurrency{Channel: m.Channel, Slots: m.Concurrency, Behavior: behavior})
		case p.ChatConcurrency != 0:
			return perch.InvalidField("MediaConcurrencies", "has the channel CHAT twice")
		default:
			p.ChatConcurrency, p.ChatBehavior = m.Concurrency, behavior
		}
	}
	if p.ChatConcurrency == 0 {
		return perch.InvalidField("MediaConcurrencies", "must have the channel CHAT: there is nothing else here")
	}
	return nil
}

// serveQueues lets a profile serve queues; what it serves already it serves from
// then on as is said now.
func serveQueues(p *catalog.RoutingProfile, configs []wire.ProfileQueue) error {
	if len(configs) == 0 {
		return nil
	}
	var refs []wire.QueueReference
	for _, q := range configs {
		refs = append(refs, q.QueueReference)
	}
	leaveQueues(p, refs)
	for _, q := range configs {
		one := catalog.ProfileQueue{Queue: perch.QueueID(wire.ResourceID(q.QueueReference.QueueId)), Priority: q.Priority, Delay: q.Delay}
		if q.QueueReference.Channel == wire.ChannelChat {
			p.Queues = append(p.Queues, one)
		} else {
			p.QueuesElsewhere = append(p.QueuesElsewhere, catalog.QueueElsewhere{ProfileQueue: one, Channel: q.QueueReference.Channel})
		}
	}
	return nil
}

// leaveQueues takes queues out of a profile, in slices of its own.
func leaveQueues(p *catalog.RoutingProfile, refs []wire.QueueReference) {
	gone := func(queue perch.QueueID, channel string) bool {
		return slices.ContainsFunc(refs, func(r wire.QueueReference) bool {
			return wire.ResourceID(r.QueueId) == string(queue) && r.Channel == channel
		})
	}
	p.Queues = slices.DeleteFunc(slices.Clone(p.Queues), func(q catalog.ProfileQueue) bool { return gone(q.Queue, wire.ChannelChat) })
	p.QueuesElsewhere = slices.DeleteFunc(slices.Clone(p.QueuesElsewhere), func(q catalog.QueueElsewhere) bool { return gone(q.Queue, q.Channel) })
}

func createRoutingProfile(c *call, in wire.ProfileRequest) (wire.CreateProfileResponse, error) {
	p, err := profileSettings().create(c, in)
	return wire.CreateProfileResponse{RoutingProfileId: p.ID, RoutingProfileArn: profileSettings().arn(c, p)}, err
}

func describeRoutingProfile(c *call, in wire.ProfileRequest) (out wire.DescribeProfileResponse, err error) {
	p, err := profileSettings().get(c, in)
	if err != nil {
		return out, err
	}
	users, err := c.opts.Settings.Users(c.Context(), c.instance)
	if err != nil {
		return out, err
	}
	return wire.DescribeProfileResponse{RoutingProfile: c.shownProfile(p, users)}, nil
}

// servedQueues are the ids of the queues that a profile serves, each once.
func servedQueues(p catalog.RoutingProfile) []string {
	ids := []string{}
	for _, q := range queuesOf(p) {
		if !slices.Contains(ids, string(q.Queue)) {
			ids = append(ids, string(q.Queue))
		}
	}
	return ids
}

// shownProfile counts those of the users who have the profile.
func (c *call) shownProfile(p catalog.RoutingProfile, users []catalog.User) wire.RoutingProfile {
	having := 0
	for _, u := range users {
		if u.RoutingProfile == p.ID {
			having++
		}
	}
	shown := wire.RoutingProfile{InstanceId: string(c.instance), Name: p.Name, RoutingProfileArn: profileSettings().arn(c, p), RoutingProfileId: p.ID,
		Description: p.Description, MediaConcurrencies: []wire.MediaConcurrency{concurrency(wire.ChannelChat, p.ChatConcurrency, p.ChatBehavior)},
		DefaultOutboundQueueId: string(p.Outbound), Tags: p.Tags, NumberOfAssociatedQueues: len(queuesOf(p)), NumberOfAssociatedUsers: having,
		AgentAvailabilityTimer: catalog.SinceLastActivity, AssociatedQueueIds: servedQueues(p), Stamp: profileSettings().stamp(c, p)}
	given(&shown.AgentAvailabilityTimer, p.Timer)
	for _, m := range p.Elsewhere {
		shown.MediaConcurrencies = append(shown.MediaConcurrencies, concurrency(m.Channel, m.Slots, m.Behavior))
	}
	return shown
}

func concurrency(channel string, slots int, b catalog.Behavior) wire.MediaConcurrency {
	out := wire.MediaConcurrency{Channel: channel, Concurrency: slots}
	if b != "" {
		out.CrossChannelBehavior = &wire.CrossChannelBehavior{BehaviorType: string(b)}
	}
	return out
}

// queuesOf are all queues of a profile, those of chats first.
func queuesOf(p catalog.RoutingProfile) []catalog.QueueElsewhere {
	var out []catalog.QueueElsewhere
	for _, q := range p.Queues {
		out = append(out, catalog.QueueElsewhere{ProfileQueue: q, Channel: wire.ChannelChat})
	}
	return append(out, p.QueuesElsewhere...)
}

func listRoutingProfiles(c *call, in wire.ProfileRequest) (wire.ListProfilesResponse, error) {
	some, next, err := profileSettings().list(c, in, nil)
	out := wire.ListProfilesResponse{RoutingProfileSummaryList: []wire.Summary{}, NextToken: next}
	for _, p := range some {
		out.RoutingProfileSummaryList = append(out.RoutingProfileSummaryList, profileSettings().summary(c, p))
	}
	return out, err
}

// updateRoutingProfileQueues changes queues that the profile serves.
func updateRoutingProfileQueues(c *call, in wire.ProfileRequest) (nothing, error) {
	return profileSettings().edit(c, in, func(p *catalog.RoutingProfile) error {
		for _, asked := range in.QueueConfigs {
			if err := serves(*p, asked.QueueReference); err != nil {
				return err
			}
		}
		return serveQueues(p, in.QueueConfigs)
	})
}

// serves fails where a profile does not serve a queue.
func serves(p catalog.RoutingProfile, asked wire.QueueReference) error {
	has := slices.ContainsFunc(queuesOf(p), func(q catalog.QueueElsewhere) bool {
		return string(q.Queue) == wire.ResourceID(asked.QueueId) && q.Channel == asked.Channel
	})
	if !has {
		return perch.Errorf(perch.NotFound, "the routing profile does not serve one of the queues")
	}
	return nil
}

func disassociateRoutingProfileQueues(c *call, in wire.ProfileRequest) (nothing, error) {
	return profileSettings().edit(c, in, func(p *catalog.RoutingProfile) error {
		for _, asked := range in.QueueReferences {
			if err := serves(*p, asked); err != nil {
				return err
			}
		}
		leaveQueues(p, in.QueueReferences)
		return nil
	})
}

func listRoutingProfileQueues(c *call, in wire.ProfileRequest) (wire.ListProfileQueuesResponse, error) {
	out := wire.ListProfileQueuesResponse{RoutingProfileQueueConfigSummaryList: []wire.ProfileQueueSummary{}}
	p, err := profileSettings().get(c, in)
	if err != nil {
		return out, err
	}
	for _, q := range queuesOf(p) {
		queue, err := c.opts.Settings.Queue(c.Context(), c.instance, q.Queue)
		if err != nil {
			return out, err
		}
		out.RoutingProfileQueueConfigSummaryList = append(out.RoutingProfileQueueConfigSummaryList, wire.ProfileQueueSummary{QueueId: string(q.Queue),
			QueueArn: c.opts.ARNs.Queue(c.instance, q.Queue), QueueName: queue.Name, Priority: q.Priority, Delay: q.Delay, Channel: q.Channel})
	}
	place := func(q wire.ProfileQueueSummary) string { return q.QueueName + "\x00" + q.Channel }
	slices.SortFunc(out.RoutingProfileQueueConfigSummaryList, func(a, b wire.ProfileQueueSummary) int { return cmp.Compare(place(a), place(b)) })
	out.RoutingProfileQueueConfigSummaryList, out.NextToken, err = pageByName(c, out.RoutingProfileQueueConfigSummaryList, place, in.NextToken, in.MaxResults)
	out.Stamp = profileSettings().stamp(c, p)
	return out, err
}
