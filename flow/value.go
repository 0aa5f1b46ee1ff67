package flow

import "strings"

// Origin says who a value comes from, so that a decision which rests on the
// value can ask whether its author may be trusted. To this package an origin is
// a word without meaning, apart from those below; their order is the runner's,
// through Env.Weakest.
type Origin string

const (
	// OriginFlow is the origin of what the flow's author wrote into the flow, and
	// of what was answered by those whom the author asked.
	OriginFlow Origin = "flow"
	// OriginBrowser is the origin of what the customer has typed or chosen.
	OriginBrowser Origin = "browser"
)

// Value is a text and where it comes from. A value made of several parts has
// the weakest origin among them, so that nobody can lend a browser's word the
// author's authority by way of an attribute.
type Value struct {
	Text   string `json:"text"`
	Origin Origin `json:"origin"`
}

// Env gives a step what the conversation knows. The runner makes one afresh for
// every step, since the step before may have changed an attribute.
type Env struct {
	// Lookup resolves a reference; false means that there is no such value. nil
	// knows nothing.
	Lookup func(Reference) (Value, bool)
	// Weakest picks the less trustworthy of two origins. Where it is nil, a
	// value of several parts has the empty origin, which deserves no trust.
	Weakest func(a, b Origin) Origin
	// Trace is told how an action was left, once for each; nil wants to know
	// nothing. An effect that ends the flow is the end of its action.
	Trace func(Passage)
}

func (e Env) lookup(r Reference) (Value, bool) {
	if e.Lookup == nil {
		return Value{}, false
	}
	return e.Lookup(r)
}

func (e Env) weakest(a, b Origin) Origin {
	if a == b {
		return a
	}
	if e.Weakest == nil {
		return ""
	}
	return e.Weakest(a, b)
}

// template is a text with references in it, cut into parts.
type template []part

// part is either a fixed text or a reference.
type part struct {
	text string
	ref  *Reference
}

// parseTemplate cuts a text into fixed parts and references. A dollar that
// begins no known reference is an ordinary dollar.
func parseTemplate(s string) template {
	var t template
	begun, at := 0, 0 // of the fixed part, and of what is yet to be looked at
	for {
		i := strings.IndexByte(s[at:], '$')
		if i < 0 {
			break
		}
		at += i
		ref, rest, ok := scanReference(s[at:])
		if !ok {
			at++
			continue
		}
		if at > begun {
			t = append(t, part{text: s[begun:at]})
		}
		t = append(t, part{ref: &ref})
		at = len(s) - len(rest)
		begun = at
	}
	if begun < len(s) || len(t) == 0 {
		t = append(t, part{text: s[begun:]})
	}
	return t
}

// static returns the text of a template without references.
func (t template) static() (string, bool) {
	if len(t) != 1 || t[0].ref != nil {
		return "", false
	}
	return t[0].text, true
}

// single returns the reference of a template that is one reference and nothing
// else.
func (t template) single() (Reference, bool) {
	if len(t) != 1 || t[0].ref == nil {
		return Reference{}, false
	}
	return *t[0].ref, true
}

// value resolves the template. A single reference that leads to nothing is no
// value at all; one inside a text leaves a gap.
// doc: flow language, Parameter restrictions
func (t template) value(env Env) (Value, bool) {
	if ref, ok := t.single(); ok {
		return env.lookup(ref)
	}
	return t.render(env), len(t) > 0
}

// render resolves the template as text, in which whatever is missing is empty.
func (t template) render(env Env) Value {
	var b strings.Builder
	var origin Origin
	for i, p := range t {
		v := Value{Text: p.text, Origin: OriginFlow}
		if p.ref != nil {
			found, ok := env.lookup(*p.ref)
			if ok {
				v = found
			} else {
				v.Text = ""
			}
		}
		b.WriteString(v.Text)
		if i == 0 {
			origin = v.Origin
		} else {
			origin = env.weakest(origin, v.Origin)
		}
	}
	return Value{Text: b.String(), Origin: origin}
}
