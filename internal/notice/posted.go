package notice

import (
	"context"
	"fmt"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/post"
)

// postedArgs is the job that tells those who asked to hear of an account's posts
// of one.
type postedArgs struct {
	Account, Post id.ID
}

// Kind names the job.
func (postedArgs) Kind() string { return "notice_posted" }

// onPosted has those told who asked for it, by a job. Answers to others and
// direct posts are for those whom they name.
func (s *Service) onPosted(tx *db.Tx, e post.Created) error {
	if e.Sample || e.Visibility == post.Direct || e.ReplyTo != 0 && e.ReplyToAccount != e.AccountID {
		return nil
	}
	var heard bool
	err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM follow WHERE followee_id = $1 AND notify)`, e.AccountID).Scan(&heard)
	if err != nil {
		return fmt.Errorf("ask who hears of posts: %w", err)
	}
	if !heard {
		return nil
	}
	return s.jobs.Enqueue(tx, postedArgs{Account: e.AccountID, Post: e.PostID})
}

func (s *Service) tellPosted(ctx context.Context, e postedArgs) error {
	return s.walk(ctx, 0, func(tx *db.Tx, after id.ID) (id.ID, error) {
		some, err := db.All(tx, db.ScanID, `SELECT follower_id FROM follow WHERE followee_id = $1 AND notify AND follower_id > $2
			AND EXISTS (SELECT 1 FROM post WHERE id = $3) ORDER BY follower_id LIMIT $4`, e.Account, int64(after), e.Post, batch)
		if err != nil {
			return 0, fmt.Errorf("list who hears of post %s: %w", e.Post, err)
		}
		return tellEach(some, batch, func(to id.ID) error {
			_, err := s.make(tx, told{kind: NewPost, to: to, from: e.Account, subject: e.Post, post: e.Post, at: s.now()})
			return err
		})
	})
}
