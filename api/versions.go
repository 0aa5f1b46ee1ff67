package api

import (
	"fmt"
	"math"
	"strconv"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

func createContactFlowVersion(c *call, in wire.CreateContactFlowVersionRequest) (out wire.CreateContactFlowVersionResponse, err error) {
	f, _, err := c.flow(in.InstanceId, in.ContactFlowId)
	if err != nil {
		return out, err
	}
	v, err := c.opts.Settings.CreateFlowVersion(c.Context(), c.instance, f.ID,
		catalog.FlowVersion{Number: in.ContactFlowVersion, Description: in.Description}, in.FlowContentSha256)
	return wire.CreateContactFlowVersionResponse{ContactFlowArn: c.opts.ARNs.Flow(c.instance, f.ID), Version: v.Number}, err
}

func listContactFlowVersions(c *call, in wire.ListContactFlowVersionsRequest) (out wire.ListContactFlowVersionsResponse, err error) {
	f, _, err := c.flow(in.InstanceId, in.ContactFlowId)
	if err != nil {
		return out, err
	}
	out.ContactFlowVersionSummaryList, out.NextToken, err = c.versions(string(f.ID), c.opts.ARNs.Flow(c.instance, f.ID), in.NextToken, in.MaxResults)
	return out, err
}

func deleteContactFlowVersion(c *call, in wire.DeleteContactFlowVersionRequest) (nothing, error) {
	f, _, err := c.flow(in.InstanceId, in.ContactFlowId)
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, c.opts.Settings.DeleteFlowVersion(c.Context(), c.instance, string(f.ID), in.ContactFlowVersion)
}

func createContactFlowModuleVersion(c *call, in wire.CreateContactFlowModuleVersionRequest) (out wire.CreateContactFlowModuleVersionResponse, err error) {
	m, _, err := c.module(in.InstanceId, in.ContactFlowModuleId)
	if err != nil {
		return out, err
	}
	v, err := c.opts.Settings.CreateModuleVersion(c.Context(), c.instance, m.ID, catalog.FlowVersion{Description: in.Description}, in.FlowModuleContentSha256)
	return wire.CreateContactFlowModuleVersionResponse{ContactFlowModuleArn: c.opts.ARNs.Module(c.instance, m.ID), Version: v.Number}, err
}

func listContactFlowModuleVersions(c *call, in wire.ModulePageRequest) (out wire.ListContactFlowModuleVersionsResponse, err error) {
	m, _, err := c.module(in.InstanceId, in.ContactFlowModuleId)
	if err != nil {
		return out, err
	}
	out.ContactFlowModuleVersionSummaryList, out.NextToken, err = c.versions(string(m.ID), c.opts.ARNs.Module(c.instance, m.ID), in.NextToken, in.MaxResults)
	return out, err
}

func deleteContactFlowModuleVersion(c *call, in wire.DeleteContactFlowModuleVersionRequest) (nothing, error) {
	m, _, err := c.module(in.InstanceId, in.ContactFlowModuleId)
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, c.opts.Settings.DeleteFlowVersion(c.Context(), c.instance, string(m.ID), in.ContactFlowModuleVersion)
}

// versions is a page of the versions of a flow or a module.
func (c *call) versions(of, arn, token string, limit int) ([]wire.FlowVersionSummary, string, error) {
	all, err := c.opts.Settings.FlowVersions(c.Context(), c.instance, of)
	if err != nil {
		return nil, "", err
	}
	newestFirst := func(v catalog.FlowVersion) string { return fmt.Sprintf("%020d", math.MaxInt64-v.Number) }
	some, next, err := pageByName(c, all, newestFirst, token, limit)
	out := []wire.FlowVersionSummary{}
	for _, v := range some {
		out = append(out, wire.FlowVersionSummary{Arn: arn + ":" + strconv.FormatInt(v.Number, 10), VersionDescription: v.Description, Version: v.Number})
	}
	return out, next, err
}

// version is what a qualifier behind a flow's or a module's id leads to, besides
// $LATEST and $SAVED.
func (c *call) version(of, qualifier string) (catalog.FlowVersion, error) {
	number, err := strconv.ParseInt(qualifier, 10, 64)
	if err != nil {
		return catalog.FlowVersion{}, perch.Errorf(perch.NotFound, "the version does not exist")
	}
	return c.opts.Settings.FlowVersion(c.Context(), c.instance, of, number)
}
