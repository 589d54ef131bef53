package text

import (
	"bytes"
	"regexp"

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

// Prose is Markdown as safe HTML, for a page that has headings of its own above
// it.
func Prose(text string) string {
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
