package form

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/google/jsonschema-go/jsonschema"
)

// draft is the JSON Schema that editors know best.
const draft = "https://json-schema.org/draft/2020-12/schema"

// Schema is the JSON Schema of files that are read into a T, ending in a newline.
//
// Errors: a type that has no form, such as a function, or one that holds itself.
func Schema[T any](title, description string) ([]byte, error) {
	own := map[reflect.Type]*jsonschema.Schema{}
	if err := collect(reflect.TypeFor[T](), own, map[reflect.Type]bool{}); err != nil {
		return nil, err
	}
	s, err := jsonschema.For[T](&jsonschema.ForOptions{TypeSchemas: own})
	if err != nil {
		return nil, err
	}
	s.Schema, s.Title, s.Description = draft, title, description
	text, err := json.MarshalIndent(s, "", "  ")
	return append(text, '\n'), err
}

// collect finds the types within a type that are written otherwise than their Go
// form tells.
func collect(t reflect.Type, own map[reflect.Type]*jsonschema.Schema, seen map[reflect.Type]bool) error {
	if seen[t] {
		return nil
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return collect(t.Elem(), own, seen)
	case reflect.Struct:
		for f := range t.Fields() {
			if name, _ := tagged(f); name != "" {
				if err := collect(f.Type, own, seen); err != nil {
					return err
				}
			}
		}
	}
	v := reflect.New(t).Interface()
	text := &jsonschema.Schema{Type: "string"}
	switch _, isText := v.(encoding.TextUnmarshaler); {
	case isText && t.Kind() == reflect.Struct && hasFields(t):
		short, ok := v.(Shorthand)
		if !ok {
			return fmt.Errorf("%s is a text or an object and does not say what the text is", t)
		}
		object, err := jsonschema.ForType(t, &jsonschema.ForOptions{TypeSchemas: own})
		if err != nil {
			return err
		}
		text.Description = short.Text()
		own[t] = &jsonschema.Schema{AnyOf: []*jsonschema.Schema{text, object}}
	case isText:
		if d, ok := v.(interface{ Text() string }); ok {
			text.Description = d.Text()
		}
		own[t] = text
	default:
		if c, ok := v.(Chooser); ok {
			for _, choice := range c.Choices() {
				text.Enum = append(text.Enum, choice)
			}
			own[t] = text
		}
	}
	return nil
}
