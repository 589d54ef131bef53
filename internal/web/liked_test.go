package web_test

import (
	"cmp"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/relation"
	"goodturn/internal/server/servertest"
)

func TestHome_LikedBy(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, berta, carl := s.Person("ada"), s.Person("berta"), s.Person("carl")
	if _, err := s.Relations.Follow(t.Context(), account.As(berta), ada.ID, relation.FollowOptions{}); err != nil {
		t.Fatal(err)
	}
	shows := true
	if _, err := s.Accounts.Update(t.Context(), account.As(ada), account.Change{ShowsLikes: &shows}); err != nil {
		t.Fatal(err)
	}
	p := write(t, s, carl, "I read to my neighbour.")
	if _, err := s.Posts.Like(t.Context(), account.As(ada), p.ID); err != nil {
		t.Fatal(err)
	}
	newBrowser(t, s).signIn(berta).get("/").shows(200, "I read to my neighbour.", "Liked by "+cmp.Or(ada.Name, ada.Username))
}
