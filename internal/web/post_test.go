package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/movement"
	"goodturn/internal/safety"
	"goodturn/internal/server/servertest"
)

// Somebody writes, edits and deletes a post without script.
func TestPost(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		ada, berta := s.Person("ada"), s.Person("berta")
		b := newBrowser(t, s).signIn(ada)
		key := b.get("/").field("key")
		b.post("/posts", "text", "The bucket was cold. #IceBucket", "visibility", "public", "key", key, "back", "/").shows(200, "Your post is out", "The bucket was cold.")
		b.post("/posts", "text", "The bucket was cold. #IceBucket", "visibility", "public", "key", key, "back", "/")
		if n := strings.Count(b.get("/@ada").page, "The bucket was cold."); n != 1+strings.Count(b.page, `content="The bucket`) {
			t.Errorf("sent twice, it stands %d times", n)
		}
		path := regexpFind(t, b.page, `/posts/\d+`)
		b.get("/tags/icebucket").shows(200, "The bucket was cold.")
		b.get("/public").shows(200, "The bucket was cold.")

		b.get(path+"/edit").shows(200, "The bucket was cold.")
		b.post(path+"/edit", "text", "The bucket was very cold.", "warning", "Cold", "language", "en").shows(200, "very cold", "Edited")
		b.get(path+"/history").shows(200, "The bucket was cold.", "very cold")

		c := newBrowser(t, s).signIn(berta)
		c.get(path).shows(200, "@ada")
		c.post("/posts", "text", "@ada Well done!", "visibility", "public", "reply_to", path[len("/posts/"):]).shows(200, "Well done!", "very cold")
		c.get(path + "/edit").shows(http.StatusForbidden)
		c.post(path + "/delete").shows(http.StatusForbidden)
		b.get("/notices").shows(200, "berta", "answered you", "Well done!")

		b.get(path+"/delete").shows(200, "Delete this post?")
		b.post(path+"/delete").shows(200, "The post is gone.")
		b.get(path).shows(http.StatusNotFound)
		newBrowser(t, s).get("/public").shows(200).lacks("very cold")
	})
}

func TestPost_ErrInvalid(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	b := newBrowser(t, s).signIn(s.Person("ada"))
	b.post("/posts", "text", "   ", "visibility", "unlisted").shows(http.StatusUnprocessableEntity, "One thing to mend")
	if !strings.Contains(b.page, `value="unlisted" selected`) {
		t.Error("the visibility was forgotten")
	}
	long := strings.Repeat("much ", 1001)
	b.post("/posts", "text", long, "visibility", "public").shows(http.StatusUnprocessableEntity, strings.TrimSpace(long))
	for field, refused := range map[string]string{"media_0": "no picture", "media_1": "nor this"} {
		alt := "alt" + strings.TrimPrefix(field, "media")
		b.upload("/posts", field, []byte(refused), "text", "Look!", alt, "A pot of soup", "key", field).
			shows(http.StatusUnprocessableEntity, "Look!", "[alt_0=A pot of soup]")
	}
}

// What somebody wrote comes back to them when it could not be taken, even if the
// page with the form is gone.
func TestPost_NothingLost(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	b := newBrowser(t, s).signIn(s.Person("ada"))
	words := "Two pots of <soup> & one of tea"
	b.post("/posts", "text", words, "visibility", "public", "reply_to", "12345", "back", "/posts/12345").
		shows(http.StatusNotFound, "What you wrote", words)
	regexpFind(t, b.page, `href="/posts/12345"`)
	b.post("/calls/12345/act", "story", words).shows(http.StatusNotFound, "What you wrote", words)
	b.post("/calls/12345/act", "story", " ").shows(http.StatusNotFound).lacks("What you wrote")
	stranger := newBrowser(t, s)
	stranger.post("/posts", "text", words, "back", "/public").shows(http.StatusUnauthorized, "Sign in", words)
	if next := stranger.field("next"); next != "/public" {
		t.Errorf("signing in leads to %q", next)
	}
}

