package setup

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/perch-chat/perch/flow"
	"github.com/perch-chat/perch/flowbench"
)

// schemaSuffix is how files are called that hold the schema, for editors.
const schemaSuffix = ".schema.json"

// document is one setting as a file has it.
type document struct {
	file  string
	kind  kind          // nil for the instance itself
	form  reflect.Value // of the form's struct, to be changed
	line  int
	lines map[place]int
	// broken says that there is a problem with it: it is there for others to refer to,
	// and not looked at any further.
	broken bool
}

func (d *document) problem(at place, format string, args ...any) Problem {
	d.broken = true
	return Problem{d.file, d.lineOf(at), string(at), fmt.Sprintf(format, args...)}
}

// lineOf is the line of a place, or of what it is in.
func (d *document) lineOf(at place) int {
	for text := string(at); text != ""; {
		if line, ok := d.lines[place(text)]; ok {
			return line
		}
		text = text[:max(strings.LastIndexAny(text, ".["), 0)]
	}
	return d.line
}

// reading is what is known of files while they are read.
type reading struct {
	files     Files
	documents []*document
	used      map[string]bool // files with a text that a setting names
	problems  Problems
}

// read takes the settings out of files, with all that is wrong with any of them by
// itself.
func read(files Files) *reading {
	r := &reading{files: files, used: map[string]bool{}}
	var beside []string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		switch ext := path.Ext(name); {
		case strings.HasSuffix(name, schemaSuffix):
		case ext == ".yaml" || ext == ".yml":
			r.file(name)
		case ext == ".json" && saysKind(files[name]):
			r.file(name)
		case ext == ".json":
			beside = append(beside, name)
		}
	}
	for _, d := range r.documents {
		r.texts(d)
	}
	for _, name := range beside {
		if !r.used[name] {
			r.problems = append(r.problems, Problem{name, 1, "", "is no setting, since it has no Kind, and no setting names it as its text"})
		}
	}
	return r
}

// saysKind tells a setting from a text that is JSON as well.
func saysKind(text string) bool {
	var n yaml.Node
	return yaml.Unmarshal([]byte(text), &n) == nil && len(n.Content) == 1 && member(n.Content[0], "Kind") != nil
}

func member(n *yaml.Node, name string) *yaml.Node {
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == name {
				return n.Content[i+1]
			}
		}
	}
	return nil
}

// file reads the documents of a file.
func (r *reading) file(name string) {
	loader, err := yaml.NewLoader(strings.NewReader(r.files[name]))
	for err == nil {
		var n yaml.Node
		if err = loader.Load(&n); err == nil && len(n.Content) == 1 {
			r.document(name, n.Content[0])
		}
	}
	if errors.Is(err, io.EOF) {
		return
	}
	p := Problem{name, 1, "", "this is not YAML: " + err.Error()}
	if load, ok := errors.AsType[*yaml.LoadError](err); ok {
		p.Line, p.Message = max(load.Mark.Line, 1), "this is not YAML: "+load.Message
	}
	r.problems = append(r.problems, p)
}

func (r *reading) document(file string, n *yaml.Node) {
	d := &document{file: file, line: n.Line, lines: map[place]int{}}
	if isNull(n) {
		return // between two lines of dashes there may be nothing
	}
	word := member(n, "Kind")
	if word == nil {
		r.problems = append(r.problems, d.problem("Kind", "must be given: one of %s", strings.Join(words(), ", ")))
		return
	}
	d.lines["Kind"] = word.Line
	form, k, ok := formOf(word.Value)
	if !ok {
		r.problems = append(r.problems, d.problem("Kind", "must be one of %s, not %q", strings.Join(words(), ", "), word.Value))
		return
	}
	d.kind, d.form = k, reflect.New(form).Elem()
	found := decoder{d, &r.problems}
	found.decode(d.form, n, "", "")
	r.documents = append(r.documents, d)
}

// texts reads the files that a document names.
func (r *reading) texts(d *document) {
	each(d.form, "", "", func(v reflect.Value, at place, _ reflect.StructTag) {
		text, ok := v.Addr().Interface().(*Text)
		if !ok || text.File == "" {
			return
		}
		name := path.Join(path.Dir(d.file), text.File)
		data, there := r.files[name]
		switch {
		case !there:
			r.problems = append(r.problems, d.problem(at, "names the file %s, which is not there", name))
		case !utf8.ValidString(data):
			d.broken = true
			r.problems = append(r.problems, Problem{name, 1, "", "is not UTF-8"})
		}
		r.used[name] = true
		text.Data = data
		if kind, isFlow := flowTypeOf(d, at); isFlow && there {
			known := len(r.problems)
			text.Data = r.flow(name, data, kind)
			d.broken = d.broken || len(r.problems) > known
		}
	})
}

// flowTypeOf is the type of the flow that a text is. A draft is checked by nobody,
// and of what type a version is only its flow tells.
func flowTypeOf(d *document, at place) (flow.Type, bool) {
	if at != "Content" {
		return "", false
	}
	switch f := d.form.Addr().Interface().(type) {
	case *flowForm:
		return flow.Type(f.Type), f.Type != ""
	case *moduleForm:
		return flow.TypeModule, true
	}
	return "", false
}

// flow is the flow in a file, in any of the forms in which files hold one.
func (r *reading) flow(name, data string, as flow.Type) string {
	source := flowbench.Read([]byte(data))
	for _, p := range source.Check(as).Problems {
		r.problems = append(r.problems, Problem{name, p.Line, "", p.Problem.String()})
	}
	return string(bytes.Clone(source.Text))
}

// beside is the name of the file of a text.
func (d *document) beside(t *Text) string { return path.Join(path.Dir(d.file), t.File) }
