package text_test

import (
	"strings"
	"testing"

	"goodturn/internal/problem"
	"goodturn/internal/text"
)

func TestLink(t *testing.T) {
	for in, want := range map[string]string{
		" https://news.example/soup?page=2#top ": "https://news.example/soup?page=2#top",
		"HTTP://news.example":                    "HTTP://news.example",
		"https://küche.example/suppe/ä":          "https://küche.example/suppe/ä",
		"":                                       "",
		"https://news.example/\u202egpj.exe":     "https://news.example/gpj.exe",
		"https://[2001:db8::1]/soup":             "https://[2001:db8::1]/soup",
	} {
		if got, err := text.Link("links", in, 200); err != nil || got != want {
			t.Errorf("%q is %q, %v; want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"soup", "javascript:alert(1)", "data:text/html,soup", "ftp://news.example", "//news.example", "https://", "https://?q", "https://paypal.example@evil.example/",
		"https://news.example/a b", "https://news\u200b.example", "https:\\\\news.example", "https://news.example/\"><b>", "https://news.example/" + strings.Repeat("x", 200), "https://news.example/\x00"} {
		if got, err := text.Link("links", in, 200); !problem.Is(err, problem.KindInvalid) {
			t.Errorf("%q is %q, %v", in, got, err)
		}
	}
}

func TestShown(t *testing.T) {
	for in, want := range map[string]string{
		"https://www.news.example/":                        "news.example",
		"https://news.example:8080/soup?id=3":              "news.example:8080/soup",
		"https://news.example/" + strings.Repeat("x", 200): "news.example/" + strings.Repeat("x", 46) + "…",
	} {
		if got := text.Shown(in); got != want {
			t.Errorf("%q is shown as %q", in, got)
		}
	}
}
