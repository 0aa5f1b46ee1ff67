package api

import (
	"slices"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/strict"
	"github.com/perch-chat/perch/token"
	"github.com/perch-chat/perch/wire"
)

func createContactFlow(c *call, in wire.CreateContactFlowRequest) (out wire.CreateContactFlowResponse, err error) {
	if err := c.of(in.InstanceId); err != nil {
		return out, err
	}
	all, err := c.opts.Settings.Flows(c.Context(), c.instance)
	if err != nil {
		return out, err
	}
	if len(all) >= strict.MostFlows && strict.Holds(c.Context(), strict.Flows, "") {
		return out, perch.Errorf(perch.LimitExceeded, "the instance has %d flows already", len(all))
	}
	f := catalog.Flow{Name: in.Name, Type: catalog.FlowType(in.Type), Description: in.Description, Tags: in.Tags, Modified: c.opts.Now()}
	if in.Status == wire.FlowSaved {
		f.Draft = in.Content
	} else {
		f.Content = in.Content
	}
	f, err = c.opts.Settings.PutFlow(c.Context(), c.instance, f)
	if err != nil {
		return out, err
	}
	return wire.CreateContactFlowResponse{ContactFlowId: string(f.ID), ContactFlowArn: c.opts.ARNs.Flow(c.instance, f.ID),
		FlowContentSha256: catalog.ContentSum(f.Content)}, nil
}

// flow is the flow that a request names, and what follows its id.
func (c *call) flow(instance, idOrARN string) (f catalog.Flow, qualifier string, err error) {
	if err := c.of(instance); err != nil {
		return f, "", err
	}
	id, qualifier := catalog.SplitReference(idOrARN)
	f, err = c.opts.Settings.Flow(c.Context(), c.instance, perch.FlowID(id))
	return f, qualifier, err
}

func describeContactFlow(c *call, in wire.ContactFlowRequest) (out wire.DescribeContactFlowResponse, err error) {
	f, qualifier, err := c.flow(in.InstanceId, in.ContactFlowId)
	if err != nil {
		return out, err
	}
	shown := c.shownFlow(f)
	shown.Content = f.Content
	switch qualifier {
	case "", catalog.Latest:
		if f.Content == "" {
			return out, perch.Errorf(perch.NotPublished, "the flow is only saved: ask for %s:%s", f.ID, catalog.Saved)
		}
	case catalog.Saved:
		if f.Draft != "" {
			shown.Content, shown.Status = f.Draft, wire.FlowSaved
		}
	default:
		v, err := c.version(string(f.ID), qualifier)
		if err != nil {
			return out, err
		}
		shown.Content, shown.Version, shown.VersionDescription = v.Content, v.Number, v.Description
	}
	shown.FlowContentSha256 = catalog.ContentSum(shown.Content)
	return wire.DescribeContactFlowResponse{ContactFlow: shown}, nil
}

// shownFlow is a flow without its content.
func (c *call) shownFlow(f catalog.Flow) wire.ContactFlow {
	return wire.ContactFlow{Arn: c.opts.ARNs.Flow(c.instance, f.ID), Id: string(f.ID), Name: f.Name, Type: string(f.Type), State: stateOf(f.Archived),
		Status: publication(f.Content), Description: f.Description, Tags: f.Tags, FlowContentSha256: catalog.ContentSum(f.Content),
		LastModifiedTime: wire.Epoch(f.Modified), LastModifiedRegion: c.opts.ARNs.Region}
}

// publication is the status of a flow or a module by what is published of it.
func publication(content string) string {
	if content == "" {
		return wire.FlowSaved
	}
	return wire.FlowPublished
}

func stateOf(archived bool) string {
	if archived {
		return wire.FlowArchived
	}
	return wire.FlowActive
}

