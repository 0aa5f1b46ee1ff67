package setup

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
)

// A shape is a setting as a file holds it, its form: a struct of strings, numbers, truth
// values, lists, structs and the types below. The tags of a field say what holds of
// it, once for reading, for the schema and for writing:
//
//	doc      what it means
//	must     "yes": it must be given
//	most     how many characters, entries, or how much
//	least    how little a number may be
//	among    the words that there are, with commas
//	like     what text must look like, as a regular expression
//	to       the kinds of which a Ref names one, with commas
//	key      "yes": part of what a setting is known by
//
// Fields have Amazon's names where Amazon has the thing.
type shape any

// Ref names another setting: by its name, id or ARN in a file, and by its id
// within.
type Ref string

// Text is held in a file of its own, beside that of its setting.
type Text struct {
	File string // as the setting's file names it
	Data string
}

// same tells whether two texts mean the same: JSON does so however it is laid out.
func (t Text) same(other string) bool {
	return t.Data == other || plain(t.Data) != "" && plain(t.Data) == plain(other)
}

// or is the text, or what there was before if that means the same.
func (t Text) or(before string) string {
	if t.same(before) {
		return before
	}
	return t.Data
}

// plain is JSON without what only lays it out; empty for what is no JSON.
func plain(text string) string {
	var out bytes.Buffer
	if json.Compact(&out, []byte(text)) != nil {
		return ""
	}
	return out.String()
}

// laidOut is JSON for people to read and compare; what is none stays as it is.
func laidOut(text string) string {
	var out bytes.Buffer
	if json.Indent(&out, []byte(plain(text)), "", "  ") != nil {
		return text
	}
	return out.String() + "\n"
}

// field is one of a form, as its tags describe it.
type field struct {
	name string
	at   int
	tag  reflect.StructTag
}

// fieldsOf are the fields of a form's struct, those of structs inside it included
// if they are embedded.
func fieldsOf(t reflect.Type) []field {
	var out []field
	for i := range t.NumField() {
		out = append(out, field{t.Field(i).Name, i, t.Field(i).Tag})
	}
	return out
}

// list is what a tag has between commas.
func (f field) list(tag string) []string {
	if text := f.tag.Get(tag); text != "" {
		return strings.Split(text, ",")
	}
	return nil
}

// place is where in a form something is, as messages name it: Config[2].Day.
type place string

func (p place) field(name string) place {
	if p == "" {
		return place(name)
	}
	return p + "." + place(name)
}

// first is the field of the form itself in which a place is.
func (p place) first() string {
	if i := strings.IndexAny(string(p), ".["); i >= 0 {
		return string(p[:i])
	}
	return string(p)
}

var (
	refType  = reflect.TypeFor[Ref]()
	textType = reflect.TypeFor[Text]()
)

// each calls do for every Ref and Text in a form, with its field's tags.
func each(v reflect.Value, at place, tag reflect.StructTag, do func(v reflect.Value, at place, tag reflect.StructTag)) {
	switch {
	case v.Type() == refType || v.Type() == textType:
		do(v, at, tag)
	case v.Kind() == reflect.Pointer && !v.IsNil():
		each(v.Elem(), at, tag, do)
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			each(v.Index(i), at.entry(i), tag, do)
		}
	case v.Kind() == reflect.Struct:
		for _, f := range fieldsOf(v.Type()) {
			each(v.Field(f.at), at.field(f.name), f.tag, do)
		}
	}
}
