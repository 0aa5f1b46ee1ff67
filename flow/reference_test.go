package flow

import (
	"reflect"
	"strings"
	"testing"
)

func TestParseReference(t *testing.T) {
	for text, want := range map[string]Reference{
		"$.ContactId":                             {"ContactId", nil},
		"$.Attributes.first_name":                 {"Attributes", []string{"first_name"}},
		"$.Attributes.naïve-1":                    {"Attributes", []string{"naïve-1"}},
		"$['Attributes']['k']":                    {"Attributes", []string{"k"}},
		`$["Attributes"]["it's"]`:                 {"Attributes", []string{"it's"}},
		`$.Attributes["a']b"]`:                    {"Attributes", []string{"a']b"}},
		"$.SegmentAttributes['connect:Subtype']":  {"SegmentAttributes", []string{"connect:Subtype"}},
		"$.CustomerEndpoint.Address":              {"CustomerEndpoint", []string{"Address"}},
		"$.SystemEndpoint.DisplayName":            {"SystemEndpoint", []string{"DisplayName"}},
		"$.Queue.ARN":                             {"Queue", []string{"ARN"}},
		"$.Agent.UserName":                        {"Agent", []string{"UserName"}},
		"$.LastAgent.ARN":                         {"LastAgent", []string{"ARN"}},
		"$.Media.InitialMessage":                  {"Media", []string{"InitialMessage"}},
		"$.StoredCustomerInput":                   {"StoredCustomerInput", nil},
		"$.FlowAttributes.k":                      {"FlowAttributes", []string{"k"}},
		"$.External.orders[0].id":                 {"External", []string{"orders", "0", "id"}},
		"$.Lex.Slots.city":                        {"Lex", []string{"Slots", "city"}},
		"$.Metrics.Agents.Available.Count":        {"Metrics", []string{"Agents", "Available", "Count"}},
		"$.References.doc.Value":                  {"References", []string{"doc", "Value"}},
		"$.Loop.tries.Index":                      {"Loop", []string{"tries", "Index"}},
		"$.LambdaInvocation.ResultData.k":         {"LambdaInvocation", []string{"ResultData", "k"}},
		"$.SegmentAttributes.x.y":                 {"SegmentAttributes", []string{"x", "y"}},
		"$.Views.ViewResultData.FormData['a b']":  {"Views", []string{"ViewResultData", "FormData", "a b"}},
		"$.DataTables.t['Primary Key'].attribute": {"DataTables", []string{"t", "Primary Key", "attribute"}},
	} {
		got, ok := ParseReference(text)
		if !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %#v, %v", text, got, ok)
		}
		if again, ok := ParseReference(got.String()); !ok || !reflect.DeepEqual(again, want) {
			t.Errorf("%s: %s does not lead back", text, got)
		}
	}
}

func TestNotAReference(t *testing.T) {
	for _, text := range []string{"", "$", "$.", "$.Attributes", "$.Attributes.", "$.Attributes.a.b", "$.BadValue", "$.50",
		"Attributes.k", " $.ContactId", "$.ContactId ", "$.ContactId.x", "$.Attributes['k'", "$.Attributes['']", "$[Attributes].k",
		"$.External[x]", "$.External[]", "$.attributes.k", "$.Attributes.\xff"} {
		if r, ok := ParseReference(text); ok {
			t.Errorf("%q: got %v", text, r)
		}
	}
}

func TestTemplate(t *testing.T) {
	env := testEnv(t, `
		$.Attributes.name = "Ada" browser
		$.Attributes.dollar = "$.Attributes.name" jwt
		$.ContactId = "c-1" sigv4
	`)
	for text, want := range map[string]Value{
		"":                            {"", OriginFlow},
		"plain":                       {"plain", OriginFlow},
		"$5 and $.50":                 {"$5 and $.50", OriginFlow},
		"Hello $.Attributes.name, hi": {"Hello Ada, hi", "browser"},
		"$.Attributes.name.Bye":       {"Ada.Bye", "browser"},
		"$.Attributes.name$.ContactId": {
			"Adac-1", "browser"},
		"<$.ContactId>":       {"<c-1>", OriginFlow},
		"$.ContactId":         {"c-1", "sigv4"},
		"$$.ContactId":        {"$c-1", OriginFlow},
		"[$.Attributes.gone]": {"[]", OriginFlow},
		"again $.Attributes.dollar": {
			"again $.Attributes.name", OriginFlow}, // a value is not read as a template again
	} {
		got, ok := parseTemplate(text).value(env)
		if !ok || got != want {
			t.Errorf("%q: got %+v, %v, want %+v", text, got, ok, want)
		}
	}
	if v, ok := parseTemplate("$.Attributes.gone").value(env); ok {
		t.Errorf("a value that is not there: got %+v", v)
	}
}

func TestEnvWithoutFunctions(t *testing.T) {
	if _, ok := parseTemplate("$.ContactId").value(Env{}); ok {
		t.Error("an empty Env knows a value")
	}
	env := Env{Lookup: func(Reference) (Value, bool) { return Value{Text: "x", Origin: "jwt"}, true }}
	if v, _ := parseTemplate("a$.ContactId").value(env); v.Origin != "" {
		t.Errorf("an order that is not known gives origin %q", v.Origin)
	}
}

// TestLongTexts shows that reading a text takes time that grows as the text does.
func TestLongTexts(t *testing.T) {
	for _, part := range []string{"$", "$[", "$['", `$["`, "$.External", "$.External.a", "$.External['a']", "$.External['", "$['External'", "$.External.x$"} {
		text := strings.Repeat(part, 1_000_000/len(part))
		if v := parseTemplate(text).render(Env{}); len(v.Text) > len(text) {
			t.Errorf("%s: grew", part)
		}
	}
	if _, ok := ParseReference("$.External['" + strings.Repeat("k", maxKey) + "']"); ok {
		t.Error("a key of any length is read")
	}
	if _, ok := ParseReference("$.External['" + strings.Repeat("k", maxKey-2) + "']"); !ok {
		t.Error("the longest key is not read")
	}
}
