package flow

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Namespaces that a State answers itself.
const (
	external       = "External"
	lex            = "Lex"
	metrics        = "Metrics"
	views          = "Views"
	modules        = "Modules"
	storedInput    = "StoredCustomerInput"
	flowAttributes = "FlowAttributes"
	invocation     = "LambdaInvocation"
)

// originOf is whose word an answer in a namespace is. A bot and a view hand on
// what the customer has typed, and a bot hands back what the flow gave it, so
// that neither vouches for anything.
func originOf(namespace string) Origin {
	switch namespace {
	case lex, views, storedInput:
		return OriginBrowser
	}
	return OriginFlow
}

// env puts what the flow remembers before what the conversation knows.
func (s State) env(env Env) Env {
	outer := env.Lookup
	env.Lookup = func(r Reference) (Value, bool) {
		if v, ok := s.lookup(r); ok {
			return v, true
		}
		if outer == nil {
			return Value{}, false
		}
		return outer(r)
	}
	return env
}

// lookup resolves a reference to what the flow remembers, as a text: a number as
// it was written, an object or a list as its JSON.
func (s State) lookup(r Reference) (Value, bool) {
	switch r.Namespace {
	case flowAttributes:
		v, ok := s.Attributes[r.Keys[0]]
		return v, ok
	case "Loop":
		passes, ok := s.Loops[r.Keys[0]]
		if !ok || len(r.Keys) != 2 || r.Keys[1] != "Index" {
			return Value{}, false
		}
		return Value{Text: strconv.Itoa(passes - 1), Origin: OriginFlow}, true
	}
	found, ok := s.answer(r)
	if !ok {
		return Value{}, false
	}
	return Value{Text: plainText(found.Data), Origin: found.Origin}, true
}

// answer finds the piece of an answer that a reference leads to. null is
// nothing.
func (s State) answer(r Reference) (Answer, bool) {
	namespace, keys := r.Namespace, r.Keys
	var whole Answer
	switch {
	case namespace == modules && keys[0] == "Input":
		if s.Input == nil {
			return Answer{}, false
		}
		whole, keys = *s.Input, keys[1:]
	case namespace == invocation && keys[0] == "ResultData":
		whole, keys = s.Answers[external], keys[1:]
	default:
		whole = s.Answers[namespace]
	}
	data, ok := dig(whole.Data, keys)
	return Answer{Data: data, Origin: whole.Origin}, ok
}

// dig follows keys into JSON; into a list by number.
func dig(data json.RawMessage, keys []string) (json.RawMessage, bool) {
	for _, key := range keys {
		var fields map[string]json.RawMessage
		var items []json.RawMessage
		switch {
		case bytes.HasPrefix(data, []byte("{")) && json.Unmarshal(data, &fields) == nil:
			data = fields[key]
		case bytes.HasPrefix(data, []byte("[")) && json.Unmarshal(data, &items) == nil:
			n, err := strconv.Atoi(key)
			if err != nil || n < 0 || n >= len(items) {
				return nil, false
			}
			data = items[n]
		default:
			return nil, false
		}
	}
	return data, !absent(data)
}

func plainText(data json.RawMessage) string {
	var text string
	if json.Unmarshal(data, &text) == nil {
		return text
	}
	if v, ok := decoded(data); ok {
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false) // what is kept escapes < and >, which nobody wants to read
		if e.Encode(v) == nil {
			return strings.TrimSuffix(b.String(), "\n")
		}
	}
	return string(data)
}

// decoded reads JSON without rounding numbers.
func decoded(data json.RawMessage) (any, bool) {
	if !json.Valid(data) {
		return nil, false
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	return v, err == nil
}

// canonical brings JSON into the one form that survives being written and read:
// compact, with sorted keys. It refuses what is no JSON, and what has more than
// limit bytes, before or after.
func canonical(data json.RawMessage, limit int) (json.RawMessage, bool) {
	if len(data) > limit {
		return nil, false
	}
	v, ok := decoded(data)
	if !ok {
		return nil, false
	}
	out := mustJSON(v)
	return out, len(out) > 0 && len(out) <= limit
}

// with keeps an answer in its namespace, in place of the one before. It fails,
// and forgets the one before, where the flow would keep too much.
func (s State) with(namespace string, data json.RawMessage, origin Origin) (State, bool) {
	s = s.without(namespace)
	kept, ok := canonical(data, maxAnswer)
	if !ok {
		return s, false
	}
	full := s
	full.Answers = maps.Clone(s.Answers)
	if full.Answers == nil {
		full.Answers = map[string]Answer{}
	}
	full.Answers[namespace] = Answer{Data: kept, Origin: origin}
	if !full.fits() {
		return s, false
	}
	return full, true
}

func (s State) without(namespace string) State {
	if _, ok := s.Answers[namespace]; !ok {
		return s
	}
	s.Answers = maps.Clone(s.Answers)
	delete(s.Answers, namespace)
	if len(s.Answers) == 0 {
		s.Answers = nil
	}
	return s
}

// fits reports whether a state stays below its limit.
func (s State) fits() bool { return len(mustJSON(s)) <= maxState }

// goRound counts one more turn of a loop, or forgets it when its turns are over.
func (s State) goRound(name string, turns int) (next State, again bool) {
	passes := s.Loops[name]
	s.Loops = maps.Clone(s.Loops)
	if passes >= turns {
		delete(s.Loops, name)
		if len(s.Loops) == 0 {
			s.Loops = nil
		}
		return s, false
	}
	if s.Loops == nil {
		s.Loops = map[string]int{}
	}
	s.Loops[name] = passes + 1
	return s, true
}

// withAttributes sets attributes of the flow: all or, where there would be too
// many, none.
func (s State) withAttributes(set map[string]Value) (State, bool) {
	all := maps.Clone(s.Attributes)
	if all == nil {
		all = map[string]Value{}
	}
	for _, key := range slices.Sorted(maps.Keys(set)) {
		v := set[key]
		v.Text = strings.ToValidUTF8(v.Text, "\uFFFD")
		all[strings.ToValidUTF8(key, "\uFFFD")] = v
	}
	s.Attributes = all
	return s, len(mustJSON(all)) <= maxAnswer && s.fits()
}

// withObject is with, for what must be an object.
func (s State) withObject(namespace string, data json.RawMessage) (State, bool) {
	if !bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		return s.without(namespace), false
	}
	return s.with(namespace, data, originOf(namespace))
}