func listContactFlows(c *call, in wire.ListContactFlowsRequest) (wire.ListContactFlowsResponse, error) {
	out := wire.ListContactFlowsResponse{ContactFlowSummaryList: []wire.ContactFlowSummary{}}
	if err := c.of(in.InstanceId); err != nil {
		return out, err
	}
	all, err := c.opts.Settings.Flows(c.Context(), c.instance)
	if err != nil {
		return out, err
	}
	all = slices.DeleteFunc(all, func(f catalog.Flow) bool {
		return len(in.ContactFlowTypes) > 0 && !slices.Contains(in.ContactFlowTypes, string(f.Type))
	})
	some, next, err := pageByName(c, all, func(f catalog.Flow) string { return f.Name }, in.NextToken, in.MaxResults)
	for _, f := range some {
		out.ContactFlowSummaryList = append(out.ContactFlowSummaryList, wire.ContactFlowSummary{Id: string(f.ID), Arn: c.opts.ARNs.Flow(c.instance, f.ID),
			Name: f.Name, ContactFlowType: string(f.Type), ContactFlowState: stateOf(f.Archived), ContactFlowStatus: publication(f.Content)})
	}
	out.NextToken = next
	return out, err
}

// settingsPage is how many settings a page has where the caller does not say.
const settingsPage = 100

// nameCursor is the payload of a NextToken of a list that goes by name.
type nameCursor struct {
	Instance  perch.InstanceID `json:"i"`
	Operation string           `json:"o"`
	After     string           `json:"a"`
}

// pageByName cuts a page out of what is in order of its names, so that what comes
// and goes between two pages moves no other.
func pageByName[V any](c *call, all []V, name func(V) string, next string, limit int) ([]V, string, error) {
	if next != "" {
		var at nameCursor
		err := c.opts.Tokens.Open(token.KindPage, next, &at)
		if err != nil || at.Instance != c.instance || at.Operation != c.op.Name {
			return nil, "", perch.InvalidField("NextToken", "is not a token of this operation")
		}
		all = slices.DeleteFunc(all, func(v V) bool { return name(v) <= at.After })
	}
	if limit == 0 {
		limit = settingsPage
	}
	if len(all) <= limit {
		return all, "", nil
	}
	sealed, err := c.opts.Tokens.Seal(token.KindPage, nameCursor{Instance: c.instance, Operation: c.op.Name, After: name(all[limit-1])})
	return all[:limit], sealed, err
}

func updateContactFlowContent(c *call, in wire.UpdateContactFlowContentRequest) (nothing, error) {
	f, qualifier, err := c.flow(in.InstanceId, in.ContactFlowId)
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, c.opts.Settings.ChangeFlow(c.Context(), c.instance, f.ID, func(f *catalog.Flow) error {
		f.Modified = c.opts.Now()
		switch qualifier {
		case "", catalog.Latest:
			f.Content, f.Draft = in.Content, ""
		case catalog.Saved:
			f.Draft = in.Content
		default:
			return refusedField("ContactFlowId", "names a version, and versions never change: leave it out, or give "+catalog.Saved)
		}
		return nil
	})
}

func updateContactFlowMetadata(c *call, in wire.UpdateContactFlowMetadataRequest) (nothing, error) {
	f, _, err := c.flow(in.InstanceId, in.ContactFlowId)
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, c.opts.Settings.ChangeFlow(c.Context(), c.instance, f.ID, func(f *catalog.Flow) error {
		f.Modified = c.opts.Now()
		if in.Name != "" {
			f.Name = in.Name
		}
		if in.Description != nil {
			f.Description = *in.Description
		}
		if in.ContactFlowState != "" {
			f.Archived = in.ContactFlowState == wire.FlowArchived
		}
		return nil
	})
}

func deleteContactFlow(c *call, in wire.ContactFlowRequest) (nothing, error) {
	f, _, err := c.flow(in.InstanceId, in.ContactFlowId)
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, c.opts.Settings.DeleteFlow(c.Context(), c.instance, f.ID)
}
