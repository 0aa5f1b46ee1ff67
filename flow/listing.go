package flow

import (
	"maps"
	"slices"
	"strings"
)

// Kind is what there is to know about an action: its row of the table, for
// people.
type Kind struct {
	// Type is its name, and Group what it is about: talk, branch, route, contact,
	// call or elsewhere.
	Type, Group string
	// In lists the types of flow in which it may stand; empty means all.
	In string
	// Parameters are the names of those that are described; Open says that others
	// are passed over.
	Parameters []string
	Open       bool
	// Required are the error branches that it must have, Allowed those that it may
	// have besides; AnyError says that they are not looked at.
	Required, Allowed []string
	AnyError          bool
	// Fails is the error with which it always ends on a chat; empty for most.
	Fails string
}

// Kinds lists all actions that flows may hold, by group and name.
func Kinds() []Kind {
	var out []Kind
	for _, sheet := range sheets() {
		for _, name := range slices.Sorted(maps.Keys(sheet.rows)) {
			row := sheet.rows[name]
			k := Kind{Type: name, Group: sheet.group, Open: row.rules.open, Required: row.required, Allowed: row.allowed,
				AnyError: row.anyError, Fails: row.fails}
			if row.in != 0 {
				k.In = strings.ReplaceAll(row.in.String(), ", ", " ")
			}
			for _, p := range row.parameters {
				k.Parameters = append(k.Parameters, p.name)
			}
			out = append(out, k)
		}
	}
	return out
}

// GroupOf is the group of an action; empty for one that does not exist.
func GroupOf(action string) string {
	for _, sheet := range sheets() {
		if _, ok := sheet.rows[action]; ok {
			return sheet.group
		}
	}
	return ""
}

// sheet is a part of the table.
type sheet struct {
	group string
	rows  map[string]kind
}

func sheets() []sheet {
	return []sheet{{"talk", talkActions}, {"branch", branchActions}, {"route", routeActions}, {"contact", contactActions},
		{"call", callActions}, {"elsewhere", elsewhereActions}}
}
