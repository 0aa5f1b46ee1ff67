package flow

// form says how much of a parameter may be known only when the flow runs.
// doc: flow language, Parameter restrictions
type form uint8

const (
	static    form = iota // no reference at all
	whole                 // a fixed value, or one reference and nothing else
	reference             // one reference and nothing else
	free                  // text with references anywhere in it
)

// shape is the JSON in which a parameter is written.
type shape uint8

const (
	scalar shape = iota // a string; also a JSON number where numeric is set
	list                // an array of strings
	table               // an object with names of the author's choice
	object              // an object with fields
)

// parameter describes one parameter of an action.
type parameter struct {
	name     string
	form     form
	shape    shape
	required bool
	numeric  bool // the console writes a decimal string; a JSON number is taken as well

	// valid finds fault with a value, in words that follow the field's name, or
	// returns "". It judges a scalar, or each item of a list or table: fixed
	// values when the flow is read, dynamic ones when the action is entered.
	valid func(string) string

	keys   []string    // of a table: the names allowed; nil means any, dynamic ones too
	single bool        // of a table: exactly one entry
	fields []parameter // of an object
}

// argument is what a flow gives for a parameter; which field holds it depends
// on the parameter's shape.
type argument struct {
	text   template
	list   []string
	table  []entry
	fields arguments
	valid  func(string) string
}

type arguments map[string]argument

// entry is one line of a table.
type entry struct {
	key, value template
}

// value resolves a scalar. It returns false where the flow does not give the
// parameter, where a reference leads to nothing, or where the value that was
// found breaks the parameter's rule.
func (a arguments) value(name string, env Env) (Value, bool) {
	arg, ok := a[name]
	if !ok {
		return Value{}, false
	}
	v, ok := arg.text.value(env)
	if !ok || (arg.valid != nil && arg.valid(v.Text) != "") {
		return Value{}, false
	}
	return v, true
}

func (a arguments) has(name string) bool {
	_, ok := a[name]
	return ok
}
