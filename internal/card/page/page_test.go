package page_test

import (
	"net/url"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"goodturn/internal/card/page"
)

var somewhere = &url.URL{Scheme: "https", Host: "soup.example", Path: "/a"}

func TestReadPage_Charsets(t *testing.T) {
	for name, c := range map[string]struct{ kind, document string }{
		"by the header":    {"text/html; charset=iso-8859-1", "<title>K\xfcche</title>"},
		"by the document":  {"text/html", "<meta charset=windows-1252><title>K\xfcche</title>"},
		"UTF-8":            {"text/html", "<meta charset=utf-8><title>Küche</title>"},
		"UTF-16 by a mark": {"text/html", "\xff\xfe<\x00t\x00i\x00t\x00l\x00e\x00>\x00K\x00\xfc\x00c\x00h\x00e\x00"},
		"an unknown one":   {"text/html; charset=soup", "<title>Küche</title>"},
	} {
		p, err := page.Read([]byte(c.document), c.kind, somewhere)
		if err != nil {
			t.Fatal(name, err)
		}
		if got := p.Found().Title; got != "Küche" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestReadPage_Broken(t *testing.T) {
	for document, want := range map[string]string{
		`<title>One<title>Two`: "One<title>Two",
		`<svg><title>A drawing</title></svg><title>Soup</title>`:  "Soup",
		`<meta property=og:title content=Soup <p>`:                "Soup",
		`<!-- <title>No</title> --><TITLE>Soup`:                   "Soup",
		`<script>"<title>No</title>"</script><title>Soup</title>`: "Soup",
		`<meta name="OG:Title" content="Soup"><title>No</title>`:  "Soup",
		`<meta property="og:title" content=" "><title>Soup`:       "Soup",
		"<title>So\u202eup\x00 \u200b\n for\tall":                 "Soup for all",
		strings.Repeat("<div>", 100_000) + "<title>Deep":          "Deep",
	} {
		p, err := page.Read([]byte(document), "text/html; charset=utf-8", somewhere)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Found().Title; got != want {
			t.Errorf("%.80q: %q", document, got)
		}
	}
}

func TestAddress(t *testing.T) {
	for link, want := range map[string]string{
		"HTTPS://Soup.Example":                             "https://soup.example/",
		"https://soup.example:443/a?b=ü#c":                 "https://soup.example/a?b=%C3%BC",
		"http://soup.example:8080/ü":                       "http://soup.example:8080/%C3%BC",
		"https://küche.example/":                           "https://xn--kche-0ra.example/",
		"http://[2001:db8::1]/":                            "http://[2001:db8::1]/",
		"ftp://soup.example/":                              "",
		"https://ada:secret@soup.example/":                 "",
		"https:///a":                                       "",
		"javascript:alert(1)":                              "",
		"https://soup.example/" + strings.Repeat("ü", 400): "",
	} {
		got, ok := page.Address(link)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%.60q: %q, %v", link, got, ok)
		}
	}
}

// Whatever a page says, what is kept of it is bounded, valid, on one line, and
// leads nowhere but to the web.
func FuzzReadPage(f *testing.F) {
	for _, seed := range []string{
		`<title>Soup</title>`, `<html lang=de><meta property="og:title" content="a&#x202e;b"><meta property="og:image" content="//x/y.png">`,
		`<link rel=canonical href="?a=%zz"><link rel="alternate" type="application/json+oembed" href="javascript:x">`,
		`<a rel="me" href="https://here.example/@ada">`, "\xff\xfe<\x00t\x00", `<meta charset=utf-16><title>x`, `<!DOCTYPE html [<!ENTITY a "b">]><title>&a;`,
		`<meta property=article:published_time content="0000-00-00">`, `<svg><title></svg><title>`, "<title>\u2066\u200d\U000e0041",
	} {
		f.Add([]byte(seed), "text/html; charset=utf-8", []byte(`{"type":"photo","url":"//x/`+"\u202e"+`","title":"y"}`))
		f.Add([]byte(seed), "text/html", []byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte, kind string, answer []byte) {
		p, err := page.Read(document, kind, somewhere)
		if err != nil {
			return
		}
		got := p.Found()
		got.Add(page.ReadEmbed(answer), somewhere)
		for s, most := range map[string]int{got.Title: page.MaxTitle, got.Description: page.MaxDescription, got.AuthorName: page.MaxName, got.ProviderName: page.MaxName, got.Alt: page.MaxAlt} {
			if !utf8.ValidString(s) || utf8.RuneCountInString(s) > most || strings.ContainsFunc(s, unicode.IsControl) || strings.ContainsAny(s, "\u202e\u2066\u200b") {
				t.Errorf("%q", s)
			}
		}
		for _, s := range []string{got.URL, got.AuthorURL, got.ProviderURL} {
			u, err := url.Parse(s)
			if s != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || len(s) > page.MaxAddress) {
				t.Errorf("%q", s)
			}
		}
		if !strings.HasPrefix(got.URL, "https://soup.example/a") {
			t.Errorf("known as %q", got.URL)
		}
		if u := got.Picture; u != nil && u.Scheme != "https" && u.Scheme != "http" {
			t.Errorf("a picture at %q", u)
		}
	})
}
