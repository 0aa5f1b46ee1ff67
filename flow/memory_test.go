package flow

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// TestLookup shows what references find in a state, and whose word it is.
func TestLookup(t *testing.T) {
	s := State{
		Answers: map[string]Answer{
			external:    {Data: json.RawMessage(`{"a":{"b":["x",{"c":1.50}]},"html":"<b>","map":{"k":"<"},"no":null,"t":true}`), Origin: OriginFlow},
			invocation:  {Data: json.RawMessage(`{"InvocationId":"i"}`), Origin: OriginFlow},
			lex:         {Data: json.RawMessage(`{"Slots":{"city":"Oslo"},"SentimentResponse":{"Scores":{"Positive":0.9}}}`), Origin: OriginBrowser},
			modules:     {Data: json.RawMessage(`{"Result":"r","ResultData":{"x":"1"}}`), Origin: "jwt"},
			storedInput: {Data: json.RawMessage(`"5"`), Origin: OriginBrowser},
		},
		Attributes: map[string]Value{"k": {"v", "jwt"}},
		Loops:      map[string]int{"tries": 3},
		Input:      &Answer{Data: json.RawMessage(`{"id":"7"}`), Origin: "sigv4"},
	}
	for text, want := range map[string]Value{
		"$.External.a.b.0":                         {"x", OriginFlow},
		"$.External.a.b[1].c":                      {"1.50", OriginFlow},
		"$['External']['a']['b'][1]['c']":          {"1.50", OriginFlow},
		"$.External.html":                          {"<b>", OriginFlow},
		"$.External.map":                           {`{"k":"<"}`, OriginFlow},
		"$.External.t":                             {"true", OriginFlow},
		"$.LambdaInvocation.ResultData.t":          {"true", OriginFlow},
		"$.LambdaInvocation.InvocationId":          {"i", OriginFlow},
		"$.Lex.Slots.city":                         {"Oslo", OriginBrowser},
		"$.Lex.SentimentResponse.Scores.Positive":  {"0.9", OriginBrowser},
		"$.Modules.Result":                         {"r", "jwt"},
		"$.Modules.ResultData.x":                   {"1", "jwt"},
		"$.Modules.Input.id":                       {"7", "sigv4"},
		"$.Modules.Input":                          {`{"id":"7"}`, "sigv4"},
		"$.StoredCustomerInput":                    {"5", OriginBrowser},
		"$.FlowAttributes.k":                       {"v", "jwt"},
		"$.Loop.tries.Index":                       {"2", OriginFlow},
		"$.SegmentAttributes['connect:Subtype']":   {"outside", "sigv4"},
		"$.External.no":                            {"outside", "sigv4"},
		"$.External.a.b.2":                         {"outside", "sigv4"},
		"$.External.a.b.x":                         {"outside", "sigv4"},
		"$.External.html.x":                        {"outside", "sigv4"},
		"$.Loop.tries.Element":                     {"outside", "sigv4"},
		"$.Loop.other.Index":                       {"outside", "sigv4"},
		"$.FlowAttributes.other":                   {"outside", "sigv4"},
		"$.Views.Action":                           {"outside", "sigv4"},
		"$.Metrics.Queue.Size":                     {"outside", "sigv4"},
		"$.LambdaInvocation.ResultData.a.b[1].d.e": {"outside", "sigv4"},
	} {
		r, ok := ParseReference(text)
		if !ok {
			t.Errorf("%s is no reference", text)
			continue
		}
		outside := Env{Lookup: func(Reference) (Value, bool) { return Value{"outside", "sigv4"}, true }}
		if got, ok := s.env(outside).lookup(r); !ok || got != want {
			t.Errorf("%s: got %+v, want %+v", text, got, want)
		}
		if got, ok := s.env(Env{}).lookup(r); ok != (want.Text != "outside") {
			t.Errorf("%s, and nobody to ask: got %+v, %v", text, got, ok)
		}
	}
}

