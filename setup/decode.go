package setup

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/perch-chat/perch/form"
)

func (p place) entry(i int) place { return place(fmt.Sprintf("%s[%d]", p, i)) }

// decoder fills a form from a file, and notes all that is wrong.
type decoder struct {
	*document
	problems *Problems
}

func (d decoder) wrong(at place, format string, args ...any) {
	*d.problems = append(*d.problems, d.problem(at, format, args...))
}

// decode fills v from a node. What is null is as if it were left out.
func (d decoder) decode(v reflect.Value, n *yaml.Node, at place, tag reflect.StructTag) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if _, ok := d.lines[at]; !ok { // of a field it is that of its name
		d.lines[at] = n.Line
	}
	if isNull(n) {
		return
	}
	switch {
	case v.Type() == textType:
		d.text(v.FieldByName("File"), n, at, tag)
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.decode(v.Elem(), n, at, tag)
	case v.Kind() == reflect.Struct:
		d.object(v, n, at)
	case v.Kind() == reflect.Slice:
		d.list(v, n, at, tag)
	case v.Kind() == reflect.Map:
		d.words(v, n, at, tag)
	case v.Kind() == reflect.String:
		d.text(v, n, at, tag)
	case v.Kind() == reflect.Bool:
		yes, err := strconv.ParseBool(n.Value)
		if n.Kind != yaml.ScalarNode || err != nil || n.Value != "true" && n.Value != "false" {
			d.wrong(at, "must be true or false")
		}
		v.SetBool(yes)
	default:
		d.number(v, n, at, tag)
	}
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

func (d decoder) object(v reflect.Value, n *yaml.Node, at place) {
	if n.Kind != yaml.MappingNode {
		d.wrong(at, "must have fields: %s", strings.Join(fieldNames(v.Type()), ", "))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		name := key.Value
		here := at.field(name)
		if at == "" && name == "Kind" {
			continue
		}
		d.lines[here] = key.Line
		if _, twice := seen[name]; twice {
			d.wrong(here, "is given twice")
			continue
		}
		seen[name] = !isNull(value)
		fields := fieldsOf(v.Type())
		at := slices.IndexFunc(fields, func(f field) bool { return f.name == name })
		if at < 0 {
			d.wrong(here, "is not known here; %s", form.Meant(name, fieldNames(v.Type())))
			continue
		}
		d.decode(v.Field(fields[at].at), value, here, fields[at].tag)
	}
	for _, f := range fieldsOf(v.Type()) {
		if f.tag.Get("must") == "yes" && !seen[f.name] {
			d.wrong(at.field(f.name), "must be given")
		}
	}
}

func fieldNames(t reflect.Type) []string {
	var out []string
	for _, f := range fieldsOf(t) {
		out = append(out, f.name)
	}
	return out
}

func (d decoder) list(v reflect.Value, n *yaml.Node, at place, tag reflect.StructTag) {
	if n.Kind != yaml.SequenceNode {
		d.wrong(at, "must be a list")
		return
	}
	d.atMost(len(n.Content), "entries", at, tag)
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	// What is said of a list's length is not said of its entries.
	inside := reflect.StructTag(fmt.Sprintf("to:%q", tag.Get("to")))
	for i, each := range n.Content {
		d.decode(v.Index(i), each, at.entry(i), inside)
	}
}

func (d decoder) words(v reflect.Value, n *yaml.Node, at place, tag reflect.StructTag) {
	if n.Kind != yaml.MappingNode {
		d.wrong(at, "must have names and values")
		return
	}
	d.atMost(len(n.Content)/2, "entries", at, tag)
	v.Set(reflect.MakeMap(v.Type()))
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		here := at.field(key.Value)
		d.lines[here] = key.Line
		if v.MapIndex(reflect.ValueOf(key.Value)).IsValid() {
			d.wrong(here, "is given twice")
		}
		if value.Kind != yaml.ScalarNode {
			d.wrong(here, "must be text")
			continue
		}
		v.SetMapIndex(reflect.ValueOf(key.Value), reflect.ValueOf(value.Value))
	}
}

// text takes whatever is written: a day or a number need no quotes.
func (d decoder) text(v reflect.Value, n *yaml.Node, at place, tag reflect.StructTag) {
	if n.Kind != yaml.ScalarNode {
		d.wrong(at, "must be text")
		return
	}
	v.SetString(n.Value)
	if n.Value == "" {
		if tag.Get("must") == "yes" {
			d.wrong(at, "must be given")
		}
		return
	}
	d.atMost(utf8.RuneCountInString(n.Value), "characters", at, tag)
	if among := (field{tag: tag}).list("among"); among != nil && !slices.Contains(among, n.Value) {
		d.wrong(at, "must be one of %s, not %q", strings.Join(among, ", "), n.Value)
	}
	if like := likes()[tag.Get("like")]; like.form != "" && !regexp.MustCompile(like.form).MatchString(n.Value) {
		d.wrong(at, "must be %s, not %q", like.means, n.Value)
	}
}

func (d decoder) atMost(n int, what string, at place, tag reflect.StructTag) {
	if most, err := strconv.Atoi(tag.Get("most")); err == nil && n > most {
		d.wrong(at, "must have at most %d %s, not %d", most, what, n)
	}
}

func (d decoder) number(v reflect.Value, n *yaml.Node, at place, tag reflect.StructTag) {
	value, err := strconv.ParseFloat(n.Value, 64)
	whole := v.Kind() != reflect.Float64
	switch {
	case n.Kind != yaml.ScalarNode || err != nil || whole && value != math.Trunc(value):
		what := "a number"
		if whole {
			what = "a whole number"
		}
		d.wrong(at, "must be %s", what)
		return
	case tag.Get("least") != "" && value < number(tag, "least") || tag.Get("most") != "" && value > number(tag, "most"):
		d.wrong(at, "must be from %s to %s, not %s", tag.Get("least"), tag.Get("most"), n.Value)
		return
	}
	if whole {
		v.SetInt(int64(value))
		return
	}
	v.SetFloat(value)
}

func number(tag reflect.StructTag, name string) float64 {
	n, err := strconv.ParseFloat(tag.Get(name), 64)
	if err != nil {
		panic("the tag " + name + " is no number") // a test reads all of them
	}
	return n
}

// like is what text of a form looks like.
type like struct{ form, means string }

// likes are the forms that tags name.
func likes() map[string]like {
	return map[string]like{
		"uuid":  {`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`, "an id such as 0191d3f0-5c2e-7b1a-9f00-3c5d6e7f8a90"},
		"clock": {`^([01][0-9]|2[0-3]):[0-5][0-9]$`, "a time of day such as 09:00"},
		"day":   {`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`, "a day such as 2026-12-24"},
		"color": {`^#[0-9a-fA-F]{6}$`, "six digits as in #1a5fb4"},
	}
}
