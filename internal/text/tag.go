package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// TagMost is the length of a hashtag, in characters.
const TagMost = 100

// InTag says whether hashtags are made of r, as Mastodon's are: letters, marks,
// numbers and underscores.
func InTag(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r)
}

// TagEnd is where the hashtag ends, in bytes, that s begins with behind its '#'; 0
// if there is none. One of its characters is a letter.
func TagEnd(s string) int {
	end, runes, letter := 0, 0, false
	for end < len(s) {
		r, size := utf8.DecodeRuneInString(s[end:])
		if !InTag(r) {
			break
		}
		letter = letter || unicode.IsLetter(r)
		end += size
		runes++
	}
	if !letter || runes > TagMost {
		return 0
	}
	return end
}

// Tag reads a hashtag that somebody gives by itself, with or without '#', as a post
// can have it. ok says whether it is one.
func Tag(s string) (tag string, ok bool) {
	s = strings.TrimPrefix(strings.TrimSpace(s), "#")
	if len(s) > 4*TagMost || !utf8.ValidString(s) {
		return "", false
	}
	s = norm.NFC.String(s)
	if s == "" || TagEnd(s) != len(s) {
		return "", false
	}
	return s, true
}
