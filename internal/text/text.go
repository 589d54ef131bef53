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
// than most characters. White space around it is cut off.
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
	s = strings.TrimSpace(s)
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
		return "", problem.Invalid(field, "This contains control characters.")
	}
	if n := utf8.RuneCountInString(s); n > most {
		return "", problem.Invalid(field, "This has %d characters; at most %d are possible.", n, most)
	}
	return s, nil
}
