// Package text is the one door for words that people type: it makes them valid,
// trims them, and holds them to their limits, counted in characters; and it makes
// safe HTML of Markdown.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"goodturn/internal/problem"
)

// Line is a text on one line: line breaks and tabs become spaces. Invalid UTF-8
// and control characters are refused as problem.Invalid on field, as is more
// than most characters. White space around it is cut off, and so is what
// overrides the order in which text is shown, for it can make a link or a name
// look like another. What nobody can see is no text.
func Line(field, s string, most int) (string, error) {
	s = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\t' {
			return ' '
		}
		return r
	}, s)
	return check(field, s, most)
}

// Block is a text of several lines, which end in \n alone; tabs stay. Else it is
// like Line.
func Block(field, s string, most int) (string, error) {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	return check(field, s, most)
}

func check(field, s string, most int) (string, error) {
	if !utf8.ValidString(s) {
		return "", problem.Invalid(field, "This is not valid text (UTF-8).")
	}
	s = strings.TrimSpace(plainOrder.Replace(s))
	if !strings.ContainsFunc(s, visible) {
		s = ""
	}
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
		return "", problem.Invalid(field, "This contains control characters.")
	}
	if n := utf8.RuneCountInString(s); n > most {
		return "", problem.Invalid(field, "This has %d characters; at most %d are possible.", n, most)
	}
	return s, nil
}

// plainOrder takes out Unicode's explicit bidirectional formatting. Marks and
// joiners, which scripts need, stay.
var plainOrder = strings.NewReplacer("\u202a", "", "\u202b", "", "\u202c", "", "\u202d", "", "\u202e", "",
	"\u2066", "", "\u2067", "", "\u2068", "", "\u2069", "")

// visible says whether a character shows anything by itself. The fillers of
// Hangul and the empty Braille cell are letters and symbols that show nothing.
func visible(r rune) bool {
	switch r {
	case '\u115f', '\u1160', '\u2800', '\u3164', '\uffa0':
		return false
	}
	return unicode.IsGraphic(r) && !unicode.IsSpace(r) || unicode.IsControl(r) && !unicode.IsSpace(r) // check refuses these
}
