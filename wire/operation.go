package wire

import (
	"regexp"
	"sync"
)

// Service is one of Amazon's two APIs. They differ in how a caller proves who
// it is and in the names of their faults.
type Service uint8

const (
	// Connect is signed with SigV4 under the service name "connect".
	Connect Service = iota + 1
	// Participant carries a bearer in X-Amz-Bearer; an Authorization header
	// on it is meaningless and must be ignored.
	Participant
)

// BearerHeader carries the participant or connection token of a Participant call.
const BearerHeader = "X-Amz-Bearer"

// Where tells in which part of a request a field travels.
type Where uint8

const (
	InBody Where = iota
	InPath
	InQuery
	InHeader
)

// Type is what a field's JSON value must be. In a query or a path the value
// is the text of it.
type Type uint8

const (
	String Type = iota
	Integer
	Boolean
	Timestamp // a string that ParseTime understands
	Number    // with a fraction or without; a time is its seconds since 1970
	Structure
	List
	Map
)

// Field is one row of an operation's request.
//
// Rows stand depth first: a structure, list or map is followed at once by the
// rows below it. Name is the path from the request's root: a dot before a
// structure's member, "[]" for a list's elements, "{key}" and "{value}" for a
// map's keys and values, in that order.
type Field struct {
	Name     string
	In       Where
	Query    string // the name in the query string, if In is InQuery
	Type     Type
	Required bool // must be there whenever the structure that it is a member of is

	// Min and Max bound the characters of a string, the value of an integer,
	// the elements of a list, the entries of a map. Max 0 is no upper bound;
	// an integer with Max 0 has no lower bound either.
	//
	// Amazon counts characters as Unicode code points, except where its text
	// speaks of bytes: there MaxBytes stands instead of Max.
	Min, Max int
	// MaxBytes bounds the UTF-8 bytes of a string, or those of all keys and
	// string values of a map together. 0 is no bound.
	MaxBytes int

	Enum    []string       // a string must be one of these
	Pattern *regexp.Regexp // a string must match this
	// NotPrefix is how a string must not begin.
	NotPrefix string
	Holds     string // a list must hold this element
	// One asks for exactly one member in a structure. An empty one, as ChatJS
	// sends for StartPosition, is then as good as absent.
	One bool
	// Below makes the rows below a structure that holds others of its kind, level by
	// level, as a request goes down. The rows of the table end at such a structure.
	Below func() []Field
	// TooDeep is a row that must be absent: levels end here.
	TooDeep bool
}

// Shape is a fault as the service model declares it: its name and HTTP status.
type Shape struct {
	Name   string
	Status int
}

// Operation is one call of Amazon's, as the service models describe it.
// Use those that Operations or Lookup return.
type Operation struct {
	Service Service
	Name    string
	Method  string
	Path    string  // in the syntax of http.ServeMux, without method and host
	Fields  []Field // the request, depth first, in the model's order
	Errors  []Shape // the faults that this operation declares
}

// Declares tells whether the model lists the fault for this operation. An SDK
// has a typed error only for those.
func (o *Operation) Declares(name string) bool {
	if o == nil {
		return false
	}
	for _, s := range o.Errors {
		if s.Name == name {
			return true
		}
	}
	return false
}

// Operations lists all operations that perch speaks, Connect's first, in a
// new slice of new values.
func Operations() []*Operation {
	return append(connectOperations(), participantOperations()...)
}

// theOperations are all of them, made once: each has its patterns.
var theOperations = sync.OnceValue(Operations)

// Lookup finds an operation by its name; nil means that perch does not speak it.
// Both services have names of their own: some names are in both. It is the same
// value each time, and must not be changed.
func Lookup(service Service, name string) *Operation {
	for _, o := range theOperations() {
		if o.Service == service && o.Name == name {
			return o
		}
	}
	return nil
}