// Pictures come with the form, and are for those who may see the post.
func TestPost_Picture(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada := s.Person("ada")
	b := newBrowser(t, s).signIn(ada)
	b.upload("/posts", "media_0", picture(t, 80), "alt_0", "A colourful square", "text", "Look!", "visibility", "private", "key", "k1", "back", "/").shows(200, "Your post is out")
	b.upload("/posts", "media_0", picture(t, 80), "alt_0", "A colourful square", "text", "Look!", "visibility", "private", "key", "k1", "back", "/").shows(200, "posted already")
	b.get("/@ada/media").shows(200, "Look!")
	if strings.Count(b.page, `alt="A colourful square"`) != 1 {
		t.Error("it was not posted once")
	}
	key := regexpFind(t, b.page, `/media/[0-9a-f]+/[0-9a-f]+`)
	answer, err := b.client.Get(b.base + key)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	h := answer.Header
	if answer.StatusCode != 200 || !strings.HasPrefix(h.Get("Content-Type"), "image/") || h.Get("Cache-Control") != "private, no-cache" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("answered %d with %v", answer.StatusCode, h)
	}
	newBrowser(t, s).get(key).shows(http.StatusNotFound)

	b.upload("/posts", "media_0", []byte("not a picture"), "text", "Kept words", "visibility", "public", "key", "k2").shows(http.StatusUnprocessableEntity, "Kept words")
	b.upload("/settings/profile", "avatar", picture(t, 90), "name", "Ada B", "note", "Baker.\n\nEarly.").shows(200, "Saved.")
	b.get("/@ada").shows(200, "Ada B", "Early.")
	if !strings.Contains(b.page, `<img class="avatar`) {
		t.Error("the portrait is not shown")
	}
}

// Pictures that were folded stay so when the words beside them change.
func TestPost_EditSensitive(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	b := newBrowser(t, s).signIn(s.Person("ada"))
	b.post("/settings/privacy", "default_sensitive", "on", "discoverable", "on", "default_visibility", "public")
	b.upload("/posts", "media_0", picture(t, 80), "alt_0", "A square", "text", "Look!", "visibility", "public").shows(200, "Your post is out")
	path := regexpFind(t, b.get("/@ada").shows(200, "Sensitive pictures").page, `/posts/\d+`)
	b.get(path+"/edit").shows(200, "Hide the pictures until somebody asks to see them")
	if !regexp.MustCompile(`name="folded"[^>]* checked`).MatchString(b.page) {
		t.Error("the form would uncover the pictures")
	}
	keep := b.field("keep")
	b.post(path+"/edit", "text", "Look here!", "language", "en", "folded", "on", "keep", keep, "alt_"+keep, "A square").shows(200, "Look here!", "Sensitive pictures")
	b.post(path+"/edit", "text", "Look here!", "language", "en", "keep", keep, "alt_"+keep, "A square").shows(200, "Look here!").lacks("Sensitive pictures")
}

// Search engines keep nothing of who does not wish to be found.
func TestPost_NoIndex(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada := s.Person("ada")
	n := write(t, s, ada, "A good day.")
	a, err := s.Acts.Do(t.Context(), account.As(ada), act.Draft{Story: "I swept the yard."})
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range []bool{true, false} {
		if _, err := s.Accounts.Update(t.Context(), account.As(ada), account.Change{Discoverable: &found}); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/@ada", "/posts/" + n.ID.String(), "/acts/" + a.ID.String()} {
			if b := newBrowser(t, s).get(path).shows(200); strings.Contains(b.page, "noindex") == found {
				t.Errorf("%s of somebody who wishes to be found: %v", path, found)
			}
		}
	}
}

