package filter

import (
	"slices"
	"strings"
	"unicode/utf8"

	"goodturn/internal/db"
	"goodturn/internal/post"
)

// Finds says whether a keyword, in [brackets] a whole word, is found in the text
// of a post.
func Finds(keyword, text string) bool {
	s, whole := strings.CutPrefix(keyword, "[")
	return len(FindsAll([]string{strings.TrimSuffix(s, "]")}, whole, text)) > 0
}

// FindsAll are those of the keywords that are found in the text of a post.
func FindsAll(keywords []string, whole bool, text string) (found []string) {
	f := &Filter{}
	for _, k := range keywords {
		f.Keywords = append(f.Keywords, Keyword{Text: k, WholeWord: whole})
	}
	w := compile([]*Filter{f})
	if w == nil {
		return nil
	}
	for _, n := range w.in(folded(&post.Post{Text: text})) {
		for _, p := range w.list[n].places {
			found = append(found, keywords[p.at])
		}
	}
	return found
}

// FindsAlone finds a keyword at every place, one after the other.
func FindsAlone(keyword string, whole bool, text string) bool {
	k, s := db.Fold(keyword), string(folded(&post.Post{Text: text}))
	if k == "" {
		return false
	}
	first, _ := utf8.DecodeRuneInString(k)
	last, _ := utf8.DecodeLastRuneInString(k)
	for at := range len(s) {
		if !strings.HasPrefix(s[at:], k) {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(s[:at])
		after, _ := utf8.DecodeRuneInString(s[at+len(k):])
		if !whole || !(ofWord(first) && ofWord(before)) && !(ofWord(last) && ofWord(after)) {
			return true
		}
	}
	return false
}

// Compile gives what finds words in a folded text.
func Compile(keywords []string) func(text []byte) int {
	f := &Filter{}
	for _, k := range keywords {
		f.Keywords = append(f.Keywords, Keyword{Text: k, WholeWord: true})
	}
	w := compile([]*Filter{f})
	return func(text []byte) int { return len(slices.Clip(w.in(text))) }
}

// WordsOf is how many words there are to look for.
func WordsOf(keywords []string) int {
	f := &Filter{}
	for _, k := range keywords {
		f.Keywords = append(f.Keywords, Keyword{Text: k})
	}
	return len(compile([]*Filter{f}).list)
}
