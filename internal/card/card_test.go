package card_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/card"
	"goodturn/internal/card/page"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/seed"
)

// world is rooms that fetch pages from web, a site on this machine.
type world struct {
	*seed.Mission
	t    *testing.T
	web  *site
	ada  *account.Account
	told chan card.Changed
}

// site serves pages by path, and counts how often each is asked for.
type site struct {
	*httptest.Server
	mu    sync.Mutex
	pages map[string]http.HandlerFunc
	asked map[string]int
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &world{t: t, told: make(chan card.Changed, 100), web: &site{pages: map[string]http.HandlerFunc{}, asked: map[string]int{}}}
		w.web.Server = httptest.NewServer(w.web)
		t.Cleanup(w.web.Close)
		w.Mission = seed.NewMission(t, seed.NewGround(t, d), seed.Loopback(t))
		if err := w.Accounts.EnsureServer(t.Context(), "Here"); err != nil {
			t.Fatal(err)
		}
		event.On(w.Hub, w.Posts.OnAccountDeleted)
		event.After(w.Hub, func(e card.Changed) { w.told <- e })
		w.ada = seed.Account(t, w.Ground, "ada")
		w.Work(t)
		f(t, w)
	})
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked[r.URL.Path]++
	page := s.pages[r.URL.Path]
	s.mu.Unlock()
	if page == nil {
		http.NotFound(w, r)
		return
	}
	page(w, r)
}

func (s *site) times(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[path]
}

// serve has the site answer with a body of that type.
func (w *world) serve(path, kind, body string) string {
	return w.handle(path, func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", kind)
		if _, err := io.WriteString(rw, body); err != nil {
			w.t.Log(err) // the reader may go before the end
		}
	})
}

func (w *world) handle(path string, f http.HandlerFunc) string {
	w.web.mu.Lock()
	defer w.web.mu.Unlock()
	w.web.pages[path] = f
	return w.web.URL + path
}

// hear waits until what is shown of a page changed.
func (w *world) hear() card.Changed {
	w.t.Helper()
	select {
	case e := <-w.told:
		return e
	case <-time.After(10 * time.Second):
		w.t.Fatal("no card came")
		panic("unreachable")
	}
}

// card is that of a post as it is read now.
func (w *world) card(i id.ID) *card.Card {
	w.t.Helper()
	entries, err := w.Posts.Cached(context.Background(), []id.ID{i})
	if err != nil || len(entries) != 1 {
		w.t.Fatal(entries, err)
	}
	return entries[0].Post.Card
}

// settle waits until no job is left for a page.
func (w *world) settle(address, state string) {
	w.t.Helper()
	for end := time.Now().Add(10 * time.Second); ; {
		var now string
		err := w.D.Read(context.Background()).QueryRow(`SELECT state FROM card WHERE url = $1`, address).Scan(&now)
		if err == nil && now == state {
			return
		}
		if time.Now().After(end) {
			w.t.Fatalf("%s is %q, %v", address, now, err)
		}
		<-time.After(10 * time.Millisecond)
	}
}

