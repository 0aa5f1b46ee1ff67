package form

import (
	"slices"
	"strings"
)

// Meant ends a message about a name that nobody knows: with the name that was
// probably meant, or all that there are.
func Meant(name string, known []string) string {
	best, far := "", len(name)/2+1
	for _, k := range known {
		if d := distance(strings.ToLower(name), strings.ToLower(k)); d < far {
			best, far = k, d
		}
	}
	if best != "" {
		return "did you mean " + best + "?"
	}
	known = slices.Sorted(slices.Values(known))
	switch len(known) {
	case 0:
		return "there is none"
	case 1:
		return "there is " + known[0]
	}
	return "there are " + strings.Join(known, ", ")
}

// distance counts the letters to put in, take out, replace or swap with their neighbour that lie
// between two words.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			change := 1
			if x[i-1] == y[j-1] {
				change = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(x)][len(y)]
}
