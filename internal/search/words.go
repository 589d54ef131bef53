package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"goodturn/internal/db"
)

// wordMost is how much of a word counts, in bytes: indexes bound it.
const wordMost = 200

// words cuts a text into what it is found by. Letters, digits, marks and
// underscores make a word; scripts that are written without spaces are cut into
// pairs of characters, each overlapping the next, and the last one alone. Both
// the index and queries are cut by it.
func words(s string) []string {
	var all []string
	for run := range runs(db.Fold(s)) {
		if run.dense {
			all = append(all, pairs(run.text)...)
			all = append(all, lastOf(run.text))
		} else {
			all = append(all, cut(run.text))
		}
	}
	return all
}

// run is a stretch of text that is one word, or is written without spaces.
type run struct {
	text  string
	dense bool
}

func runs(s string) func(yield func(run) bool) {
	return func(yield func(run) bool) {
		from, dense := -1, false
		for i, r := range s {
			if !isWord(r) {
				if from >= 0 && !yield(run{s[from:i], dense}) {
					return
				}
				from = -1
				continue
			}
			// A mark belongs to what it stands on.
			if d := isDense(r); from >= 0 && d != dense && !unicode.IsMark(r) {
				if !yield(run{s[from:i], dense}) {
					return
				}
				from, dense = i, d
			} else if from < 0 {
				from, dense = i, d
			}
		}
		if from >= 0 {
			yield(run{s[from:], dense})
		}
	}
}

func isWord(r rune) bool {
	return r == '_' || r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r))
}

// isDense says whether a script puts no spaces between words.
func isDense(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// pairs are each two neighbours; none of a single character.
func pairs(s string) (all []string) {
	before := -1
	for i, r := range s {
		if before >= 0 {
			all = append(all, s[before:i+utf8.RuneLen(r)])
		}
		before = i
	}
	return all
}

func lastOf(s string) string {
	_, size := utf8.DecodeLastRuneInString(s)
	return s[len(s)-size:]
}

// cut bounds a word, at the end of a character.
func cut(s string) string {
	if len(s) <= wordMost {
		return s
	}
	return strings.ToValidUTF8(s[:wordMost], "")
}

// Signs are in the index beside words, for operators. They begin with a
// character that no word has, for private use.
const sign = "\ue000"

const (
	signMedia = sign + "media"
	signLink  = sign + "link"
	signPoll  = sign + "poll"
	signTag   = sign + "tag" // and a hashtag, folded
)
