package seed

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/blob"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/post"
)

// Media opens the room on g, with its files in a folder of the test.
func Media(t testing.TB, g *Ground) *media.Service {
	t.Helper()
	blobs, err := blob.Open(context.Background(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := blobs.Close(); err != nil {
			t.Error(err)
		}
	})
	s := media.New(g.D, g.IDs, g.Hub, blobs, g.Jobs, g.Clock.Now)
	event.On(g.Hub, s.OnAccountDeleted)
	g.Files, g.Pictures = blobs, s
	return s
}

// Stored counts the files of g.
func Stored(t testing.TB, g *Ground) int {
	t.Helper()
	n := 0
	for _, err := range g.Files.Keys(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

// Posts opens the room on g, wired as package server wires it.
func Posts(t testing.TB, g *Ground) *post.Service {
	t.Helper()
	pictures := Media(t, g)
	s := post.New(g.D, g.IDs, g.Hub, g.Jobs, g.Clock.Now, g.Accounts, g.Relations, pictures, Cards(t, g, pictures, nil))
	pictures.Visible = func(ctx context.Context, v account.Viewer, kind string, owner id.ID) (bool, bool, error) {
		return s.Pictured(ctx, v, owner)
	}
	s.Truths(g.Book)
	event.On(g.Hub, s.OnAccountDeleted)
	return s
}

// Post writes a public post, unless a with says otherwise.
func Post(t testing.TB, s *post.Service, author *account.Account, text string, with ...func(*post.Draft)) *post.Post {
	t.Helper()
	draft := post.Draft{Text: text, Visibility: post.Public}
	for _, f := range with {
		f(&draft)
	}
	e, err := s.Create(context.Background(), account.As(author), draft)
	if err != nil {
		t.Fatal(err)
	}
	return e.Post
}

// For, for Post, says whom it is for.
func For(v post.Visibility) func(*post.Draft) { return func(d *post.Draft) { d.Visibility = v } }

// To, for Post, answers another post.
func To(p *post.Post) func(*post.Draft) { return func(d *post.Draft) { d.ReplyTo = p.ID } }

// With, for Post, adds pictures.
func With(pictures ...*media.Media) func(*post.Draft) {
	return func(d *post.Draft) {
		for _, m := range pictures {
			d.MediaIDs = append(d.MediaIDs, m.ID)
		}
	}
}

// Like has an account like a post.
func Like(t testing.TB, s *post.Service, by *account.Account, p *post.Post) {
	t.Helper()
	if _, err := s.Like(context.Background(), account.As(by), p.ID); err != nil {
		t.Fatal(err)
	}
}

// Share has an account share a post publicly.
func Share(t testing.TB, s *post.Service, by *account.Account, p *post.Post) *post.Post {
	t.Helper()
	e, err := s.Share(context.Background(), account.As(by), p.ID, post.Public)
	if err != nil {
		t.Fatal(err)
	}
	return e.Post
}

// Picture uploads a small red picture.
func Picture(t testing.TB, s *media.Service, owner *account.Account) *media.Media {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 40, 30))
	for i := range img.Rect.Dx() * img.Rect.Dy() {
		img.Set(i%40, i/40, color.NRGBA{R: 200, A: 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	m, err := s.Upload(context.Background(), account.As(owner), &b, media.Upload{Description: "a red square"})
	if err != nil {
		t.Fatal(err)
	}
	return m
}
