package api

import (
	"crypto/sha256"
	"encoding/json"
	"slices"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

func createContactFlowModule(c *call, in wire.CreateContactFlowModuleRequest) (out wire.CreateContactFlowModuleResponse, err error) {
	if err := c.of(in.InstanceId); err != nil {
		return out, err
	}
	request, err := json.Marshal(in)
	if err != nil {
		return out, err
	}
	sum := sha256.Sum256(request)
	m, err := c.opts.Settings.PutModule(c.Context(), c.instance, catalog.Module{Name: in.Name, Description: in.Description, Content: in.Content,
		Settings: in.Settings, External: in.ExternalInvocationConfiguration != nil && in.ExternalInvocationConfiguration.Enabled,
		Tags: in.Tags, Modified: c.opts.Now(), Token: in.ClientToken, Request: sum[:]})
	return wire.CreateContactFlowModuleResponse{Id: string(m.ID), Arn: c.opts.ARNs.Module(c.instance, m.ID)}, err
}

// module is the module that a request names, and what follows its id.
func (c *call) module(instance, idOrARN string) (m catalog.Module, qualifier string, err error) {
	if err := c.of(instance); err != nil {
		return m, "", err
	}
	id, qualifier := catalog.SplitReference(idOrARN)
	m, err = c.opts.Settings.Module(c.Context(), c.instance, perch.ModuleID(id))
	return m, qualifier, err
}

func describeContactFlowModule(c *call, in wire.ContactFlowModuleRequest) (out wire.DescribeContactFlowModuleResponse, err error) {
	m, qualifier, err := c.module(in.InstanceId, in.ContactFlowModuleId)
	if err != nil {
		return out, err
	}
	shown := c.shownModule(m)
	shown.Content, shown.Status = m.Content, wire.FlowPublished
	switch qualifier {
	case "", catalog.Latest:
	case catalog.Saved:
		if m.Draft != "" {
			shown.Content, shown.Status = m.Draft, wire.FlowSaved
		}
	default:
		v, err := c.moduleVersion(m.ID, qualifier)
		if err != nil {
			return out, err
		}
		shown.Content, shown.Settings, shown.Version, shown.VersionDescription = v.Content, v.Settings, v.Number, v.Description
	}
	shown.FlowModuleContentSha256 = catalog.ContentSum(shown.Content)
	return wire.DescribeContactFlowModuleResponse{ContactFlowModule: shown}, nil
}

// shownModule is a module without its content.
func (c *call) shownModule(m catalog.Module) wire.ContactFlowModule {
	shown := wire.ContactFlowModule{Arn: c.opts.ARNs.Module(c.instance, m.ID), Id: string(m.ID), Name: m.Name, Description: m.Description,
		State: stateOf(m.Archived), Status: publication(m.Content), Tags: m.Tags, Settings: m.Settings, FlowModuleContentSha256: catalog.ContentSum(m.Content)}
	if m.External {
		shown.ExternalInvocationConfiguration = &wire.ExternalInvocation{Enabled: true}
	}
	return shown
}

func listContactFlowModules(c *call, in wire.ListContactFlowModulesRequest) (wire.ListContactFlowModulesResponse, error) {
	out := wire.ListContactFlowModulesResponse{ContactFlowModulesSummaryList: []wire.ContactFlowModuleSummary{}}
	if err := c.of(in.InstanceId); err != nil {
		return out, err
	}
	all, err := c.opts.Settings.Modules(c.Context(), c.instance)
	if err != nil {
		return out, err
	}
	all = slices.DeleteFunc(all, func(m catalog.Module) bool {
		return in.ContactFlowModuleState != "" && stateOf(m.Archived) != in.ContactFlowModuleState
	})
	some, next, err := pageByName(c, all, func(m catalog.Module) string { return m.Name }, in.NextToken, in.MaxResults)
	for _, m := range some {
		out.ContactFlowModulesSummaryList = append(out.ContactFlowModulesSummaryList,
			wire.ContactFlowModuleSummary{Id: string(m.ID), Arn: c.opts.ARNs.Module(c.instance, m.ID), Name: m.Name, State: stateOf(m.Archived)})
	}
	out.NextToken = next
	return out, err
}

func updateContactFlowModuleContent(c *call, in wire.UpdateContactFlowModuleContentRequest) (nothing, error) {
	m, qualifier, err := c.module(in.InstanceId, in.ContactFlowModuleId)
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, c.opts.Settings.ChangeModule(c.Context(), c.instance, m.ID, func(m *catalog.Module) error {
		m.Modified = c.opts.Now()
		if in.Settings != nil {
			m.Settings = *in.Settings
		}
		switch {
		case in.Content == "":
		case qualifier == "" || qualifier == catalog.Latest:
			m.Content, m.Draft = in.Content, ""
		case qualifier == catalog.Saved:
			m.Draft = in.Content
		default:
			return refusedField("ContactFlowModuleId", "names a version, and versions never change: leave it out, or give "+catalog.Saved)
		}
		return nil
	})
}

func updateContactFlowModuleMetadata(c *call, in wire.UpdateContactFlowModuleMetadataRequest) (nothing, error) {
	m, _, err := c.module(in.InstanceId, in.ContactFlowModuleId)
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, c.opts.Settings.ChangeModule(c.Context(), c.instance, m.ID, func(m *catalog.Module) error {
		m.Modified = c.opts.Now()
		if in.Name != "" {
			m.Name = in.Name
		}
		if in.Description != nil {
			m.Description = *in.Description
		}
		if in.State != "" {
			m.Archived = in.State == wire.FlowArchived
		}
		return nil
	})
}

func deleteContactFlowModule(c *call, in wire.ContactFlowModuleRequest) (nothing, error) {
	m, _, err := c.module(in.InstanceId, in.ContactFlowModuleId)
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, c.opts.Settings.DeleteModule(c.Context(), c.instance, m.ID)
}
