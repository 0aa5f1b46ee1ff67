package flow

import (
	"strings"
	"testing"
)

func TestOperators(t *testing.T) {
	for _, c := range []struct {
		result, operator, operand string
		want                      bool
	}{
		{"a", "Equals", "a", true}, {"a", "Equals", "A", false}, {"1.0", "Equals", "1", false}, {"", "Equals", "", true},
		{"abc", "TextStartsWith", "ab", true}, {"abc", "TextStartsWith", "bc", false}, {"abc", "TextStartsWith", "", true},
		{"abc", "TextEndsWith", "bc", true}, {"abc", "TextEndsWith", "ab", false},
		{"abc", "TextContains", "b", true}, {"abc", "TextContains", "B", false},
		{"10", "NumberGreaterThan", "9", true}, {"9", "NumberGreaterThan", "9", false},
		{"9.0", "NumberGreaterOrEqualTo", "9", true}, {"8.99", "NumberGreaterOrEqualTo", "9", false},
		{"-1", "NumberLessThan", "0", true}, {"0", "NumberLessThan", "-0", false},
		{"+5", "NumberLessOrEqualTo", "5", true}, {"5.1", "NumberLessOrEqualTo", "5", false},
		{" 7 ", "NumberLessThan", "8", true}, {".5", "NumberLessThan", "1", true}, {"5.", "NumberLessThan", "6", true},
		{"90071992547409931", "NumberGreaterThan", "90071992547409930", true},
	} {
		if got := operators[c.operator].holds(c.result, c.operand); got != c.want {
			t.Errorf("%q %s %q: got %v", c.result, c.operator, c.operand, got)
		}
	}
}

// TestNotNumeric shows that no comparison of numbers holds where one side is
// none. doc: flow language, List of operators
func TestNotNumeric(t *testing.T) {
	for _, text := range []string{"", " ", "ten", "1e3", "1/2", "0x10", "1_000", "1,000", "NaN", "Inf", "--1", "+-1", "1-", ".", "1.2.3",
		strings.Repeat("9", 101)} {
		for name, op := range operators {
			if op.numeric && (op.holds(text, "1") || op.holds("1", text)) {
				t.Errorf("%q %s 1 holds", text, name)
			}
		}
	}
}
