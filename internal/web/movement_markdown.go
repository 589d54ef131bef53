package web

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

// markdown reads CommonMark with bare links and strikethrough, as organisers
// write it. HTML in it comes out as text.
var markdown = goldmark.New(goldmark.WithExtensions(extension.Linkify, extension.Strikethrough))

// prose lets through what a text is made of: no pictures, since nothing is
// loaded from elsewhere, and headings beneath those of the page.
var prose = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "em", "strong", "del", "code", "pre", "blockquote", "ul", "ol", "li", "h3", "h4")
	p.AllowStandardURLs()
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("start").Matching(regexp.MustCompile(`^[0-9]{1,6}$`)).OnElements("ol")
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	return p
}()

// headings are moved two levels down, beneath the page's own.
var headings = regexp.MustCompile(`(</?h)([1-6])`)

// proseOf is Markdown as safe HTML.
func proseOf(text string) string {
	if text == "" {
		return ""
	}
	var out bytes.Buffer
	if err := markdown.Convert([]byte(text), &out); err != nil {
		return bluemonday.StrictPolicy().Sanitize(text) // a buffer never fails; plain words if it should
	}
	lowered := headings.ReplaceAllFunc(out.Bytes(), func(tag []byte) []byte {
		level := byte('4')
		if tag[len(tag)-1] == '1' {
			level = '3'
		}
		return append(tag[:len(tag)-1:len(tag)-1], level)
	})
	return prose.Sanitize(string(lowered))
}

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
