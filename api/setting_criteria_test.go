package api

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/wire"
)

// thing is something to be found.
type thing struct {
	name, words, kind string
	tags              map[string]string
	skills            []perch.Proficiency
}

func things() []thing {
	return []thing{
		{name: "Ada", words: "Counts by machine", kind: "CONTACT_FLOW", tags: map[string]string{"team": "a", "floor": "1"},
			skills: []perch.Proficiency{{Name: "language", Value: "en", Level: 5}, {Name: "language", Value: "fr", Level: 2}}},
		{name: "Adele", words: "counts", kind: "CUSTOMER_QUEUE", tags: map[string]string{"team": "b"}, skills: []perch.Proficiency{{Name: "language", Value: "fr", Level: 4}}},
		{name: "Grace", kind: "CONTACT_FLOW", tags: map[string]string{"team": "a", "floor": "2"}},
	}
}

func ofThings() searched[thing] {
	return searched[thing]{name: func(t thing) string { return t.name }, tags: func(t thing) map[string]string { return t.tags },
		fields: map[string]func(thing) []string{"name": one(func(t thing) string { return t.name }), "description": one(func(t thing) string { return t.words })},
		short:  []string{"description"},
		words:  map[string]func(thing) string{"TypeCondition": func(t thing) string { return t.kind }},
		skills: func(t thing) []perch.Proficiency { return t.skills }}
}

func found(t *testing.T, request string) (string, error) {
	t.Helper()
	var in wire.SettingSearchRequest
	if err := json.Unmarshal([]byte(request), &in); err != nil {
		t.Fatal(err)
	}
	criteria, err := ofThings().criteria(in.SearchCriteria)
	if err != nil {
		return "", err
	}
	filter, err := ofThings().filter(in.SearchFilter)
	if err != nil {
		return "", err
	}
	names := []string{}
	for _, each := range things() {
		if criteria(each) && filter(each) {
			names = append(names, each.name)
		}
	}
	return strings.Join(names, " "), nil
}

