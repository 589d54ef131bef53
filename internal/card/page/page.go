// Package page reads what a web page says of itself: its title, its words, its
// picture and where its links lead, from a document that a stranger wrote. It
// fetches nothing, and what it gives is bounded, valid text on one line.
package page

import (
	"bytes"
	"errors"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/language"
)

// Page is what a document says of itself.
type Page struct {
	At      *url.URL          // where it was fetched
	title   string            // of its title element
	lang    string            // of its html element
	meta    map[string]string // by property or name, in small letters; the first of each
	Me      []string          // where its rel=me links lead, as written
	OEmbed  string            // where its site answers about it (oembed.com), as written; "" if it does not
	address string            // link rel=canonical
}

// Bounds of what is read of a document that is made to be long.
const (
	maxMetas = 300
	maxMe    = 100
	maxValue = 8 << 10 // bytes of one attribute or title
)

// Read reads a document of that content type, fetched from at. It looks at
// the stream of its tags and never builds a tree, so that how deep they are
// nested costs nothing. However broken a document is, something is read of it.
func Read(document []byte, contentType string, at *url.URL) (*Page, error) {
	text, err := charset.NewReader(bytes.NewReader(document), contentType)
	if err != nil {
		if errors.Is(err, io.EOF) {
			return &Page{At: at}, nil // it is empty
		}
		return nil, err
	}
	p := &Page{At: at, meta: map[string]string{}}
	tags := html.NewTokenizer(text)
	inside := atom.Atom(0) // an element whose title is not the document's
	for {
		switch kind := tags.Next(); kind {
		case html.ErrorToken:
			if err := tags.Err(); err != io.EOF {
				return nil, err
			}
			return p, nil
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := tags.TagName()
			tag := atom.Lookup(name)
			switch tag {
			case atom.Html, atom.Meta, atom.Link, atom.A:
				if more {
					p.take(tag, attributes(tags))
				}
			case atom.Svg:
				if kind == html.StartTagToken {
					inside = tag
				}
			case atom.Title:
				if p.title == "" && inside == 0 && tags.Next() == html.TextToken {
					p.title = short(string(tags.Text()))
				}
			}
		case html.EndTagToken:
			if name, _ := tags.TagName(); inside != 0 && atom.Lookup(name) == inside {
				inside = 0
			}
		}
	}
}

func short(s string) string { return s[:min(len(s), maxValue)] }

// attributes are those of the tag that was read; of a name that comes twice, the
// first.
func attributes(tags *html.Tokenizer) map[string]string {
	all := map[string]string{}
	for more := true; more && len(all) < 50; {
		var key, value []byte
		key, value, more = tags.TagAttr()
		if _, twice := all[string(key)]; !twice {
			all[string(key)] = short(string(value))
		}
	}
	return all
}

func (p *Page) take(tag atom.Atom, a map[string]string) {
	switch tag {
	case atom.Html:
		p.lang = first(p.lang, a["lang"])
	case atom.Meta:
		name := strings.ToLower(strings.TrimSpace(first(a["property"], a["name"])))
		if _, twice := p.meta[name]; name != "" && !twice && len(p.meta) < maxMetas && strings.TrimSpace(a["content"]) != "" {
			p.meta[name] = a["content"]
		}
	case atom.Link, atom.A:
		rel := strings.Fields(strings.ToLower(a["rel"]))
		if slices.Contains(rel, "me") && len(p.Me) < maxMe {
			p.Me = append(p.Me, a["href"])
		}
		if tag != atom.Link {
			return
		}
		if slices.Contains(rel, "canonical") {
			p.address = first(p.address, a["href"])
		}
		if slices.Contains(rel, "alternate") && strings.EqualFold(strings.TrimSpace(a["type"]), "application/json+oembed") {
			p.OEmbed = first(p.OEmbed, a["href"])
		}
	}
}

// first is the first that holds more than white space.
func first(list ...string) string {
	for _, s := range list {
		if strings.TrimSpace(s) != "" {
			return s
		}
	}
	return ""
}

// Limits of what is given, in runes unless said otherwise. What is longer is cut.
const (
	MaxTitle       = 200
	MaxDescription = 500
	MaxName        = 100
	MaxAlt         = 1500
	MaxAddress     = 2048 // bytes
)

// Found is what can be shown of a page.
type Found struct {
	URL          string // of the page, in ASCII
	Photo        bool   // the picture is what the page is about
	Title        string
	Description  string
	Language     string // ISO 639, "" unknown
	AuthorName   string
	AuthorURL    string
	ProviderName string // of the site
	ProviderURL  string
	PublishedAt  time.Time // as the page says; zero unknown
	Picture      *url.URL  // nil if there is none
	Alt          string    // of the picture
}

// Found is what the document says, the more fitting of what it says twice: Open
// Graph, then Twitter's names, then plain HTML.
func (p *Page) Found() *Found {
	m := p.meta
	f := &Found{
		Title:        Clean(first(m["og:title"], m["twitter:title"], p.title), MaxTitle),
		Description:  Clean(first(m["og:description"], m["twitter:description"], m["description"]), MaxDescription),
		Language:     languageOf(first(p.lang, m["og:locale"], m["content-language"])),
		AuthorName:   Clean(first(m["author"], m["og:article:author"], m["article:author"]), MaxName),
		ProviderName: Clean(first(m["og:site_name"], m["application-name"]), MaxName),
		PublishedAt:  timeOf(first(m["article:published_time"], m["og:article:published_time"], m["date"])),
		Picture:      Resolve(p.At, first(m["og:image:secure_url"], m["og:image"], m["og:image:url"], m["twitter:image"], m["twitter:image:src"])),
		Alt:          Clean(first(m["og:image:alt"], m["twitter:image:alt"]), MaxAlt),
	}
	if u := Resolve(p.At, m["article:author"]); u != nil && strings.HasPrefix(m["article:author"], "http") {
		f.AuthorURL, _ = AddressOf(u)
		if Resolve(p.At, f.AuthorName) != nil && strings.HasPrefix(f.AuthorName, "http") {
			f.AuthorName = ""
		}
	}
	f.URL, _ = canonical(p.At, first(p.address, m["og:url"]))
	return f
}

func languageOf(s string) string {
	tag, err := language.Parse(strings.TrimSpace(s))
	if err != nil {
		return ""
	}
	base, sure := tag.Base()
	if sure == language.No {
		return ""
	}
	return base.String()
}

func timeOf(s string) time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05-0700", "2006-01-02T15:04:05", time.DateTime, time.DateOnly} {
		if at, err := time.Parse(layout, strings.TrimSpace(s)); err == nil && at.Year() >= 1 && at.Year() <= 9999 {
			return at.UTC().Truncate(time.Millisecond)
		}
	}
	return time.Time{}
}

// Clean is a stranger's text on one line of at most most runes, without what is
// not seen and can make it look like another: controls, and formatting but for
// joiners and marks, which scripts need.
func Clean(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == '\u200c', r == '\u200d', r == '\u200e', r == '\u200f':
			return r
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, strings.ToValidUTF8(short(s), ""))
	runes := []rune(strings.Join(strings.Fields(s), " "))
	if len(runes) <= most {
		return string(runes)
	}
	return strings.TrimSpace(string(runes[:most-1])) + "…"
}
