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
