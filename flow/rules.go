package flow

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// attributeKey finds fault with the name of an attribute.
// doc: list of contact attributes; $ and . cannot be part of a key
func attributeKey(key string) string {
	if key == "" {
		return "has no name"
	}
	if strings.ContainsAny(key, "$.") {
		return "has a name with $ or a full stop in it"
	}
	return ""
}

// characters allows texts of a length in characters.
func characters(least, most int) func(string) string {
	return func(s string) string {
		n := utf8.RuneCountInString(s)
		if n < least && n == 0 {
			return "is empty"
		}
		if n < least || n > most {
			return fmt.Sprintf("has %d characters; %d to %d are allowed", n, least, most)
		}
		return ""
	}
}

// integer allows whole numbers in decimal notation.
func integer(least, most int) func(string) string {
	return func(s string) string {
		n, err := strconv.Atoi(s)
		if err != nil || n < least || n > most {
			return fmt.Sprintf("must be a whole number from %d to %d, not %q", least, most, s)
		}
		return ""
	}
}

// among allows fixed names.
func among(names ...string) func(string) string {
	return func(s string) string {
		if slices.Contains(names, s) {
			return ""
		}
		return fmt.Sprintf("must be one of %s, not %q", strings.Join(names, ", "), s)
	}
}

// truth allows the two truth values, in the spellings that flows have for them.
func truth(s string) string {
	if strings.EqualFold(s, "True") || strings.EqualFold(s, "False") {
		return ""
	}
	return fmt.Sprintf("must be True or False, not %q", s)
}

// wholeNumber allows whole numbers of any size that fits 64 bits.
func wholeNumber(least int64) func(string) string {
	return func(s string) string {
		if n, err := strconv.ParseInt(s, 10, 64); err != nil || n < least {
			return fmt.Sprintf("must be a whole number, %d or more, not %q", least, s)
		}
		return ""
	}
}

// proficiency allows levels of proficiency.
// doc: flow language, UpdateRoutingCriteria
func proficiency(s string) string {
	if n, ok := number(s); !ok || !n.IsInt() || n.Num().Cmp(big.NewInt(1)) < 0 || n.Num().Cmp(big.NewInt(5)) > 0 {
		return fmt.Sprintf("must be one of 1.0, 2.0, 3.0, 4.0, 5.0, not %q", s)
	}
	return ""
}

// tagKey finds fault with the name of a tag.
// doc: flow language, TagContact and UnTagContact
func tagKey(key string) string {
	if strings.HasPrefix(strings.ToLower(key), "aws:") {
		return "begins with aws:, which is for the system's own tags"
	}
	return characters(1, 128)(key)
}
