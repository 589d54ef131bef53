package post_test

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/seed"
)

// newBench wires the rooms on SQLite as it is in use: synced in full.
func newBench(b *testing.B) (*seed.Ground, *post.Service) {
	c := dbtest.Config(b, db.SQLite)
	c.Sync = "FULL"
	g := seed.NewGround(b, dbtest.Reopen(b, c))
	return g, seed.Posts(b, g)
}

// callers sets as many callers at once as the load generator has connections.
func callers(b *testing.B) {
	const connections = 8
	b.SetParallelism(max(1, connections/runtime.GOMAXPROCS(0)))
}

// A like on one of a thousand posts, by one of a hundred accounts, answered
// once it is on the disk, with the post's numbers and the viewer's flags.
func BenchmarkLike(b *testing.B) {
	b.Run("one post", func(b *testing.B) { benchmarkLike(b, 1, true) })
	b.Run("a thousand posts", func(b *testing.B) { benchmarkLike(b, 1000, true) })
	b.Run("without flags", func(b *testing.B) { benchmarkLike(b, 1000, false) })
}

func benchmarkLike(b *testing.B, posts int, flags bool) {
	g, s := newBench(b)
	ada := seed.Account(b, g, "ada")
	crowd := seed.Crowd(b, g, "fan", 1000)
	ids := make([]id.ID, posts)
	g.Update(b, func(tx *db.Tx) error {
		for i := range ids {
			p, err := s.CreateIn(tx, ada, post.Draft{Text: "hello", Visibility: post.Public}, g.Clock.Now())
			if err != nil {
				return err
			}
			ids[i] = p.ID
		}
		return nil
	})
	var n atomic.Int64
	callers(b)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := int(n.Add(1))
			a, p := crowd[i%len(crowd)], ids[i/len(crowd)%len(ids)]
			do := s.Like
			if i/len(crowd)/len(ids)%2 == 1 {
				do = s.Unlike
			}
			e, err := do(ctx, account.As(a), p)
			if err != nil {
				b.Fatal(err)
			}
			if flags {
				if _, err := s.Flags(ctx, a.ID, []id.ID{e.Post.ID}); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "likes/s")
}

// A new post with a hashtag and a mention, answered once it is on the disk.
func BenchmarkCreate(b *testing.B) {
	g, s := newBench(b)
	crowd := seed.Crowd(b, g, "fan", 100)
	var n atomic.Int64
	callers(b)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := int(n.Add(1))
			d := post.Draft{Text: fmt.Sprintf("Post %d for @fan%d about #soup", i, i%100+1), Visibility: post.Public}
			if _, err := s.Create(ctx, account.As(crowd[i%len(crowd)]), d); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "posts/s")
}

// A page of twenty posts from memory, with the viewer's flags and a fragment of
// each copied.
func BenchmarkEntry(b *testing.B) {
	g, s := newBench(b)
	ada := seed.Account(b, g, "ada")
	ids := make([]id.ID, 20)
	for i := range ids {
		ids[i] = seed.Post(b, s, ada, "hello #soup").ID
	}
	v := account.As(ada)
	callers(b)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		page := make([]byte, 0, 64<<10)
		for pb.Next() {
			page = page[:0]
			entries, err := s.Cached(ctx, ids)
			if err == nil {
				entries, err = s.Seen(ctx, v, entries)
			}
			if err == nil {
				_, err = s.Flags(ctx, ada.ID, ids)
			}
			if err != nil || len(entries) != 20 {
				b.Fatal(err)
			}
			for _, e := range entries {
				page = append(page, e.Fragment(0, func(p *post.Post) []byte { return make([]byte, 2600) })...)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pages/s")
}

// A page of twenty posts that nobody has read since the start.
func BenchmarkEntry_Cold(b *testing.B) {
	for _, n := range []int{1, 20} {
		b.Run(fmt.Sprintf("posts=%d", n), func(b *testing.B) {
			g, s := newBench(b)
			ada := seed.Account(b, g, "ada")
			ids := make([]id.ID, n)
			for i := range ids {
				ids[i] = seed.Post(b, s, ada, "hello #soup").ID
			}
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				for _, i := range ids {
					forget(b, g, i)
				}
				b.StartTimer()
				if _, err := s.Cached(ctx, ids); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
