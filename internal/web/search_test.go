package web_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"goodturn/internal/account"
	"goodturn/internal/movement"
	"goodturn/internal/server/servertest"
)

// Somebody looks for soup, and finds it in whatever it is called.
func TestSearch(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		ada, bob := s.Person("ada"), s.Person("bob")
		if _, err := s.Movements.Start(context.Background(), account.As(ada), movement.Draft{
			Name: "Soup for everyone", Purpose: "Hot soup on cold days.", Hashtag: "SoupDay"}); err != nil {
			t.Fatal(err)
		}
		write(t, s, ada, "The first pot of soup is on. #SoupDay <b>Come</b>")
		if err := s.Search.Index(context.Background()); err != nil {
			t.Fatal(err)
		}
		b, stranger := newBrowser(t, s).signIn(bob), newBrowser(t, s)

		b.get("/").shows(200, "[q=]")
		b.get("/search").shows(200, "What are you looking for?", "Find a movement").lacks("Everything")
		b.get("/search?q=+soup+").shows(200, "[q=soup]", "Everything", "Soup for everyone", "#SoupDay", "1 post in the last seven days", "The first pot")
		b.get("/search?q=%23soupday").shows(200, "Soup for everyone", "The first pot").lacks("Nothing found")
		b.get("/search?q=ad&type=people").shows(200, "@ada", "[type=people]").lacks("Soup for everyone", "The first pot")
		b.get("/search?q=soup&type=people").shows(200, "Nothing found for “soup”", "found by how it begins").lacks("Soup for everyone")
		b.get("/search?q=soup&type=movements").shows(200, "Soup for everyone").lacks("The first pot")
		b.get("/search?q=soup&type=hashtags").shows(200, "#SoupDay")
		b.get("/search?q=soup&type=posts").shows(200, "The first pot", "How to narrow it down")
		b.get("/search?q="+url.QueryEscape(s.URL()+"/movements/nowhere")).shows(200, "Nothing found")

		stranger.get("/search?q=soup").shows(200, "Soup for everyone", "#SoupDay").lacks("The first pot")
		stranger.get("/search?q=soup&type=posts").shows(200, "Posts are for those who have signed in", "Sign in")
		stranger.post("/language", "lang", "de", "back", "/search?q=borschtsch").shows(200, "Nichts gefunden zu „borschtsch“")
	})
}

func TestSearch_pages(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		for n := range 25 {
			s.Person(fmt.Sprintf("cook%02d", n))
		}
		if err := s.Search.Index(context.Background()); err != nil {
			t.Fatal(err)
		}
		stranger, b := newBrowser(t, s), newBrowser(t, s).signIn(s.Person("ada"))
		stranger.get("/search?q=cook&type=people").shows(200, "@cook19", "Sign in to read on").lacks("@cook20", "More results")
		stranger.get("/search?q=cook&type=people&offset=20").shows(200, "Sign in").lacks("@cook20")
		b.get("/search?q=cook").shows(200, "@cook03", "More people").lacks("@cook04")
		b.get("/search?q=cook&type=people").shows(200, "@cook19", "More results").lacks("@cook20")
		b.get("/search?q=cook&type=people&offset=20").shows(200, "@cook20", "@cook24", "Back").lacks("@cook19", "More results")
		b.get("/search?q=cook&type=people&offset=40").shows(200, "There are no more results", "Back to the first ones")
	})
}

func TestSearch_hostile(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		b := newBrowser(t, s).signIn(s.Person("eve"))
		for _, kind := range []string{"", "movements", "people", "hashtags", "posts", "<b>"} {
			for _, query := range []string{`"><script>alert(1)</script>`, `'; DROP TABLE post; --`, "%", "_", "*", `"`, "-", "#", "@", "AND OR NOT NEAR(", "from:", "from:@@@", "before:x", "\u202e\u200b", "👩‍🍳", "https://%zz/"} {
				if b.get("/search?q=" + url.QueryEscape(query) + "&type=" + url.QueryEscape(kind)); b.status != 200 || strings.Contains(b.page, "<script>alert") || !utf8.ValidString(b.page) {
					t.Errorf("%q of kind %q answers %d", query, kind, b.status)
				}
			}
			for query, says := range map[string]string{"a%00b": "This must be UTF-8 text.", "%ff": "This must be UTF-8 text.", strings.Repeat("soup+", 400): "One thing to mend"} {
				if b.get("/search?q=" + query + "&type=" + url.QueryEscape(kind)); b.status != 422 || !strings.Contains(b.text(), says) || strings.Contains(b.page, "\x00") || !utf8.ValidString(b.page) {
					t.Errorf("%.20q of kind %q answers %d", query, kind, b.status)
				}
			}
		}
		b.get("/search?q=soup&type=people&offset=x").shows(422, "The offset is a whole number.")
		b.get("/search?q=soup&type=people&offset=99999999999").shows(200)
		b.get("/search?q=soup&type=movements&after=x").shows(422)
	})
}