func (w *world) count(query string, args ...any) (n int) {
	w.t.Helper()
	if err := w.D.Read(context.Background()).QueryRow(query, args...).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

const soup = `<!doctype html><html lang="de-AT"><head><title>Soup | A site</title>
<meta property="og:title" content="Soup for &amp; by all"><meta name=description content="How to
cook it">
<meta property="og:site_name" content="The Ladle"><meta name="author" content="Mara Lind">
<meta property="article:published_time" content="2026-03-01T10:00:00+01:00">
<meta property="og:image" content="/soup.png"><meta property="og:image:alt" content="A pot">
<link rel="canonical" href="?page=1"></head><body>…`

func pngOf(t *testing.T, w, h int) string {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		img.Set(i%w, i/w, color.NRGBA{R: 200, G: uint8(i), A: 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCard(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.serve("/soup.png", "image/png", pngOf(t, 1300, 650))
		at := w.serve("/soup", "text/html; charset=utf-8", soup)
		p := seed.Post(t, w.Posts, w.ada, "Look: "+at+"?utm=x#top and "+w.web.URL+"/other")
		if e := w.hear(); len(e.Posts) != 1 || e.Posts[0] != p.ID {
			t.Errorf("told of %v", e)
		}
		c := w.card(p.ID)
		if !c.Shown() || c.Title != "Soup for & by all" || c.Description != "How to cook it" || c.ProviderName != "The Ladle" ||
			c.AuthorName != "Mara Lind" || c.Language != "de" || c.Kind != card.Link || c.URL != at+"?page=1" {
			t.Errorf("%+v", c)
		}
		if want := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC); !c.PublishedAt.Equal(want) {
			t.Errorf("published at %v", c.PublishedAt)
		}
		path, width, height := c.Image()
		if !strings.HasPrefix(path, "/media/") || width != 640 || height != 320 || c.Picture.Description != "A pot" || c.Picture.Blurhash == "" {
			t.Errorf("the picture is %q, %d × %d: %+v", path, width, height, c.Picture)
		}
		f, err := w.Media.Open(t.Context(), account.Nobody, c.Picture.Key)
		if err != nil || !f.Public {
			t.Fatal(f, err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
		// The next post has it at once, by the same address or the page's own.
		for _, link := range []string{at + "?utm=x", at + "?page=1"} {
			if c := w.card(seed.Post(t, w.Posts, w.ada, link).ID); !c.Shown() {
				t.Errorf("%s has no card", link)
			}
		}
		if n := w.web.times("/soup"); n != 1 {
			t.Errorf("fetched %d times", n)
		}
	})
}

func TestCard_None(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		at := w.serve("/page", "text/html", soup)
		picture := seed.Picture(t, w.Media, w.ada)
		for _, p := range []*post.Post{
			seed.Post(t, w.Posts, w.ada, "See "+at, seed.With(picture)),
			seed.Post(t, w.Posts, w.ada, "See "+at, func(d *post.Draft) {
				d.Poll = &post.PollDraft{Options: []string{"a", "b"}, Lasts: time.Hour}
			}),
			seed.Post(t, w.Posts, w.ada, "#soup @ada ftp://files.example/ https://"),
		} {
			if c := w.card(p.ID); c != nil {
				t.Errorf("%q has %+v", p.Text, c)
			}
		}
		if n := w.count(`SELECT count(*) FROM card`); n != 0 {
			t.Errorf("%d cards", n)
		}
	})
}

func TestCard_Edit(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		one := w.serve("/one", "text/html", "<title>One</title>")
		two := w.serve("/two", "text/html", "<title>Two</title>")
		p := seed.Post(t, w.Posts, w.ada, one)
		w.hear()
		edit := func(text string) {
			t.Helper()
			if _, err := w.Posts.Edit(t.Context(), account.As(w.ada), p.ID, post.Draft{Text: text}); err != nil {
				t.Fatal(err)
			}
		}
		edit("Still " + one)
		if c := w.card(p.ID); !c.Shown() || c.Title != "One" {
			t.Errorf("%+v", c)
		}
		edit("Now " + two)
		w.hear()
		if c := w.card(p.ID); !c.Shown() || c.Title != "Two" {
			t.Errorf("%+v", c)
		}
		edit("No more")
		if c := w.card(p.ID); c != nil {
			t.Errorf("%+v", c)
		}
		if n := w.count(`SELECT count(*) FROM card`); n != 0 {
			t.Errorf("%d cards are left", n)
		}
	})
}

// A page that 32 post at once is fetched once, and comes to all of them.
func TestCard_Crowd(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		at := w.serve("/crowd", "text/html", "<title>All here</title>")
		var posts [32]id.ID
		var all sync.WaitGroup
		for n := range posts {
			all.Go(func() {
				e, err := w.Posts.Create(context.Background(), account.As(w.ada), post.Draft{Text: fmt.Sprint(n, " ", at), Visibility: post.Public})
				if err != nil {
					t.Error(err)
					return
				}
				posts[n] = e.Post.ID
			})
		}
		all.Wait()
		w.settle(at, "ready")
		for told := 0; told == 0; told++ {
			w.hear()
		}
		for _, p := range posts {
			if !w.card(p).Shown() {
				t.Errorf("%s has no card", p)
			}
		}
		if n, rows := w.web.times("/crowd"), w.count(`SELECT count(*) FROM card`); n != 1 || rows != 1 {
			t.Errorf("fetched %d times into %d cards", n, rows)
		}
	})
}

