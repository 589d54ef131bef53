package web_test

import (
	"context"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/seed"
	"goodturn/internal/server"
	"goodturn/internal/server/servertest"
)

// needsFilms leaves a test out where films cannot be made fit.
func needsFilms(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("left out: films in posts, there is no ffmpeg on this machine")
	}
}

// kept is the file that the form came back with.
func (b *browser) kept() string {
	b.t.Helper()
	found := regexp.MustCompile(`name="kept" value="(\d+)"`).FindStringSubmatch(b.page)
	if found == nil {
		b.t.Fatalf("no file came back:\n%s", b.text())
	}
	return found[1]
}

func TestComposeFilm(t *testing.T) {
	needsFilms(t)
	s := servertest.Start(t, db.SQLite)
	ada := s.Person("ada")
	b := newBrowser(t, s).signIn(ada)
	b.get("/compose").shows(200, "Pictures, films, sound")
	b.upload("/posts", "media_0", seed.Clip(t, "secret"), "alt_0", "A test card", "text", "Look", "visibility", "public", "key", "k1").shows(200, "Your post is out.")
	if !strings.Contains(b.get("/@ada").page, "<video") {
		t.Error("the film is not shown")
	}
	b.upload("/posts", "media_0", seed.Film(t, "a.mp3", "-f", "lavfi", "-i", "sine=duration=1"), "alt_0", "A tone", "text", "Listen", "visibility", "public", "key", "k2").shows(200, "Your post is out.")
	edit := regexpFind(t, b.get("/@ada").page, `/posts/\d+/edit"`)
	b.get(strings.TrimSuffix(edit, `"`)).shows(200, "Sound", "Keep it")
	if !strings.Contains(b.page, "<audio") || strings.Contains(b.page, `class="edit-picture"`) {
		t.Error("a sound is not edited as a sound")
	}
	// What can never be shown is said, and what was typed stays.
	b.upload("/posts", "media_0", []byte("\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp41"), "text", "My words", "visibility", "public", "key", "k3").
		shows(422, "My words", "could not be read")
	if strings.Contains(b.page, `name="kept"`) {
		t.Error("a file came back that is no good")
	}
}

// A film that takes its time comes back with the form, which is sent once more.
func TestComposeFilm_StillMade(t *testing.T) {
	needsFilms(t)
	s := servertest.Start(t, db.SQLite, func(c *server.Config) { c.FilmLimits.Patience = time.Nanosecond })
	ada := s.Person("ada")
	b := newBrowser(t, s).signIn(ada)
	b.upload("/posts", "media_0", seed.Clip(t, "secret"), "alt_0", "A test card", "text", "Look", "visibility", "public", "key", "k1").
		shows(202, "Your file is still being made ready", "Look", "A test card", "Film")
	film := b.kept()
	i, err := id.Parse(film)
	if err != nil {
		t.Fatal(err)
	}
	if m, err := s.Media.Finished(context.Background(), account.As(ada), i, time.Minute); err != nil || m.State != media.Ready {
		t.Fatalf("%+v, %v", m, err)
	}
	newBrowser(t, s).signIn(s.Person("eve")).post("/posts", "text", "Mine", "kept", film, "visibility", "public", "key", "k1").shows(422, "Mine", "is not here any more")
	b.post("/posts", "text", "Look here", "kept", film, "alt_"+film, "A card", "visibility", "public", "key", "k2").shows(200, "Your post is out.")
	if b.get("/@ada"); !strings.Contains(b.page, "<video") || !strings.Contains(b.page, `aria-label="A card"`) {
		t.Error("the film that was kept is not shown")
	}
	b.post("/posts", "text", "Look here", "kept", film, "alt_"+film, "A card", "visibility", "public", "key", "k2").shows(200, "Your post is out.")
	b.post("/posts", "text", "And again", "kept", film, "alt_"+film, "A card", "visibility", "public", "key", "k4").shows(422, "is used already")
}

// Pictures come back with a form in which something else is wrong.
func TestComposeKeepsPictures(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		b := newBrowser(t, s).signIn(s.Person("ada"))
		b.upload("/posts", "media_0", tinyPicture(t), "alt_0", "A pot", "text", strings.Repeat("x", 20_000), "visibility", "public", "key", "k1").shows(422, "A pot", "Keep it")
		picture := b.kept()
		b.post("/posts", "text", "Soup", "kept", picture, "alt_"+picture, "A large pot", "visibility", "public", "key", "k2").shows(200, "Your post is out.")
		if !strings.Contains(b.get("/@ada").page, `alt="A large pot"`) {
			t.Error("the picture is not in the post")
		}
		b.post("/posts", "text", "Soup", "kept", "no id", "visibility", "public", "key", "k3").shows(422, "is not here any more", "Soup")
	})
}
