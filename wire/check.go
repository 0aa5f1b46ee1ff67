package wire

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/perch-chat/perch"
)

// below splits rows behind the first: those below it, and the rest.
func below(rows []Field) (under, rest []Field) {
	n := 1
	for n < len(rows) && isUnder(rows[n].Name, rows[0].Name) {
		n++
	}
	return rows[1:n], rows[n:]
}

func isUnder(name, parent string) bool {
	tail, ok := strings.CutPrefix(name, parent)
	return ok && tail != "" && strings.ContainsRune(".[{", rune(tail[0]))
}

// member is the last part of a row's name, as it stands in JSON.
func (f *Field) member() string {
	return f.Name[strings.LastIndexByte(f.Name, '.')+1:]
}

// fail names the row; place tells which element or key of it, or is empty.
func (f *Field) fail(place, format string, args ...any) error {
	return perch.InvalidField(f.Name, "%s%s", fmt.Sprintf(format, args...), place)
}

// checkMembers checks an object against the rows of its members and returns
// what is known of it. Rows are those below a structure, or all of a request.
func checkMembers(rows []Field, object map[string]any) (map[string]any, error) {
	clean := make(map[string]any, len(object))
	for len(rows) > 0 {
		f := &rows[0]
		under, rest := below(rows)
		rows = rest
		value, err := check(f, under, "", object[f.member()])
		if err != nil {
			return nil, err
		}
		if value == nil && f.Required {
			return nil, f.fail("", "is required")
		}
		if value != nil {
			clean[f.member()] = value
		}
	}
	return clean, nil
}

// check returns the value without what is unknown; nil is an absent one.
func check(f *Field, under []Field, place string, value any) (any, error) {
	if value == nil {
		return nil, nil
	}
	if f.TooDeep {
		return nil, f.fail(place, "is nested too deep")
	}
	switch f.Type {
	case Integer:
		return checkInteger(f, place, value)
	case Number:
		return checkNumber(f, place, value)
	case Boolean:
		if _, ok := value.(bool); !ok {
			return nil, f.fail(place, "must be true or false")
		}
		return value, nil
	case Structure:
		return checkStructure(f, under, place, value)
	case List:
		return checkList(f, under, place, value)
	case Map:
		return checkMap(f, under, place, value)
	default:
		return value, checkString(f, place, value)
	}
}

func checkString(f *Field, place string, value any) error {
	s, ok := value.(string)
	if !ok {
		return f.fail(place, "must be a string")
	}
	if f.MaxBytes > 0 && len(s) > f.MaxBytes {
		return f.fail(place, "must have at most %d bytes of UTF-8, not %d", f.MaxBytes, len(s))
	}
	if n := utf8.RuneCountInString(s); f.outside(n) {
		return f.fail(place, "must have %s characters, not %d", f.bounds(), n)
	}
	if len(f.Enum) > 0 && !slices.Contains(f.Enum, s) {
		return f.fail(place, "must be one of %s", strings.Join(f.Enum, ", "))
	}
	if f.Pattern != nil && !f.Pattern.MatchString(s) {
		return f.fail(place, "must match %s", f.Pattern)
	}
	if f.NotPrefix != "" && strings.HasPrefix(s, f.NotPrefix) {
		return f.fail(place, "must not begin with %s", f.NotPrefix)
	}
	if f.Type == Timestamp {
		if _, err := ParseTime(s); err != nil {
			return f.fail(place, "must be a time like 2006-01-02T15:04:05.000Z")
		}
	}
	return nil
}

// outside tells whether a count breaks the row's bounds.
func (f *Field) outside(n int) bool { return n < f.Min || f.Max > 0 && n > f.Max }

func (f *Field) bounds() string {
	switch {
	case f.Max == 0:
		return fmt.Sprintf("at least %d", f.Min)
	case f.Min == f.Max:
		return fmt.Sprintf("exactly %d", f.Max)
	case f.Min == 0:
		return fmt.Sprintf("at most %d", f.Max)
	default:
		return fmt.Sprintf("%d to %d", f.Min, f.Max)
	}
}

