package api

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

func createView(c *call, in wire.CreateViewRequest) (out wire.ViewResponse, err error) {
	if err := c.of(in.InstanceId); err != nil {
		return out, err
	}
	request, err := json.Marshal(in)
	if err != nil {
		return out, err
	}
	sum := sha256.Sum256(request)
	now := c.opts.Now()
	made := catalog.OwnView{Name: in.Name, Description: in.Description, Tags: in.Tags, Created: now, Modified: now, Token: in.ClientToken, Request: sum[:]}
	putContent(&made, in.Status, in.Content)
	v, err := c.opts.Settings.CreateView(c.Context(), c.instance, made)
	return c.viewResponse(v), err
}

// putContent makes a content what is saved of a view, or what is published as well.
func putContent(v *catalog.OwnView, status string, in wire.ViewInput) {
	content := &catalog.ViewContent{Template: in.Template, Actions: in.Actions}
	if status == wire.ViewPublished {
		v.Published, v.Draft = content, nil
		return
	}
	v.Draft = content
}

func (c *call) viewResponse(v catalog.View) wire.ViewResponse {
	shown := wire.View{Id: v.ID, Arn: c.viewARN(v), Name: v.Name, Status: viewStatus(v), Type: viewType(v), Description: v.Description,
		Version: v.Version, VersionDescription: v.VersionDescription, Content: viewContent(v), Tags: v.Tags,
		CreatedTime: wire.Epoch(v.Created), LastModifiedTime: wire.Epoch(v.Modified), ViewContentSha256: v.Sum}
	return wire.ViewResponse{View: shown}
}

func viewContent(v catalog.View) wire.ViewContent {
	actions := v.Actions
	if actions == nil {
		actions = []string{}
	}
	return wire.ViewContent{InputSchema: v.InputSchema, Template: v.Template, Actions: actions}
}

// viewARN names a view, with its version where a version is meant. A draft has the
// name of its view: it is what tags are put on.
func (c *call) viewARN(v catalog.View) string {
	if v.Qualifier == catalog.Saved {
		v.Qualifier = ""
	}
	return c.opts.ARNs.View(c.instance, v.Reference(), v.Managed)
}

func viewStatus(v catalog.View) string {
	if v.Unpublished {
		return wire.ViewSaved
	}
	return wire.ViewPublished
}

func viewType(v catalog.View) string {
	if v.Managed {
		return wire.ViewAWSManaged
	}
	return wire.ViewCustomerManaged
}

func describeOwnView(c *call, in wire.ViewRequest) (out wire.ViewResponse, err error) {
	if err := c.of(in.InstanceId); err != nil {
		return out, err
	}
	v, err := c.opts.Settings.View(c.Context(), c.instance, in.ViewId, "")
	return c.viewResponse(v), err
}

func listViews(c *call, in wire.ListViewsRequest) (wire.ListViewsResponse, error) {
	out := wire.ListViewsResponse{ViewsSummaryList: []wire.ViewSummary{}}
	if err := c.of(in.InstanceId); err != nil {
		return out, err
	}
	all, err := c.opts.Settings.Views(c.Context(), c.instance)
	if err != nil {
		return out, err
	}
	all = slices.DeleteFunc(all, func(v catalog.View) bool { return in.Type != "" && viewType(v) != in.Type })
	some, next, err := pageByName(c, all, func(v catalog.View) string { return viewType(v) + ":" + v.Name }, in.NextToken, in.MaxResults)
	for _, v := range some {
		out.ViewsSummaryList = append(out.ViewsSummaryList, wire.ViewSummary{Id: v.ID, Arn: c.viewARN(v), Name: v.Name, Type: viewType(v),
			Status: viewStatus(v), Description: v.Description})
	}
	out.NextToken = next
	return out, err
}

// changed is the id of the view that a request is about to change: versions never
// change.
func (c *call) changed(instance, idOrARN string) (string, error) {
	if err := c.of(instance); err != nil {
		return "", err
	}
	id, qualifier := catalog.SplitReference(idOrARN)
	if qualifier != "" && qualifier != catalog.Latest && qualifier != catalog.Saved {
		return "", refusedField("ViewId", "names a version, and versions never change: leave it out")
	}
	return id, nil
}

func updateViewContent(c *call, in wire.UpdateViewContentRequest) (out wire.ViewResponse, err error) {
	id, err := c.changed(in.InstanceId, in.ViewId)
	if err != nil {
		return out, err
	}
	v, err := c.opts.Settings.ChangeView(c.Context(), c.instance, id, func(v *catalog.OwnView) error {
		v.Modified = c.opts.Now()
		putContent(v, in.Status, in.Content)
		return nil
	})
	return c.viewResponse(v), err
}

func updateViewMetadata(c *call, in wire.UpdateViewMetadataRequest) (nothing, error) {
	id, err := c.changed(in.InstanceId, in.ViewId)
	if err != nil {
		return nothing{}, err
	}
	if in.Name == "" && in.Description == "" {
		return nothing{}, perch.InvalidField("Name", "must be given where there is no Description")
	}
	_, err = c.opts.Settings.ChangeView(c.Context(), c.instance, id, func(v *catalog.OwnView) error {
		if in.Name != "" {
			v.Name = in.Name
		}
		if in.Description != "" {
			v.Description = in.Description
		}
		return nil
	})
	return nothing{}, err
}

func deleteView(c *call, in wire.ViewRequest) (nothing, error) {
	id, err := c.changed(in.InstanceId, in.ViewId)
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, c.opts.Settings.DeleteView(c.Context(), c.instance, id)
}

func createViewVersion(c *call, in wire.CreateViewVersionRequest) (out wire.ViewResponse, err error) {
	id, err := c.changed(in.InstanceId, in.ViewId)
	if err != nil {
		return out, err
	}
	v, err := c.opts.Settings.CreateViewVersion(c.Context(), c.instance, id, in.VersionDescription, in.ViewContentSha256, c.opts.Now())
	return c.viewResponse(v), err
}

func listViewVersions(c *call, in wire.ListViewVersionsRequest) (wire.ListViewVersionsResponse, error) {
	out := wire.ListViewVersionsResponse{ViewVersionSummaryList: []wire.ViewVersionSummary{}}
	if err := c.of(in.InstanceId); err != nil {
		return out, err
	}
	id, _ := catalog.SplitReference(in.ViewId)
	all, err := c.opts.Settings.ViewVersions(c.Context(), c.instance, id)
	if err != nil {
		return out, err
	}
	newestFirst := func(v catalog.View) string { return fmt.Sprintf("%020d", math.MaxInt64-v.Version) }
	some, next, err := pageByName(c, all, newestFirst, in.NextToken, in.MaxResults)
	for _, v := range some {
		out.ViewVersionSummaryList = append(out.ViewVersionSummaryList, wire.ViewVersionSummary{Id: v.ID, Arn: c.viewARN(v), Name: v.Name, Type: viewType(v),
			Version: v.Version, Description: v.Description, VersionDescription: v.VersionDescription})
	}
	out.NextToken = next
	return out, err
}

func deleteViewVersion(c *call, in wire.DeleteViewVersionRequest) (nothing, error) {
	id, err := c.changed(in.InstanceId, in.ViewId)
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, c.opts.Settings.DeleteViewVersion(c.Context(), c.instance, id, in.ViewVersion)
}
