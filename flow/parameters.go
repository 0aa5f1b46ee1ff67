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
	scalar   shape = iota // a string; also a JSON number where numeric is set
	list                  // an array of strings
	table                 // an object with names of the author's choice, and strings
	object                // an object with fields
	objects               // an array of objects with fields
	records               // an object with names of the author's choice, and objects with fields
	freeform              // JSON of the author's own shape, with references in its strings
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

	keys   []string            // of a table: the names allowed; nil means any, dynamic ones too
	key    func(string) string // of a table or records: finds fault with a name; nil means attributeKey
	single bool                // of a table: exactly one entry
	most   int                 // of all with entries: how many at most; 0 means any number
	fields []parameter         // of an object, objects and records
	rules  rules               // of an object and objects
	bare   string              // of records: the field that a string stands for in place of an object
}

// rules hold between the parameters of one object.
type rules struct {
	oneOf     []string // of these exactly one is given
	atMostOne []string // of these one is given, or none
	open      bool     // further ones, not described here, are passed over
}

// argument is what a flow gives for a parameter; which field holds it depends
// on the parameter's shape.
type argument struct {
	text     template
	list     []string
	table    []entry
	fields   arguments
	objects  []arguments
	records  []record
	document document
	valid    func(string) string
	key      func(string) string
}

type arguments map[string]argument

// entry is one line of a table.
type entry struct {
	key, value template
}

// record is one line of records.
type record struct {
	name   string
	fields arguments
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

// optional is value, except that a parameter which the flow does not give is
// the zero Value and no fault.
func (a arguments) optional(name string, env Env) (Value, bool) {
	if !a.has(name) {
		return Value{}, true
	}
	return a.value(name, env)
}

// static is a scalar that cannot be dynamic; empty where the flow does not give
// it.
func (a arguments) static(name string) string {
	text, _ := a[name].text.static()
	return text
}

func (a arguments) has(name string) bool {
	_, ok := a[name]
	return ok
}

// pairs resolves a table, all of it or none. A name that is itself dynamic
// passes its origin on to the value: whoever chooses the name chooses what the
// value means.
func (a argument) pairs(env Env) (map[string]Value, bool) {
	out := map[string]Value{}
	for _, e := range a.table {
		key, ok := e.key.value(env)
		if !ok || (a.key != nil && a.key(key.Text) != "") {
			return nil, false
		}
		value, ok := e.value.value(env)
		if !ok || (a.valid != nil && a.valid(value.Text) != "") {
			return nil, false
		}
		if _, fixed := e.key.static(); !fixed {
			value.Origin = env.weakest(value.Origin, key.Origin)
		}
		if _, twice := out[key.Text]; twice {
			return nil, false // which of the two was meant, nobody can tell
		}
		out[key.Text] = value
	}
	return out, true
}

// rendered resolves a table as texts, in which whatever is missing is empty.
func (a argument) rendered(env Env) (map[string]string, bool) {
	if len(a.table) == 0 {
		return nil, true
	}
	out := map[string]string{}
	for _, e := range a.table {
		key, ok := e.key.value(env)
		if _, twice := out[key.Text]; !ok || twice || (a.key != nil && a.key(key.Text) != "") {
			return nil, false
		}
		out[key.Text] = e.value.render(env).Text
	}
	return out, true
}
