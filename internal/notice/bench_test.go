package notice_test

import (
	"context"
	"fmt"
	"testing"

	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/post"
	"goodturn/internal/seed"
)

// What being told adds to the row of a like. Each operation is one of many inside
// a transaction, without the sync, which is shared by all.
func BenchmarkLike(b *testing.B) {
	for _, told := range []bool{false, true} {
		b.Run(fmt.Sprintf("told=%t", told), func(b *testing.B) {
			w := newWorld(b, dbtest.Open(b, db.SQLite))
			p := seed.Post(b, w.Posts, w.ada, "Good morning")
			var fans []post.Liked
			for _, fan := range seed.Crowd(b, w.Ground, "fan", 1000) {
				fans = append(fans, post.Liked{PostID: p.ID, AuthorID: w.ada.ID, AccountID: fan.ID, At: w.Clock.Now()})
			}
			// Statements are prepared between two transactions.
			w.Update(b, func(tx *db.Tx) error { return w.Notices.OnLiked(tx, fans[0]) })
			w.Update(b, func(tx *db.Tx) error {
				return w.Notices.OnUnliked(tx, post.Unliked{PostID: p.ID, AuthorID: w.ada.ID, AccountID: fans[0].AccountID})
			})
			err := w.D.Update(context.Background(), func(tx *db.Tx) error {
				b.ResetTimer()
				for i := range b.N {
					fan := fans[i%len(fans)]
					if i%len(fans) == 0 {
						b.StopTimer()
						for _, q := range []string{`DELETE FROM notice`, `DELETE FROM liked`} {
							if _, err := tx.Exec(q); err != nil {
								return err
							}
						}
						b.StartTimer()
					}
					if _, err := tx.Exec(`INSERT INTO liked (account_id, post_id, id) VALUES ($1, $2, $3)`, fan.AccountID, p.ID, w.IDs.New()); err != nil {
						return err
					}
					if !told {
						continue
					}
					if err := w.Notices.OnLiked(tx, fan); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		})
	}
}
