package web

import (
	"regexp"
	"strings"
)

// summary is the beginning of a Markdown text in plain words, cut at a word.
func summary(text string, most int) string {
	plain := []rune(strings.Join(strings.Fields(marks.ReplaceAllString(text, "$1")), " "))
	if len(plain) <= most {
		return string(plain)
	}
	cut := most
	for cut > most*2/3 && plain[cut] != ' ' {
		cut--
	}
	return string(plain[:cut]) + "…"
}

// marks are the commonest marks of Markdown, which a summary goes without; a
// link keeps its words.
var marks = regexp.MustCompile("\\[([^\\]]*)\\]\\([^)]*\\)|[*_`~]{1,3}|(?m:^[ \t]*(?:#{1,6}|>|[-+])[ \t]+)")
