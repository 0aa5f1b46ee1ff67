package api

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/staff"
	"github.com/perch-chat/perch/wire"
)

// createInstance makes an instance that the caller's keys open as they open their own.
func createInstance(c *call, in wire.CreateInstanceRequest) (out wire.CreateInstanceResponse, err error) {
	if in.IdentityManagementType != wire.ConnectManaged || in.DirectoryId != "" {
		return out, refusedField("IdentityManagementType", "must be CONNECT_MANAGED, without a directory: who runs perch names OpenID providers on its command line")
	}
	id, err := c.opts.Settings.CreateBranch(c.Context(), c.instance, catalog.Branch{Alias: in.InstanceAlias, Token: in.ClientToken, At: c.opts.Now(), Tags: in.Tags,
		Switches: map[catalog.Switch]bool{catalog.InboundCalls: in.InboundCallsEnabled, catalog.OutboundCalls: in.OutboundCallsEnabled}})
	return wire.CreateInstanceResponse{Id: string(id), Arn: c.opts.ARNs.Instance(id)}, err
}

func deleteInstance(c *call, in wire.InstanceRequest) (nothing, error) {
	if err := c.asks(in); err != nil {
		return nothing{}, err
	}
	return nothing{}, c.opts.Settings.DeleteBranch(c.Context(), c.instance, staff.Forget)
}

// listInstances shows the instances that the caller's key opens, and no others.
func listInstances(c *call, in wire.ListInstancesRequest) (wire.ListInstancesResponse, error) {
	out := wire.ListInstancesResponse{InstanceSummaryList: []wire.Instance{}}
	i, err := c.opts.Settings.Instance(c.Context(), c.instance)
	if err != nil {
		return out, err
	}
	all := []catalog.Instance{i}
	if c.user == nil {
		more, err := c.opts.Settings.Branches(c.Context(), c.instance)
		if err != nil {
			return out, err
		}
		all = slices.SortedFunc(slices.Values(append(all, more...)), func(a, b catalog.Instance) int { return cmp.Compare(a.Alias, b.Alias) })
	}
	some, next, err := pageByName(c, all, func(i catalog.Instance) string { return i.Alias }, in.NextToken, in.MaxResults)
	if err != nil {
		return out, err
	}
	for _, i := range some {
		shown, err := c.shownInstance(i)
		if err != nil {
			return out, err
		}
		shown.Tags = nil
		out.InstanceSummaryList = append(out.InstanceSummaryList, shown)
	}
	out.NextToken = next
	return out, nil
}

func describeInstance(c *call, in wire.InstanceRequest) (out wire.DescribeInstanceResponse, err error) {
	if err := c.asks(in); err != nil {
		return out, err
	}
	i, err := c.opts.Settings.Instance(c.Context(), c.instance)
	if err != nil {
		return out, err
	}
	out.Instance, err = c.shownInstance(i)
	return out, err
}

func (c *call) shownInstance(i catalog.Instance) (wire.Instance, error) {
	set, err := c.opts.Settings.InstanceSetting(c.Context(), i.ID)
	return wire.Instance{Id: string(i.ID), Arn: c.opts.ARNs.Instance(i.ID), IdentityManagementType: wire.ConnectManaged, InstanceAlias: i.Alias,
		CreatedTime: wire.Epoch(i.Created), InstanceStatus: wire.InstanceActive, InboundCallsEnabled: set.On(catalog.InboundCalls),
		OutboundCallsEnabled: set.On(catalog.OutboundCalls), InstanceAccessUrl: c.opts.PublicURL, Tags: set.Tags}, err
}

// whole is what is said about the instance that a request names.
func (c *call) whole(in wire.InstanceRequest) (catalog.InstanceSetting, error) {
	if err := c.asks(in); err != nil {
		return catalog.InstanceSetting{}, err
	}
	return c.opts.Settings.InstanceSetting(c.Context(), c.instance)
}

