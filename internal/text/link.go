package text

import (
	"net/url"
	"strings"
	"unicode"

	"goodturn/internal/problem"
)

// Link is the address of a page on the web as somebody typed it, "" for none: with
// http or https and a host, without a user name in front of it, which is there to
// deceive, and without what nobody can see. Another one, or one of more than most
// characters, is problem.Invalid on field.
func Link(field, s string, most int) (string, error) {
	s, err := Line(field, s, most)
	if err != nil || s == "" {
		return "", err
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || !strings.ContainsFunc(u.Hostname(), InTag) || strings.ContainsFunc(s, unseen) {
		return "", problem.Invalid(field, "This is not a link that starts with https:// or http://.")
	}
	return s, nil
}

// unseen says whether a character has no place in an address.
func unseen(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune("<>\"`{}|\\^", r)
}

// Shown is a link as people read it: its host and path, cut where it is long. What
// asks for a part of the page, or tells more than where it is, is left out.
func Shown(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return link
	}
	shown := []rune(strings.TrimSuffix(strings.TrimPrefix(u.Host, "www.")+u.EscapedPath(), "/"))
	if len(shown) > shownMost {
		return string(shown[:shownMost-1]) + "…"
	}
	return string(shown)
}

// shownMost is how many characters of a link are shown.
const shownMost = 60
