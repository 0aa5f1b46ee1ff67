package flow

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Reference names a value that is known only when the flow runs, such as
// $.Attributes.name. The runner looks it up through Env.
// doc: administrator guide, list of available contact attributes
type Reference struct {
	// Namespace is the first name after the dollar: Attributes, ContactId, Queue.
	Namespace string
	// Keys are the further names, from the outside in; none for $.ContactId.
	Keys []string
}

// String writes the reference in dotted form where a key allows it, else in
// brackets: $.SegmentAttributes['connect:Subtype'].
func (r Reference) String() string {
	var b strings.Builder
	b.WriteString("$." + r.Namespace)
	for _, key := range r.Keys {
		if key != "" && strings.IndexFunc(key, func(c rune) bool { return !nameRune(c) }) < 0 {
			b.WriteString("." + key)
		} else if strings.Contains(key, "']") {
			b.WriteString(`["` + key + `"]`)
		} else {
			b.WriteString("['" + key + "']")
		}
	}
	return b.String()
}

// maxKey is how many bytes a key in brackets has at most; ours.
const maxKey = 1024

// deep marks a namespace whose values are nested as deeply as their maker likes.
const deep = 16

// depth is how many keys a namespace has at least and at most. The upper bound
// is what ends a reference inside a sentence: of $.Attributes.name.Bye the key
// is "name".
type depth struct{ least, most int }

// depthOf knows the namespaces: the values that references can lead to.
// doc: administrator guide, list of available contact attributes
func depthOf(namespace string) (depth, bool) {
	switch namespace {
	case "ContactId", "InitialContactId", "PreviousContactId", "RelatedContactId", "Channel", "InstanceARN",
		"InitiationMethod", "CustomerId", "AwsRegion", "LanguageCode", "Name", "Description", storedInput,
		"TextToSpeechVoice", "CustomerCallbackNumber":
		return depth{}, true
	case "Attributes", flowAttributes, "Tags", "CustomerEndpoint", "SystemEndpoint", "Agent", lastAgent:
		return depth{1, 1}, true
	case "Queue", "References":
		return depth{1, 2}, true
	case "SegmentAttributes":
		return depth{1, 3}, true
	case external, "LambdaInvocation", lex, metrics, "Media", views, modules, "Loop", "DataTables", "DataTableList",
		"Customer", "Case", "Wisdom":
		return depth{1, deep}, true
	}
	return depth{}, false
}

// lastAgent is perch's own: the agent of the last contact, or of the chat that
// this one continues.
const lastAgent = "LastAgent"

// ParseReference reads a text that is one reference and nothing else, in dotted
// or in bracket form.
func ParseReference(s string) (Reference, bool) {
	r, rest, ok := scanReference(s)
	return r, ok && rest == ""
}

// looksLikeReference tells a mistyped reference from a fixed value.
func looksLikeReference(s string) bool {
	return strings.HasPrefix(s, "$.") || strings.HasPrefix(s, "$[")
}

// scanReference reads a reference at the beginning of s and returns what is
// left. It takes as many keys as the namespace allows and s offers.
func scanReference(s string) (Reference, string, bool) {
	if !strings.HasPrefix(s, "$") {
		return Reference{}, s, false
	}
	name, rest, ok := scanKey(s[1:])
	if !ok {
		return Reference{}, s, false
	}
	limits, ok := depthOf(name)
	if !ok {
		return Reference{}, s, false
	}
	r := Reference{Namespace: name}
	for len(r.Keys) < limits.most {
		key, after, ok := scanKey(rest)
		if !ok {
			break
		}
		r.Keys, rest = append(r.Keys, key), after
	}
	return r, rest, len(r.Keys) >= limits.least
}

// scanKey reads .name, ['name'], ["name"] or [0].
func scanKey(s string) (key, rest string, ok bool) {
	switch {
	case strings.HasPrefix(s, "."):
		n := nameLength(s[1:])
		return s[1 : 1+n], s[1+n:], n > 0
	case strings.HasPrefix(s, "['"), strings.HasPrefix(s, `["`):
		return scanBracket(s, 2, s[1:2]+"]")
	case strings.HasPrefix(s, "["):
		key, rest, ok = scanBracket(s, 1, "]")
		return key, rest, ok && strings.Trim(key, "0123456789") == ""
	}
	return "", s, false
}

// scanBracket reads a key that begins at from, up to its closing mark. It does
// not look for the mark further than a key is long, lest a text of many opening
// brackets be read from each of them to its end.
func scanBracket(s string, from int, closing string) (key, rest string, ok bool) {
	i := strings.Index(s[from:min(len(s), from+maxKey)], closing)
	if i <= 0 {
		return "", s, false
	}
	return s[from : from+i], s[from+i+len(closing):], true
}

func nameLength(s string) int {
	n := 0
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		if !nameRune(r) {
			break
		}
		n += size
	}
	return n
}

func nameRune(r rune) bool {
	return r == '_' || r == '-' || (r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)))
}
