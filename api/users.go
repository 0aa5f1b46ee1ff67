package api

import (
	"cmp"
	"slices"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/staff"
	"github.com/perch-chat/perch/wire"
)

func userSettings() resource[catalog.User, wire.UserRequest] {
	return resource[catalog.User, wire.UserRequest]{kind: catalog.UserKind(), path: "agent",
		id: func(in wire.UserRequest) string { return in.UserId }, fill: fillUser}
}

func fillUser(_ *call, u *catalog.User, in wire.UserRequest) error {
	if in.HierarchyGroupId != "" {
		return refusedField("HierarchyGroupId", "names no group: instances have no hierarchy of agents here")
	}
	given(&u.Username, in.Username)
	given(&u.RoutingProfile, wire.ResourceID(in.RoutingProfileId))
	if in.SecurityProfileIds != nil {
		u.SecurityProfiles = idsOf(in.SecurityProfileIds)
	}
	if in.Tags != nil {
		u.Tags = in.Tags
	}
	if who := in.IdentityInfo; who != nil {
		u.FirstName, u.LastName, u.Email, u.SecondaryEmail, u.Mobile = who.FirstName, who.LastName, who.Email, who.SecondaryEmail, who.Mobile
		u.DisplayName = catalog.DisplayNameOf(who.FirstName, who.LastName)
	}
	u.DisplayName = cmp.Or(u.DisplayName, u.Username)
	if p := in.PhoneConfig; p != nil {
		u.Phone = catalog.Phone{Type: p.PhoneType, Number: p.DeskPhoneNumber, Persistent: p.PersistentConnection}
		u.AutoAccept, u.AfterWork = p.AutoAccept, p.AfterContactWorkTimeLimit
	}
	for _, a := range in.AutoAcceptConfigs {
		if a.Channel == wire.ChannelChat {
			u.AutoAccept = a.AutoAccept
		}
	}
	for _, a := range in.AfterContactWorkConfigs {
		if a.Channel == wire.ChannelChat {
			u.AfterWork = a.AfterContactWorkConfig.AfterContactWorkTimeLimit
		}
	}
	return nil
}

// createUser makes a user, who signs in with the password if one is given.
func createUser(c *call, in wire.UserRequest) (out wire.CreateUserResponse, err error) {
	if err := c.asks(in); err != nil {
		return out, err
	}
	u := catalog.User{Label: catalog.Label{Modified: c.opts.Now()}}
	if err := fillUser(c, &u, in); err != nil {
		return out, err
	}
	if in.Password == "" {
		u, err = c.opts.Settings.Enrol(c.Context(), c.instance, u, nil)
	} else {
		u, err = c.opts.Settings.Enrol(c.Context(), c.instance, u, c.opts.Staff.WithPassword(in.Password))
	}
	return wire.CreateUserResponse{UserId: string(u.ID), UserArn: userSettings().arn(c, u)}, err
}

func describeUser(c *call, in wire.UserRequest) (wire.DescribeUserResponse, error) {
	u, err := userSettings().get(c, in)
	return wire.DescribeUserResponse{User: c.shownUser(u)}, err
}

func (c *call) shownUser(u catalog.User) wire.User {
	return wire.User{Id: string(u.ID), Arn: userSettings().arn(c, u), Username: u.Username, IdentityInfo: identityOf(u),
		PhoneConfig: wire.PhoneConfig{PhoneType: cmp.Or(u.Phone.Type, "SOFT_PHONE"), AutoAccept: u.AutoAccept, AfterContactWorkTimeLimit: u.AfterWork,
			DeskPhoneNumber: u.Phone.Number, PersistentConnection: u.Phone.Persistent},
		SecurityProfileIds: profilesOf(u), RoutingProfileId: u.RoutingProfile, Tags: u.Tags,
		AutoAcceptConfigs: []wire.AutoAccept{{Channel: wire.ChannelChat, AutoAccept: u.AutoAccept}},
		AfterContactWorkConfigs: []wire.AfterWork{{Channel: wire.ChannelChat,
			AfterContactWorkConfig: wire.AfterWorkLimit{AfterContactWorkTimeLimit: u.AfterWork}}},
		Stamp: userSettings().stamp(c, u)}
}

// profilesOf are the ids of a user's security profiles.
func profilesOf(u catalog.User) []string {
	if len(u.SecurityProfiles) > 0 {
		return u.SecurityProfiles
	}
	return []string{string(u.SecurityProfile)}
}

