package post

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"goodturn/internal/db"
	"goodturn/internal/text"
)

type tokenKind uint8

const (
	plain tokenKind = iota
	link
	hashtag
	mention
)

// token is a part of a text. Together the tokens are the whole of it.
type token struct {
	kind tokenKind
	raw  string // as it stands in the text
	name string // of a hashtag without '#', of a mention without the first '@'
}

// scan finds what a text links to. Hashtags follow Mastodon's rules (letters,
// marks, digits and underscores, not digits alone, not right behind a word or a
// slash), and so do mentions: @name and @name@domain.
func scan(s string) []token {
	var tokens []token
	from := 0
	before := rune(-1) // what stands in front of i
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		var t token
		switch {
		case r == 'h' || r == 'H':
			t = scanLink(s[i:], before)
		case r == '#' || r == '＃':
			t = scanHashtag(s[i:], size, before)
		case r == '@':
			t = scanMention(s[i:], before)
		}
		if t.kind == plain {
			i += size
			before = r
			continue
		}
		if from < i {
			tokens = append(tokens, token{raw: s[from:i]})
		}
		tokens = append(tokens, t)
		i += len(t.raw)
		from = i
		before, _ = utf8.DecodeLastRuneInString(t.raw)
	}
	if from < len(s) {
		tokens = append(tokens, token{raw: s[from:]})
	}
	return tokens
}

// isWord says whether names and links stand apart from r.
func isWord(r rune) bool { return text.InTag(r) }

// maxLink bounds what is made a link, in bytes.
const maxLink = 2048

func scanLink(s string, before rune) token {
	if isWord(before) {
		return token{}
	}
	scheme := 0
	for _, p := range []string{"https://", "http://"} {
		if len(s) > len(p) && strings.EqualFold(s[:len(p)], p) {
			scheme = len(p)
			break
		}
	}
	if scheme == 0 {
		return token{}
	}
	end := strings.IndexFunc(s, endsLink)
	if end < 0 {
		end = len(s)
	}
	raw := trimLink(s[:end])
	if len(raw) > maxLink {
		return token{}
	}
	u, err := url.Parse(raw)
	// A user name in front of the host is there to deceive.
	if err != nil || u.User != nil || !strings.ContainsFunc(u.Hostname(), isWord) {
		return token{}
	}
	return token{kind: link, raw: raw}
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

func scanHashtag(s string, sign int, before rune) token {
	if isWord(before) || strings.ContainsRune("=/)#＃&", before) {
		return token{}
	}
	size := text.TagEnd(s[sign:])
	if size == 0 {
		return token{}
	}
	end := sign + size
	return token{kind: hashtag, raw: s[:end], name: s[sign:end]}
}

func isName(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func scanMention(s string, before rune) token {
	if isWord(before) || strings.ContainsRune("=/@", before) {
		return token{}
	}
	end := 1 + nameEnd(s[1:], isName)
	if end == 1 {
		return token{}
	}
	if end+1 < len(s) && s[end] == '@' {
		domain := nameEnd(s[end+1:], func(c byte) bool { return isName(c) || c >= 0x80 })
		if domain > 0 {
			end += 1 + domain
		}
	}
	if end < len(s) {
		if r, _ := utf8.DecodeRuneInString(s[end:]); isWord(r) || r == '@' {
			return token{} // goes on as something else than a name
		}
	}
	return token{kind: mention, raw: s[:end], name: s[1:end]}
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

// firstLink is the first link of a text, "" if there is none.
func firstLink(text string) string {
	for _, t := range scan(text) {
		if t.kind == link {
			return t.raw
		}
	}
	return ""
}

// tagsOf are the hashtags of a text as first written, each once by its folded
// form, as many as count.
func tagsOf(tokens []token) (display, folded []string) {
	seen := map[string]bool{}
	for _, t := range tokens {
		if t.kind != hashtag || len(display) == MaxTags {
			continue
		}
		f := db.Fold(t.name)
		if !seen[f] {
			seen[f] = true
			display = append(display, t.name)
			folded = append(folded, f)
		}
	}
	return display, folded
}

// handle is a name in a text, folded as accounts are found by; its domain is
// "" on this server.
type handle struct{ name, domain string }

func handleOf(name, host string) handle {
	name, domain, _ := strings.Cut(name, "@")
	domain = db.Fold(domain)
	if domain == host {
		domain = ""
	}
	return handle{db.Fold(name), domain}
}

// handlesOf are the handles that a text names, each once, and one more than are
// possible where there are too many.
func handlesOf(tokens []token) []string {
	var all []string
	for _, t := range tokens {
		if t.kind != mention || len(all) > MaxMentions {
			continue
		}
		if name := db.Fold(t.name); !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}
