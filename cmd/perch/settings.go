package main

import (
	"cmp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// settingRow is what there is to know about a setting: a flag, the variable that
// stands for it, and a key of the config file.
type settingRow struct {
	name, variable, standard, help string
	commands                       []string
}

// settingRows are all settings by name, as the command line itself knows them.
// A name has several rows if it does not mean the same to all commands.
func settingRows(app *kong.Application) []settingRow {
	var rows []settingRow
	add := func(command string, f *kong.Flag) {
		if len(f.Envs) == 0 || f.Name == "config" { // what has no variable is asked for at each call
			return
		}
		row := settingRow{name: f.Name, variable: f.Envs[0], standard: f.Default, help: f.Help}
		if f.IsBool() && row.standard == "" {
			row.standard = "false"
		}
		i := slices.IndexFunc(rows, func(r settingRow) bool {
			return r.name == row.name && r.variable == row.variable && r.standard == row.standard && r.help == row.help
		})
		if i < 0 {
			i = len(rows)
			rows = append(rows, row)
		}
		if command != "" && !slices.Contains(rows[i].commands, command) {
			rows[i].commands = append(rows[i].commands, command)
		}
	}
	for _, f := range app.Flags {
		add("", f)
	}
	for _, leaf := range app.Leaves(false) {
		command := strings.TrimPrefix(leaf.FullPath(), app.Name+" ")
		for n := leaf; n != nil && n.Type != kong.ApplicationNode; n = n.Parent {
			for _, f := range n.Flags {
				add(command, f)
			}
		}
	}
	slices.SortStableFunc(rows, func(a, b settingRow) int { return cmp.Compare(a.name, b.name) })
	return rows
}
