package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// TagMost is the length of a hashtag, in characters.
const TagMost = 100

// Tag reads a hashtag that somebody gives by itself, with or without '#': the
// letters, marks, digits and underscores of which one is a letter, as a post can
// have it. ok says whether it is one.
func Tag(s string) (tag string, ok bool) {
	s = strings.TrimPrefix(strings.TrimSpace(s), "#")
	if len(s) > 4*TagMost || !utf8.ValidString(s) {
		return "", false
	}
	s = norm.NFC.String(s)
	letter := false
	for _, r := range s {
		letter = letter || unicode.IsLetter(r)
		if r != '_' && !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r) {
			return "", false
		}
	}
	return s, letter && utf8.RuneCountInString(s) <= TagMost
}
