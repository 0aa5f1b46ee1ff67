package flow

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"
)

// condition compares an action's result with its one operand.
type condition struct {
	operator string
	operand  template
}

// results says what an action's conditions may look like.
type results struct {
	operators []string                 // the operators allowed; nil means all
	names     func(arguments) []string // the closed set of results; nil means any text
	dynamic   bool                     // an operand may be a reference
	counted   bool                     // the result is a number that the server has counted or drawn
}

// operator is one row of the language's operators. None of them takes other
// conditions as operands, so a nested condition is always reported.
// doc: flow language, List of operators
type operator struct {
	numeric bool
	holds   func(result, operand string) bool
}

var operators = map[string]operator{
	"Equals":                 {holds: func(r, o string) bool { return r == o }},
	"TextStartsWith":         {holds: strings.HasPrefix},
	"TextEndsWith":           {holds: strings.HasSuffix},
	"TextContains":           {holds: strings.Contains},
	"NumberGreaterThan":      {numeric: true, holds: ordered(func(sign int) bool { return sign > 0 })},
	"NumberGreaterOrEqualTo": {numeric: true, holds: ordered(func(sign int) bool { return sign >= 0 })},
	"NumberLessThan":         {numeric: true, holds: ordered(func(sign int) bool { return sign < 0 })},
	"NumberLessOrEqualTo":    {numeric: true, holds: ordered(func(sign int) bool { return sign <= 0 })},
}

// ordered makes a comparison of numbers, which is false when either side is not
// a number. doc: flow language, List of operators
func ordered(want func(sign int) bool) func(result, operand string) bool {
	return func(result, operand string) bool {
		r, ok := number(result)
		if !ok {
			return false
		}
		o, ok := number(operand)
		return ok && want(r.Cmp(o))
	}
}

// number reads a decimal number, exactly: order numbers of twenty digits must
// not be rounded together. Exponents, fractions and hexadecimals are text, and
// so is anything too long to be meant as a number.
func number(s string) (*big.Rat, bool) {
	s = strings.TrimSpace(s)
	digits := strings.TrimLeft(s, "+-")
	if len(s)-len(digits) > 1 || len(s) > 100 || strings.Trim(digits, "0123456789.") != "" {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// holds evaluates the condition. A reference that resolves to nothing holds
// for no result.
func (c condition) holds(result string, env Env) bool {
	operand, ok := c.operand.value(env)
	return ok && operators[c.operator].holds(result, operand.Text)
}

// condition reads a Condition object.
// doc: flow language, The Condition object
func (c *checker) condition(field string, raw json.RawMessage, allowed *results) (condition, bool) {
	before := len(c.problems)
	fields, ok := c.object(field, raw)
	if !ok {
		return condition{}, false
	}
	if depth, members := nesting(raw, 0); depth > maxConditionDepth {
		c.report(field, "holds conditions nested more than %d deep; at most that is allowed", maxConditionDepth)
	} else if members-1 > maxConditionMembers {
		c.report(field, "holds %d conditions; at most %d are allowed", members-1, maxConditionMembers)
	}
	name, ok := c.text(field+".Operator", fields["Operator"])
	op, known := operators[name]
	if ok && !known {
		c.report(field+".Operator", "%q is not an operator", name)
	}
	if known && allowed.operators != nil && !slices.Contains(allowed.operators, name) {
		c.report(field+".Operator", "%q cannot be used here; allowed are %q", name, allowed.operators)
	}
	operand := c.operand(field+".Operands", fields["Operands"], op.numeric, allowed.dynamic)
	return condition{operator: name, operand: operand}, len(c.problems) == before
}

// operand reads the one operand that every operator takes.
func (c *checker) operand(field string, raw json.RawMessage, numeric, dynamic bool) template {
	items, ok := c.array(field, raw)
	if !ok {
		return nil
	}
	if len(items) != 1 {
		c.report(field, "holds %d operands; an operator takes one", len(items))
		return nil
	}
	form := static
	if dynamic {
		form = whole
	}
	t, ok := c.template(field+"[0]", items[0], form, numeric)
	if !ok {
		return nil
	}
	if text, ok := t.static(); ok && numeric {
		if _, ok := number(text); !ok {
			c.report(field+"[0]", "%q is not a number", text)
		}
	}
	return t
}

// nesting measures how deep conditions lie inside conditions, and how many
// there are with the outermost. It goes no deeper than it needs to tell that
// they lie too deep.
func nesting(raw json.RawMessage, above int) (depth, members int) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil || fields == nil {
		return 0, 0
	}
	depth, members = 1, 1
	if above > maxConditionDepth {
		return depth, members
	}
	var operands []json.RawMessage
	if json.Unmarshal(fields["Operands"], &operands) != nil {
		return depth, members
	}
	for _, operand := range operands {
		d, m := nesting(operand, above+1)
		depth = max(depth, d+1)
		members += m
	}
	return depth, members
}
