package setup

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// compare is what becomes of a setting; nothing where its Action is empty.
func (p *planner) compare(en *entry) Change {
	form := en.kind.show(en.value)
	c := Change{Kind: en.kind.word(), Name: p.displayed(form)}
	if en.document != nil {
		c.File = en.file
	}
	if en.before == nil {
		c.Action = Created
		return c
	}
	was, is := p.lines(en.kind.show(en.before)), p.lines(form)
	for _, at := range slices.Sorted(maps.Keys(merged(was, is))) {
		from, to := was[at], is[at]
		if from == to {
			continue
		}
		if from.text || to.text {
			if (Text{Data: from.value}).same(to.value) {
				continue
			}
			from.value, to.value = amount(from.value), amount(to.value)
		}
		c.Action = Changed
		c.Fields = append(c.Fields, FieldChange{string(at), from.value, to.value})
	}
	return c
}

// line is one value of a form; text is one in a file of its own.
type line struct {
	value string
	text  bool
}

// amount is what is told of a text.
func amount(text string) string {
	if text == "" {
		return ""
	}
	return fmt.Sprintf("(%d bytes)", len(text))
}

func merged(a, b map[place]line) map[place]line {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

// lines are the values of a form by their places, with names for ids.
func (p *planner) lines(form reflect.Value) map[place]line {
	p.named(form)
	out := map[place]line{}
	var walk func(v reflect.Value, at place)
	walk = func(v reflect.Value, at place) {
		switch {
		case v.Type() == textType:
			if text := v.FieldByName("Data").String(); text != "" {
				out[at] = line{text, true}
			}
		case v.Kind() == reflect.Pointer:
			if !v.IsNil() {
				walk(v.Elem(), at)
			}
		case v.Kind() == reflect.Struct:
			for _, f := range fieldsOf(v.Type()) {
				walk(v.Field(f.at), at.field(f.name))
			}
		case v.Kind() == reflect.Slice && v.Len() > 0 && v.Index(0).Kind() == reflect.Struct:
			for i := range v.Len() {
				walk(v.Index(i), at.entry(i))
			}
		case !v.IsZero():
			out[at] = line{show(v), false}
		}
	}
	walk(form, "")
	return out
}

// named puts names in place of the ids in a form.
func (p *planner) named(form reflect.Value) {
	each(form, "", "", func(v reflect.Value, _ place, tag reflect.StructTag) {
		ref, ok := v.Addr().Interface().(*Ref)
		if !ok {
			return
		}
		for _, k := range (field{tag: tag}).list("to") {
			if name := p.ids[k][string(*ref)]; name != "" && p.names[k][name] == string(*ref) {
				*ref = Ref(name)
				return
			}
		}
	})
}

// displayed is the title of a setting, with names for ids.
func (p *planner) displayed(form reflect.Value) string {
	p.named(form)
	return title(form)
}

// show is a value as one reads it.
func show(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Slice:
		var parts []string
		for i := range v.Len() {
			parts = append(parts, show(v.Index(i)))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case reflect.Map:
		var parts []string
		for _, key := range slices.SortedFunc(slices.Values(v.MapKeys()), func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) }) {
			parts = append(parts, key.String()+": "+show(v.MapIndex(key)))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'g', -1, 64)
	case reflect.String:
		return v.String()
	}
	return fmt.Sprint(v.Interface())
}
