package wire

import "slices"

// The operations that find settings. They are asked alike: a filter of tags, and
// criteria that hold others of their kind; each has a condition or two of its own.

// deepestCriteria is how many levels of criteria a request may have one in another.
// The model names no end.
const deepestCriteria = 6

// rowsOf makes the rows below a structure.
type rowsOf func(prefix string) []Field

func settingSearchOperations() []*Operation {
	flowTypes := []string{"CONTACT_FLOW", "CUSTOMER_QUEUE", "CUSTOMER_HOLD", "CUSTOMER_WHISPER", "AGENT_HOLD", "AGENT_WHISPER", "OUTBOUND_WHISPER",
		"AGENT_TRANSFER", "QUEUE_TRANSFER", "CAMPAIGN"}
	states, statuses := wordRow("StateCondition", FlowActive, FlowArchived), wordRow("StatusCondition", FlowPublished, FlowSaved)
	flowType := func(prefix string) []Field {
		return append([]Field{{Name: prefix + ".ContactFlowTypeCondition", Type: Structure}}, wordRow("ContactFlowType", flowTypes...)(prefix+".ContactFlowTypeCondition")...)
	}
	tags, attributes := tagFilter, attributeFilter("AttributeFilter", nil)
	return []*Operation{
		settingSearch("SearchQueues", "/search-queues", 500, tags, wordRow("QueueTypeCondition", StandardQueue)),
		settingSearch("SearchUsers", "/search-users", 500, join(tags, attributeFilter("UserAttributeFilter", hierarchyRows)), join(skillRows, hierarchyRows)),
		settingSearch("SearchRoutingProfiles", "/search-routing-profiles", 500, tags, nil),
		settingSearch("SearchContactFlows", "/search-contact-flows", 100, join(tags, attributeFilter("FlowAttributeFilter", flowType)),
			join(wordRow("TypeCondition", flowTypes...), states, statuses)),
		settingSearch("SearchContactFlowModules", "/search-contact-flow-modules", 100, tags, join(states, statuses)),
		settingSearch("SearchQuickConnects", "/search-quick-connects", 100, tags, nil),
		settingSearch("SearchHoursOfOperations", "/search-hours-of-operations", 100, tags, nil),
		settingSearch("SearchSecurityProfiles", "/search-security-profiles", 100, tags, nil),
		settingSearch("SearchAgentStatuses", "/search-agent-statuses", 100, attributes, nil),
		settingSearch("SearchViews", "/search-views", 100, attributes,
			join(wordRow("ViewTypeCondition", ViewCustomerManaged, ViewAWSManaged), wordRow("ViewStatusCondition", ViewPublished, ViewSaved)), AccessDenied),
	}
}

// settingSearch is one of them; filter and own may be nil.
func settingSearch(name, path string, most int, filter, own rowsOf, faults ...string) *Operation {
	fields := []Field{
		{Name: "InstanceId", Type: String, Required: true, Min: 1, Max: 250},
		{Name: "NextToken", Type: String, Min: 1, Max: 2500},
		{Name: "MaxResults", Type: Integer, Min: 1, Max: most},
	}
	if filter != nil {
		fields = append(append(fields, Field{Name: "SearchFilter", Type: Structure}), filter("SearchFilter")...)
	}
	fields = append(append(fields, Field{Name: "SearchCriteria", Type: Structure}), criteriaRows("SearchCriteria", own, deepestCriteria)...)
	return &Operation{Service: Connect, Name: name, Method: "POST", Path: path, Fields: fields, Errors: settingFaults(faults...)}
}

// criteriaRows are the rows below criteria, which may hold others so many levels deep.
func criteriaRows(prefix string, own rowsOf, deeper int) []Field {
	var rows []Field
	for _, list := range []string{"OrConditions", "AndConditions"} {
		name := prefix + "." + list
		rows = append(rows, Field{Name: name, Type: List, TooDeep: deeper == 0},
			Field{Name: name + "[]", Type: Structure, Below: func() []Field { return criteriaRows(name+"[]", own, deeper-1) }})
	}
	rows = append(rows, stringRows(prefix)...)
	if own != nil {
		rows = append(rows, own(prefix)...)
	}
	return rows
}