func TestSearchesFindWhatMeetsAllThatIsAsked(t *testing.T) {
	t.Parallel()
	text := func(field, value, how string) string {
		return `{"StringCondition":{"FieldName":"` + field + `","Value":"` + value + `","ComparisonType":"` + how + `"}}`
	}
	skill := func(conditions string) string {
		return `{"SearchCriteria":{"ListCondition":{"TargetListType":"PROFICIENCIES","Conditions":[` + conditions + `]}}}`
	}
	level := func(rest string) string { return `{"NumberCondition":{"FieldName":"Level",` + rest + `}}` }
	for request, want := range map[string]string{
		`{}`: "Ada Adele Grace",
		`{"SearchCriteria":` + text("name", "Ada", "EXACT") + `}`:                                                                                                                      "Ada",
		`{"SearchCriteria":` + text("NAME", "ad", "STARTS_WITH") + `}`:                                                                                                                 "Ada Adele",
		`{"SearchCriteria":` + text("name", "ada", "EXACT") + `}`:                                                                                                                      "",
		`{"SearchCriteria":` + text("description", "MACHINE", "CONTAINS") + `}`:                                                                                                        "Ada",
		`{"SearchCriteria":` + text("name", "", "CONTAINS") + `}`:                                                                                                                      "Ada Adele Grace",
		`{"SearchCriteria":{"OrConditions":[` + text("name", "Grace", "EXACT") + `,` + text("name", "e", "CONTAINS") + `]}}`:                                                           "Adele Grace",
		`{"SearchCriteria":{"AndConditions":[` + text("name", "a", "STARTS_WITH") + `,` + text("description", "co", "CONTAINS") + `]}}`:                                                "Ada Adele",
		`{"SearchCriteria":{"AndConditions":[{"OrConditions":[` + text("name", "Ada", "EXACT") + `,` + text("name", "Grace", "EXACT") + `]},{"TypeCondition":"CONTACT_FLOW"}]}}`:       "Ada Grace",
		`{"SearchCriteria":{"TypeCondition":"CUSTOMER_QUEUE"}}`:                                                                                                                        "Adele",
		`{"SearchCriteria":{"HierarchyGroupCondition":{"Value":"x"}}}`:                                                                                                                 "",
		`{"SearchFilter":{"TagFilter":{"TagCondition":{"TagKey":"team","TagValue":"a"}}}}`:                                                                                             "Ada Grace",
		`{"SearchFilter":{"TagFilter":{"TagCondition":{"TagKey":"floor"}}}}`:                                                                                                           "Ada Grace",
		`{"SearchFilter":{"TagFilter":{"AndConditions":[{"TagKey":"team","TagValue":"a"},{"TagKey":"floor","TagValue":"2"}]}}}`:                                                        "Grace",
		`{"SearchFilter":{"TagFilter":{"OrConditions":[[{"TagKey":"team","TagValue":"b"}],[{"TagKey":"team","TagValue":"a"},{"TagKey":"floor","TagValue":"1"}]]}}}`:                    "Ada Adele",
		`{"SearchFilter":{"FlowAttributeFilter":{"AndCondition":{"TagConditions":[{"TagKey":"team","TagValue":"a"}],"ContactFlowTypeCondition":{"ContactFlowType":"CONTACT_FLOW"}}}}}`: "Ada Grace",
		`{"SearchFilter":{"FlowAttributeFilter":{"ContactFlowTypeCondition":{"ContactFlowType":"CUSTOMER_QUEUE"}}}}`:                                                                   "Adele",
		`{"SearchFilter":{"UserAttributeFilter":{"OrConditions":[{"HierarchyGroupCondition":{"Value":"x"}},{"TagConditions":[{"TagKey":"team","TagValue":"b"}]}]}}}`:                   "Adele",
		`{"SearchFilter":{"AttributeFilter":{"TagCondition":{"TagKey":"floor","TagValue":"2"}}}}`:                                                                                      "Grace",
		skill(text("value", "fr", "EXACT")): "Ada Adele",
		skill(text("value", "fr", "EXACT") + "," + level(`"MinValue":3,"ComparisonType":"GREATER_OR_EQUAL"`)): "Adele",
		skill(level(`"MinValue":4,"ComparisonType":"GREATER"`)):                                               "Ada",
		skill(level(`"MaxValue":4,"ComparisonType":"LESSER"`)):                                                "Ada",
		skill(level(`"MaxValue":4,"ComparisonType":"LESSER_OR_EQUAL"`)):                                       "Ada Adele",
		skill(level(`"MinValue":4,"ComparisonType":"EQUAL"`)):                                                 "Adele",
		skill(level(`"MinValue":4,"ComparisonType":"NOT_EQUAL"`)):                                             "Ada",
		skill(level(`"MinValue":3,"MaxValue":4,"ComparisonType":"RANGE"`)):                                    "Adele",
	} {
		if got, err := found(t, request); err != nil || got != want {
			t.Errorf("%s finds %q, %v; want %q", request, got, err, want)
		}
	}
}

func TestSearchesRefuseWhatTheyCannotCompare(t *testing.T) {
	t.Parallel()
	for _, request := range []string{
		`{"SearchCriteria":{"StringCondition":{"FieldName":"colour","Value":"x","ComparisonType":"EXACT"}}}`,
		`{"SearchCriteria":{"OrConditions":[{"StringCondition":{"FieldName":"name","Value":"x"}}]}}`,
		`{"SearchCriteria":{"StringCondition":{"FieldName":"description","Value":"x","ComparisonType":"CONTAINS"}}}`,
		`{"SearchCriteria":{"StringCondition":{"FieldName":"description","Value":"abcdefghijklmnopqrstuvwxyz","ComparisonType":"CONTAINS"}}}`,
		`{"SearchCriteria":{"ListCondition":{"Conditions":[{"NumberCondition":{"FieldName":"level","MinValue":1,"ComparisonType":"RANGE"}}]}}}`,
		`{"SearchCriteria":{"ListCondition":{"Conditions":[{"NumberCondition":{"FieldName":"age","MinValue":1,"ComparisonType":"EQUAL"}}]}}}`,
		`{"SearchFilter":{"TagFilter":{"TagCondition":{"TagKey":"a"}},"UserAttributeFilter":{"TagCondition":{"TagKey":"a"}}}}`,
	} {
		if got, err := found(t, request); perch.KindOf(err) != perch.Invalid {
			t.Errorf("%s finds %q, %v; want it refused", request, got, err)
		}
	}
}

func TestNamesOfFieldsInAMessageAreInOrder(t *testing.T) {
	t.Parallel()
	if names := sorted(ofThings().fields); !slices.IsSorted(names) || len(names) != 2 {
		t.Errorf("names %q", names)
	}
}