// A like, a share and a bookmark by one button each, with and without script.
func TestReact(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, berta := s.Person("ada"), s.Person("berta")
	n := write(t, s, ada, "A good day.")
	path := "/posts/" + n.ID.String()
	b := newBrowser(t, s).signIn(berta)
	b.post(path+"/like", "back", "/public").shows(200, "1 like")
	if b.at != "/public" {
		t.Errorf("led back to %s", b.at)
	}
	r, err := http.NewRequest(http.MethodPost, b.base+path+"/share", strings.NewReader("back=%2Fpublic"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Goodturn-Part", "post-"+n.ID.String())
	b.do(r).shows(200, "1 share")
	if strings.Contains(b.page, "<html") || !strings.Contains(b.page, `name="back" value="/public"`) {
		t.Errorf("a script got %s", b.page)
	}
	b.post(path+"/bookmark", "back", path).shows(200, "A good day.")
	b.get("/bookmarks").shows(200, "A good day.")
	b.post(path+"/unlike", "back", path).shows(200, "0 likes")
	b.post(path+"/unshare", "back", path).shows(200, "0 shares")

	b.post(path+"/like", "back", path)
	newBrowser(t, s).get(path + "/likers").shows(200).lacks("berta")
	newBrowser(t, s).signIn(ada).get(path+"/likers").shows(200, "berta")

	if _, err := s.Relations.Block(t.Context(), account.As(ada), berta.ID); err != nil {
		t.Fatal(err)
	}
	b.get(path).shows(http.StatusNotFound)
	b.post(path + "/like").shows(http.StatusNotFound)
}

// The offer after a like gives its reason in the reader's language, the name of
// the cause included.
func TestReact_reason(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, berta := s.Person("ada"), s.Person("berta")
	m, err := s.Movements.Start(t.Context(), account.As(ada), movement.Draft{Hashtag: "WarmSoup", Purpose: "Soup for everybody.", Causes: []string{"zero-hunger"}, Online: true})
	if err != nil {
		t.Fatal(err)
	}
	openCall(t, s, ada, m, call.Draft{Kind: call.Deed, Title: "Cook for a neighbour"})
	if err := s.Accounts.SetInterests(t.Context(), account.As(berta), account.Interests{Causes: []string{"zero-hunger"}}); err != nil {
		t.Fatal(err)
	}
	p := write(t, s, ada, "A good day.")
	b := newBrowser(t, s).signIn(berta)
	b.post("/language", "lang", "de")
	b.post("/posts/"+p.ID.String()+"/like").shows(200, "Cook for a neighbour", "Du hast gesagt, dass dir das am Herzen liegt: Kein Hunger.").lacks("Zero hunger")
}

func TestProfile(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, berta := s.Person("ada"), s.Person("berta")
	write(t, s, ada, "A good day.")
	b := newBrowser(t, s).signIn(berta)
	follow := "/accounts/" + ada.ID.String()
	b.post(follow+"/follow", "back", "/@ada").shows(200, "A good day.", "Following")
	b.get("/").shows(200, "A good day.")
	b.get("/@ada/followers").shows(200, "berta")
	b.get("/@berta/following").shows(200, "ada")
	b.post(follow+"/mute").shows(200, "Unmute")
	b.post(follow+"/unmute").shows(200, "Mute")
	b.post(follow+"/block").shows(200, "Unblock")
	b.get("/").lacks("A good day.")
	b.post(follow + "/unblock")
	b.post(follow+"/unfollow", "back", "/@ada").shows(200, "Follow")
	newBrowser(t, s).post(follow+"/follow", "back", "/@ada").shows(200, "Sign in")

	a := newBrowser(t, s).signIn(ada)
	a.post("/settings/privacy", "locked", "on", "default_visibility", "private").shows(200, "Saved.")
	b.post(follow+"/follow", "back", "/@ada").shows(200, "Asked to follow")
	a.get("/notices").shows(200, "would like to follow you", "Let them")
	a.post("/follow-requests/"+berta.ID.String()+"/accept", "back", "/follow-requests").shows(200, "Nobody is waiting")
	rel, err := s.Relations.Relationship(t.Context(), account.As(berta), ada.ID)
	if err != nil || !rel.Following {
		t.Errorf("%+v, %v", rel, err)
	}
}

// What strangers see may be a second old, but not what is gone.
func TestStrangers(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada := s.Person("ada")
	n := write(t, s, ada, "Soon gone.")
	b := newBrowser(t, s)
	b.get("/@ada").shows(200, "Soon gone.")
	b.get("/@ada").shows(200, "Soon gone.")
	if _, err := s.Posts.Delete(t.Context(), account.As(ada), n.ID); err != nil {
		t.Fatal(err)
	}
	b.get("/@ada").shows(200).lacks("Soon gone.")

	write(t, s, ada, "Still here.")
	if err := s.Safety.Decide(t.Context(), account.System("test"), ada.ID, safety.Order{Action: safety.Suspend}); err != nil {
		t.Fatal(err)
	}
	if b.get("/@ada"); b.status == 200 {
		t.Error("a suspended account is shown")
	}
}
