package movement

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"goodturn/internal/db"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// Tag is a hashtag as written and as compared.
type Tag struct{ Display, Folded string }

// ParseTag reads a hashtag, with or without '#': letters, marks, digits and
// underscores, at least one of them a letter, so that posts can be found by it.
// What is wrong with it is a problem.Invalid of that field.
func ParseTag(field, s string) (Tag, error) {
	s = strings.TrimPrefix(strings.TrimSpace(s), "#")
	if !utf8.ValidString(s) {
		return Tag{}, problem.Invalid(field, "This is not valid text (UTF-8).")
	}
	s = norm.NFC.String(s)
	letters := 0
	for _, r := range s {
		switch {
		case unicode.IsLetter(r):
			letters++
		case unicode.IsDigit(r), unicode.IsMark(r), r == '_':
		case unicode.IsSpace(r):
			return Tag{}, problem.Invalid(field, "A hashtag has no spaces; write #LikeThis.")
		default:
			return Tag{}, problem.Invalid(field, "A hashtag has letters, digits and _ only; “%s” is not one of them.", string(r))
		}
	}
	switch {
	case s == "":
		return Tag{}, problem.Invalid(field, "Give the movement a hashtag.")
	case letters == 0:
		return Tag{}, problem.Invalid(field, "A hashtag needs at least one letter.")
	case utf8.RuneCountInString(s) > text.TagMost:
		return Tag{}, problem.Invalid(field, "This has %d characters; at most %d are possible.", utf8.RuneCountInString(s), text.TagMost)
	}
	return Tag{Display: s, Folded: db.Fold(s)}, nil
}
