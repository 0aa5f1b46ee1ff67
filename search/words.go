// Package search finds past contacts by words that were said in them, and by who
// had them. What a contact is found by is written in one commit with taking the due
// row that its end leaves, so that it is there once, whatever crashes.
//
// Words are made here and not by the database, so that both engines find the same.
package search

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxWord is the most bytes of a word that are looked at.
const maxWord = 64

// piece is a word in a text: where it is, and what it is found by.
type piece struct {
	from, to int // bytes
	word     string
}

// pieces are the words of a text, in order: runs of letters and digits. Of writing
// that has no spaces each character is one.
func pieces(text string) iter.Seq[piece] {
	return func(yield func(piece) bool) {
		start := -1
		flush := func(end int) bool {
			if start < 0 {
				return true
			}
			p := piece{start, end, fold(text[start:end])}
			start = -1
			return p.word == "" || yield(p)
		}
		for i, r := range text {
			alone := unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
			inside := unicode.In(r, unicode.L, unicode.Nd, unicode.M)
			if (alone || !inside) && !flush(i) {
				return
			}
			if inside && start < 0 {
				start = i
			}
			if alone && !flush(i+utf8.RuneLen(r)) {
				return
			}
		}
		flush(len(text))
	}
}

// fold makes one of the ways in which a word can be written: small letters without
// accents.
func fold(word string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(word) {
		if !unicode.In(r, unicode.L, unicode.Nd) {
			continue
		}
		r = unicode.ToLower(r)
		if b.Len()+utf8.RuneLen(r) > maxWord {
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}

// wordsOf are the words of what somebody asks for. One that ends in * stands for
// all that begin like it.
func wordsOf(text string) (out []string) {
	for p := range pieces(text) {
		word := p.word
		if strings.HasPrefix(text[p.to:], "*") {
			word += "*"
		}
		out = append(out, word)
	}
	return out
}

// Fragment is a part of a text, which is what was looked for or is not.
type Fragment struct {
	Text   string
	Marked bool
}

// excerptBefore is how much of a text is shown before the first word that was
// found, and excerptLength how much of it in all; bytes, and a few more so that no
// character is cut.
const excerptBefore, excerptLength = 80, 400

// mark takes a text apart at the words that are looked for, and cuts it to what is
// around the first; nil where there are none.
func mark(text string, looked []string) (out []Fragment) {
	var found []piece
	for p := range pieces(text) {
		if sought(p.word, looked) {
			found = append(found, p)
		}
	}
	if len(found) == 0 {
		return nil
	}
	at := boundary(text, max(found[0].from-excerptBefore, 0))
	end := boundary(text, min(at+excerptLength, len(text)))
	end = max(end, found[0].to)
	add := func(from, to int, marked bool) {
		if from < to {
			out = append(out, Fragment{text[from:to], marked})
		}
	}
	for _, p := range found {
		if p.to > end {
			break
		}
		add(at, p.from, false)
		add(p.from, p.to, true)
		at = p.to
	}
	add(at, end, false)
	return out
}

// boundary is the first place from a byte on at which a character begins.
func boundary(text string, at int) int {
	for at < len(text) && !utf8.RuneStart(text[at]) {
		at++
	}
	return at
}

func sought(word string, looked []string) bool {
	for _, l := range looked {
		if begin, ok := strings.CutSuffix(l, "*"); word == l || ok && strings.HasPrefix(word, begin) {
			return true
		}
	}
	return false
}
