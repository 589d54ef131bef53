// Package markup finds what a text links to (addresses, hashtags and handles) and
// writes the text as HTML that is safe by construction. It knows nothing of posts
// or accounts.
package markup

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"goodturn/internal/db"
	"goodturn/internal/text"
)

// Kind is what a part of a text is.
type Kind uint8

// The kinds.
const (
	Plain Kind = iota
	Link
	Hashtag
	Mention
)

// Token is a part of a text. Together the tokens are the whole of it.
type Token struct {
	Kind Kind
	Raw  string // as it stands in the text
	Name string // of a hashtag without '#', of a mention without the first '@'
}

// Scan finds what a text links to. Hashtags follow Mastodon's rules (letters,
// marks, digits and underscores, not digits alone, not right behind a word or a
// slash), and so do mentions: @name and @name@domain.
func Scan(s string) []Token {
	var tokens []Token
	from := 0
	before := rune(-1) // what stands in front of i
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		var t Token
		switch {
		case r == 'h' || r == 'H':
			t = scanLink(s[i:], before)
		case r == '#' || r == '＃':
			t = scanHashtag(s[i:], size, before)
		case r == '@':
			t = scanMention(s[i:], before)
		}
		if t.Kind == Plain {
			i += size
			before = r
			continue
		}
		if from < i {
			tokens = append(tokens, Token{Raw: s[from:i]})
		}
		tokens = append(tokens, t)
		i += len(t.Raw)
		from = i
		before, _ = utf8.DecodeLastRuneInString(t.Raw)
	}
	if from < len(s) {
		tokens = append(tokens, Token{Raw: s[from:]})
	}
	return tokens
}

// isWord says whether names and links stand apart from r.
func isWord(r rune) bool { return text.InTag(r) }

// maxLink bounds what is made a link, in bytes.
const maxLink = 2048

func scanLink(s string, before rune) Token {
	if isWord(before) {
		return Token{}
	}
	scheme := 0
	for _, p := range []string{"https://", "http://"} {
		if len(s) > len(p) && strings.EqualFold(s[:len(p)], p) {
			scheme = len(p)
			break
		}
	}
	if scheme == 0 {
		return Token{}
	}
	end := strings.IndexFunc(s, endsLink)
	if end < 0 {
		end = len(s)
	}
	raw := trimLink(s[:end])
	if len(raw) > maxLink {
		return Token{}
	}
	u, err := url.Parse(raw)
	// A user name in front of the host is there to deceive.
	if err != nil || u.User != nil || !strings.ContainsFunc(u.Hostname(), isWord) {
		return Token{}
	}
	return Token{Kind: Link, Raw: raw}
}

func endsLink(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune("<>\"`{}|\\^", r)
}

// trimLink gives punctuation back to the sentence, and a bracket that was
// opened in front of the link.
func trimLink(s string) string {
	for s != "" {
		last, size := utf8.DecodeLastRuneInString(s)
		switch last {
		case '.', ',', ';', ':', '!', '?', '\'', '*', '…', '。', '、', '」', '』':
		case ')':
			if strings.Count(s, "(") >= strings.Count(s, ")") {
				return s
			}
		case ']':
			if strings.Count(s, "[") >= strings.Count(s, "]") {
				return s
			}
		default:
			return s
		}
		s = s[:len(s)-size]
	}
	return s
}

func scanHashtag(s string, sign int, before rune) Token {
	if isWord(before) || strings.ContainsRune("=/)#＃&", before) {
		return Token{}
	}
	size := text.TagEnd(s[sign:])
	if size == 0 {
		return Token{}
	}
	end := sign + size
	return Token{Kind: Hashtag, Raw: s[:end], Name: s[sign:end]}
}

func isName(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func scanMention(s string, before rune) Token {
	if isWord(before) || strings.ContainsRune("=/@", before) {
		return Token{}
	}
	end := 1 + nameEnd(s[1:], isName)
	if end == 1 {
		return Token{}
	}
	if end+1 < len(s) && s[end] == '@' {
		domain := nameEnd(s[end+1:], func(c byte) bool { return isName(c) || c >= 0x80 })
		if domain > 0 {
			end += 1 + domain
		}
	}
	if end < len(s) {
		if r, _ := utf8.DecodeRuneInString(s[end:]); isWord(r) || r == '@' {
			return Token{} // goes on as something else than a name
		}
	}
	return Token{Kind: Mention, Raw: s[:end], Name: s[1:end]}
}

// nameEnd is the length of a name at the start of s: its letters, and dots and
// dashes between them.
func nameEnd(s string, letter func(byte) bool) int {
	end := 0
	for i := 0; i < len(s); i++ {
		if letter(s[i]) {
			end = i + 1
		} else if s[i] != '.' && s[i] != '-' || i == 0 {
			break
		}
	}
	return end
}

// FirstLink is the first link of a text, "" if there is none.
func FirstLink(text string) string {
	for _, t := range Scan(text) {
		if t.Kind == Link {
			return t.Raw
		}
	}
	return ""
}

// Tags are the hashtags of a text as first written, each once by its folded form,
// and at most so many.
func Tags(tokens []Token, most int) (display, folded []string) {
	seen := map[string]bool{}
	for _, t := range tokens {
		if t.Kind != Hashtag || len(display) == most {
			continue
		}
		f := db.Fold(t.Name)
		if !seen[f] {
			seen[f] = true
			display = append(display, t.Name)
			folded = append(folded, f)
		}
	}
	return display, folded
}

// Handles are the handles that a text names, folded, each once, and at most so
// many.
func Handles(tokens []Token, most int) []string {
	var all []string
	for _, t := range tokens {
		if t.Kind != Mention || len(all) == most {
			continue
		}
		if name := db.Fold(t.Name); !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}
