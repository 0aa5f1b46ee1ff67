package api

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/perch-chat/perch/catalog"
	words "github.com/perch-chat/perch/search" // search is a function here
)

// document is as much of an OpenAPI document as is looked at here.
type document struct {
	OpenAPI string `json:"openapi"`
	Paths   map[string]map[string]struct {
		OperationID string                     `json:"operationId"`
		Parameters  []struct{ Name string }    `json:"parameters"`
		Responses   map[string]json.RawMessage `json:"responses"`
	} `json:"paths"`
	Components struct {
		Responses map[string]json.RawMessage `json:"responses"`
		Schemas   map[string]struct {
			Properties map[string]json.RawMessage `json:"properties"`
			Required   []string                   `json:"required"`
		} `json:"schemas"`
		SecuritySchemes map[string]json.RawMessage `json:"securitySchemes"`
	} `json:"components"`
}

// described is the document as a client gets it.
func described(t *testing.T) (d document, text string) {
	t.Helper()
	w := httptest.NewRecorder()
	describeSelf(w, httptest.NewRequest(http.MethodGet, "/openapi.json", nil))
	if got := w.Header().Get("Content-Type"); w.Code != http.StatusOK || got != "application/json" {
		t.Fatalf("answered %d with %q", w.Code, got)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	return d, w.Body.String()
}

// mounted are the routes that the sources of this package mount under a prefix:
// the literals that look like one. The policy names routes, and mounts none.
func mounted(t *testing.T, prefixes ...string) []string {
	t.Helper()
	found := map[string]bool{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if file == "policy.go" || strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				text := strings.Trim(l.Value, `"`)
				method, at, ok := strings.Cut(text, " ")
				known := slices.Contains([]string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete}, method)
				if ok && known && slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(at, p) }) {
					found[text] = true
				}
			}
			return true
		})
	}
	return slices.Sorted(maps.Keys(found))
}

func TestOpenAPIDescribesWhatIsMounted(t *testing.T) {
	t.Parallel()
	d, _ := described(t)
	var got []string
	ids := map[string]bool{}
	for at, methods := range d.Paths {
		for method, op := range methods {
			if at != "/metrics" { // mounted by package serve
				got = append(got, strings.ToUpper(method)+" "+at)
			}
			if op.OperationID == "" || ids[op.OperationID] {
				t.Errorf("%s %s has the operationId %q, which is empty or another's", method, at, op.OperationID)
			}
			ids[op.OperationID] = true
			if op.Responses["200"] == nil {
				t.Errorf("%s %s describes no success", method, at)
			}
			for _, name := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(at, -1) {
				if !slices.ContainsFunc(op.Parameters, func(p struct{ Name string }) bool { return p.Name == name[1] }) {
					t.Errorf("%s %s does not describe its parameter %s", method, at, name[1])
				}
			}
		}
	}
	slices.Sort(got)
	want := mounted(t, "/agent/", "/healthz", "/readyz", "/openapi.json")
	if !slices.Equal(got, want) {
		t.Errorf("openapi.json describes\n  %s\nmounted are\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestOpenAPIRefersToWhatIsThere(t *testing.T) {
	t.Parallel()
	d, text := described(t)
	if !strings.HasPrefix(d.OpenAPI, "3.1.") {
		t.Errorf("the version is %q", d.OpenAPI)
	}
	used := map[string]bool{}
	for _, ref := range regexp.MustCompile(`"\$ref": "#/components/(\w+)/(\w+)"`).FindAllStringSubmatch(text, -1) {
		used[ref[1]+"/"+ref[2]] = true
		_, schema := d.Components.Schemas[ref[2]]
		_, response := d.Components.Responses[ref[2]]
		if (ref[1] != "schemas" || !schema) && (ref[1] != "responses" || !response) {
			t.Errorf("%s is referred to and not there", ref[0])
		}
	}
	for name, s := range d.Components.Schemas {
		if !used["schemas/"+name] {
			t.Errorf("nothing refers to the schema %s", name)
		}
		for _, member := range s.Required {
			if s.Properties[member] == nil {
				t.Errorf("the schema %s requires %s and does not describe it", name, member)
			}
		}
	}
	if strings.Count(text, `"$ref"`) != strings.Count(text, `"$ref": "#/components/`) {
		t.Error("a reference leads elsewhere")
	}
}

// The rows that have types of their own are described member by member.
func TestOpenAPIDescribesEveryMember(t *testing.T) {
	t.Parallel()
	d, _ := described(t)
	for schema, row := range map[string]any{"Contact": agentContact{}, "User": agentUser{}, "Queue": agentQueue{},
		"Note": agentNote{}, "Disposition": agentDisposition{}, "ReadyReply": readyReply{}, "Record": agentRecord{}, "Chat": agentChat{}, "Link": agentLink{},
		"Look": saidLook{}, "AccessKey": shownAccessKey{}, "Snippets": catalog.Snippets{},
		"Day": dayFigures{}, "QueueFigures": queueFigures{}, "AgentFigures": agentFigures{}, "Has": agentHas{},
		"FoundContact": foundContact{}, "FloorContact": floorContact{}, "FoundItem": foundItem{}, "Fragment": words.Fragment{}} {
		var got, required []string
		of := reflect.TypeOf(row)
		for i := range of.NumField() {
			f := of.Field(i)
			name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "" {
				name = f.Name
			}
			got = append(got, name)
			if !strings.Contains(options, "omitempty") {
				required = append(required, name)
			}
		}
		slices.Sort(got)
		slices.Sort(required)
		s := d.Components.Schemas[schema]
		if want := slices.Sorted(maps.Keys(s.Properties)); !slices.Equal(got, want) {
			t.Errorf("%s has the members %v, described are %v", of, got, want)
		}
		if want := slices.Sorted(slices.Values(s.Required)); !slices.Equal(required, want) {
			t.Errorf("%s always has %v, described as required are %v", of, required, want)
		}
	}
}
