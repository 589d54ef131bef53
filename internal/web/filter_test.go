package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/filter"
	"goodturn/internal/relation"
	"goodturn/internal/server/servertest"
)

func TestFilters(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, bob := s.Person("ada"), s.Person("bob")
	if _, err := s.Relations.Follow(t.Context(), account.As(ada), bob.ID, relation.FollowOptions{}); err != nil {
		t.Fatal(err)
	}
	party, art := write(t, s, bob, "A party with cake"), write(t, s, bob, "Art for all")
	b := newBrowser(t, s).signIn(ada)
	b.get("/settings/filters").shows(200, "You filter nothing", "Make a filter")
	b.get("/settings/filters/new").shows(200, "A new filter", "Whole words")
	b.post("/settings/filters/new", "title", "", "words", "art", "context", "1", "action", "warn").shows(422, "Give the filter a title.", "art")
	b.post("/settings/filters/new", "title", "Museum", "words", "art", "action", "warn").shows(422, "Say where the filter holds.")
	b.post("/settings/filters/new", "title", "Museum", "words", "ART\r\npainting\r\nart\r\n", "parts", "", "context", "1", "context", "8", "action", "warn", "expires", "3600").
		shows(200, "Saved.", "Museum", "painting", "Fold them", "It ends")

	// A warning folds, and by a word alone; one's own post stays.
	write(t, s, ada, "My own art")
	b.get("/").shows(200, "Filtered: Museum", "A party with cake", "My own art")
	b.get("/@bob").shows(200, "Art for all").lacks("Filtered: Museum")
	b.get("/posts/"+art.ID.String()).shows(200, "Art for all").lacks("Filtered: Museum")

	all, err := s.Filters.All(t.Context(), account.As(ada))
	if err != nil || len(all) != 1 || len(all[0].Keywords) != 3 {
		t.Fatalf("made %+v, %v", all, err)
	}
	kept := all[0].Keywords[1].ID
	path := "/settings/filters/" + all[0].ID.String()
	b.get(path).shows(200, "Filter “Museum”", "painting", "As it was", "Delete this filter")
	b.post(path, "title", "Cake", "words", "painting", "parts", "par", "context", "1", "context", "16", "action", "hide", "expires", "as-it-is").shows(200, "Saved.", "Leave them out")
	b.get("/").shows(200, "Art for all", "Your filters leave out 1 post here.").lacks("A party with cake")
	b.get("/@bob").shows(200, "Art for all").lacks("A party with cake")
	b.get("/posts/"+party.ID.String()).shows(200, "A party with cake")
	all, err = s.Filters.All(t.Context(), account.As(ada))
	if err != nil || len(all[0].Keywords) != 2 || all[0].Keywords[0].ID != kept || all[0].ExpiresAt.IsZero() || all[0].Contexts != filter.Home|filter.Profile {
		t.Fatalf("changed into %+v, %v", all[0], err)
	}

	other := newBrowser(t, s).signIn(bob)
	other.get(path).shows(404)
	other.post(path + "/delete").shows(404)
	other.get("/").shows(200, "A party with cake")
	newBrowser(t, s).get("/settings/filters").lacks("Cake")
	b.post(path+"/delete").shows(200, "The filter is gone.", "You filter nothing")
	b.get("/").shows(200, "A party with cake")
}

// What a filter folds stays folded when the card alone is drawn again.
func TestFilters_Card(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	bob := s.Person("bob")
	b := newBrowser(t, s).signIn(bob)
	b.upload("/posts", "media_0", picture(t, 80), "alt_0", "A square", "text", "Art for all", "visibility", "public").shows(200, "Your post is out")
	path := regexpFind(t, b.get("/@bob").page, `/posts/\d+`)

	a := newBrowser(t, s).signIn(s.Person("ada"))
	a.post("/settings/filters/new", "title", "Museum", "words", "art", "context", "4", "context", "8", "action", "blur").shows(200, "Saved.")
	a.get(path+"/card").shows(200, "Filtered: Museum")
	for _, back := range []string{path, "/tags/art", "/public"} {
		r, err := http.NewRequest(http.MethodPost, a.base+path+"/like", strings.NewReader("why=You+follow+%23art&back="+url.QueryEscape(back)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Goodturn-Part", "post-"+path[len("/posts/"):])
		a.do(r).shows(200, "1 like", "Filtered: Museum", "You follow #art")
	}
}
