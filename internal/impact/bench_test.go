package impact_test

import (
	"net/netip"
	"testing"

	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/seed"
)

// What a page's view costs its reader: a post in its movement, seen by one of
// ten thousand.
func BenchmarkSaw(b *testing.B) {
	w := newWorld(b, dbtest.Open(b, db.SQLite))
	b.Run("account", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			w.Impact.Saw(w.Impact.Account(id.ID(1+i%10_000)), w.soup.ID)
		}
	})
	b.Run("account, movement and post", func(b *testing.B) {
		for i := range b.N {
			w.Impact.Saw(w.Impact.Account(id.ID(1+i%10_000)), w.soup.ID, id.ID(1))
		}
	})
	addr := netip.MustParseAddr("2001:db8::1")
	b.Run("stranger", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			w.Impact.Saw(w.Impact.Stranger(addr, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"), w.soup.ID)
		}
	})
}

// What the funnel adds to a like, of a post that a movement carries and of one
// that none does; without the sync, which is shared by all.
func BenchmarkLike(b *testing.B) {
	w := newWorld(b, dbtest.Open(b, db.SQLite))
	seed.Join(b, w.Movements, w.soup, w.ada)
	for name, text := range map[string]string{"carried": "Made some #SoupForAll", "not carried": "Made some soup"} {
		p := seed.Post(b, w.Posts, w.ada, text)
		b.Run(name, func(b *testing.B) {
			w.Update(b, func(tx *db.Tx) error {
				b.ResetTimer()
				for range b.N {
					if err := w.Impact.OnLiked(tx, post.Liked{PostID: p.ID}); err != nil {
						return err
					}
				}
				return nil
			})
		})
	}
}
