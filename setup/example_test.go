package setup_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/setup"
	"github.com/perch-chat/perch/staff"
)

var update = flag.Bool("update", false, "write docs/settings.schema.json")

// theExample is what the repository shows as an example, and the variables that it
// needs. It has something of every kind.
func theExample(t *testing.T) setup.Files {
	t.Helper()
	return must(setup.ReadDir(os.DirFS("../examples/settings")))(t)
}

func withCarla(in *setup.Request) {
	in.Environment = map[string]string{"CARLA_PASSWORD": "correct horse"}
}

func TestTheExampleHasEveryKind(t *testing.T) {
	t.Parallel()
	h := found(t)
	p := h.apply(theExample(t), withCarla)
	var made []string
	for _, c := range p.Changes {
		made = append(made, c.Kind)
	}
	for _, kind := range kindsOfTheSchema(t) {
		if !slices.Contains(made, kind) {
			t.Errorf("the example has nothing of the kind %s", kind)
		}
	}
	if !slices.Equal(p.Passwordless, []string{"dan"}) {
		t.Errorf("without a password: %q", p.Passwordless)
	}
	u := must(h.Settings.UserNamed(t.Context(), h.instance, "carla"))(t)
	if u.DisplayName != "Carla Weber" || u.SecurityProfile != catalog.Supervisor {
		t.Errorf("got %+v", u)
	}
	if !must(h.People.Has(t.Context(), h.instance, u.ID, staff.Password{Plain: "correct horse"}))(t) {
		t.Error("carla's password is another")
	}
	shop := must(h.Settings.FlowNamed(t.Context(), h.instance, "Shop"))(t)
	orders := must(h.Settings.QueueNamed(t.Context(), h.instance, "Orders"))(t)
	if !strings.Contains(shop.Content, string(orders.ID)) || strings.Contains(shop.Content, "${") {
		t.Errorf("the flow names no ids: %s", shop.Content)
	}
	if i := must(h.Settings.Instance(t.Context(), h.instance))(t); i.InboundFlow != shop.ID {
		t.Errorf("chats start in %s", i.InboundFlow)
	}
	if again := h.apply(theExample(t), withCarla); len(again.Changes) > 0 {
		t.Errorf("a second time changes %q", told(again))
	}
}

// What the example makes goes through files to another instance and back, with
// every id; on a third that is in use already its names are what counts.
func TestEveryKindGoesThroughFiles(t *testing.T) {
	t.Parallel()
	one, other := found(t), found(t)
	one.apply(theExample(t), withCarla)
	files := one.export()
	if p := one.apply(files); len(p.Changes) > 0 {
		t.Errorf("applying its own export changes %q", told(p))
	}
	other.apply(files)
	sameFiles(t, other.export(), files)
	for name, text := range files {
		if name != setup.SchemaFile && (strings.Contains(text, "correct horse") || strings.Contains(text, "argon2")) {
			t.Errorf("%s has a password:\n%s", name, text)
		}
	}
	used := found(t)
	used.apply(theExample(t), withCarla)
	if p := used.apply(files); len(p.Changes) > 0 {
		t.Errorf("the same by other ids changes %q", told(p))
	}
}

func kindsOfTheSchema(t *testing.T) []string {
	t.Helper()
	var schema struct {
		Properties struct{ Kind struct{ Enum []string } }
	}
	if err := json.Unmarshal([]byte(setup.Schema()), &schema); err != nil {
		t.Fatal(err)
	}
	return schema.Properties.Kind.Enum
}

func TestTheSchemaTakesWhatIsRight(t *testing.T) {
	t.Parallel()
	schema := compiled(t)
	h := found(t)
	h.apply(theExample(t), withCarla)
	files := h.export()
	for name, text := range theExample(t) {
		files["example/"+name] = text
	}
	checked := 0
	for name, text := range files {
		for _, one := range documents(t, name, text) {
			checked++
			if err := schema.Validate(one); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if checked < 50 {
		t.Errorf("only %d documents were checked", checked)
	}
	for _, wrong := range []string{"Kind: nothing", "Name: x", "Kind: queue", "Kind: queue\nName: x\nMaxContacts: many", "Kind: queue\nName: x\nColour: red",
		"Kind: agent-status\nName: x\nState: AWAY", "Kind: hours\nName: x\nTimeZone: UTC\nConfig: [{Day: MONDAY, StartTime: '9', EndTime: '10:00'}]"} {
		if schema.Validate(documents(t, "wrong.yaml", wrong)[0]) == nil {
			t.Errorf("taken for right: %s", wrong)
		}
	}
}

func TestTheSchemaInTheDocumentsIsThatOfTheForms(t *testing.T) {
	t.Parallel()
	const file = "../docs/settings.schema.json"
	if *update {
		if err := os.WriteFile(file, []byte(setup.Schema()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if kept, err := os.ReadFile(file); err != nil || string(kept) != setup.Schema() {
		t.Errorf("%s is of other forms (%v): go test ./setup -update writes it", file, err)
	}
}

func compiled(t *testing.T) *jsonschema.Resolved {
	t.Helper()
	var schema jsonschema.Schema
	if err := json.Unmarshal([]byte(setup.Schema()), &schema); err != nil {
		t.Fatal(err)
	}
	return must(schema.Resolve(nil))(t)
}

// documents are those of a settings file as JSON has them.
func documents(t *testing.T, name, text string) (out []any) {
	t.Helper()
	if !strings.HasSuffix(name, ".yaml") {
		return nil
	}
	loader := must(yaml.NewLoader(strings.NewReader(text)))(t)
	for {
		var one any
		if loader.Load(&one) != nil {
			return out
		}
		// A day is text to whoever reads YAML 1.2, as editors do.
		data := bytes.ReplaceAll(must(json.Marshal(one))(t), []byte("T00:00:00Z"), nil)
		var again any
		if err := json.Unmarshal(data, &again); err != nil {
			t.Fatal(err)
		}
		out = append(out, again)
	}
}
