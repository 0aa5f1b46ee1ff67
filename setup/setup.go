// Package setup is what an instance is set up with as files: it reads them, says
// all that is wrong with them and where, tells what applying them would change,
// changes it in one commit, and writes an instance's settings as such files.
//
// A file is YAML or JSON and holds one or more settings, each of which names its
// Kind. Long texts, such as what a flow does, are in files of their own. The kinds
// are one table, see kinds.
package setup

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Files are files by their names, which are paths with slashes.
type Files map[string]string

// Problem is something wrong with files, and where.
type Problem struct {
	File    string // empty for what is about no file
	Line    int    // from 1
	Field   string `json:",omitempty"` // such as Config[2].Day
	Message string
}

// String is the problem as compilers print theirs.
func (p Problem) String() string {
	text := p.Message
	if p.Field != "" {
		text = p.Field + " " + text
	}
	if p.File == "" {
		return text
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, text)
}

// Problems are all that is wrong. As an error they are one line each.
type Problems []Problem

// Error lists the problems, by file and line.
func (p Problems) Error() string {
	var out []string
	for _, one := range p {
		out = append(out, one.String())
	}
	return strings.Join(out, "\n")
}

func (p Problems) sort() {
	slices.SortStableFunc(p, func(a, b Problem) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line)) })
}

// Plan is what applying files changes, or has changed.
type Plan struct {
	// Problems are why nothing can be applied; with any, nothing else is told.
	Problems Problems `json:",omitempty"`
	// Version is that of the settings that the plan is about.
	Version int64
	Applied bool
	Changes []Change
	// Unchanged is how many settings are as the files say, Extra how many the files
	// do not name; they stay as they are.
	Unchanged, Extra int
	// Passwordless are users, new by this plan, who have no password.
	Passwordless []string `json:",omitempty"`
}

// What is done to a setting.
const (
	Created = "create"
	Changed = "change"
	Deleted = "delete"
)

// Change is what happens to one setting.
type Change struct {
	Action string
	Kind   string
	Name   string
	File   string        `json:",omitempty"`
	Fields []FieldChange `json:",omitempty"` // of one that is changed
}

// FieldChange is what becomes of one field of a setting. Of texts in files of
// their own, passwords and their hashes it is not said what they hold.
type FieldChange struct{ Field, From, To string }