// The model's integers have 32 bits. 5.0 and 5e0 are not integers in JSON text.
func checkInteger(f *Field, place string, value any) (any, error) {
	number, ok := value.(json.Number)
	if !ok {
		return nil, f.fail(place, "must be a whole number")
	}
	n, err := strconv.ParseInt(string(number), 10, 32)
	switch {
	case f.Max == 0 && err != nil:
		return nil, f.fail(place, "must be a whole number of at most 32 bits")
	case f.Max > 0 && (err != nil || f.outside(int(n))):
		return nil, f.fail(place, "must be a whole number from %d to %d", f.Min, f.Max)
	}
	return n, nil
}

func checkNumber(f *Field, place string, value any) (any, error) {
	number, ok := value.(json.Number)
	if !ok {
		return nil, f.fail(place, "must be a number")
	}
	n, err := strconv.ParseFloat(string(number), 64)
	switch {
	case err != nil || math.Abs(n) > largestNumber:
		return nil, f.fail(place, "must be a number that is not larger than %.0f", float64(largestNumber))
	case f.Max > 0 && (n < float64(f.Min) || n > float64(f.Max)):
		return nil, f.fail(place, "must be a number from %d to %d", f.Min, f.Max)
	}
	return value, nil
}

// largestNumber is what a number may be: as seconds since 1970 a time that every
// part of perch can reckon with.
const largestNumber = 1e11

func checkStructure(f *Field, under []Field, place string, value any) (any, error) {
	object, ok := value.(map[string]any)
	if !ok {
		return nil, f.fail(place, "must be an object")
	}
	if f.Below != nil {
		under = f.Below()
	}
	clean, err := checkMembers(under, object)
	if err != nil || !f.One {
		return clean, err
	}
	if len(clean) == 1 {
		return clean, nil
	}
	for _, v := range object {
		if v != nil {
			return nil, f.fail(place, "must have exactly one of %s", members(under))
		}
	}
	return nil, nil // empty
}

// members names the rows directly below a structure.
func members(rows []Field) string {
	var names []string
	for len(rows) > 0 {
		names = append(names, rows[0].member())
		_, rows = below(rows)
	}
	return strings.Join(names, ", ")
}

func checkList(f *Field, under []Field, place string, value any) (any, error) {
	list, ok := value.([]any)
	if !ok {
		return nil, f.fail(place, "must be a list")
	}
	if f.outside(len(list)) {
		return nil, f.fail(place, "must have %s elements, not %d", f.bounds(), len(list))
	}
	element := &under[0]
	clean := make([]any, 0, len(list))
	for i, v := range list {
		at := fmt.Sprintf(" (element %d)", i+1)
		v, err := check(element, under[1:], at, v)
		if err != nil {
			return nil, err
		}
		if v == nil {
			return nil, element.fail(at, "must not be empty")
		}
		clean = append(clean, v)
	}
	if f.Holds != "" && !slices.Contains(clean, any(f.Holds)) {
		return nil, f.fail(place, "must hold %s", f.Holds)
	}
	return clean, nil
}

func checkMap(f *Field, under []Field, place string, value any) (any, error) {
	object, ok := value.(map[string]any)
	if !ok {
		return nil, f.fail(place, "must be an object")
	}
	key, val, total := &under[0], &under[1], 0
	clean := make(map[string]any, len(object))
	for _, k := range slices.Sorted(maps.Keys(object)) { // the same request always breaks at the same key
		at := fmt.Sprintf(" (key %q)", shorten(k))
		if err := checkString(key, at, k); err != nil {
			return nil, err
		}
		v, err := check(val, under[2:], at, object[k])
		if err != nil {
			return nil, err
		}
		if v == nil {
			continue
		}
		clean[k] = v
		text, _ := v.(string)
		total += len(k) + len(text)
	}
	if f.outside(len(clean)) {
		return nil, f.fail(place, "must have %s entries, not %d", f.bounds(), len(clean))
	}
	if f.MaxBytes > 0 && total > f.MaxBytes {
		return nil, f.fail(place, "must have at most %d bytes of UTF-8 in all keys and values, not %d", f.MaxBytes, total)
	}
	return clean, nil
}

// shorten keeps a caller's key readable inside a message.
func shorten(s string) string {
	const most = 40
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "..."
}
