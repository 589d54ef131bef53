package web_test

import (
	"strings"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/post"
	"goodturn/internal/server/servertest"
)

func TestConversations(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, ben := s.Person("ada"), s.Person("ben")
	adas := newBrowser(t, s).signIn(ada)
	adas.get("/conversations").shows(200, "No conversations yet", "Write a post")
	_, err := s.Posts.Create(t.Context(), account.As(ben), post.Draft{Text: "@ada how is the soup?", Visibility: post.Direct})
	if err != nil {
		t.Fatal(err)
	}
	all, err := s.Posts.Conversations(t.Context(), account.As(ada), db.Page{})
	if err != nil || len(all) != 1 {
		t.Fatalf("%v, %v", all, err)
	}
	path := "/conversations/" + all[0].ID.String()
	adas.get("/notices").shows(200, "Conversations")
	adas.get("/conversations").shows(200, "how is the soup?", "(new)", "I have read it")
	newBrowser(t, s).signIn(ben).post(path+"/forget", "back", "").shows(404)
	adas.post(path+"/read", "back", "/conversations").shows(200, "how is the soup?").lacks("(new)")
	adas.post(path+"/forget", "back", "/conversations").shows(200, "It is gone from here", "No conversations yet")
	newBrowser(t, s).post(path+"/read", "back", "").lacks("soup")
}

// A button follows a hashtag, and the home says why a stranger's post is there.
func TestTag_Follow(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	b := newBrowser(t, s).signIn(s.Person("ada"))
	if _, err := s.Posts.Create(t.Context(), account.As(s.Person("ben")), post.Draft{Text: "A pot of #Käse", Visibility: post.Public}); err != nil {
		t.Fatal(err)
	}
	b.get("/tags/k%C3%A4se").shows(200, "Follow #käse", "A pot of")
	b.post("/tags/k%C3%A4se/follow", "back", "").shows(200, "Unfollow #käse")
	b.get("/").shows(200, "A pot of", "You follow #Käse")
	b.post("/language", "lang", "de", "back", "/").shows(200, "Du folgst #Käse")
	b.post("/language", "lang", "en", "back", "/").shows(200)
	b.get("/tags/k%C3%A4se?order=liked").shows(200, "A pot of", "each doubling of likes", "Newest")
	b.post("/tags/k%C3%A4se/unfollow", "back", "").shows(200, "Follow #käse")
	b.get("/").lacks("A pot of")
	b.post("/tags/"+strings.Repeat("x", 101)+"/follow", "back", "").shows(422)
	newBrowser(t, s).get("/tags/k%C3%A4se").shows(200, "A pot of").lacks("Follow #käse")
}
