package markup_test

import (
	"io"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"goodturn/internal/post/markup"
	"goodturn/internal/text"
)

// names are the people that a text may name.
func names(of map[string]markup.Person) func(string) (markup.Person, bool) {
	return func(name string) (markup.Person, bool) {
		p, ok := of[strings.ToLower(name)]
		return p, ok
	}
}

func TestHTML(t *testing.T) {
	leads := markup.Leads{
		Handle: names(map[string]markup.Person{"ada": {Name: "ada", URL: "/@ada"}, "lin@far.example": {Name: "Lin", URL: "/@Lin@Far.example"}}),
		Link:   func(link string) string { return strings.Replace(link, "/calls/9", "/calls/9?via=post-7", 1) },
	}
	const a = `<a href="`
	const out = `" rel="nofollow noopener noreferrer" translate="no"><span class="invisible">https://</span>`
	tag := func(path, shown string) string {
		return a + `/tags/` + path + `" class="mention hashtag" rel="tag">#<span>` + shown + `</span></a>`
	}
	ada := `<span class="h-card" translate="no"><a href="/@ada" class="u-url mention">@<span>ada</span></a></span>`
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"a & <b>", "<p>a &amp; &lt;b&gt;</p>"},
		{"one\ntwo\n\n\nthree", "<p>one<br>two</p><p>three</p>"},
		{"see https://a.example/x?y=1#z.", "<p>see " + a + "https://a.example/x?y=1#z" + out + "<span>a.example/x?y=1#z</span></a>.</p>"},
		{"(https://a.example/b_(c))", "<p>(" + a + "https://a.example/b_(c)" + out + "<span>a.example/b_(c)</span></a>)</p>"},
		{"https://a.example/" + strings.Repeat("x", 30), "<p>" + a + "https://a.example/" + strings.Repeat("x", 30) + out +
			`<span class="ellipsis">a.example/` + strings.Repeat("x", 20) + `</span><span class="invisible">xxxxxxxxxx</span></a></p>`},
		{"https://bank.example@evil.example", "<p>https://bank.example@evil.example</p>"},
		{"javascript://x https://", "<p>javascript://x https://</p>"},
		{"#BeKind, #1st #2014 #", "<p>" + tag("bekind", "BeKind") + ", " + tag("1st", "1st") + " #2014 #</p>"},
		{"#Güte#x a#b /#c", "<p>" + tag("g%C3%BCte", "Güte") + "#x a#b /#c</p>"},
		{"#नमस्ते", "<p>" + tag("%E0%A4%A8%E0%A4%AE%E0%A4%B8%E0%A5%8D%E0%A4%A4%E0%A5%87", "नमस्ते") + "</p>"},
		{"@ada, @ADA. a@ada @nobody", "<p>" + ada + ", " + ada + ". a@ada @nobody</p>"},
		{"https://here.example/calls/9", "<p>" + a + "https://here.example/calls/9?via=post-7" + out + "<span>here.example/calls/9</span></a></p>"},
		{"@lin@far.example!", `<p><span class="h-card" translate="no"><a href="/@Lin@Far.example" class="u-url mention">@<span>Lin</span></a></span>!</p>`},
	} {
		if got := markup.HTML(c.text, leads); got != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

// Where nobody says what a text leads to, links lead to themselves and handles
// nowhere.
func TestHTML_LeadsNowhere(t *testing.T) {
	const want = `<p>@ada sees <a href="https://a.example" rel="nofollow noopener noreferrer" translate="no"><span class="invisible">https://</span><span>a.example</span></a></p>`
	if got := markup.HTML("@ada sees https://a.example", markup.Leads{}); got != want {
		t.Errorf("got %s", got)
	}
}

func TestScan_TagsAndHandles(t *testing.T) {
	tokens := markup.Scan("#Kind #kind #KIND @Ada @ada@a.example @ada #more")
	display, folded := markup.Tags(tokens, 1)
	if len(display) != 1 || display[0] != "Kind" || folded[0] != "kind" {
		t.Errorf("tags %q, folded %q", display, folded)
	}
	if h := markup.Handles(tokens, 5); len(h) != 2 || h[0] != "ada" || h[1] != "ada@a.example" {
		t.Errorf("handles %v", h)
	}
	if h := markup.Handles(tokens, 1); len(h) != 1 {
		t.Errorf("handles %v of one", h)
	}
	if tags, _ := markup.Tags(markup.Scan("#"+strings.Repeat("a", text.TagMost+1)), 5); tags != nil {
		t.Errorf("a tag of %d characters counts", text.TagMost+1)
	}
}

var allowed = map[string]map[string]bool{
	"p": {}, "br": {}, "span": {"class": true, "translate": true},
	"a": {"href": true, "class": true, "rel": true, "translate": true},
}

// FuzzHTML holds the HTML of any text to the few elements, attributes and
// kinds of link that it may have, and to saying what the text says.
func FuzzHTML(f *testing.F) {
	for _, s := range []string{
		"plain", "a\n\nb\nc", "<script>alert(1)</script>", `https://a.example/"onmouseover="x`, "https://a.example/'x",
		"http://[::1]:80/x", "https://%zz", "#tag@name#tag", "@ada@ada@ada", "＃ｔａｇ", "#\u200btag", "https://a.example/\u202egnp.exe",
		"https://é.example", "\x00", "&amp;#x3c;", "HTTPS://A.EXAMPLE", "@ada\u0301", "#a\u0301", "https://https://x", "a\r\nb",
	} {
		f.Add(s)
	}
	leads := markup.Leads{
		Handle: names(map[string]markup.Person{"ada": {Name: `a"<b`, URL: `/@a"<b`}, "lin@far.example": {Name: "lin", URL: "/@lin@far.example"}}),
		Link:   func(link string) string { return link + `"<'>` },
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := markup.HTML(s, leads)
		z := html.NewTokenizer(strings.NewReader(out))
		var depth []string
		for {
			switch z.Next() {
			case html.ErrorToken:
				if z.Err() != io.EOF {
					t.Fatal(z.Err())
				}
				if len(depth) != 0 {
					t.Fatalf("%q leaves %v open: %s", s, depth, out)
				}
				return
			case html.StartTagToken:
				tok := z.Token()
				attrs, ok := allowed[tok.Data]
				if !ok {
					t.Fatalf("%q makes <%s>: %s", s, tok.Data, out)
				}
				for _, a := range tok.Attr {
					if !attrs[a.Key] {
						t.Fatalf("%q makes the attribute %s: %s", s, a.Key, out)
					}
					if a.Key == "href" && !safeHref(a.Val) {
						t.Fatalf("%q links to %q", s, a.Val)
					}
				}
				if tok.Data != "br" {
					depth = append(depth, tok.Data)
				}
			case html.EndTagToken:
				tok := z.Token()
				if len(depth) == 0 || depth[len(depth)-1] != tok.Data {
					t.Fatalf("%q closes %s inside %v: %s", s, tok.Data, depth, out)
				}
				depth = depth[:len(depth)-1]
			case html.TextToken:
			default:
				t.Fatalf("%q makes %v: %s", s, z.Token(), out)
			}
		}
	})
}

func safeHref(href string) bool {
	h := strings.ToLower(href)
	return strings.HasPrefix(h, "https://") || strings.HasPrefix(h, "http://") ||
		strings.HasPrefix(h, "/tags/") || strings.HasPrefix(h, "/@")
}