// A page that is reached by two ways has one card.
func TestCard_Redirect(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		at := w.serve("/long", "text/html", "<title>Long way</title>")
		short := w.handle("/s", func(rw http.ResponseWriter, r *http.Request) { http.Redirect(rw, r, "/long", http.StatusFound) })
		loop := w.handle("/loop", func(rw http.ResponseWriter, r *http.Request) { http.Redirect(rw, r, "/loop", http.StatusFound) })
		first := seed.Post(t, w.Posts, w.ada, at)
		w.hear()
		second := seed.Post(t, w.Posts, w.ada, short)
		w.hear()
		if a, b := w.card(first.ID), w.card(second.ID); !b.Shown() || a.ID != b.ID || b.URL != at {
			t.Errorf("%+v and %+v", a, b)
		}
		third := seed.Post(t, w.Posts, w.ada, short)
		if c := w.card(third.ID); !c.Shown() || w.web.times("/s") != 1 {
			t.Errorf("asked %d times for %+v", w.web.times("/s"), c)
		}
		seed.Post(t, w.Posts, w.ada, loop)
		w.settle(loop, "none")
	})
}

// What a page says of another one's address is not believed.
func TestCard_Canonical(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		liar := w.serve("/liar", "text/html", `<title>Lies</title><link rel=canonical href="/truth">`)
		other := w.serve("/other", "text/html", `<title>More lies</title><meta property=og:url content="https://bank.example/">`)
		for _, at := range []string{liar, other} {
			p := seed.Post(t, w.Posts, w.ada, at)
			w.hear()
			if c := w.card(p.ID); c.URL != at {
				t.Errorf("%s is known as %s", at, c.URL)
			}
		}
	})
}

func TestCard_Hostile(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the inside was reached") }))
		defer inside.Close()
		gone := w.web.URL + "/nothing"
		for name, at := range map[string]string{
			"gone":         gone,
			"a download":   w.serve("/file", "application/zip", "PK"),
			"says nothing": w.serve("/mute", "text/html", "<p>Hello"),
			"empty":        w.serve("/empty", "text/html", ""),
			"an error":     w.handle("/error", func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(500) }),
			"private":      "http://10.0.0.1/x",
			"a cloud":      "http://169.254.169.254/latest",
			"sent inside": w.handle("/in", func(rw http.ResponseWriter, r *http.Request) {
				http.Redirect(rw, r, "http://10.0.0.1/", http.StatusFound)
			}),
		} {
			p := seed.Post(t, w.Posts, w.ada, at)
			address, ok := page.Address(at)
			if !ok {
				t.Fatal(at)
			}
			w.settle(address, "none")
			if c := w.card(p.ID); c.Shown() {
				t.Errorf("%s: %+v", name, c)
			}
		}
		// It is remembered for a while, and tried again later.
		seed.Post(t, w.Posts, w.ada, gone)
		w.Clock.Add(7 * time.Hour)
		w.serve("/nothing", "text/html", "<title>Back</title>")
		p := seed.Post(t, w.Posts, w.ada, gone)
		w.hear()
		if c := w.card(p.ID); !c.Shown() || w.web.times("/nothing") != 2 {
			t.Errorf("%+v after %d times", c, w.web.times("/nothing"))
		}
	})
}

// What a page names beside itself may fail or be huge; its words are shown.
func TestCard_Pictures(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		endless := w.handle("/endless.png", func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Type", "image/png")
			for err := error(nil); err == nil; {
				_, err = rw.Write(make([]byte, 1<<16))
			}
		})
		for name, picture := range map[string]string{
			"missing":   "/none.png",
			"no image":  w.serve("/words.png", "image/png", "words"),
			"endless":   endless,
			"a bomb":    w.serve("/bomb.png", "image/png", bomb(60000, 60000)),
			"a script":  "javascript:alert(1)",
			"inside":    "http://10.0.0.1/x.png",
			"a drawing": w.serve("/x.svg", "image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'/>"),
		} {
			at := w.serve("/with-"+strings.ReplaceAll(name, " ", "-"), "text/html", `<title>Words</title><meta property="og:image" content="`+picture+`">`)
			p := seed.Post(t, w.Posts, w.ada, at)
			w.hear()
			c := w.card(p.ID)
			if path, _, _ := c.Image(); c.Title != "Words" || path != "" {
				t.Errorf("%s: %+v", name, c)
			}
		}
	})
}

