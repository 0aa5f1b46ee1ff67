package form

import (
	"bytes"
	"encoding"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// deepest is how far objects may lie in one another, and most how many values a
// file may have, what aliases repeat included.
const deepest, most = 64, 200_000

// Read reads a file's text into what into points at. The file is a name for
// messages alone.
//
// Errors: Problems.
func Read(file string, text []byte, into any) error {
	r := reader{file: file}
	var document yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(&document); err != nil {
		if errors.Is(err, io.EOF) {
			r.found(&yaml.Node{Line: 1, Column: 1}, "", "the file is empty")
		} else {
			r.broken(err)
		}
		return r.problems.err()
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		r.found(&document, "", "a file holds one document: take out what follows ---")
	}
	if len(document.Content) == 1 {
		r.value(document.Content[0], "", reflect.ValueOf(into).Elem(), 0)
	}
	return r.problems.err()
}

// reader goes down a file and a type at once.
type reader struct {
	file     string
	problems Problems
	values   int
}

func (r *reader) found(n *yaml.Node, field, format string, args ...any) {
	r.problems = append(r.problems, Problem{File: r.file, Place: Place{n.Line, n.Column}, Field: field, Message: fmt.Sprintf(format, args...)})
}

// broken notes that a text is not YAML at all.
func (r *reader) broken(err error) {
	at := Place{1, 1}
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	var load *yaml.LoadError
	if errors.As(err, &load) {
		at, message = Place{max(load.Mark.Line, 1), load.Mark.Column + 1}, load.Message
	}
	r.problems = append(r.problems, Problem{File: r.file, Place: at, Message: "this is not YAML: " + message})
}

func (r *reader) value(n *yaml.Node, field string, to reflect.Value, depth int) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if r.values++; depth > deepest || r.values > most {
		if r.values <= most+1 {
			r.found(n, field, "lies too deep, or the file has too many values")
		}
		return
	}
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" {
		return
	}
	for to.Kind() == reflect.Pointer {
		to.Set(reflect.New(to.Type().Elem()))
		to = to.Elem()
	}
	if text, ok := to.Addr().Interface().(encoding.TextUnmarshaler); ok && (n.Kind == yaml.ScalarNode || to.Kind() != reflect.Struct || !hasFields(to.Type())) {
		r.text(n, field, text)
		return
	}
	switch to.Kind() {
	case reflect.Struct:
		r.object(n, field, to, depth)
	case reflect.Slice:
		r.list(n, field, to, depth)
	case reflect.Map:
		r.entries(n, field, to, depth)
	case reflect.Interface:
		var v any
		if err := n.Decode(&v); err != nil {
			r.found(n, field, "%s", strings.TrimPrefix(err.Error(), "yaml: "))
			return
		}
		if v != nil {
			to.Set(reflect.ValueOf(v))
		}
	default:
		r.scalar(n, field, to)
	}
}

// hasFields tells whether a struct has something to read but its text.
func hasFields(t reflect.Type) bool {
	for f := range t.Fields() {
		if name, _ := tagged(f); name != "" {
			return true
		}
	}
	return false
}

func (r *reader) text(n *yaml.Node, field string, to encoding.TextUnmarshaler) {
	if n.Kind != yaml.ScalarNode {
		r.found(n, field, "must be a text")
		return
	}
	if err := to.UnmarshalText([]byte(n.Value)); err != nil {
		r.found(n, field, "%s", err)
		return
	}
	r.criticise(n, field, reflect.ValueOf(to).Elem())
}

func (r *reader) scalar(n *yaml.Node, field string, to reflect.Value) {
	what := map[reflect.Kind]string{reflect.String: "a text", reflect.Bool: "true or false", reflect.Float64: "a number"}[to.Kind()]
	if what == "" {
		what = "a whole number"
	}
	if n.Kind != yaml.ScalarNode {
		r.found(n, field, "must be %s", what)
		return
	}
	if to.Kind() == reflect.String {
		to.SetString(n.Value) // 5 and true are texts where a text is asked for
	} else if err := n.Decode(to.Addr().Interface()); err != nil {
		r.found(n, field, "must be %s, not %q", what, n.Value)
		return
	}
	if c, ok := to.Interface().(Chooser); ok && !slices.Contains(c.Choices(), n.Value) {
		r.found(n, field, "cannot be %q; %s", n.Value, Meant(n.Value, c.Choices()))
	}
}

