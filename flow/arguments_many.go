package flow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

func (c *checker) list(field string, raw json.RawMessage, spec parameter) []string {
	items, ok := c.array(field, raw)
	if !ok {
		return nil
	}
	c.count(field, len(items), spec)
	var out []string
	for i, item := range items {
		at := fmt.Sprintf("%s[%d]", field, i)
		t, ok := c.template(at, item, static, false)
		if !ok {
			continue
		}
		text, _ := t.static()
		if slices.Contains(out, text) {
			c.report(at, "%q is listed twice", text)
		} else if c.judge(at, t, spec.valid) {
			out = append(out, text)
		}
	}
	return out
}

func (c *checker) table(field string, raw json.RawMessage, spec parameter) []entry {
	given, ok := c.object(field, raw)
	if !ok {
		return nil
	}
	c.count(field, len(given), spec)
	var out []entry
	for _, name := range slices.Sorted(maps.Keys(given)) {
		at := field + "." + name
		key := template{{text: name}}
		if spec.keys == nil {
			key = parseTemplate(name)
			c.judge(at, key, spec.nameRule())
		} else if !slices.Contains(spec.keys, name) {
			c.report(at, "is not one of %s", strings.Join(spec.keys, ", "))
		}
		value, ok := c.template(at, given[name], spec.form, spec.numeric)
		if ok {
			c.judge(at, value, spec.valid)
			out = append(out, entry{key: key, value: value})
		}
	}
	return out
}

func (c *checker) objects(field string, raw json.RawMessage, spec parameter) []arguments {
	items, ok := c.array(field, raw)
	if !ok {
		return nil
	}
	c.count(field, len(items), spec)
	var out []arguments
	for i, item := range items {
		at := fmt.Sprintf("%s[%d]", field, i)
		if _, ok := c.object(at, item); ok {
			out = append(out, c.parameters(at, item, spec.fields, spec.rules))
		}
	}
	return out
}

func (c *checker) records(field string, raw json.RawMessage, spec parameter) []record {
	given, ok := c.object(field, raw)
	if !ok {
		return nil
	}
	c.count(field, len(given), spec)
	var out []record
	for _, name := range slices.Sorted(maps.Keys(given)) {
		at := field + "." + name
		c.judge(at, template{{text: name}}, spec.nameRule())
		value := given[name]
		if spec.bare != "" && bytes.HasPrefix(bytes.TrimSpace(value), []byte(`"`)) {
			value, _ = json.Marshal(map[string]json.RawMessage{spec.bare: value}) // a valid document stays one
		}
		if _, ok := c.object(at, value); ok {
			out = append(out, record{name: name, fields: c.parameters(at, value, spec.fields, spec.rules)})
		}
	}
	return out
}

// document reads JSON of the author's own shape, to a depth that no author
// needs: each level is read again with those below it.
func (c *checker) document(field string, raw json.RawMessage, depth int) document {
	raw = bytes.TrimSpace(raw)
	d := document{kind: raw[0]}
	if depth > maxDocumentDepth {
		c.report(field, "is nested more than %d deep", maxDocumentDepth)
		return document{}
	}
	// The flow as a whole is valid JSON, so no part of it fails to be read.
	switch d.kind {
	case '"':
		var text string
		_ = json.Unmarshal(raw, &text)
		d.text = parseTemplate(text)
	case '{':
		var fields map[string]json.RawMessage
		_ = json.Unmarshal(raw, &fields)
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			d.fields = append(d.fields, member{name, c.document(field+"."+name, fields[name], depth+1)})
		}
	case '[':
		var items []json.RawMessage
		_ = json.Unmarshal(raw, &items)
		for i, item := range items {
			d.items = append(d.items, c.document(fmt.Sprintf("%s[%d]", field, i), item, depth+1))
		}
	default:
		d.raw = raw
	}
	return d
}
