package feed_test

import (
	"fmt"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/feed"
	"goodturn/internal/post"
	"goodturn/internal/seed"
)

// crowd is a world of authors who wrote, and readers who each follow some of
// them, drawn at random; the rows are written directly.
func crowd(b *testing.B, authors, posts, readers, follows int) *world {
	b.Helper()
	w := newWorld(b, dbtest.Open(b, db.SQLite))
	w.people = seed.Crowd(b, w.Ground, "author", authors)
	everyone := seed.Crowd(b, w.Ground, "reader", readers)
	start := w.Clock.Now().Add(-30 * 24 * time.Hour)
	w.Update(b, func(tx *db.Tx) error {
		for range authors * posts {
			at := start.Add(time.Duration(w.rand.Int64N(int64(30 * 24 * time.Hour))))
			i := w.IDs.At(at)
			a := w.people[w.rand.IntN(authors)]
			if _, err := tx.Exec(`INSERT INTO post (id, account_id, text, visibility, thread, created_at) VALUES ($1, $2, $3, 'public', $4, $5)
				ON CONFLICT DO NOTHING`, i, a.ID, "Soup for everybody, and a little more of it.", i, db.Millis(at)); err != nil {
				return err
			}
		}
		for _, r := range everyone {
			for _, n := range w.rand.Perm(authors)[:follows] {
				if _, err := tx.Exec(`INSERT INTO follow (id, follower_id, followee_id, created_at) VALUES ($1, $2, $3, 0)`,
					w.IDs.New(), r.ID, w.people[n].ID); err != nil {
					return err
				}
			}
		}
		return nil
	})
	w.people = append(w.people, everyone...)
	return w
}

func readHome(b *testing.B, w *world, reader *account.Account) {
	items, err := w.feed.Home(ctx, account.As(reader), db.Page{})
	if err != nil || len(items) != 20 {
		b.Fatalf("%d items, %v", len(items), err)
	}
}

// A home of 20 posts, read again: by one reader, nothing having happened.
func BenchmarkHomeWarm(b *testing.B) {
	w := crowd(b, 500, 20, 1, 400)
	reader := w.people[500]
	readHome(b, w, reader)
	b.ReportAllocs()
	for b.Loop() {
		readHome(b, w, reader)
	}
}

// The same, somebody having written since: the home looks through the log.
func BenchmarkHomeAfterPost(b *testing.B) {
	w := crowd(b, 500, 20, 1, 400)
	reader := w.people[500]
	readHome(b, w, reader)
	for b.Loop() {
		b.StopTimer()
		if _, err := w.Posts.Create(ctx, account.As(w.people[w.rand.IntN(500)]), post.Draft{Text: "Hello.", Visibility: post.Public}); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		readHome(b, w, reader)
	}
}

// The first home just after a start: rings and relations come from the database.
func BenchmarkHomeCold(b *testing.B) {
	w := crowd(b, 500, 20, 1, 400)
	for b.Loop() {
		w.feed.Forget()
		readHome(b, w, w.people[500])
	}
}

// 2,000 readers who follow 500 each of 10,000 authors: the first home of each
// after a start, and how much memory all of them take.
func BenchmarkHome2000Readers(b *testing.B) {
	const authors, readers = 10_000, 2000
	w := crowd(b, authors, 10, readers, 500)
	for b.Loop() {
		w.feed.Forget()
		before := heap()
		start := time.Now()
		for _, r := range w.people[authors:] {
			readHome(b, w, r)
		}
		b.ReportMetric(float64(time.Since(start).Microseconds())/readers, "µs/reader")
		b.ReportMetric(float64(heap()-before)/(1<<20), "MB")
		start = time.Now()
		for _, r := range w.people[authors:] {
			readHome(b, w, r)
		}
		b.ReportMetric(float64(time.Since(start).Microseconds())/readers, "µs/warm-reader")
	}
}

// The page of an account, and of a hashtag, for who has not signed in.
func BenchmarkPages(b *testing.B) {
	w := crowd(b, 1, 300, 0, 0)
	for range 30 {
		if _, err := w.Posts.Create(ctx, account.As(w.people[0]), post.Draft{Text: "A #soup.", Visibility: post.Public}); err != nil {
			b.Fatal(err)
		}
	}
	for what, read := range map[string]func() ([]feed.Item, error){
		"account": func() ([]feed.Item, error) {
			return w.feed.Account(ctx, account.Nobody, w.people[0].ID, db.Page{}, feed.Of{ExcludeReplies: true})
		},
		"tag": func() ([]feed.Item, error) { return w.feed.Tag(ctx, account.Nobody, "soup", db.Page{}, feed.Only{}) },
		"top": func() ([]feed.Item, error) { return w.feed.TopOfTag(ctx, account.Nobody, "soup", 20) },
	} {
		b.Run(what, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if items, err := read(); err != nil || len(items) != 20 {
					b.Fatalf("%d items, %v", len(items), err)
				}
			}
		})
	}
}

// What the event of a post costs its author while so many of its followers are
// connected: it is the same.
func BenchmarkPostWatched(b *testing.B) {
	for _, n := range []int{0, 100, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := newWorld(b, dbtest.Open(b, db.SQLite))
			author := seed.Account(b, w.Ground, "author")
			for _, a := range w.followers(b, author, 10_000)[:n] {
				if _, err := w.feed.Watch(account.As(a), deaf{}, feed.HomeTopic()); err != nil {
					b.Fatal(err)
				}
			}
			for b.Loop() {
				_, err := w.Posts.Create(ctx, account.As(author), post.Draft{Text: "Hello.", Visibility: post.Public})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// deaf is a listener that is told and does nothing.
type deaf struct{}

func (deaf) Hear(*feed.Event) {}
func (deaf) End()             {}