func (r *reader) list(n *yaml.Node, field string, to reflect.Value, depth int) {
	if n.Kind != yaml.SequenceNode {
		r.found(n, field, "must be a list")
		return
	}
	to.Set(reflect.MakeSlice(to.Type(), len(n.Content), len(n.Content)))
	for i, one := range n.Content {
		r.value(one, fmt.Sprintf("%s[%d]", field, i), to.Index(i), depth+1)
	}
}

func (r *reader) entries(n *yaml.Node, field string, to reflect.Value, depth int) {
	if n.Kind != yaml.MappingNode {
		r.found(n, field, "must be an object of names and values")
		return
	}
	to.Set(reflect.MakeMap(to.Type()))
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, one := n.Content[i], reflect.New(to.Type().Elem()).Elem()
		if to.MapIndex(reflect.ValueOf(key.Value).Convert(to.Type().Key())).IsValid() {
			r.found(key, join(field, key.Value), "is there twice")
		}
		r.value(n.Content[i+1], join(field, key.Value), one, depth+1)
		to.SetMapIndex(reflect.ValueOf(key.Value).Convert(to.Type().Key()), one)
	}
}

func (r *reader) object(n *yaml.Node, field string, to reflect.Value, depth int) {
	if n.Kind != yaml.MappingNode {
		what := "must be an object"
		if s, ok := to.Addr().Interface().(Shorthand); ok {
			what += ", or a text: " + s.Text()
		}
		r.found(n, field, "%s", what)
		return
	}
	nodes := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if nodes[key.Value] != nil {
			r.found(key, join(field, key.Value), "is there twice")
		}
		nodes[key.Value] = n.Content[i+1]
	}
	var known []string
	for f := range to.Type().Fields() {
		if f.Type == reflect.TypeFor[Place]() {
			to.FieldByIndex(f.Index).Set(reflect.ValueOf(Place{n.Line, n.Column}))
			continue
		}
		name, required := tagged(f)
		if name == "" {
			continue
		}
		known = append(known, name)
		switch one := nodes[name]; {
		case one != nil:
			r.value(one, join(field, name), to.FieldByIndex(f.Index), depth+1)
		case required:
			r.found(n, join(field, name), "is missing")
		}
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if key := n.Content[i]; !slices.Contains(known, key.Value) {
			hint := Meant(key.Value, known)
			if _, short := to.Addr().Interface().(Shorthand); short && len(n.Content) == 2 {
				hint = "a text with a colon in it needs quotes"
			}
			r.found(key, join(field, key.Value), "is not known here; %s", hint)
		}
	}
	r.criticise(n, field, to)
}

// criticise has a value look at itself.
func (r *reader) criticise(n *yaml.Node, field string, v reflect.Value) {
	critic, ok := v.Addr().Interface().(Critic)
	if !ok {
		return
	}
	for _, m := range critic.Mistakes() {
		at := n
		for i := 0; i+1 < len(n.Content) && n.Kind == yaml.MappingNode; i += 2 {
			if n.Content[i].Value == m.Field {
				at = n.Content[i+1]
			}
		}
		if m.At != (Place{}) {
			at = &yaml.Node{Line: m.At.Line, Column: m.At.Column}
		}
		r.found(at, join(field, m.Field), "%s", m.Message)
	}
}

// tagged is the name by which a field is read, empty if it is not, and whether it
// must be there.
func tagged(f reflect.StructField) (name string, required bool) {
	tag, ok := f.Tag.Lookup("json")
	name, options, _ := strings.Cut(tag, ",")
	if !ok || name == "-" || !f.IsExported() {
		return "", false
	}
	return name, !strings.Contains(options, "omit")
}

func join(field, name string) string {
	switch {
	case field == "":
		return name
	case name == "":
		return field
	}
	return field + "." + name
}
