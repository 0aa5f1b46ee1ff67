package api

import (
	"cmp"
	"slices"
	"strings"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/wire"
)

// searched says what settings of a kind can be found by.
type searched[V any] struct {
	name func(V) string // in whose order pages go
	tags func(V) map[string]string
	// fields are those that a StringCondition can name, in lower case.
	fields map[string]func(V) []string
	// short are the fields of which Amazon finds 2 to 25 characters.
	short []string
	// words are the conditions that are one word, by their names.
	words  map[string]func(V) string
	skills func(V) []perch.Proficiency // nil where there are none
}

// holds tells whether a setting meets what has been compiled.
type holds[V any] func(V) bool

// Characters of which a CONTAINS finds names and descriptions.
// doc: API_QueueSearchCriteria
const shortestPart, longestPart = 2, 25

// every and some join conditions. No conditions at all hold.
func every[V any](all []holds[V]) holds[V] {
	return func(v V) bool { return !slices.ContainsFunc(all, func(h holds[V]) bool { return !h(v) }) }
}

func some[V any](all []holds[V]) holds[V] {
	return func(v V) bool {
		return len(all) == 0 || slices.ContainsFunc(all, func(h holds[V]) bool { return h(v) })
	}
}

// never is what nothing here meets.
func never[V any](V) bool { return false }

// criteria compiles criteria, whose conditions must all hold.
func (of searched[V]) criteria(in wire.SettingCriteria) (holds[V], error) {
	either, err := of.list(in.OrConditions)
	if err != nil {
		return nil, err
	}
	all, err := of.list(in.AndConditions)
	if err != nil {
		return nil, err
	}
	all = append(all, some(either))
	if in.StringCondition != nil {
		h, err := of.text(*in.StringCondition)
		if err != nil {
			return nil, err
		}
		all = append(all, h)
	}
	if in.ListCondition != nil {
		h, err := of.skilled(*in.ListCondition)
		if err != nil {
			return nil, err
		}
		all = append(all, h)
	}
	if in.HierarchyGroupCondition != nil {
		all = append(all, never[V])
	}
	for name, word := range map[string]string{"QueueTypeCondition": in.QueueTypeCondition, "TypeCondition": in.TypeCondition, "StateCondition": in.StateCondition,
		"StatusCondition": in.StatusCondition, "ViewTypeCondition": in.ViewTypeCondition, "ViewStatusCondition": in.ViewStatusCondition} {
		if has := of.words[name]; word != "" && has != nil {
			all = append(all, func(v V) bool { return has(v) == word })
		}
	}
	return every(all), nil
}

