package serve_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/perch-chat/perch/catalog"
)

// member is a property of a schema, as far as bodies of the agents' API go.
type member struct {
	Type       string
	Ref        string `json:"$ref"`
	Properties map[string]member
	Required   []string
}

// agentBodies are the bodies that the published document describes, by method
// and path.
func agentBodies(t *testing.T, h *house) map[string]member {
	t.Helper()
	var document struct {
		Paths map[string]map[string]struct {
			RequestBody struct {
				Content map[string]struct{ Schema member }
			}
		}
		Components struct{ Schemas map[string]member }
	}
	if err := json.Unmarshal([]byte(h.borne("GET", "/openapi.json", "", "", nil).body), &document); err != nil {
		t.Fatal(err)
	}
	out := map[string]member{}
	for path, methods := range document.Paths {
		for method, call := range methods {
			for _, c := range call.RequestBody.Content {
				s := c.Schema
				if s.Ref != "" {
					s = document.Components.Schemas[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
				}
				for name, m := range s.Properties {
					if m.Ref != "" {
						s.Properties[name] = document.Components.Schemas[strings.TrimPrefix(m.Ref, "#/components/schemas/")]
					}
				}
				out[strings.ToUpper(method)+" "+path] = s
			}
		}
	}
	return out
}

// Every call of the agents' API that takes a body, every member, every wrong
// type: told by name, and nothing happens. What is no object at all is told as
// well, and a member that nobody knows is passed over.
func TestWrongMembersOfAgentsBodiesAreRefusedByName(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		h.promote(1, catalog.Admin)
		a := h.available(1)
		p := h.open(nil)
		a.accept(p.contact)
		refused := func(call, what string, body any, says string) {
			t.Helper()
			method, path, _ := strings.Cut(call, " ")
			r := h.borne(method, strings.ReplaceAll(path, "{ContactId}", p.contact), "Authorization", a.bearer, body)
			if r.status != http.StatusBadRequest || r.fault != "InvalidRequestException" || !strings.HasPrefix(r.message(), says) {
				t.Errorf("%s with %s: %d %s %s", call, what, r.status, r.fault, r.body)
			}
		}
		tried := 0
		for call, schema := range agentBodies(t, h) {
			for name, m := range schema.Properties {
				wrong := map[string]any{"a number": 5, "true": true, "a list": []any{}, "an object": object{}, "text": "x"}
				delete(wrong, map[string]string{"string": "text", "array": "a list", "boolean": "true", "object": "an object"}[m.Type])
				if len(wrong) != 4 {
					t.Fatalf("%s: %s is a %s: teach this test what is wrong with one", call, name, m.Type)
				}
				for what, value := range wrong {
					tried++
					refused(call, name+" as "+what, object{name: value}, name+": ")
				}
			}
			for what, body := range map[string]string{
				"a list": `[]`, "text": `"x"`, "a number": `1`, "half a body": `{"a":`, "two bodies": `{} {}`, "no JSON": "a=1", "deep nests": strings.Repeat(`{"a":`, 20000),
			} {
				tried++
				refused(call, what, raw(body), "body: ")
			}
		}
		if tried < 40 {
			t.Errorf("only %d ways were tried", tried)
		}
		wantState(t, a, p.contact, "CONNECTED")
		if r := a.call("PUT", "status", object{"Status": "Available", "X-Unknown": []any{nil}}); r.status != http.StatusOK {
			t.Errorf("an unknown member: %d %s", r.status, r.body)
		}
	})
}
