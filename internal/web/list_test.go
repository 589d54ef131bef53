package web_test

import (
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/relation"
	"goodturn/internal/server/servertest"
)

func TestLists(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		ada, bob, eve := s.Person("ada"), s.Person("bob"), s.Person("eve")
		if _, err := s.Relations.Follow(t.Context(), account.As(ada), bob.ID, relation.FollowOptions{}); err != nil {
			t.Fatal(err)
		}
		write(t, s, bob, "Bread from Bob")
		b := newBrowser(t, s).signIn(ada)
		b.get("/").shows(200, "Lists")
		b.get("/lists").shows(200, "No lists yet")
		b.get("/@bob/lists").shows(200, "You have no list yet.")
		b.post("/lists", "title", "").shows(422, "Give the list a title.")
		b.post("/lists", "title", "Bakers <b>").shows(200, "The list is there.", "Bakers <b>", "Nobody is in this list yet")
		to := regexpFind(t, b.page, `/lists/\d+`)
		b.post(to+"/members", "handle", "nobody_here").shows(422, "There is no account called nobody_here.")
		b.post(to+"/members", "handle", "eve").shows(422, "You can put people into a list whom you follow.", "[handle=eve]")
		b.post(to+"/members", "handle", "@bob").shows(200, "bob is in the list.", "@bob")
		b.post(to+"/members", "handle", "bob").shows(409, "This account is in the list already.")
		b.get(to).shows(200, "Bread from Bob", "Change this list")
		b.post(to+"/edit", "title", "Good bakers", "replies", "some").shows(422, "Good bakers")
		b.post(to+"/edit", "title", "Good bakers", "replies", "none", "exclusive", "on").shows(200, "Saved.", "Good bakers")
		b.get("/").shows(200).lacks("Bread from Bob")
		b.get("/lists").shows(200, "Good bakers", "1 person")
		b.post(to+"/members/"+bob.ID.String()+"/remove").shows(200, "Removed.", "Nobody is in this list yet")
		b.post("/accounts/"+bob.ID.String()+"/lists", "list", to[len("/lists/"):]).shows(200, "Saved.")
		b.get("/@bob/lists").shows(200, "Good bakers")
		b.get(to).shows(200, "Bread from Bob")
		b.post("/accounts/"+bob.ID.String()+"/lists").shows(200, "Saved.")
		b.get(to).shows(200, "It is quiet here")

		e := newBrowser(t, s).signIn(eve)
		e.get(to).shows(404)
		e.get(to + "/edit").shows(404)
		e.post(to+"/members", "handle", "eve").shows(404)
		e.post(to + "/delete").shows(404)
		newBrowser(t, s).get(to).shows(200, "Sign in")
		b.post(to+"/delete").shows(200, "The list is gone.", "No lists yet")
		b.get(to).shows(404)
	})
}

func TestFeaturedHashtags(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		ada := s.Person("ada")
		write(t, s, ada, "I bake #Bread")
		b := newBrowser(t, s).signIn(ada)
		b.get("/settings/profile").shows(200, "You show no hashtags", "#bread")
		b.post("/settings/featured", "hashtag", "no hashtag").shows(422, "This is not a hashtag.", "[hashtag=no hashtag]", "[name=")
		b.post("/settings/featured", "hashtag", "#Soup").shows(200, "Saved.", "#Soup", "0 posts")
		b.post("/tags/bread/feature").shows(200, "Saved.", "1 post")
		b.get("/@ada").shows(200, "#Soup", "#bread")
		b.post("/tags/Soup/unfeature").shows(200, "Removed.")
		newBrowser(t, s).get("/@ada").shows(200, "#bread").lacks("#Soup")
		newBrowser(t, s).post("/tags/Soup/feature").shows(200, "Sign in")
	})
}

func TestNoticesHeedFilters(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		ada, bob := s.Person("ada"), s.Person("bob")
		b := newBrowser(t, s).signIn(ada)
		write(t, s, bob, "@ada Shall we speak of cake?")
		write(t, s, bob, "@ada Or of bread?")
		b.get("/notices").shows(200, "of cake?", "of bread?")
		b.post("/settings/filters/new", "title", "Sweet", "words", "cake", "context", "2", "action", "warn").shows(200, "Saved.", "In notices")
		b.get("/notices").shows(200, "Filtered: Sweet", "of bread?")
		b.post("/settings/filters/new", "title", "Baked", "words", "bread", "context", "2", "action", "hide").shows(200, "Saved.")
		b.get("/notices").shows(200, "Filtered: Sweet", "Your filters leave out 1 notice here.").lacks("of bread?")
	})
}
