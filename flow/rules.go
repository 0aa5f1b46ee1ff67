package flow

import (
	"fmt"
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
