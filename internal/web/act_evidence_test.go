package web_test

import (
	"strings"
	"testing"

	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/seed"
	"goodturn/internal/server/servertest"
)

// A challenge is shown with a film, a picture and a link, for whom its doer chose;
// all of it can be added and taken away later.
func TestAct_Evidence(t *testing.T) {
	needsFilms(t)
	s := servertest.Start(t, db.SQLite)
	ada := s.Person("ada")
	c := openCall(t, s, ada, startMovement(t, s, ada, "WarmSoup"), call.Draft{Kind: call.Challenge, Title: "A bucket of ice"})
	b, organiser, stranger := newBrowser(t, s).signIn(s.Person("ben")), newBrowser(t, s).signIn(ada), newBrowser(t, s).signIn(s.Person("eve"))
	form := "/calls/" + c.ID.String() + "/act"
	b.get(form).shows(200, "What shows it", "Links that show it")
	clip := seed.Clip(t, "secret")
	b.upload(form, "media_0", clip, "alt_0", "A bucket", "story", "Look at https://ice.example/me", "visibility", "public", "evidence_visibility", "organisers", "links", "ice").
		shows(422, "This is not a link", "Keep it")
	film := b.kept()
	b.post(form, "kept", film, "alt_"+film, "A bucket of ice", "story", "Look at https://ice.example/me", "visibility", "public", "evidence_visibility", "organisers",
		"links", "https://ice.example/bucket?from=share\r\nhttps://photos.example/a\"b").shows(422, "This is not a link")
	b.post(form, "kept", film, "alt_"+film, "A bucket of ice", "story", "Look at https://ice.example/me", "visibility", "public", "evidence_visibility", "organisers",
		"links", "https://ice.example/bucket?from=share\r\n\r\nhttps://photos.example/").shows(200, "ice.example/bucket", "photos.example")
	at := b.at
	for _, part := range []string{"<video", `aria-label="A bucket of ice"`, `href="https://ice.example/bucket?from=share" rel="nofollow noopener noreferrer external"`, `href="https://ice.example/me" rel="nofollow`} {
		if !strings.Contains(b.page, part) {
			t.Errorf("the page lacks %s", part)
		}
	}
	src := regexpFind(t, b.page, `/media/[0-9a-f/]+\.mp4`)
	organiser.get(src).shows(200)
	organiser.get(at).shows(200, "ice.example/bucket")
	stranger.get(src).shows(404)
	stranger.get(at).shows(200, "Look at").lacks("bucket?", "photos.example")
	if strings.Contains(stranger.page, "<video") || strings.Contains(stranger.page, "photos.example") {
		t.Error("a stranger sees the evidence")
	}
	// A picture goes with the film, and what is not kept goes.
	edit := []string{"story", "Cold!", "visibility", "public", "evidence_visibility", "public", "evidence", "on"}
	if b.get(at + "/edit"); !strings.Contains(spaces.ReplaceAllString(b.page, " "), `<option value="public" selected`) {
		t.Error("the form does not know that everybody may see the act")
	}
	b.get(at+"/edit").shows(200, "https://ice.example/bucket?from=share https://photos.example/", "A bucket of ice")
	b.upload(at+"/edit", "media_0", tinyPicture(t), append(edit, "alt_0", "A wet head", "kept", film, "alt_"+film, "Much ice", "links", "https://photos.example/")...).
		shows(200, "Saved.").lacks("ice.example/bucket")
	stranger.get(at).shows(200, "photos.example")
	if strings.Count(stranger.page, "<video") != 1 || !strings.Contains(stranger.page, `aria-label="Much ice"`) || !strings.Contains(stranger.page, `alt="A wet head"`) {
		t.Error("everybody does not see both")
	}
	stranger.post(at+"/edit", edit...).shows(403)
	b.post(at+"/edit", edit[:6]...).shows(200, "Saved.", "photos.example") // a form without these fields leaves them
	b.post(at+"/edit", edit...).shows(200, "Saved.").lacks("photos.example")
	stranger.get(src).shows(404)

	// What a post of one's showed is copied: each goes by itself.
	b.upload("/posts", "media_0", clip, "alt_0", "A test card", "text", "I swept the yard", "visibility", "public", "key", "k1").shows(200, "Your post is out.")
	post := strings.TrimPrefix(regexpFind(t, b.get("/@ben").page, `/posts/\d+`), "/posts/")
	b.get("/calls/"+openCall(t, s, ada, startMovement(t, s, ada, "Sweep"), call.Draft{Kind: call.Deed, Title: "Sweep"}).ID.String()+"/act?of="+post).shows(200, "I swept the yard", "A test card")
	b.post(strings.Split(b.at, "?")[0], "kept", b.kept(), "story", "I swept the yard", "visibility", "public", "evidence_visibility", "public").shows(200, "Thank you. It is told.")
	if !strings.Contains(b.page, `aria-label="A test card"`) {
		t.Error("the film of the post is not in the act")
	}
	swept := b.at
	b.post("/posts/" + post + "/delete").shows(200)
	stranger.get(regexpFind(t, b.get(swept).page, `/media/[0-9a-f/]+\.mp4`)).shows(200)
}
