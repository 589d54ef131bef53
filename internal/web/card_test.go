package web_test

import (
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/post"
	"goodturn/internal/seed"
	"goodturn/internal/server/servertest"
)

// A page that a post links to is shown beneath it as one link, in plain words,
// and nothing of it is loaded from there.
func TestLinkCard(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada := s.Person("ada")
	p := seed.Post(t, s.Posts, ada, "Look: https://ladle.invalid/soup")
	err := s.DB.Update(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE card SET state = 'ready', title = '<b>Soup</b>', description = 'How to "cook" it', language = 'de', author_name = 'Mara Lind',
			provider_name = 'The Ladle', published_at = $1, url = 'https://www.ladle.invalid/soup'`, time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).UnixMilli())
		return err
	})
	if err == nil { // so that memory reads it
		_, err = s.Posts.Edit(t.Context(), account.As(ada), p.ID, post.Draft{Text: "See: https://ladle.invalid/soup"})
	}
	if err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t, s)
	b.get("/posts/"+p.ID.String()).shows(200, "The Ladle · ladle.invalid", "<b>Soup</b>", `How to "cook" it`, "Mara Lind", "1 March 2026")
	if !strings.Contains(b.page, `<a class="link-card" href="https://www.ladle.invalid/soup" rel="nofollow noopener noreferrer">`) || strings.Contains(b.page, "<b>Soup") ||
		strings.Contains(b.page, `src="https://`) {
		t.Error(b.page)
	}
}

// A line of a profile whose page links back says so in words.
func TestProfile_Verified(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada := s.Person("ada")
	lines := []account.Field{{Name: "Site", Value: "https://ada.invalid/"}, {Name: "Shop", Value: "https://shop.invalid/"}}
	a, err := s.Accounts.Update(t.Context(), account.As(ada), account.Change{Fields: &lines})
	if err == nil {
		err = s.Accounts.Verify(t.Context(), a, map[string]bool{"https://ada.invalid/": true, "https://shop.invalid/": false})
	}
	if err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t, s)
	b.get("/@ada").shows(200, "ada.invalid", "Their own page", "shop.invalid")
	if n := strings.Count(b.page, "Their own page"); n != 1 {
		t.Errorf("%d lines are marked", n)
	}
}
