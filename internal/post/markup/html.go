package markup

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"goodturn/internal/db"
)

// shownLink is how many characters of a link are shown; the rest is cut off by
// the style sheet and stays in what is copied.
const shownLink = 30

// escaper escapes for HTML's text and quoted attributes.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

// Leads say where what a text links to leads. A nil one leads as the text says, and
// handles nowhere.
type Leads struct {
	Handle func(name string) (Person, bool) // whom a handle names, without its first '@'
	Link   func(link string) string         // where a link leads
}

// Person is whom a handle names.
type Person struct {
	Name string // as it is shown
	URL  string // of their page
}

// HTML is the text as paragraphs with links, hashtags (to /tags/x) and people.
// Nothing of the text reaches it but through escaper, and the only elements are p,
// br, a and span; so it is safe by construction, wherever the Leads lead.
func HTML(text string, to Leads) string {
	if text == "" {
		return ""
	}
	var b strings.Builder
	b.Grow(len(text) + len(text)/2 + 64)
	b.WriteString("<p>")
	for _, t := range Scan(text) {
		switch t.Kind {
		case Plain:
			renderPlain(&b, t.Raw)
		case Link:
			leads := t.Raw
			if to.Link != nil {
				leads = to.Link(leads)
			}
			renderLink(&b, t.Raw, leads)
		case Hashtag:
			renderHashtag(&b, t)
		case Mention:
			var who Person
			known := false
			if to.Handle != nil {
				who, known = to.Handle(t.Name)
			}
			if known {
				renderMention(&b, who)
			} else {
				writeEscaped(&b, t.Raw)
			}
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

func renderHashtag(b *strings.Builder, t Token) {
	b.WriteString(`<a href="/tags/`)
	b.WriteString(url.PathEscape(db.Fold(t.Name)))
	b.WriteString(`" class="mention hashtag" rel="tag">#`)
	writeSpan(b, "", t.Name)
	b.WriteString("</a>")
}

func renderMention(b *strings.Builder, who Person) {
	b.WriteString(`<span class="h-card" translate="no"><a href="`)
	writeEscaped(b, who.URL)
	b.WriteString(`" class="u-url mention">@`)
	writeSpan(b, "", who.Name)
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