// TestStateIsBounded shows that answers that each are small enough are too many
// together, and that the state they were offered to is not changed by them.
func TestStateIsBounded(t *testing.T) {
	big := json.RawMessage(`{"x":"` + strings.Repeat("<", 5000) + `"}`) // six bytes each, as JSON has them in a state
	s, kept := State{FlowID: "f"}, 0
	for _, namespace := range []string{external, lex, metrics, views, modules} {
		before := reread(t, s)
		next, ok := s.with(namespace, big, OriginFlow)
		if !reflect.DeepEqual(s, before) {
			t.Errorf("%s has changed the state that it came to", namespace)
		}
		if ok {
			kept++
		}
		s = next
	}
	if kept != 4 || len(mustJSON(s)) > maxState {
		t.Errorf("kept %d answers, %d bytes", kept, len(mustJSON(s)))
	}
	if _, ok := s.with(external, json.RawMessage(`{"x":"`+strings.Repeat("<", 6000)+`"}`), OriginFlow); ok {
		t.Error("an answer of more than 32 KB is kept")
	}
	if next, ok := s.with(external, json.RawMessage(`{`), OriginFlow); ok || len(next.Answers[external].Data) > 0 {
		t.Error("what is no JSON leaves something")
	}
}

// TestStateIsNotShared shows that steps from one state do not see each other.
func TestStateIsNotShared(t *testing.T) {
	s, _ := State{}.goRound("l", 5)
	again, _ := s.goRound("l", 5)
	if other, _ := s.goRound("m", 5); s.Loops["l"] != 1 || again.Loops["l"] != 2 || len(s.Loops) != 1 || other.Loops["m"] != 1 {
		t.Errorf("got %v, %v, %v", s.Loops, again.Loops, other.Loops)
	}
	a, _ := State{}.withAttributes(map[string]Value{"k": {"1", OriginFlow}})
	b, _ := a.withAttributes(map[string]Value{"k": {"2", OriginFlow}})
	if a.Attributes["k"].Text != "1" || b.Attributes["k"].Text != "2" {
		t.Errorf("got %v, %v", a.Attributes, b.Attributes)
	}
	p := mustParse(t, "flow", farewells(1))
	first := Call(p, State{FlowID: "f", ActionID: "c"}, "m1", CallModule{})
	second, third := Call(p, first, "m2", CallModule{}), Call(p, first, "m3", CallModule{})
	if second.Callers[1].FlowID != "m1" || third.FlowID != "m3" || len(first.Callers) != 1 {
		t.Errorf("got %+v, %+v", second, third)
	}
	if back := second.comeBack(Back{}).comeBack(Back{Result: "r"}); back.FlowID != "f" || back.Callers != nil || back.Back.Result != "r" {
		t.Errorf("got %+v", back)
	}
}

func TestCanonical(t *testing.T) {
	for text, want := range map[string]string{
		` {"b": 1.0, "a": [1e3, "<"], "a": 2} `: `{"a":2,"b":1.0}`,
		`90071992547409931`:                     `90071992547409931`,
		`"<>&"`:                                 `"\u003c\u003e\u0026"`,
		`null`:                                  `null`,
		"\"a\xffb\"":                            "\"a\ufffdb\"",
		`{} {}`:                                 "", `{`: "", ``: "", `nul`: "", `"12345678901234567890123456789012345678901234567890"`: "",
	} {
		got, ok := canonical(json.RawMessage(text), 40)
		if string(got) != want || ok != (want != "") {
			t.Errorf("%s: got %s, %v", text, got, ok)
		}
		if again, _ := canonical(got, 40); ok && string(again) != string(got) {
			t.Errorf("%s: another form the second time: %s", text, again)
		}
	}
}

// TestSwitch shows what another flow is told of the one before.
func TestSwitch(t *testing.T) {
	p := mustParse(t, "flow", farewells(1))
	from := State{FlowID: "f", ActionID: "a", Phase: Awaiting, Type: TypeInbound, Loops: map[string]int{"l": 1},
		Attributes: map[string]Value{"k": {"v", OriginFlow}}, Callers: []Caller{{FlowID: "c"}},
		Answers: map[string]Answer{external: {Data: json.RawMessage(`{"a":"b"}`), Origin: OriginFlow}}}
	want := State{FlowID: "g", ActionID: "a0", Phase: Entering, Type: TypeInbound, Answers: from.Answers}
	if got := Switch(p, from, "g"); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
}