// identityOf is who a user is; who was made otherwise than by CreateUser has one
// name.
func identityOf(u catalog.User) wire.IdentityInfo {
	first := u.FirstName
	if u.FirstName+u.LastName == "" {
		first = u.DisplayName
	}
	return wire.IdentityInfo{FirstName: first, LastName: u.LastName, Email: u.Email, SecondaryEmail: u.SecondaryEmail, Mobile: u.Mobile}
}

func listUsers(c *call, in wire.UserRequest) (wire.ListUsersResponse, error) {
	some, next, err := userSettings().list(c, in, nil)
	out := wire.ListUsersResponse{UserSummaryList: []wire.UserSummary{}, NextToken: next}
	for _, u := range some {
		s := userSettings().summary(c, u)
		out.UserSummaryList = append(out.UserSummaryList, wire.UserSummary{Id: s.Id, Arn: s.Arn, Username: s.Name, Stamp: s.Stamp})
	}
	return out, err
}

// deleteUser removes a user who has nothing left to do. They are offline before
// they are gone, so that nothing is offered to them in between.
func deleteUser(c *call, in wire.UserRequest) (nothing, error) {
	u, err := userSettings().get(c, in)
	if err != nil {
		return nothing{}, err
	}
	if err := c.opts.Router.SetStatus(c.Context(), u, catalog.Offline); err != nil {
		return nothing{}, err
	}
	desk, err := c.opts.Router.Desk(c.Context(), u)
	if err != nil {
		return nothing{}, err
	}
	if len(desk.Work) > 0 {
		return nothing{}, perch.Errorf(perch.Refused, "the user has %d contacts: transfer or end them first", len(desk.Work))
	}
	return nothing{}, c.opts.Settings.DeleteUser(c.Context(), c.instance, u.ID, staff.Forget)
}

// proficient changes what a user is good at: how is given what there is of an
// attribute and value, and returns what there is to be.
func (c *call) proficient(in wire.UserRequest, how func(all []perch.Proficiency, at int, asked perch.Proficiency) ([]perch.Proficiency, error)) (nothing, error) {
	return userSettings().edit(c, in, func(u *catalog.User) (err error) {
		all := slices.Clone(u.Proficiencies)
		for _, p := range in.UserProficiencies {
			at := slices.IndexFunc(all, func(has perch.Proficiency) bool { return has.Name == p.AttributeName && has.Value == p.AttributeValue })
			if all, err = how(all, at, perch.Proficiency{Name: p.AttributeName, Value: p.AttributeValue, Level: p.Level}); err != nil {
				return err
			}
		}
		u.Proficiencies = all
		return nil
	})
}

func associateUserProficiencies(c *call, in wire.UserRequest) (nothing, error) {
	return c.proficient(in, func(all []perch.Proficiency, at int, asked perch.Proficiency) ([]perch.Proficiency, error) {
		if at >= 0 {
			return nil, refusedField("UserProficiencies", "has what the user has already: update it")
		}
		return append(all, asked), nil
	})
}

func updateUserProficiencies(c *call, in wire.UserRequest) (nothing, error) {
	return c.proficient(in, func(all []perch.Proficiency, at int, asked perch.Proficiency) ([]perch.Proficiency, error) {
		if at < 0 {
			return nil, perch.Errorf(perch.NotFound, "the user has no such proficiency: associate it")
		}
		all[at] = asked
		return all, nil
	})
}

func disassociateUserProficiencies(c *call, in wire.UserRequest) (nothing, error) {
	return c.proficient(in, func(all []perch.Proficiency, at int, _ perch.Proficiency) ([]perch.Proficiency, error) {
		if at < 0 {
			return nil, perch.Errorf(perch.NotFound, "the user has no such proficiency")
		}
		return slices.Delete(all, at, at+1), nil
	})
}

func listUserProficiencies(c *call, in wire.UserRequest) (wire.ListUserProficienciesResponse, error) {
	out := wire.ListUserProficienciesResponse{UserProficiencyList: []wire.UserProficiency{}}
	u, err := userSettings().get(c, in)
	if err != nil {
		return out, err
	}
	name := func(p perch.Proficiency) string { return p.Name + "\x00" + p.Value }
	all := slices.SortedFunc(slices.Values(u.Proficiencies), func(a, b perch.Proficiency) int { return cmp.Compare(name(a), name(b)) })
	some, next, err := pageByName(c, all, name, in.NextToken, in.MaxResults)
	for _, p := range some {
		out.UserProficiencyList = append(out.UserProficiencyList, wire.UserProficiency{AttributeName: p.Name, AttributeValue: p.Value, Level: p.Level})
	}
	out.NextToken, out.Stamp = next, userSettings().stamp(c, u)
	return out, err
}