func stringRows(prefix string) []Field {
	name := prefix + ".StringCondition"
	return []Field{
		{Name: name, Type: Structure},
		{Name: name + ".FieldName", Type: String},
		{Name: name + ".Value", Type: String},
		{Name: name + ".ComparisonType", Type: String, Enum: []string{StartsWith, Contains, Exact}},
	}
}

// skillRows find users by what they are good at.
func skillRows(prefix string) []Field {
	name := prefix + ".ListCondition"
	each := name + ".Conditions[]"
	return slices.Concat([]Field{
		{Name: name, Type: Structure},
		{Name: name + ".TargetListType", Type: String, Enum: []string{"PROFICIENCIES"}},
		{Name: name + ".Conditions", Type: List},
		{Name: each, Type: Structure},
	}, stringRows(each), []Field{
		{Name: each + ".NumberCondition", Type: Structure},
		{Name: each + ".NumberCondition.FieldName", Type: String},
		{Name: each + ".NumberCondition.MinValue", Type: Integer},
		{Name: each + ".NumberCondition.MaxValue", Type: Integer},
		{Name: each + ".NumberCondition.ComparisonType", Type: String, Enum: []string{GreaterOrEqual, Greater, LesserOrEqual, Lesser, Equal, NotEqual, InRange}},
	})
}

func hierarchyRows(prefix string) []Field {
	name := prefix + ".HierarchyGroupCondition"
	return []Field{
		{Name: name, Type: Structure},
		{Name: name + ".Value", Type: String},
		{Name: name + ".HierarchyGroupMatchType", Type: String, Enum: []string{"EXACT", "WITH_CHILD_GROUPS"}},
	}
}

// wordRow is a condition that is one word.
func wordRow(name string, words ...string) rowsOf {
	return func(prefix string) []Field { return []Field{{Name: prefix + "." + name, Type: String, Enum: words}} }
}

// join is several rows, one behind the other.
func join(all ...rowsOf) rowsOf {
	return func(prefix string) (rows []Field) {
		for _, of := range all {
			rows = append(rows, of(prefix)...)
		}
		return rows
	}
}

func tagFilter(prefix string) []Field { return tagsFilter(prefix + ".TagFilter") }

// tagsFilter is any of lists of tags, or all of one list, or one tag.
func tagsFilter(name string) []Field {
	return slices.Concat([]Field{
		{Name: name, Type: Structure, One: true},
		{Name: name + ".OrConditions", Type: List},
		{Name: name + ".OrConditions[]", Type: List},
	}, tagRow(name+".OrConditions[][]"), []Field{{Name: name + ".AndConditions", Type: List}}, tagRow(name+".AndConditions[]"), tagRow(name+".TagCondition"))
}

func tagRow(name string) []Field {
	return []Field{{Name: name, Type: Structure}, {Name: name + ".TagKey", Type: String}, {Name: name + ".TagValue", Type: String}}
}

// attributeFilter is a filter of tags that has room for a condition of its own.
func attributeFilter(member string, own rowsOf) rowsOf {
	return func(prefix string) []Field {
		name := prefix + "." + member
		and := func(prefix string) []Field {
			rows := append([]Field{{Name: prefix, Type: Structure}, {Name: prefix + ".TagConditions", Type: List}}, tagRow(prefix+".TagConditions[]")...)
			if own != nil {
				rows = append(rows, own(prefix)...)
			}
			return rows
		}
		rows := slices.Concat([]Field{{Name: name, Type: Structure, One: true}, {Name: name + ".OrConditions", Type: List}}, and(name+".OrConditions[]"),
			and(name+".AndCondition"), tagRow(name+".TagCondition"))
		if own != nil {
			rows = append(rows, own(name)...)
		}
		return rows
	}
}
