package api

import (
	"strconv"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

// find is one page of the settings that a request finds, by name.
func find[V any](c *call, in wire.SettingSearchRequest, all []V, of searched[V]) ([]V, wire.FoundPage, error) {
	criteria, err := of.criteria(in.SearchCriteria)
	if err != nil {
		return nil, wire.FoundPage{}, err
	}
	filter, err := of.filter(in.SearchFilter)
	if err != nil {
		return nil, wire.FoundPage{}, err
	}
	var found []V
	for _, v := range all {
		if criteria(v) && filter(v) {
			found = append(found, v)
		}
	}
	page := wire.FoundPage{ApproximateTotalCount: int64(len(found))}
	found, page.NextToken, err = pageByName(c, found, of.name, in.NextToken, in.MaxResults)
	return found, page, err
}

// search finds settings of a kind and shows them; fields are those it can be found
// by besides its name and its id.
func search[V catalog.Setting, In asked, Out any](c *call, in wire.SettingSearchRequest, r resource[V, In], of searched[V], show func(V) Out) ([]Out, wire.FoundPage, error) {
	if err := c.asks(in); err != nil {
		return nil, wire.FoundPage{}, err
	}
	all, err := r.kind.All(c.Context(), c.opts.Settings, c.instance)
	if err != nil {
		return nil, wire.FoundPage{}, err
	}
	of.name = r.kind.Name
	of.tags = func(v V) map[string]string { return r.kind.Label(&v).Tags }
	some, page, err := find(c, in, all, of)
	return shownAll(some, show), page, err
}

func shownAll[V, Out any](all []V, show func(V) Out) []Out {
	out := make([]Out, 0, len(all))
	for _, v := range all {
		out = append(out, show(v))
	}
	return out
}

// one is a field of one value.
func one[V any](of func(V) string) func(V) []string {
	return func(v V) []string { return []string{of(v)} }
}

// named are the fields that most kinds have.
func named[V any](name, description, id func(V) string) map[string]func(V) []string {
	return map[string]func(V) []string{"name": one(name), "description": one(description), "resourceid": one(id)}
}

// shortFields are those that Amazon looks into by short texts.
func shortFields() []string { return []string{"name", "description"} }

func searchQueues(c *call, in wire.SettingSearchRequest) (out wire.SearchQueuesResponse, err error) {
	out.Queues, out.FoundPage, err = search(c, in, queueSettings(), searched[catalog.Queue]{
		fields: named(queueSettings().kind.Name, func(q catalog.Queue) string { return q.Description }, queueSettings().kind.ID), short: shortFields(),
		words: map[string]func(catalog.Queue) string{"QueueTypeCondition": func(catalog.Queue) string { return wire.StandardQueue }},
	}, c.shownQueue)
	return out, err
}

// searchUsers shows how long after-contact work may last in milliseconds, where
// describing a user shows it in seconds.
// doc: API_SearchUsers
func searchUsers(c *call, in wire.SettingSearchRequest) (out wire.SearchUsersResponse, err error) {
	out.Users, out.FoundPage, err = search(c, in, userSettings(), searched[catalog.User]{
		fields: map[string]func(catalog.User) []string{
			"username":          one(userSettings().kind.Name),
			"firstname":         one(func(u catalog.User) string { return identityOf(u).FirstName }),
			"lastname":          one(func(u catalog.User) string { return u.LastName }),
			"routingprofileid":  one(func(u catalog.User) string { return u.RoutingProfile }),
			"securityprofileid": profilesOf,
			"resourceid":        one(userSettings().kind.ID),
		},
		skills: func(u catalog.User) []perch.Proficiency { return u.Proficiencies },
	}, func(u catalog.User) wire.User {
		shown := c.shownUser(u)
		shown.PhoneConfig.AfterContactWorkTimeLimit *= 1000
		shown.Stamp = wire.Stamp{}
		return shown
	})
	return out, err
}

func searchRoutingProfiles(c *call, in wire.SettingSearchRequest) (out wire.SearchRoutingProfilesResponse, err error) {
	users, err := c.opts.Settings.Users(c.Context(), c.instance)
	if err != nil {
		return out, err
	}
	of := searched[catalog.RoutingProfile]{short: shortFields(),
		fields: named(profileSettings().kind.Name, func(p catalog.RoutingProfile) string { return p.Description }, profileSettings().kind.ID)}
	of.fields["associatedqueueids"] = servedQueues
	out.RoutingProfiles, out.FoundPage, err = search(c, in, profileSettings(), of, func(p catalog.RoutingProfile) wire.RoutingProfile { return c.shownProfile(p, users) })
	return out, err
}

func searchQuickConnects(c *call, in wire.SettingSearchRequest) (out wire.SearchQuickConnectsResponse, err error) {
	out.QuickConnects, out.FoundPage, err = search(c, in, quickConnectSettings(), searched[catalog.QuickConnect]{
		fields: named(quickConnectSettings().kind.Name, func(q catalog.QuickConnect) string { return q.Description }, quickConnectSettings().kind.ID),
	}, c.shownQuickConnect)
	return out, err
}

func searchHoursOfOperations(c *call, in wire.SettingSearchRequest) (out wire.SearchHoursOfOperationsResponse, err error) {
	of := searched[catalog.Hours]{fields: named(hoursSettings().kind.Name, func(h catalog.Hours) string { return h.Description }, hoursSettings().kind.ID)}
	of.fields["timezone"] = one(func(h catalog.Hours) string { return h.TimeZone })
	out.HoursOfOperations, out.FoundPage, err = search(c, in, hoursSettings(), of, c.shownHours)
	return out, err
}

func searchSecurityProfiles(c *call, in wire.SettingSearchRequest) (out wire.SearchSecurityProfilesResponse, err error) {
	out.SecurityProfiles, out.FoundPage, err = search(c, in, securitySettings(), searched[catalog.Permissions]{short: shortFields(),
		fields: map[string]func(catalog.Permissions) []string{"name": one(securitySettings().kind.Name)},
	}, func(p catalog.Permissions) wire.SecurityProfile {
		shown := c.shownSecurity(p)
		shown.Stamp = wire.Stamp{}
		return shown
	})
	return out, err
}

func searchAgentStatuses(c *call, in wire.SettingSearchRequest) (out wire.SearchAgentStatusesResponse, err error) {
	of := searched[catalog.Status]{fields: named(statusSettings().kind.Name, func(s catalog.Status) string { return s.Description }, statusSettings().kind.ID)}
	of.fields["state"] = one(func(s catalog.Status) string { return stateWord(s.Disabled) })
	of.fields["type"] = one(func(s catalog.Status) string { return string(s.Type) })
	of.fields["displayorder"] = one(func(s catalog.Status) string { return strconv.Itoa(s.Order) })
	out.AgentStatuses, out.FoundPage, err = search(c, in, statusSettings(), of, c.shownStatus)
	return out, err
}

// Flows, modules and views keep their labels otherwise than settings of other kinds.

func searchContactFlows(c *call, in wire.SettingSearchRequest) (out wire.SearchContactFlowsResponse, err error) {
	if err := c.asks(in); err != nil {
		return out, err
	}
	all, err := c.opts.Settings.Flows(c.Context(), c.instance)
	if err != nil {
		return out, err
	}
	name := func(f catalog.Flow) string { return f.Name }
	some, page, err := find(c, in, all, searched[catalog.Flow]{name: name, tags: func(f catalog.Flow) map[string]string { return f.Tags }, short: shortFields(),
		fields: named(name, func(f catalog.Flow) string { return f.Description }, func(f catalog.Flow) string { return string(f.ID) }),
		words: map[string]func(catalog.Flow) string{
			"TypeCondition":   func(f catalog.Flow) string { return string(f.Type) },
			"StateCondition":  func(f catalog.Flow) string { return stateOf(f.Archived) },
			"StatusCondition": func(f catalog.Flow) string { return publication(f.Content) },
		}})
	return wire.SearchContactFlowsResponse{ContactFlows: shownAll(some, c.shownFlow), FoundPage: page}, err
}

func searchContactFlowModules(c *call, in wire.SettingSearchRequest) (out wire.SearchContactFlowModulesResponse, err error) {
	if err := c.asks(in); err != nil {
		return out, err
	}
	all, err := c.opts.Settings.Modules(c.Context(), c.instance)
	if err != nil {
		return out, err
	}
	name := func(m catalog.Module) string { return m.Name }
	some, page, err := find(c, in, all, searched[catalog.Module]{name: name, tags: func(m catalog.Module) map[string]string { return m.Tags }, short: shortFields(),
		fields: named(name, func(m catalog.Module) string { return m.Description }, func(m catalog.Module) string { return string(m.ID) }),
		words: map[string]func(catalog.Module) string{
			"StateCondition":  func(m catalog.Module) string { return stateOf(m.Archived) },
			"StatusCondition": func(m catalog.Module) string { return publication(m.Content) },
		}})
	return wire.SearchContactFlowModulesResponse{ContactFlowModules: shownAll(some, c.shownModule), FoundPage: page}, err
}

func searchViews(c *call, in wire.SettingSearchRequest) (out wire.SearchViewsResponse, err error) {
	if err := c.asks(in); err != nil {
		return out, err
	}
	all, err := c.opts.Settings.Views(c.Context(), c.instance)
	if err != nil {
		return out, err
	}
	some, page, err := find(c, in, all, searched[catalog.View]{name: func(v catalog.View) string { return viewType(v) + ":" + v.Name },
		tags:   func(v catalog.View) map[string]string { return v.Tags },
		fields: named(func(v catalog.View) string { return v.Name }, func(v catalog.View) string { return v.Description }, func(v catalog.View) string { return v.ID }),
		words:  map[string]func(catalog.View) string{"ViewTypeCondition": viewType, "ViewStatusCondition": viewStatus}})
	return wire.SearchViewsResponse{Views: shownAll(some, func(v catalog.View) wire.View {
		shown := c.viewResponse(v).View
		shown.Content = wire.ViewContent{}
		return shown
	}), FoundPage: page}, err
}
