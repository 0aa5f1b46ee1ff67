package flow

import (
	"encoding/json"
	"strings"
)

// document is JSON of the author's own shape, with references in its strings.
// The zero document is null.
type document struct {
	kind   byte // the first character of its JSON
	text   template
	raw    json.RawMessage // a number, true, false or null
	fields []member
	items  []document
}

// member is one field of a document that is an object.
type member struct {
	name  string
	value document
}

// resolve makes plain JSON of a document, at most limit bytes of it, and says
// whose word it is: the weakest of its parts'. A string that is one reference
// and nothing else becomes what the reference leads to, an object or a number
// where a call has answered with one; a reference that leads nowhere leaves an
// empty text.
func (d document) resolve(c call, limit int) (Answer, bool) {
	origin := OriginFlow
	data, ok := canonical(mustJSON(d.plain(c, &origin)), limit)
	return Answer{Data: data, Origin: origin}, ok
}

func (d document) plain(c call, origin *Origin) any {
	switch d.kind {
	case '"':
		return d.textOf(c, origin)
	case '{':
		out := map[string]any{}
		for _, f := range d.fields {
			out[f.name] = f.value.plain(c, origin)
		}
		return out
	case '[':
		out := []any{}
		for _, item := range d.items {
			out = append(out, item.plain(c, origin))
		}
		return out
	}
	return d.raw
}

func (d document) textOf(c call, origin *Origin) any {
	if ref, ok := d.text.single(); ok {
		if found, ok := c.state.answer(ref); ok {
			*origin = c.env.weakest(*origin, found.Origin)
			return found.Data
		}
	}
	v := d.text.render(c.env)
	*origin = c.env.weakest(*origin, v.Origin)
	return strings.ToValidUTF8(v.Text, "\uFFFD")
}

// mustJSON writes what is made of maps, lists, texts and JSON, which cannot
// fail.
func mustJSON(v any) json.RawMessage {
	data, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return data
}
