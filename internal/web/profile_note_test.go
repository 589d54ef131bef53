package web_test

import (
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/server/servertest"
)

// A note is seen by who wrote it alone; whom one recommends, and one's hashtags,
// by everybody, unless one wishes otherwise.
func TestProfile_RegardAndFeatured(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, ben := s.Person("ada"), s.Person("ben")
	adas, bens := newBrowser(t, s).signIn(ada), newBrowser(t, s).signIn(ben)
	bensID := ben.ID.String()
	adas.post("/accounts/"+bensID+"/note", "comment", "met at the soup kitchen", "back", "/@ben").shows(200, "met at the soup kitchen", "Only you see this.")
	bens.get("/@ben").lacks("met at the soup kitchen")
	bens.get("/@ada").lacks("met at the soup kitchen")

	adas.post("/accounts/"+bensID+"/follow", "back", "/@ben").shows(200, "Recommend")
	adas.post("/accounts/"+bensID+"/recommend", "back", "/@ben").shows(200, "Recommend no more")
	if _, err := s.Posts.FeatureTag(t.Context(), account.As(ada), "Soup"); err != nil {
		t.Fatal(err)
	}
	newBrowser(t, s).get("/@ada").shows(200, "Whom ada recommends", "#Soup")
	bens.get("/@ada/following").shows(200, "@ben")
	adas.post("/settings/privacy", "default_visibility", "public", "hides_network", "on").shows(200, "Saved.")
	bens.get("/@ada").lacks("Whom ada recommends")
	bens.get("/@ada/following").shows(200, "ada keeps that to themselves.")
	adas.get("/@ada/following").shows(200, "@ben")
}
