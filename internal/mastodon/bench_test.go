package mastodon_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/post"
	"goodturn/internal/seed"
)

// nowhere takes an answer and keeps nothing of it.
type nowhere struct {
	header http.Header
	n      int
}

func (w *nowhere) Header() http.Header         { return w.header }
func (w *nowhere) Write(b []byte) (int, error) { w.n += len(b); return len(b), nil }
func (w *nowhere) WriteHeader(int)             {}

// BenchmarkDoor is what one request costs this door, without the network: a home
// of 20 posts and one post, read warm.
func BenchmarkDoor(b *testing.B) {
	d, err := db.Open(b.Context(), dbtest.Config(b, db.SQLite))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := d.Close(); err != nil {
			b.Error(err)
		}
	})
	h := open(b, d, false)
	reader := h.person("reader")
	var last *post.Post
	for n := range 9 {
		a := seed.Account(b, h.Ground, fmt.Sprintf("author%d", n))
		seed.Follow(b, h.Ground, reader.Account, a)
		for range 5 {
			last = seed.Post(b, h.Posts, a, "Today I helped a neighbour carry the shopping home, and we talked for an hour. Passed on to whoever reads this. #bekind #payitforward")
		}
	}
	for _, c := range []struct{ name, path string }{
		{"home", "/api/v1/timelines/home?limit=20"},
		{"post", "/api/v1/statuses/" + last.ID.String()},
	} {
		b.Run(c.name, func(b *testing.B) {
			r := httptest.NewRequest("GET", seed.Base+c.path, nil)
			r.Header.Set("Authorization", "Bearer "+reader.token)
			w := &nowhere{header: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				w.n = 0
				h.mux.ServeHTTP(w, r)
			}
			b.ReportMetric(float64(w.n), "bytes/answer")
		})
	}
}

// BenchmarkFilters is a home of 20 posts for a reader without filters, and for one
// with 20 filters of 20 words of which none is found; and what filters cost of it,
// as a ratio.
func BenchmarkFilters(b *testing.B) {
	d, err := db.Open(b.Context(), dbtest.Config(b, db.SQLite))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := d.Close(); err != nil {
			b.Error(err)
		}
	})
	h := open(b, d, false)
	plain, filters := h.person("plain"), h.person("filters")
	bob := seed.Account(b, h.Ground, "bob")
	for n := range 20 {
		seed.Post(b, h.Posts, bob, fmt.Sprintf("%d: Today I helped a neighbour carry the shopping home, and we talked for an hour. Passed on to whoever reads this. #bekind", n))
	}
	var words []map[string]any
	for n := range 20 {
		words = append(words, map[string]any{"keyword": fmt.Sprintf("tall%dtale", n), "whole_word": n%2 == 0})
	}
	for _, p := range []person{plain, filters} {
		seed.Follow(b, h.Ground, p.Account, bob)
	}
	for range 20 {
		filters.json("POST", "/api/v2/filters", map[string]any{"title": "Tales", "context": []string{"home"}, "keywords_attributes": words}).ok()
	}
	took := map[string]float64{}
	for name, p := range map[string]person{"without": plain, "with": filters} {
		b.Run(name, func(b *testing.B) {
			r := httptest.NewRequest("GET", seed.Base+"/api/v1/timelines/home?limit=20", nil)
			r.Header.Set("Authorization", "Bearer "+p.token)
			w := &nowhere{header: http.Header{}}
			for b.Loop() {
				h.mux.ServeHTTP(w, r)
			}
			took[name] = float64(b.Elapsed()) / float64(b.N)
			if len(took) == 2 {
				b.ReportMetric(took["with"]/took["without"], "ratio")
			}
		})
	}
}
