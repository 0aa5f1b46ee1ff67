package setup

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// resolve makes ids of what a form refers to, or of that alone of which its name is
// made.
func (p *planner) resolve(d *document, form reflect.Value, keys bool) {
	each(form, "", "", func(v reflect.Value, at place, tag reflect.StructTag) {
		if keys != (tag.Get("key") == "yes") {
			return
		}
		switch to := v.Addr().Interface().(type) {
		case *Ref:
			p.ref(d, to, at, tag)
		case *Text:
			p.text(d, to, at)
		}
	})
}

func (p *planner) ref(d *document, to *Ref, at place, tag reflect.StructTag) {
	if *to == "" {
		return
	}
	kinds := (field{tag: tag}).list("to")
	id, ok := p.find(kinds, string(*to))
	if !ok {
		p.problems = append(p.problems, d.problem(at, "names no %s of the files or the instance: %q", strings.Join(kinds, " or "), string(*to)))
		return
	}
	*to = Ref(id)
}

// find is the id of what a name, an id or an ARN means among settings of some
// kinds.
func (p *planner) find(kinds []string, name string) (id string, ok bool) {
	id = name
	if strings.HasPrefix(name, "arn:") {
		id = name[strings.LastIndexByte(name, '/')+1:]
	}
	if to, ok := p.moved[id]; ok {
		id = to
	}
	for _, k := range kinds {
		if _, ok := p.ids[k][id]; ok {
			return id, true
		}
	}
	for _, k := range kinds {
		if id, ok := p.names[k][name]; ok {
			return id, true
		}
	}
	return "", false
}

// nameOf is the name of what an id means, or the id where that is not unique.
func (p *planner) nameOf(kind, id string) string {
	if name := p.ids[kind][id]; name != "" {
		return name
	}
	return id
}

// mark stands for an id in a text: ${queue:Support}.
var mark = regexp.MustCompile(`\$\{([a-z-]+):([^}"\\]+)\}`)

// text puts ids for the names in a text.
func (p *planner) text(d *document, t *Text, at place) {
	for _, found := range mark.FindAllStringSubmatchIndex(t.Data, -1) {
		kind, name := t.Data[found[2]:found[3]], t.Data[found[4]:found[5]]
		if _, ok := p.find([]string{kind}, name); ok {
			continue
		}
		what := fmt.Sprintf("names no %s of the files or the instance: %q", kind, name)
		if !slices.Contains(words(), kind) {
			what = fmt.Sprintf("%q is none of %s", kind, strings.Join(words(), ", "))
		}
		d.broken = true
		p.problems = append(p.problems, Problem{d.beside(t), 1 + strings.Count(t.Data[:found[0]], "\n"), "", what})
	}
	t.Data = mark.ReplaceAllStringFunc(t.Data, func(text string) string {
		parts := mark.FindStringSubmatch(text)
		if id, ok := p.find(parts[1:2], parts[2]); ok {
			return id
		}
		return text
	})
	p.move(&t.Data)
}

// move puts the ids that settings have in place of those by which a text knows
// them.
func (p *planner) move(text *string) {
	for from, to := range p.moved {
		*text = strings.ReplaceAll(*text, from, to)
	}
}

// moveIn moves the ids in a form, and tells whether there were any.
func (p *planner) moveIn(form reflect.Value) (moved bool) {
	each(form, "", "", func(v reflect.Value, _ place, _ reflect.StructTag) {
		was := v.Interface()
		switch to := v.Addr().Interface().(type) {
		case *Ref:
			if id, ok := p.moved[string(*to)]; ok {
				*to = Ref(id)
			}
		case *Text:
			p.move(&to.Data)
		}
		moved = moved || was != v.Interface()
	})
	return moved
}
