package catalog

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/perch-chat/perch"
)

// View is what a flow can show a customer: a form, a choice, something to read.
// It is one form of a view: what is published, what is saved, or a version.
//
// doc: view-resources-sg.md
type View struct {
	ID          string
	Name        string
	Description string
	Managed     bool // one of those that every instance has, under Amazon's own ARNs
	// Qualifier is the number of a version, or Saved; empty for what is published.
	Qualifier string
	// Version is the number, or the newest one of a view in another form; 0 for none.
	Version            int64
	VersionDescription string
	Unpublished        bool // this form of it
	ViewContent
	Tags              map[string]string
	Created, Modified time.Time // zero for one that every instance has
}

// Reference leads to this form of the view again, by View.
func (v View) Reference() string {
	if v.Qualifier == "" {
		return v.ID
	}
	return v.ID + ":" + v.Qualifier
}

// managedViews are the basic views, by the names that flows have for them.
//
//go:embed views/*.json
var managedViews embed.FS

// managedVersion is what Amazon counts all of its views as.
const managedVersion = "1"

// View is the view that a flow or a token names: an id or an ARN, with the
// version, $LATEST or $SAVED behind a colon or beside it.
//
// Errors: NotFound; NotPublished where it is only saved.
func (c *Catalog) View(ctx context.Context, instance perch.InstanceID, idOrARN, version string) (View, error) {
	id, qualifier := SplitReference(idOrARN)
	if version == "" {
		version = qualifier
	}
	for _, v := range c.views {
		if v.ID == id && (version == "" || version == Latest || version == managedVersion) {
			return v, nil
		}
	}
	s, err := c.settings(ctx, instance)
	if err != nil {
		return View{}, err
	}
	return s.view(id, version)
}

// Views are the newest forms of all views of an instance: first those that every
// instance has, then its own, each by name.
func (c *Catalog) Views(ctx context.Context, instance perch.InstanceID) ([]View, error) {
	s, err := c.settings(ctx, instance)
	if err != nil {
		return nil, err
	}
	out := slices.SortedFunc(slices.Values(c.views), func(a, b View) int { return strings.Compare(a.Name, b.Name) })
	for _, v := range s.ownViews.inOrder() {
		out = append(out, s.newest(v))
	}
	return out, nil
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
		content := ViewContent{Actions: in.Actions, InputSchema: compact(in.InputSchema), Template: compact(in.Template)}
		content.Sum = content.sum()
		out = append(out, View{ID: strings.TrimSuffix(f.Name(), ".json"), Name: in.Name, Description: in.Description, Managed: true,
			Qualifier: managedVersion, Version: 1, ViewContent: content})
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
