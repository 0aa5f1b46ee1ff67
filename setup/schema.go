package setup

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Schema is the JSON Schema of a settings file, made of the same forms by which
// files are read.
func Schema() string {
	defs, byKind := map[string]any{}, []any{}
	for _, word := range words() {
		form, _, _ := formOf(word)
		one := schemaOf(form, "")
		fields := one["properties"].(map[string]any)
		fields["Kind"] = map[string]any{"const": word}
		one["required"] = append([]string{"Kind"}, one["required"].([]string)...)
		defs[word] = one
		byKind = append(byKind, map[string]any{
			"if":   map[string]any{"properties": map[string]any{"Kind": map[string]any{"const": word}}},
			"then": map[string]any{"$ref": "#/$defs/" + word},
		})
	}
	out, err := json.MarshalIndent(map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"title":   "A setting of a perch instance", "type": "object", "required": []string{"Kind"},
		"properties": map[string]any{"Kind": map[string]any{"enum": words(), "description": "What the file sets up."}},
		"allOf":      byKind, "$defs": defs,
	}, "", "  ")
	if err != nil { // it is made of strings and numbers
		panic(err)
	}
	return string(out) + "\n"
}

func schemaOf(t reflect.Type, tag reflect.StructTag) map[string]any {
	out := map[string]any{}
	switch {
	case t == textType:
		out["type"] = "string"
	case t.Kind() == reflect.Pointer:
		return schemaOf(t.Elem(), tag)
	case t.Kind() == reflect.Struct:
		out["type"], out["additionalProperties"] = "object", false
		fields, must := map[string]any{}, []string{}
		for _, f := range fieldsOf(t) {
			fields[f.name] = schemaOf(f.typeIn(t), f.tag)
			if f.tag.Get("must") == "yes" {
				must = append(must, f.name)
			}
		}
		out["properties"], out["required"] = fields, must
	case t.Kind() == reflect.Slice:
		out["type"], out["items"] = "array", schemaOf(t.Elem(), "")
		limit(out, "maxItems", tag.Get("most"))
	case t.Kind() == reflect.Map:
		out["type"], out["additionalProperties"] = "object", map[string]any{"type": "string"}
		limit(out, "maxProperties", tag.Get("most"))
	case t.Kind() == reflect.Bool:
		out["type"] = "boolean"
	case t.Kind() == reflect.String:
		out["type"] = "string"
		limit(out, "maxLength", tag.Get("most"))
		if among := (field{tag: tag}).list("among"); among != nil {
			out["enum"] = among
		}
		if l := likes()[tag.Get("like")]; l.form != "" {
			out["pattern"] = l.form
		}
	default:
		out["type"] = "integer"
		if t.Kind() == reflect.Float64 {
			out["type"] = "number"
		}
		limit(out, "minimum", tag.Get("least"))
		limit(out, "maximum", tag.Get("most"))
	}
	if text := described(tag); text != "" {
		out["description"] = text
	}
	return out
}

func (f field) typeIn(t reflect.Type) reflect.Type { return t.Field(f.at).Type }

// described is what a tag says of a field in words.
func described(tag reflect.StructTag) string {
	text := tag.Get("doc")
	if to := (field{tag: tag}).list("to"); to != nil {
		text = strings.TrimSpace(text + fmt.Sprintf(" Name, id or ARN of a %s.", strings.Join(to, " or ")))
	}
	return text
}

func limit(out map[string]any, name, value string) {
	if n, err := strconv.Atoi(value); err == nil {
		out[name] = n
	}
}
