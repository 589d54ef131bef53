package journey

import (
	"context"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/post"
)

// movement starts one with an open challenge, as its organiser did before the
// journey begins.
func (s *place) movement(organiser *account.Account) (*movement.Movement, *call.Call) {
	s.t.Helper()
	ctx, v := context.Background(), account.As(organiser)
	m, err := s.Movements.Start(ctx, v, movement.Draft{
		Hashtag: "BucketsOfKindness", Name: "Buckets of Kindness", Purpose: "A cold bucket, a warm heart, and somebody else is next.",
		Story: "It began with **one** bucket.", Causes: []string{"everyday-kindness"}, Online: true,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	minutes := int64(10)
	c, err := s.Calls.Create(ctx, v, m.ID, call.Draft{Kind: call.Challenge, Title: "Pour a bucket", Minutes: &minutes, Online: true, Visibility: call.Public})
	if err != nil {
		s.t.Fatal(err)
	}
	return m, c
}

// writes makes a post of a person's, without their browser.
func (s *place) writes(a *account.Account, d post.Draft) *post.Entry {
	s.t.Helper()
	e, err := s.Posts.Create(context.Background(), account.As(a), d)
	if err != nil {
		s.t.Fatal(err)
	}
	return e
}

// likes likes the post at a path, without a browser.
func (s *place) likes(a *account.Account, path string) {
	s.t.Helper()
	digits := regexp.MustCompile(`[0-9]+`).FindString(path)
	post, err := id.Parse(digits)
	if err == nil {
		_, err = s.Posts.Like(context.Background(), account.As(a), post)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// photo is a picture in a file.
func photo(t *testing.T) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 320, 200))
	for y := range 200 {
		for x := range 320 {
			img.Set(x, y, color.RGBA{R: uint8(40 + y/2), G: uint8(90 + x/4), B: 190, A: 255})
		}
	}
	file, err := os.Create(filepath.Join(t.TempDir(), "bucket.png"))
	if err == nil {
		defer file.Close()
		err = png.Encode(file, img)
	}
	if err != nil {
		t.Fatal(err)
	}
	return file.Name()
}
