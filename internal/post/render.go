package post

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"goodturn/internal/db"
	"goodturn/internal/id"
)

// shownLink is how many characters of a link are shown; the rest is cut off by
// the style sheet and stays in what is copied.
const shownLink = 30

// escaper escapes for HTML's text and quoted attributes.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

// render is the text as HTML. Nothing of the text reaches it but through
// escaper, and the only elements are p, br, a and span; so it is safe by
// construction. Links within it carry that they came by the post of, 0 for none.
func render(text string, mentions []Mention, host string, of id.ID) string {
	if text == "" {
		return ""
	}
	byHandle := make(map[handle]*Mention, len(mentions))
	for i := range mentions {
		byHandle[handleOf(mentions[i].Handle, host)] = &mentions[i]
	}
	var b strings.Builder
	b.Grow(len(text) + len(text)/2 + 64)
	b.WriteString("<p>")
	for _, t := range scan(text) {
		switch t.kind {
		case plain:
			renderPlain(&b, t.raw)
		case link:
			renderLink(&b, t.raw, carry(t.raw, host, of))
		case hashtag:
			renderHashtag(&b, t)
		case mention:
			renderMention(&b, t, byHandle[handleOf(t.name, host)])
		}
	}
	b.WriteString("</p>")
	return b.String()
}

// renderPlain breaks lines at \n and paragraphs where lines are empty.
func renderPlain(b *strings.Builder, s string) {
	for s != "" {
		line, rest, more := strings.Cut(s, "\n")
		writeEscaped(b, line)
		if !more {
			return
		}
		next := strings.TrimLeft(rest, "\n")
		if len(next) < len(rest) {
			b.WriteString("</p><p>")
		} else {
			b.WriteString("<br>")
		}
		s = next
	}
}

// renderLink shows raw, and leads to the same or what carries more.
func renderLink(b *strings.Builder, raw, to string) {
	b.WriteString(`<a href="`)
	writeEscaped(b, to)
	b.WriteString(`" rel="nofollow noopener noreferrer" translate="no">`)
	at := strings.Index(raw, "://") + len("://")
	rest := raw[at:]
	if strings.HasPrefix(rest, "www.") {
		at += len("www.")
		rest = raw[at:]
	}
	writeSpan(b, "invisible", raw[:at])
	cut := len(rest)
	for i, n := 0, 0; i < len(rest); n++ {
		if n == shownLink {
			cut = i
			break
		}
		_, size := utf8.DecodeRuneInString(rest[i:])
		i += size
	}
	if cut == len(rest) {
		writeSpan(b, "", rest)
	} else {
		writeSpan(b, "ellipsis", rest[:cut])
		writeSpan(b, "invisible", rest[cut:])
	}
	b.WriteString("</a>")
}

func renderHashtag(b *strings.Builder, t token) {
	b.WriteString(`<a href="/tags/`)
	b.WriteString(url.PathEscape(db.Fold(t.name)))
	b.WriteString(`" class="mention hashtag" rel="tag">#`)
	writeSpan(b, "", t.name)
	b.WriteString("</a>")
}

func renderMention(b *strings.Builder, t token, m *Mention) {
	if m == nil {
		writeEscaped(b, t.raw)
		return
	}
	b.WriteString(`<span class="h-card" translate="no"><a href="`)
	writeEscaped(b, m.URL)
	b.WriteString(`" class="u-url mention">@`)
	writeSpan(b, "", m.Username)
	b.WriteString("</a></span>")
}

func writeSpan(b *strings.Builder, class, s string) {
	b.WriteString("<span")
	if class != "" {
		b.WriteString(` class="` + class + `"`)
	}
	b.WriteByte('>')
	writeEscaped(b, s)
	b.WriteString("</span>")
}

func writeEscaped(b *strings.Builder, s string) {
	// A strings.Builder does not fail.
	if _, err := escaper.WriteString(b, s); err != nil {
		panic(err)
	}
}

// TextHTML is the HTML of a text that is no post, such as what an account says of
// itself: with links and hashtags, and mentions as plain text. It is as safe as
// Post.HTML; host is this server's.
func TextHTML(text, host string) string { return render(text, nil, host, 0) }
