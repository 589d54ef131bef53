package main

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"goodturn/internal/web/assets"
)

func get(t *testing.T, path string) string {
	t.Helper()
	w := httptest.NewRecorder()
	handler().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	if w.Code != 200 {
		t.Fatalf("GET %s: %d", path, w.Code)
	}
	return w.Body.String()
}

// eachPage runs f on every page of the gallery in both languages.
func eachPage(t *testing.T, f func(t *testing.T, root *html.Node)) {
	for name := range pages {
		for _, language := range []string{"en", "de"} {
			t.Run(name+"/"+language, func(t *testing.T) {
				root, err := html.Parse(strings.NewReader(get(t, "/"+name+"?lang="+language)))
				if err != nil {
					t.Fatal(err)
				}
				f(t, root)
			})
		}
	}
}

func TestNothingInline(t *testing.T) {
	eachPage(t, func(t *testing.T, root *html.Node) {
		for n := range root.Descendants() {
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Val, "javascript:") {
					t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
				}
			}
			if n.Data == "style" || n.Data == "script" && attr(n, "src") == "" {
				t.Errorf("an inline <%s>", n.Data)
			}
		}
	})
}

// What assistive technology needs: names for all that can be used, unique ids
// that references find, one main heading.
func TestEverythingIsNamed(t *testing.T) {
	eachPage(t, func(t *testing.T, root *html.Node) {
		ids, labels, refs, headings := map[string]bool{}, map[string]bool{}, []string{}, 0
		for n := range root.Descendants() {
			if id := attr(n, "id"); id != "" {
				if ids[id] {
					t.Errorf("two elements have the id %s", id)
				}
				ids[id] = true
			}
			if n.Data == "label" {
				labels[attr(n, "for")] = true
			}
			for _, key := range []string{"aria-labelledby", "aria-describedby"} {
				refs = append(refs, strings.Fields(attr(n, key))...)
			}
			if n.Data == "h1" {
				headings++
			}
		}
		for _, ref := range refs {
			if !ids[ref] {
				t.Errorf("nothing has the id %s", ref)
			}
		}
		if headings != 1 {
			t.Errorf("%d main headings", headings)
		}
		for n := range root.Descendants() {
			if n.Type == html.ElementNode && !named(n, labels) {
				t.Errorf("<%s> without a name: %v", n.Data, n.Attr)
			}
		}
	})
}

func named(n *html.Node, labels map[string]bool) bool {
	switch n.Data {
	case "img":
		return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "alt" })
	case "input", "select", "textarea":
		if attr(n, "type") == "hidden" || attr(n, "aria-label") != "" || labels[attr(n, "id")] {
			return true
		}
		for up := n.Parent; up != nil; up = up.Parent {
			if up.Data == "label" {
				return true
			}
		}
		return false
	case "a", "button", "summary", "progress":
		return attr(n, "aria-label") != "" || words(n) != "" || n.Data == "a" && slices.ContainsFunc(slices.Collect(n.Descendants()), func(d *html.Node) bool { return d.Data == "img" })
	}
	return true
}

// The design allows 100 kB for a first visit; this counts it without
// compression, with all scripts.
func TestWeightOfAFirstVisit(t *testing.T) {
	shared := 0
	for _, name := range []string{"dist/goodturn.css", "dist/site.js", "dist/ripple.js", "icons.svg", "icon.svg"} {
		w := httptest.NewRecorder()
		assets.Handler().ServeHTTP(w, httptest.NewRequest("GET", assets.URL(name), nil))
		shared += w.Body.Len()
	}
	for name := range pages {
		if weight := shared + len(get(t, "/"+name)); weight > 100_000 {
			t.Errorf("%s weighs %d bytes, %d of them shared", name, weight, shared)
		}
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func words(n *html.Node) string {
	var out strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			out.WriteString(d.Data)
		}
	}
	return strings.TrimSpace(out.String())
}
