package flow

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// parameters reads an object against its description. What is at fault is still
// among the arguments, for the checks that come after; the flow is refused.
func (c *checker) parameters(at string, raw json.RawMessage, specs []parameter, r rules) arguments {
	given := map[string]json.RawMessage{}
	if !absent(raw) {
		var ok bool
		if given, ok = c.object(at, raw); !ok {
			return nil
		}
	}
	c.exclusive(at, given, r.oneOf, true)
	c.exclusive(at, given, r.atMostOne, false)
	args := arguments{}
	for _, spec := range specs {
		value := given[spec.name]
		delete(given, spec.name)
		switch {
		case !absent(value):
			args[spec.name] = c.argument(at+"."+spec.name, value, spec)
		case spec.required:
			c.report(at+"."+spec.name, "is missing")
		}
	}
	if r.open {
		return args
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		c.report(at+"."+name, "is not a parameter of this action")
	}
	return args
}

// exclusive checks parameters that exclude each other and of which one may have
// to be there.
func (c *checker) exclusive(at string, given map[string]json.RawMessage, names []string, must bool) {
	var found []string
	for _, name := range names {
		if !absent(given[name]) {
			found = append(found, name)
		}
	}
	if len(found) > 1 {
		c.report(at, "only one of %s may be given", strings.Join(found, ", "))
	}
	if must && len(names) > 0 && len(found) == 0 {
		c.report(at, "one of %s is missing", strings.Join(names, ", "))
	}
}

func (c *checker) argument(field string, raw json.RawMessage, spec parameter) argument {
	arg := argument{valid: spec.valid, key: spec.nameRule()}
	switch spec.shape {
	case scalar:
		arg.text, _ = c.template(field, raw, spec.form, spec.numeric)
		c.judge(field, arg.text, spec.valid)
	case list:
		arg.list = c.list(field, raw, spec)
	case table:
		arg.table = c.table(field, raw, spec)
	case object:
		arg.fields = c.parameters(field, raw, spec.fields, spec.rules)
	case objects:
		arg.objects = c.objects(field, raw, spec)
	case records:
		arg.records = c.records(field, raw, spec)
	case freeform:
		if _, ok := c.object(field, raw); ok {
			arg.document = c.document(field, raw, 1)
		}
	}
	return arg
}

func (p parameter) nameRule() func(string) string {
	if p.key == nil && p.keys == nil {
		return attributeKey
	}
	return p.key
}

// template reads a string in the form allowed.
func (c *checker) template(field string, raw json.RawMessage, form form, numeric bool) (template, bool) {
	var text string
	if json.Unmarshal(raw, &text) != nil || absent(raw) {
		var n json.Number
		if !numeric || json.Unmarshal(raw, &n) != nil || absent(raw) {
			c.report(field, "must be a string")
			return nil, false
		}
		text = n.String()
	}
	t := parseTemplate(text)
	if fault := formFault(text, t, form); fault != "" {
		c.report(field, "%s", fault)
		return nil, false
	}
	return t, true
}

func formFault(text string, t template, form form) string {
	_, fixed := t.static()
	_, single := t.single()
	switch {
	case form == static && !fixed:
		return "must be fixed; a reference is not allowed here"
	case form == reference && !single:
		return fmt.Sprintf("must be one reference such as $.Attributes.name, not %q", text)
	case form == whole && !fixed && !single:
		return "must be either fixed or one reference, not a mixture of both"
	case form == whole && !single && looksLikeReference(text):
		return fmt.Sprintf("%q is not a reference that the flow language knows", text)
	}
	return ""
}

// judge holds a fixed value against its rule; a dynamic one is judged when the
// action is entered.
func (c *checker) judge(field string, t template, valid func(string) string) bool {
	text, fixed := t.static()
	if !fixed || valid == nil {
		return true
	}
	if fault := valid(text); fault != "" {
		c.report(field, "%s", fault)
		return false
	}
	return true
}

// count checks the number of entries.
func (c *checker) count(field string, n int, spec parameter) {
	switch {
	case spec.single && n != 1:
		c.report(field, "must hold exactly one entry, not %d", n)
	case n == 0 && (spec.shape == objects || spec.required && spec.shape != list):
		c.report(field, "is empty")
	case spec.most > 0 && n > spec.most:
		c.report(field, "holds %d entries; at most %d are allowed", n, spec.most)
	}
}