// bomb is the start of a PNG that claims that size.
func bomb(w, h uint32) string {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		panic(err)
	}
	raw := b.Bytes()
	for n, size := range []uint32{w, h} {
		for i := range 4 {
			raw[16+4*n+i] = byte(size >> (24 - 8*i))
		}
	}
	return string(raw)
}

// Of a page that never ends, its start is read; one that never begins is left.
func TestCard_Long(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var over atomic.Bool
		at := w.handle("/long", func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Type", "text/html")
			_, err := io.WriteString(rw, "<title>Begun</title><p>")
			for err == nil {
				_, err = io.WriteString(rw, strings.Repeat("<b>", 1<<14))
			}
			over.Store(true)
		})
		p := seed.Post(t, w.Posts, w.ada, at)
		w.hear()
		if c := w.card(p.ID); c.Title != "Begun" {
			t.Errorf("%+v", c)
		}
	})
}

func TestCard_OEmbed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.serve("/a.png", "image/png", pngOf(t, 60, 40))
		w.serve("/photo.json", "application/json", `{"type":"photo","title":"A day","url":"`+w.web.URL+`/a.png","author_name":"Tomas\u202e","author_url":"`+w.web.URL+`/tomas","provider_name":"Pics","width":60,"height":40}`)
		w.serve("/film.json", "application/json+oembed", `{"type":"video","html":"<iframe src=evil>","thumbnail_url":"/a.png","author_url":"javascript:alert(1)"}`)
		photo := seed.Post(t, w.Posts, w.ada, w.serve("/photo", "text/html", `<link rel="alternate" type="application/json+oembed" href="/photo.json">`))
		w.hear()
		c := w.card(photo.ID)
		if path, width, _ := c.Image(); c.Kind != card.Photo || c.Title != "A day" || c.AuthorName != "Tomas" || c.AuthorURL != w.web.URL+"/tomas" || c.ProviderName != "Pics" || path == "" || width != 60 {
			t.Errorf("%+v", c)
		}
		film := seed.Post(t, w.Posts, w.ada, w.serve("/film", "text/html", `<title>A film</title><link rel="alternate" type="application/json+oembed" href="/film.json">`))
		w.hear()
		c = w.card(film.ID)
		if path, _, _ := c.Image(); c.Kind != card.Link || path == "" || c.AuthorURL != "" {
			t.Errorf("%+v", c)
		}
	})
}

// A page that was fetched long ago is fetched again when it is posted again.
func TestCard_Again(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		at := w.serve("/news", "text/html", "<title>Monday</title>")
		old := seed.Post(t, w.Posts, w.ada, at)
		w.hear()
		w.serve("/news", "text/html", "<title>Friday</title>")
		w.Clock.Add(15 * 24 * time.Hour)
		p := seed.Post(t, w.Posts, w.ada, at)
		w.hear()
		for _, i := range []id.ID{old.ID, p.ID} {
			if c := w.card(i); c.Title != "Friday" {
				t.Errorf("%+v", c)
			}
		}
		// One that is gone is shown no longer; one that is out of order is.
		w.handle("/news", func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusGone) })
		w.Clock.Add(15 * 24 * time.Hour)
		seed.Post(t, w.Posts, w.ada, at)
		w.hear()
		if c := w.card(p.ID); c.Shown() {
			t.Errorf("%+v", c)
		}
	})
}

// The last post that has a card takes it along, with its picture; so does its
// author.
func TestCard_Erased(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.serve("/soup.png", "image/png", pngOf(t, 60, 40))
		at := w.serve("/soup", "text/html", soup)
		bob := seed.Account(t, w.Ground, "bob")
		first, second := seed.Post(t, w.Posts, w.ada, at), seed.Post(t, w.Posts, bob, at)
		w.hear()
		if _, err := w.Posts.Delete(t.Context(), account.As(w.ada), first.ID); err != nil {
			t.Fatal(err)
		}
		if !w.card(second.ID).Shown() {
			t.Error("it went with the first post")
		}
		w.Update(t, func(tx *db.Tx) error { return w.Accounts.DeleteIn(tx, bob.ID, w.Clock.Now()) })
		for _, table := range []string{"card", "post_card", "media"} {
			if n := w.count(`SELECT count(*) FROM ` + table); n != 0 {
				t.Errorf("%d rows are left in %s", n, table)
			}
		}
	})
}
