package search

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/perch-chat/perch"
)

func TestWordsAreFoundHoweverTheyAreWritten(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"My order-no. 4711 is LATE!":    {"my", "order", "no", "4711", "is", "late"},
		"Größe, Café, naïve; Zażółć":    {"große", "cafe", "naive", "zazołc"},
		"ﬁrst ２０２６":                     {"first", "2026"},
		"返金 please":                     {"返", "金", "please"},
		"don't under_score a@b.example": {"don", "t", "under", "score", "a", "b", "example"},
		"*** --- …":                     nil,
		strings.Repeat("x", 100):        {strings.Repeat("x", maxWord)},
	} {
		if got := wordsOf(text); !slices.Equal(got, want) {
			t.Errorf("%q has the words %q, want %q", text, got, want)
		}
	}
	if got := wordsOf("refund* blue"); !slices.Equal(got, []string{"refund*", "blue"}) {
		t.Errorf("with a beginning: %q", got)
	}
}

// Whatever somebody writes, its fragments are a part of it, in characters that are
// whole, and a word that is marked is one that was looked for.
func TestMarksArePartOfTheText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text") + " " + strings.Repeat(rapid.StringN(0, 30, -1).Draw(t, "more")+" ", 40)
		looked := wordsOf(text)
		if len(looked) == 0 {
			return
		}
		looked = looked[:1]
		var all strings.Builder
		marked := 0
		for _, f := range mark(text, looked) {
			if !utf8.ValidString(f.Text) && utf8.ValidString(text) {
				t.Fatalf("a character was cut: %q", f.Text)
			}
			all.WriteString(f.Text)
			if f.Marked {
				marked++
				if got := wordsOf(f.Text); len(got) != 1 || !sought(got[0], looked) {
					t.Fatalf("%q is marked, looked for is %q", f.Text, looked)
				}
			}
		}
		if marked == 0 || !strings.Contains(text, all.String()) {
			t.Fatalf("%d are marked, %q is not a part of %q", marked, all.String(), text)
		}
	})
}

func TestATermThatNobodyCanSay(t *testing.T) {
	t.Parallel()
	for _, said := range []string{"_a1", "_q1", "zzz _i0 __"} {
		for _, w := range wordsOf(said) {
			if strings.HasPrefix(w, "_") {
				t.Errorf("%q is a key", w)
			}
		}
	}
	if got := keyOf("a", `x" OR "y`); got != "_anone" {
		t.Errorf("an id of other characters becomes %q", got)
	}
}

// Of a message that was processed first only what was delivered counts, and nothing
// of what its readers do not see.
func TestWhatWasTakenOutIsNotSearched(t *testing.T) {
	t.Parallel()
	text := perch.Message{ContentType: "text/plain", Content: "secret"}
	for what, e := range map[string]perch.Entry{
		"as it was sent":     {Audience: perch.ToAll, Body: perch.Held{}},
		"what was not shown": {Audience: perch.ToNobody, Body: text},
		"for customers":      {Audience: perch.ToCustomer, Body: text},
		"a form":             {Audience: perch.ToAll, Body: perch.Message{ContentType: "application/json", Content: "secret"}},
	} {
		if got := said(e, perch.ToStaff); got != "" {
			t.Errorf("%s: %q", what, got)
		}
	}
	if got := said(perch.Entry{Audience: perch.ToStaff, Body: text}, perch.ToStaff); got != "secret" {
		t.Errorf("what the staff alone reads: %q", got)
	}
}
