package flow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Parse reads a flow and checks all of it: the envelope, every action's
// parameters, and that every transition leads somewhere. It returns either a
// Program and no problems, or nil and at least one problem. Keys of the
// envelope and of an action that the language does not know are passed over,
// as the console writes some; an unknown parameter or action type is a problem.
//
// Parse reads a flow for any use; ParseAs reads one whose type is known.
//
// doc: flow language, Actions
func Parse(data []byte) (*Program, []Problem) { return ParseAs(data, "") }

// ParseAs reads a flow of a type, or with TypeModule a module: each action that
// may not stand in one is a problem too. An empty type is none, and leaves that
// open.
//
// doc: flow language, the Restrictions of each action
func ParseAs(data []byte, as Type) (*Program, []Problem) {
	c := &checker{as: as}
	if as != "" && placeOf(as) == 0 {
		c.report("", "%q is not a type of flow", as)
		return nil, c.problems
	}
	program := c.program(data)
	if len(c.problems) > 0 {
		return nil, c.problems
	}
	return program, nil
}

// checker walks a document and gathers what is wrong with it.
type checker struct {
	problems []Problem
	as       Type
	action   string          // identifier of the action being read
	known    map[string]bool // identifiers that transitions may name
}

func (c *checker) report(field, format string, args ...any) {
	c.problems = append(c.problems, Problem{Action: c.action, Field: field, Message: fmt.Sprintf(format, args...)})
}

func (c *checker) program(data []byte) *Program {
	if !json.Valid(data) {
		c.report("", "is not JSON: %v", json.Unmarshal(data, new(any)))
		return nil
	}
	fields, ok := c.object("", data)
	if !ok {
		return nil
	}
	if version, ok := c.text("Version", fields["Version"]); ok && version != Version {
		c.report("Version", "is %q; only %q is known", version, Version)
	}
	start, hasStart := c.text("StartAction", fields["StartAction"])
	p := &Program{Start: start, Type: c.as, Metadata: fields["Metadata"], actions: map[string]*Action{}}
	c.actions(p, fields["Actions"])
	if hasStart && !c.known[start] {
		c.report("StartAction", "names action %q, which does not exist", start)
	}
	return p
}

func (c *checker) actions(p *Program, raw json.RawMessage) {
	items, ok := c.array("Actions", raw)
	if !ok {
		return
	}
	if len(items) == 0 {
		c.report("Actions", "is empty; a flow has at least one action")
	}
	if len(items) > maxActions {
		c.report("Actions", "holds %d actions; a flow has at most %d", len(items), maxActions)
	}
	c.known = identifiers(items)
	for i, item := range items {
		a := c.readAction(p, fmt.Sprintf("Actions[%d]", i), item)
		c.action = ""
		if a == nil {
			continue
		}
		p.actions[a.ID] = a
		p.order = append(p.order, a)
	}
}

// identifiers gathers every identifier first, since transitions lead forwards
// as well as backwards.
func identifiers(items []json.RawMessage) map[string]bool {
	known := map[string]bool{}
	for _, item := range items {
		var fields map[string]json.RawMessage
		var id string
		if json.Unmarshal(item, &fields) == nil && json.Unmarshal(fields["Identifier"], &id) == nil {
			known[id] = true
		}
	}
	return known
}

// readAction returns nil where the action is too broken to be looked at
// further; it has then said why.
func (c *checker) readAction(p *Program, at string, raw json.RawMessage) *Action {
	fields, ok := c.object(at, raw)
	if !ok {
		return nil
	}
	a := &Action{errors: map[string]string{}}
	a.ID, ok = c.text(at+".Identifier", fields["Identifier"])
	if ok {
		c.action = a.ID
		c.identifier(at+".Identifier", a.ID)
		if _, twice := p.actions[a.ID]; twice {
			c.report(at+".Identifier", "is used by an earlier action")
		}
	}
	a.Type, ok = c.text(at+".Type", fields["Type"])
	if !ok {
		return a
	}
	row, ok := rowOf(a.Type)
	if !ok {
		c.report(at+".Type", "%q is not an action that perch knows", a.Type)
		return a
	}
	if c.as != "" && row.in != 0 && row.in&placeOf(c.as) == 0 {
		c.report(at+".Type", "%s cannot stand in a flow of type %s; it can in %s", a.Type, c.as, row.in)
	}
	a.kind = &row
	a.arguments = c.parameters(at+".Parameters", fields["Parameters"], row.parameters, row.rules)
	c.transitions(at+".Transitions", fields["Transitions"], a)
	if row.check != nil {
		row.check(c, at, a)
	}
	return a
}

// doc: flow language, Actions, Identifier
func (c *checker) identifier(field, id string) {
	if id == "" {
		c.report(field, "is empty")
	}
	if n := utf8.RuneCountInString(id); n > maxIdentifier {
		c.report(field, "has %d characters; at most %d are allowed", n, maxIdentifier)
	}
	if i := strings.IndexAny(id, `%:(\/)=$,;[]{}`); i >= 0 {
		c.report(field, "holds %q, which an identifier may not", id[i:i+1])
	}
	if slices.Contains(reservedIdentifiers(), id) {
		c.report(field, "is a reserved name")
	}
}

// reservedIdentifiers are the names that every JavaScript object has already.
func reservedIdentifiers() []string {
	return []string{"__proto__", "constructor", "__defineGetter__", "__defineSetter__", "toString",
		"hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "valueOf"}
}

// absent treats null like a field that is not there.
func absent(raw json.RawMessage) bool {
	return len(raw) == 0 || bytes.Equal(bytes.TrimSpace(raw), []byte("null"))
}

func (c *checker) text(field string, raw json.RawMessage) (string, bool) {
	if absent(raw) {
		c.report(field, "is missing")
		return "", false
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		c.report(field, "must be a string")
		return "", false
	}
	return s, true
}

func (c *checker) object(field string, raw json.RawMessage) (map[string]json.RawMessage, bool) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil || fields == nil {
		c.report(field, "must be a JSON object")
		return nil, false
	}
	return fields, true
}

func (c *checker) array(field string, raw json.RawMessage) ([]json.RawMessage, bool) {
	if absent(raw) {
		c.report(field, "is missing")
		return nil, false
	}
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil {
		c.report(field, "must be a JSON array")
		return nil, false
	}
	return items, true
}
