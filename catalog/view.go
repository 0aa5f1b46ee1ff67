package catalog

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"path"
	"strings"

	"github.com/perch-chat/perch"
)

// View is what a flow can show a customer: a form, a choice, something to read.
//
// doc: view-resources-sg.md
type View struct {
	ID          string
	Name        string
	Description string
	Managed     bool // one of those that every instance has, under Amazon's own ARNs
	Version     int64
	// Actions are what the customer can choose in it.
	Actions []string
	// InputSchema is the JSON Schema of what it shows, Template how it is built.
	InputSchema, Template string
}

// managedViews are the basic views, by the names that flows have for them.
//
//go:embed views/*.json
var managedViews embed.FS

// managedVersion is what Amazon counts all of its views as.
const managedVersion = "1"

// View is the view that a flow or a token names: an id or an ARN, with the
// version behind a colon or beside it.
//
// Errors: NotFound.
func (c *Catalog) View(_ context.Context, _ perch.InstanceID, idOrARN, version string) (View, error) {
	id, qualifier := SplitReference(idOrARN)
	if version == "" {
		version = qualifier
	}
	for _, v := range c.views {
		if v.ID == id && (version == "" || version == Latest || version == managedVersion) {
			return v, nil
		}
	}
	return View{}, perch.Errorf(perch.NotFound, "the view does not exist")
}

// readManagedViews reads what is in the binary, of which a test sees that it can
// be read.
func readManagedViews() []View {
	files, err := managedViews.ReadDir("views")
	if err != nil {
		panic(err)
	}
	var out []View
	for _, f := range files {
		data, err := managedViews.ReadFile(path.Join("views", f.Name()))
		if err != nil {
			panic(err)
		}
		var in struct {
			Name, Description     string
			Actions               []string
			InputSchema, Template json.RawMessage
		}
		if err := json.Unmarshal(data, &in); err != nil {
			panic(f.Name() + ": " + err.Error())
		}
		out = append(out, View{ID: strings.TrimSuffix(f.Name(), ".json"), Name: in.Name, Description: in.Description, Managed: true, Version: 1,
			Actions: in.Actions, InputSchema: compact(in.InputSchema), Template: compact(in.Template)})
	}
	return out
}

func compact(data json.RawMessage) string {
	var b bytes.Buffer
	if err := json.Compact(&b, data); err != nil {
		panic(err)
	}
	return b.String()
}
