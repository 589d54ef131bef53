package server_test

import (
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/post"
	"goodturn/internal/seed"
	"goodturn/internal/server"
	"goodturn/internal/server/servertest"
)

// Links to this server's own pages have cards that nothing is fetched for, that
// say what a stranger may see, and that follow what they show.
func TestCards_Own(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		ada, bob, eve := s.Person("ada"), s.Person("bob"), s.Person("eve")
		m := seed.Movement(t, s.Movements, bob, "SoupDay", func(d *movement.Draft) { d.Purpose = "Soup for all" })
		c := seed.Call(t, s.Calls, bob, m, call.Deed, func(d *call.Draft) { d.Title = "Cook a pot" })
		one := int64(1)
		a, err := s.Acts.Do(t.Context(), account.As(eve), act.Draft{CallID: c.ID, Quantity: &one, Story: "I cooked for ten", Visibility: act.Public})
		if err != nil {
			t.Fatal(err)
		}
		open := seed.Post(t, s.Posts, eve, "Good morning")
		secret := seed.Post(t, s.Posts, eve, "For few", seed.For(post.Private))

		const base = "http://here.example"
		cards := map[string]id.ID{}
		for _, path := range []string{"/movements/" + m.Slug + "/?from=mail", "/calls/" + c.ID.String(), "/acts/" + a.ID.String(),
			"/posts/" + open.ID.String() + "?x=1", "/posts/" + secret.ID.String(), "/settings/mail", "/movements/nothing"} {
			cards[path] = seed.Post(t, s.Posts, ada, base+path).ID
		}
		says := func(path, want string) {
			t.Helper()
			for late := time.After(20 * time.Second); ; {
				entries, err := s.Posts.Cached(t.Context(), []id.ID{cards[path]})
				if err != nil {
					t.Fatal(err)
				}
				got := "nothing"
				if c := entries[0].Post.Card; c.Shown() {
					got = c.Title + ": " + c.Description
				}
				if strings.Contains(got, want) {
					return
				}
				select {
				case <-late:
					t.Fatalf("%s says %q, not %q", path, got, want)
				case <-time.After(5 * time.Millisecond):
				}
			}
		}
		says("/movements/"+m.Slug+"/?from=mail", "SoupDay: Soup for all")
		says("/calls/"+c.ID.String(), "Cook a pot: SoupDay · Soup for all")
		says("/acts/"+a.ID.String(), "eve (@eve): I cooked for ten")
		says("/posts/"+open.ID.String()+"?x=1", "eve (@eve): Good morning")

		if _, err := s.Posts.Edit(t.Context(), account.As(eve), open.ID, post.Draft{Text: "Good evening"}); err != nil {
			t.Fatal(err)
		}
		says("/posts/"+open.ID.String()+"?x=1", "Good evening")

		// What eve wrote goes with her, at once and everywhere.
		if err := s.DB.Update(t.Context(), func(tx *db.Tx) error { return s.Accounts.DeleteIn(tx, eve.ID, time.Now()) }); err != nil {
			t.Fatal(err)
		}
		for _, column := range []string{"title", "description", "author_name", "author_url"} {
			var n int
			err := s.DB.Read(t.Context()).QueryRow(`SELECT count(*) FROM card WHERE ` + column + ` LIKE '%eve%' OR ` + column + ` LIKE '%I cooked%'`).Scan(&n)
			if err != nil || n > 0 {
				t.Errorf("%d cards tell of her in %s, %v", n, column, err)
			}
		}
		says("/acts/"+a.ID.String(), "nothing")
		says("/posts/"+open.ID.String()+"?x=1", "nothing")
		for _, path := range []string{"/posts/" + secret.ID.String(), "/settings/mail", "/movements/nothing"} {
			says(path, "nothing")
		}
		says("/calls/"+c.ID.String(), "Cook a pot")
	}, func(c *server.Config) { c.URL = "http://here.example" })
}
