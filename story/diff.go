package story

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// wanted is a line that is expected, with the id of its contact.
type wanted struct {
	*Line
	contact string
}

func (w wanted) is(s shown) bool { return w.fits(s, w.contact) }

// same expects all lines, in order.
func same(want []wanted, got []shown) string {
	if len(want) == len(got) && !slices.ContainsFunc(indices(want), func(i int) bool { return !want[i].is(got[i]) }) {
		return ""
	}
	return table(align(want, got, true), true)
}

func indices[T any](s []T) []int {
	out := make([]int, len(s))
	for i := range out {
		out[i] = i
	}
	return out
}

// within expects lines in order, with others between.
func within(want []wanted, got []shown) string {
	rest := got
	for _, w := range want {
		i := slices.IndexFunc(rest, w.is)
		if i < 0 {
			return table(align(want, got, false), false)
		}
		rest = rest[i+1:]
	}
	return ""
}

// ending expects the last lines.
func ending(want []wanted, got []shown) string {
	return same(want, got[max(0, len(got)-len(want)):])
}

// without expects that there are no such lines.
func without(want []wanted, got []shown) string {
	var out []string
	for _, w := range want {
		for _, g := range got {
			if w.is(g) {
				out = append(out, "expected  no "+w.String()+"\ngot       "+g.text)
			}
		}
	}
	return strings.Join(out, "\n")
}

// row is a line that is expected and one that came, side by side; either may be
// missing.
type row struct {
	want *wanted
	got  *shown
}

// align puts lines side by side so that as many as can be are the same. Where all
// lines are expected, one that differs stands beside what came in its place.
func align(want []wanted, got []shown, all bool) []row {
	best := make([][]int, len(want)+1) // how many of the rest are the same
	for i := range best {
		best[i] = make([]int, len(got)+1)
	}
	for i := len(want) - 1; i >= 0; i-- {
		for j := len(got) - 1; j >= 0; j-- {
			best[i][j] = max(best[i+1][j], best[i][j+1])
			if want[i].is(got[j]) {
				best[i][j] = max(best[i][j], best[i+1][j+1]+1)
			}
		}
	}
	var rows []row
	i, j := 0, 0
	for i < len(want) && j < len(got) {
		switch {
		case want[i].is(got[j]) && best[i][j] == best[i+1][j+1]+1:
			rows = append(rows, row{&want[i], &got[j]})
			i, j = i+1, j+1
		case all && best[i+1][j+1] == best[i][j]:
			rows = append(rows, row{&want[i], &got[j]}) // one in place of the other
			i, j = i+1, j+1
		case best[i+1][j] == best[i][j]:
			rows = append(rows, row{want: &want[i]})
			i++
		default:
			rows = append(rows, row{got: &got[j]})
			j++
		}
	}
	for ; i < len(want); i++ {
		rows = append(rows, row{want: &want[i]})
	}
	for ; j < len(got); j++ {
		rows = append(rows, row{got: &got[j]})
	}
	return rows
}

// widest is how many letters a column has at most.
const widest = 60

// table prints rows, marking those that differ: | where one line is in place of
// another, < what is missing, > what is too much. Where not all lines are expected,
// those that are not count for nothing.
func table(rows []row, all bool) string {
	width := len("expected")
	for _, r := range rows {
		if r.want != nil {
			width = max(width, min(widest, utf8.RuneCountInString(r.want.String())))
		}
	}
	lines := []string{fmt.Sprintf("  %-*s   got", width, "expected")}
	for _, r := range rows {
		var left, right string
		mark := " "
		if r.want != nil {
			left = r.want.String()
		}
		if r.got != nil {
			right = r.got.text
		}
		switch {
		case r.want == nil && all:
			mark = ">"
		case r.want == nil:
		case r.got == nil:
			mark = "<"
		case !r.want.is(*r.got):
			mark = "|"
			if cut(left) != left || cut(right) != right { // what differs may be what would be cut off
				lines = append(lines, "| "+left, "|   came as "+strings.Join(strings.Fields(right), " "))
				continue
			}
		}
		lines = append(lines, strings.TrimRight(fmt.Sprintf("%s %-*s   %s", mark, width, cut(left), cut(right)), " "))
	}
	return strings.Join(lines, "\n")
}

// cut keeps a text on one line of the table.
func cut(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > widest {
		return string(r[:widest-1]) + "…"
	}
	return text
}
