package api

import (
	"slices"

	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

func securitySettings() resource[catalog.Permissions, wire.SecurityRequest] {
	return resource[catalog.Permissions, wire.SecurityRequest]{kind: catalog.SecurityProfileKind(), path: "security-profile",
		id: func(in wire.SecurityRequest) string { return in.SecurityProfileId }, fill: fillSecurity}
}

func fillSecurity(_ *call, p *catalog.Permissions, in wire.SecurityRequest) error {
	given(&p.Name, in.SecurityProfileName)
	said(&p.Description, in.Description)
	if in.Permissions != nil {
		p.Permissions = slices.Compact(slices.Sorted(slices.Values(in.Permissions)))
	}
	if in.Tags != nil {
		p.Tags = in.Tags
	}
	return nil
}

func createSecurityProfile(c *call, in wire.SecurityRequest) (wire.CreateSecurityProfileResponse, error) {
	p, err := securitySettings().create(c, in)
	return wire.CreateSecurityProfileResponse{SecurityProfileId: p.ID, SecurityProfileArn: securitySettings().arn(c, p)}, err
}

func describeSecurityProfile(c *call, in wire.SecurityRequest) (wire.DescribeSecurityProfileResponse, error) {
	p, err := securitySettings().get(c, in)
	return wire.DescribeSecurityProfileResponse{SecurityProfile: c.shownSecurity(p)}, err
}

func (c *call) shownSecurity(p catalog.Permissions) wire.SecurityProfile {
	return wire.SecurityProfile{Id: p.ID, OrganizationResourceId: string(c.instance),
		Arn: securitySettings().arn(c, p), SecurityProfileName: p.Name, Description: p.Description, Tags: p.Tags, Stamp: securitySettings().stamp(c, p)}
}

func listSecurityProfiles(c *call, in wire.SecurityRequest) (wire.ListSecurityProfilesResponse, error) {
	some, next, err := securitySettings().list(c, in, nil)
	out := wire.ListSecurityProfilesResponse{SecurityProfileSummaryList: []wire.Summary{}, NextToken: next}
	for _, p := range some {
		out.SecurityProfileSummaryList = append(out.SecurityProfileSummaryList, securitySettings().summary(c, p))
	}
	return out, err
}

func listSecurityProfilePermissions(c *call, in wire.SecurityRequest) (out wire.ListSecurityProfilePermissionsResponse, err error) {
	p, err := securitySettings().get(c, in)
	if err != nil {
		return out, err
	}
	out.Stamp = securitySettings().stamp(c, p)
	out.Permissions, out.NextToken, err = pageByName(c, slices.Sorted(slices.Values(p.Permissions)), func(name string) string { return name }, in.NextToken, in.MaxResults)
	if out.Permissions == nil {
		out.Permissions = []string{}
	}
	return out, err
}
