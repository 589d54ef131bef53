package web_test

import (
	"context"
	"errors"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/server/servertest"
)

// What moves people says why, and moderators keep things out and let them in again.
func TestToday(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		ctx := context.Background()
		ada, bob, eve, joe := s.Person("ada"), s.Person("bob"), s.Person("eve"), s.Person("joe")
		mira := s.Person("mira")
		if err := s.Safety.SetRole(ctx, account.System("test"), mira.ID, account.RoleModerator); err != nil {
			t.Fatal(err)
		}
		stranger, mod := newBrowser(t, s), newBrowser(t, s).signIn(mira)
		stranger.get("/today").shows(200, "It is a quiet day", "Find a movement")

		soup := write(t, s, ada, "The pot is on #SoupDay")
		for _, a := range []*account.Account{bob, eve, joe} {
			write(t, s, a, "Me too #soupday")
			if _, err := s.Posts.Like(ctx, account.As(a), soup.ID); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(s.Book.Fold(ctx), s.Trends.Sweep(ctx)); err != nil {
			t.Fatal(err)
		}
		const people, likes = "4 people in the last 24 hours, and hardly anybody in the days before.", "3 likes and shares."
		stranger.get("/today").shows(200, "What moves people today", "#SoupDay", people, "The pot is on", likes).lacks("Keep out", "Kept out")
		stranger.get("/").shows(200, "What moves people today", "#SoupDay", "And why")
		newBrowser(t, s).signIn(bob).get("/public").shows(200, "Today")

		mod.get("/today").shows(200, "Keep out", "Keep out of “Today”")
		mod.post("/today/tags/soupday/refuse", "back", "/today").shows(200, "kept out, and that is on record", "Kept out by moderators", "Allow")
		mod.post("/today/posts/"+soup.ID.String()+"/refuse", "back", "/today").shows(200, "kept out")
		stranger.get("/today").shows(200, "It is a quiet day").lacks("SoupDay")
		mod.get("/moderation/record").shows(200, "Keep out of “Today”", "#soupday")
		newBrowser(t, s).signIn(ada).get("/decisions").shows(200, "A post of yours is not shown among what moves people.")
		mod.post("/today/tags/soupday/allow", "back", "/today").shows(200, "may be here again")
		stranger.get("/today").shows(200, "#SoupDay", people).lacks("The pot is on")

		mod.post("/today/soups/soup/refuse").shows(404)
		mod.post("/today/posts/1/refuse").shows(404)
		newBrowser(t, s).signIn(bob).post("/today/tags/soupday/refuse").shows(403, "Only moderators")
		stranger.post("/language", "lang", "de", "back", "/today").shows(200, "Was Menschen heute bewegt", "4 Menschen in den letzten 24 Stunden, und in den Tagen davor kaum jemand.")
	})
}
