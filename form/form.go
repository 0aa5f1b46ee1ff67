// Package form reads files that people write, in YAML or JSON, into Go values, and
// tells all that is wrong with them at once: file, line, field, and what was
// probably meant. The same Go types make the JSON Schema that editors check by, so
// that the two cannot differ.
//
// A type is read by its json tags. A field without omitempty must be there, and one
// that the type does not have is a mistake. Further:
//
//   - A type with UnmarshalText is a text; if it is a struct with json tags as well,
//     it is a text or an object (see Shorthand).
//   - A type with Choices is one of these texts.
//   - A type with Mistakes looks at itself once it is filled.
//   - A field of type Place learns where its object stands.
//   - The tag jsonschema describes a field.
package form

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Place is where something stands in a file, from 1. Zero is nowhere.
type Place struct{ Line, Column int }

// Problem is one mistake.
type Problem struct {
	File string
	Place
	Field   string // the way to it, such as steps[2].start.from; empty is the whole file
	Message string // what is wrong, and what to do
}

func (p Problem) String() string {
	at := fmt.Sprintf("%s:%d:%d: ", p.File, p.Line, p.Column)
	if p.Field == "" {
		return at + p.Message
	}
	return at + p.Field + ": " + p.Message
}

// Problems are all mistakes of a file, by their places.
type Problems []Problem

func (p Problems) Error() string {
	var lines []string
	for _, one := range p {
		lines = append(lines, one.String())
	}
	return strings.Join(lines, "\n")
}

// err is nil where there is no problem.
func (p Problems) err() error {
	if len(p) == 0 {
		return nil
	}
	slices.SortStableFunc(p, func(a, b Problem) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column)) })
	return p
}

// Chooser is a text that is one of a few.
type Chooser interface{ Choices() []string }

// Shorthand is a struct that can be written as a text as well.
type Shorthand interface {
	UnmarshalText(text []byte) error
	// Text says what the text stands for; it goes into the schema.
	Text() string
}

// Critic looks at itself once it is filled.
type Critic interface{ Mistakes() []Mistake }

// Mistake is what a Critic finds. Field is a name of its own object's, or empty; At
// is where, if not there.
type Mistake struct {
	Field, Message string
	At             Place
}