func (of searched[V]) list(all []wire.SettingCriteria) (out []holds[V], err error) {
	for _, in := range all {
		h, err := of.criteria(in)
		if err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, nil
}

// text compiles a condition on a field.
func (of searched[V]) text(in wire.StringCondition) (holds[V], error) {
	name := strings.ToLower(in.FieldName)
	has, ok := of.fields[name]
	if !ok {
		return nil, perch.InvalidField("StringCondition.FieldName", "must be one of %s", strings.Join(sorted(of.fields), ", "))
	}
	if n := len([]rune(in.Value)); in.ComparisonType == wire.Contains && slices.Contains(of.short, name) && (n < shortestPart || n > longestPart) {
		return nil, perch.InvalidField("StringCondition.Value", "must have %d to %d characters to be contained in the %s, not %d", shortestPart, longestPart, name, n)
	}
	meets, err := comparison(in)
	return func(v V) bool { return slices.ContainsFunc(has(v), meets) }, err
}

func sorted[V any](m map[string]V) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// comparison compiles how a text is compared: as it stands where it must be EXACT,
// in any case otherwise.
func comparison(in wire.StringCondition) (func(string) bool, error) {
	low := strings.ToLower(in.Value)
	switch in.ComparisonType {
	case wire.Exact:
		return func(has string) bool { return has == in.Value }, nil
	case wire.StartsWith:
		return func(has string) bool { return strings.HasPrefix(strings.ToLower(has), low) }, nil
	case wire.Contains:
		return func(has string) bool { return strings.Contains(strings.ToLower(has), low) }, nil
	}
	return nil, perch.InvalidField("StringCondition.ComparisonType", "must be given")
}

// skilled compiles what one proficiency of a user must meet, all of it.
func (of searched[V]) skilled(in wire.ListCondition) (holds[V], error) {
	if of.skills == nil {
		return nil, perch.InvalidField("ListCondition", "is for users alone")
	}
	one := searched[perch.Proficiency]{fields: map[string]func(perch.Proficiency) []string{
		"name":  func(p perch.Proficiency) []string { return []string{p.Name} },
		"value": func(p perch.Proficiency) []string { return []string{p.Value} }}}
	var all []holds[perch.Proficiency]
	for _, condition := range in.Conditions {
		if condition.StringCondition != nil {
			h, err := one.text(*condition.StringCondition)
			if err != nil {
				return nil, err
			}
			all = append(all, h)
		}
		if condition.NumberCondition != nil {
			h, err := level(*condition.NumberCondition)
			if err != nil {
				return nil, err
			}
			all = append(all, h)
		}
	}
	return func(v V) bool { return slices.ContainsFunc(of.skills(v), every(all)) }, nil
}

// level compiles a condition on how good a user is at something. A comparison with
// one number takes the bound that is there, the lower one first.
func level(in wire.NumberCondition) (holds[perch.Proficiency], error) {
	if !strings.EqualFold(in.FieldName, "level") {
		return nil, perch.InvalidField("NumberCondition.FieldName", "must be level")
	}
	least, most := cmp.Or(in.MinValue, in.MaxValue), cmp.Or(in.MaxValue, in.MinValue)
	if least == nil || in.ComparisonType == wire.InRange && (in.MinValue == nil || in.MaxValue == nil) {
		return nil, perch.InvalidField("NumberCondition", "must have MinValue or MaxValue, and both for a RANGE")
	}
	from, till := float64(*least), float64(*most)
	meets, ok := map[string]func(float64) bool{
		wire.GreaterOrEqual: func(n float64) bool { return n >= from },
		wire.Greater:        func(n float64) bool { return n > from },
		wire.LesserOrEqual:  func(n float64) bool { return n <= till },
		wire.Lesser:         func(n float64) bool { return n < till },
		wire.Equal:          func(n float64) bool { return n == from },
		wire.NotEqual:       func(n float64) bool { return n != from },
		wire.InRange:        func(n float64) bool { return n >= from && n <= till },
	}[in.ComparisonType]
	if !ok {
		return nil, perch.InvalidField("NumberCondition.ComparisonType", "must be given")
	}
	return func(p perch.Proficiency) bool { return meets(p.Level) }, nil
}

// filter compiles what a setting must be tagged with, or be of.
func (of searched[V]) filter(in wire.SettingFilter) (holds[V], error) {
	var all []holds[V]
	for _, f := range []*wire.AttributeFilter{in.AttributeFilter, in.UserAttributeFilter, in.FlowAttributeFilter} {
		if f == nil {
			continue
		}
		if in.TagFilter != nil {
			return nil, perch.InvalidField("SearchFilter", "must have a TagFilter or another, and not both")
		}
		all = append(all, of.attributes(*f))
	}
	if in.TagFilter != nil {
		all = append(all, of.tagged(*in.TagFilter))
	}
	return every(all), nil
}

func (of searched[V]) tagged(in wire.TagFilter) holds[V] {
	var either []holds[V]
	for _, list := range in.OrConditions {
		either = append(either, every(of.allTags(list)))
	}
	all := append(of.allTags(in.AndConditions), some(either))
	if in.TagCondition != nil {
		all = append(all, of.tag(*in.TagCondition))
	}
	return every(all)
}

func (of searched[V]) attributes(in wire.AttributeFilter) holds[V] {
	var either []holds[V]
	for _, and := range in.OrConditions {
		either = append(either, of.and(and))
	}
	all := append(of.leaf(in.AttributeLeaf), some(either))
	if in.AndCondition != nil {
		all = append(all, of.and(*in.AndCondition))
	}
	if in.TagCondition != nil {
		all = append(all, of.tag(*in.TagCondition))
	}
	return every(all)
}

func (of searched[V]) and(in wire.AttributeAnd) holds[V] {
	return every(append(of.allTags(in.TagConditions), of.leaf(in.AttributeLeaf)...))
}

func (of searched[V]) leaf(in wire.AttributeLeaf) (all []holds[V]) {
	if in.HierarchyGroupCondition != nil {
		all = append(all, never[V])
	}
	if t := in.ContactFlowTypeCondition; t != nil {
		all = append(all, func(v V) bool { return of.words["TypeCondition"](v) == t.ContactFlowType })
	}
	return all
}

func (of searched[V]) allTags(list []wire.TagCondition) (all []holds[V]) {
	for _, each := range list {
		all = append(all, of.tag(each))
	}
	return all
}

func (of searched[V]) tag(in wire.TagCondition) holds[V] {
	return func(v V) bool {
		value, ok := of.tags(v)[in.TagKey]
		return ok && (in.TagValue == nil || value == *in.TagValue)
	}
}
