package api

import (
	"strconv"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

func createContactFlowModuleAlias(c *call, in wire.CreateContactFlowModuleAliasRequest) (out wire.CreateContactFlowModuleAliasResponse, err error) {
	m, _, err := c.module(in.InstanceId, in.ContactFlowModuleId)
	if err != nil {
		return out, err
	}
	a, err := c.opts.Settings.PutModuleAlias(c.Context(), c.instance, catalog.ModuleAlias{Module: m.ID, Name: in.AliasName, Description: in.Description,
		Version: in.ContactFlowModuleVersion, Modified: c.opts.Now()})
	return wire.CreateContactFlowModuleAliasResponse{ContactFlowModuleArn: c.opts.ARNs.Module(c.instance, m.ID), Id: a.ID}, err
}

func describeContactFlowModuleAlias(c *call, in wire.ContactFlowModuleAliasRequest) (out wire.DescribeContactFlowModuleAliasResponse, err error) {
	m, _, err := c.module(in.InstanceId, in.ContactFlowModuleId)
	if err != nil {
		return out, err
	}
	a, err := c.opts.Settings.ModuleAlias(c.Context(), c.instance, m.ID, in.AliasId)
	out.ContactFlowModuleAlias = wire.ModuleAlias{ContactFlowModuleId: string(m.ID), ContactFlowModuleArn: c.opts.ARNs.Module(c.instance, m.ID), AliasId: a.ID,
		Version: a.Version, Name: a.Name, Description: a.Description, LastModifiedRegion: c.opts.ARNs.Region, LastModifiedTime: wire.Epoch(a.Modified)}
	return out, err
}

// moduleVersion is the version behind a number or an alias.
func (c *call) moduleVersion(of perch.ModuleID, qualifier string) (catalog.FlowVersion, error) {
	aliases, err := c.opts.Settings.ModuleAliases(c.Context(), c.instance, of)
	if err != nil {
		return catalog.FlowVersion{}, err
	}
	for _, a := range aliases {
		if a.Name == qualifier {
			qualifier = strconv.FormatInt(a.Version, 10)
		}
	}
	return c.version(string(of), qualifier)
}

func listContactFlowModuleAliases(c *call, in wire.ModulePageRequest) (wire.ListContactFlowModuleAliasesResponse, error) {
	out := wire.ListContactFlowModuleAliasesResponse{ContactFlowModuleAliasSummaryList: []wire.ModuleAliasSummary{}}
	m, _, err := c.module(in.InstanceId, in.ContactFlowModuleId)
	if err != nil {
		return out, err
	}
	all, err := c.opts.Settings.ModuleAliases(c.Context(), c.instance, m.ID)
	if err != nil {
		return out, err
	}
	some, next, err := pageByName(c, all, func(a catalog.ModuleAlias) string { return a.Name }, in.NextToken, in.MaxResults)
	for _, a := range some {
		out.ContactFlowModuleAliasSummaryList = append(out.ContactFlowModuleAliasSummaryList, wire.ModuleAliasSummary{
			Arn: c.opts.ARNs.Module(c.instance, m.ID) + ":" + a.Name, AliasId: a.ID, Version: a.Version, AliasName: a.Name,
			AliasDescription: a.Description, LastModifiedTime: wire.Epoch(a.Modified)})
	}
	out.NextToken = next
	return out, err
}

func updateContactFlowModuleAlias(c *call, in wire.UpdateContactFlowModuleAliasRequest) (nothing, error) {
	m, _, err := c.module(in.InstanceId, in.ContactFlowModuleId)
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, c.opts.Settings.ChangeModuleAlias(c.Context(), c.instance, m.ID, in.AliasId, func(a *catalog.ModuleAlias) {
		a.Modified = c.opts.Now()
		if in.Name != "" {
			a.Name = in.Name
		}
		if in.Description != nil {
			a.Description = *in.Description
		}
		if in.ContactFlowModuleVersion != 0 {
			a.Version = in.ContactFlowModuleVersion
		}
	})
}

func deleteContactFlowModuleAlias(c *call, in wire.ContactFlowModuleAliasRequest) (nothing, error) {
	m, _, err := c.module(in.InstanceId, in.ContactFlowModuleId)
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, c.opts.Settings.DeleteModuleAlias(c.Context(), c.instance, m.ID, in.AliasId)
}
