package db

import (
	"strings"
	"time"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold makes texts comparable: Unicode NFKC and full case folding. Names and
// tags are compared by a column that holds this and nothing else, for SQLite's
// own lower() knows ASCII only.
func Fold(s string) string {
	if isFolded(s) {
		return s
	}
	// A Caser keeps state, so it is made for each call. Folding can undo the
	// normal form (Unicode 3.13, D146), so it is taken once more.
	s = norm.NFKC.String(strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Map(cherokee, norm.NFKC.String(cases.Fold().String(s)))
}

// cherokee folds the one script that folds to its capitals (CaseFolding.txt,
// since Unicode 8); the Caser swaps them.
func cherokee(r rune) rune {
	switch {
	case 0xAB70 <= r && r <= 0xABBF:
		return r - 0xAB70 + 0x13A0
	case 0x13F8 <= r && r <= 0x13FD:
		return r - 8
	}
	return r
}

// isFolded is the short way for the common case, lower-case ASCII.
func isFolded(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 0x80 || 'A' <= c && c <= 'Z' {
			return false
		}
	}
	return true
}

// Millis is t as it is stored: milliseconds since 1970, UTC.
func Millis(t time.Time) int64 { return t.UnixMilli() }

// Time reads what Millis wrote, in UTC.
func Time(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