func updateInstanceAttribute(c *call, in wire.InstanceRequest) (nothing, error) {
	if err := c.asks(in); err != nil {
		return nothing{}, err
	}
	on, err := strconv.ParseBool(in.Value)
	if err != nil {
		return nothing{}, refusedField("Value", "must be true or false")
	}
	return nothing{}, c.opts.Settings.SetSwitch(c.Context(), c.instance, catalog.Switch(in.AttributeType), on)
}

func switchOf(set catalog.InstanceSetting, s catalog.Switch) wire.InstanceAttribute {
	return wire.InstanceAttribute{AttributeType: string(s), Value: strconv.FormatBool(set.On(s))}
}

func describeInstanceAttribute(c *call, in wire.InstanceRequest) (wire.DescribeInstanceAttributeResponse, error) {
	set, err := c.whole(in)
	return wire.DescribeInstanceAttributeResponse{Attribute: switchOf(set, catalog.Switch(in.AttributeType))}, err
}

// attributesPage is the most that ListInstanceAttributes shows at once.
const attributesPage = 7

func listInstanceAttributes(c *call, in wire.InstanceRequest) (wire.ListInstanceAttributesResponse, error) {
	set, err := c.whole(in)
	if err != nil {
		return wire.ListInstanceAttributesResponse{}, err
	}
	if in.MaxResults == 0 {
		in.MaxResults = attributesPage
	}
	some, next, err := pageByName(c, slices.Sorted(slices.Values(catalog.Switches())), func(s catalog.Switch) string { return string(s) }, in.NextToken, in.MaxResults)
	return wire.ListInstanceAttributesResponse{NextToken: next, Attributes: shownAll(some, func(s catalog.Switch) wire.InstanceAttribute { return switchOf(set, s) })}, err
}

func associateApprovedOrigin(c *call, in wire.InstanceRequest) (nothing, error) {
	if err := c.asks(in); err != nil {
		return nothing{}, err
	}
	return nothing{}, c.opts.Settings.ApproveOrigin(c.Context(), c.instance, in.Origin)
}

func disassociateApprovedOrigin(c *call, in wire.InstanceRequest) (nothing, error) {
	if err := c.asks(in); err != nil {
		return nothing{}, err
	}
	return nothing{}, c.opts.Settings.ForgetOrigin(c.Context(), c.instance, in.Origin)
}

func listApprovedOrigins(c *call, in wire.InstanceRequest) (wire.ListApprovedOriginsResponse, error) {
	set, err := c.whole(in)
	if err != nil {
		return wire.ListApprovedOriginsResponse{}, err
	}
	same := func(origin string) string { return origin }
	some, next, err := pageByName(c, slices.Clone(set.Origins), same, in.NextToken, in.MaxResults)
	return wire.ListApprovedOriginsResponse{NextToken: next, Origins: shownAll(some, same)}, err
}

func associateSecurityKey(c *call, in wire.InstanceRequest) (out wire.AssociateSecurityKeyResponse, err error) {
	if err := c.asks(in); err != nil {
		return out, err
	}
	out.AssociationId, err = c.opts.Settings.AddSecurityKey(c.Context(), c.instance, in.Key, c.opts.Now())
	return out, err
}

func disassociateSecurityKey(c *call, in wire.InstanceRequest) (nothing, error) {
	if err := c.asks(in); err != nil {
		return nothing{}, err
	}
	return nothing{}, c.opts.Settings.DropSecurityKey(c.Context(), c.instance, in.AssociationId)
}

func listSecurityKeys(c *call, in wire.InstanceRequest) (wire.ListSecurityKeysResponse, error) {
	set, err := c.whole(in)
	if err != nil {
		return wire.ListSecurityKeysResponse{}, err
	}
	some, next, err := pageByName(c, slices.SortedFunc(slices.Values(set.Keys), func(a, b catalog.SecurityKey) int { return cmp.Compare(a.ID, b.ID) }), func(k catalog.SecurityKey) string { return k.ID }, in.NextToken, in.MaxResults)
	return wire.ListSecurityKeysResponse{NextToken: next, SecurityKeys: shownAll(some, func(k catalog.SecurityKey) wire.SecurityKey {
		return wire.SecurityKey{AssociationId: k.ID, Key: k.Key, CreationTime: wire.Epoch(k.Created)}
	})}, err
}
