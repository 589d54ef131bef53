package impact

import (
	"context"
	"fmt"

	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/post"
	"goodturn/internal/tally"
)

// The names of counters on a movement: over the posts that it carries now.
const (
	tallyLikes   = "funnel/likes"
	tallyShares  = "funnel/shares"
	tallyReplies = "funnel/replies"
)

// Of one carried post, how much of each there is. A share by a movement's
// account is no share, and a reply counts that everybody may see.
var counted = []struct{ name, from string }{
	{tallyLikes, `liked WHERE liked.post_id = `},
	{tallyShares, `post WHERE post.movement_id IS NULL AND post.share_of = `},
	{tallyReplies, `post WHERE post.visibility IN ('public', 'unlisted') AND post.reply_to = `},
}

// Truths tells the book how the room's counters are counted from the rows.
func (s *Service) Truths(b *tally.Book) {
	b.Truth(tallyLikes, `SELECT carried.movement_id, count(*) FROM carried JOIN liked ON liked.post_id = carried.post_id
		WHERE carried.share_id IS NOT NULL GROUP BY carried.movement_id`)
	b.Truth(tallyShares, `SELECT carried.movement_id, count(*) FROM carried JOIN post ON post.share_of = carried.post_id
		WHERE carried.share_id IS NOT NULL AND post.movement_id IS NULL GROUP BY carried.movement_id`)
	b.Truth(tallyReplies, `SELECT carried.movement_id, count(*) FROM carried JOIN post ON post.reply_to = carried.post_id
		WHERE carried.share_id IS NOT NULL AND post.visibility IN ('public', 'unlisted') GROUP BY carried.movement_id`)
}

func (s *Service) posts(ctx context.Context, movementID id.ID, f *Funnel) error {
	counts, err := tally.Of(s.d.Read(ctx), []id.ID{movementID}, tallyLikes, tallyShares, tallyReplies)
	if err != nil {
		return err
	}
	n := counts[movementID]
	f.Likes, f.Shares, f.Replies = n[tallyLikes], n[tallyShares], n[tallyReplies]
	return nil
}

// Counted tells that a movement's funnel moved by what happened to a post that it
// carries.
type Counted struct{ MovementID id.ID }

// count adds n to a counter of those movements that carry a post: one statement
// that looks a key up, and writes nothing for a post that is not carried.
func (s *Service) count(tx *db.Tx, postID id.ID, name string, n int64) error {
	movements, err := db.All(tx, db.ScanID, `INSERT INTO tally_delta (subject, name, n) SELECT movement_id, $1, $2 FROM carried
		WHERE post_id = $3 AND share_id IS NOT NULL RETURNING subject`, name, n, postID)
	if err != nil {
		return fmt.Errorf("count %s: %w", name, err)
	}
	for _, m := range movements {
		if err := event.Emit(s.hub, tx, Counted{m}); err != nil {
			return err
		}
	}
	return nil
}

// OnLiked counts a like of a carried post.
func (s *Service) OnLiked(tx *db.Tx, e post.Liked) error { return s.count(tx, e.PostID, tallyLikes, 1) }

// OnUnliked takes it back.
func (s *Service) OnUnliked(tx *db.Tx, e post.Unliked) error {
	return s.countDown(tx, e.PostID, tallyLikes, -1)
}

// OnLikesErased takes the likes of a deleted account back.
func (s *Service) OnLikesErased(tx *db.Tx, e post.LikesErased) error {
	for _, p := range e.PostIDs {
		if err := s.countDown(tx, p, tallyLikes, -1); err != nil {
			return err
		}
	}
	return nil
}

// OnLikesLost takes back likes of a post that is being deleted.
func (s *Service) OnLikesLost(tx *db.Tx, e post.LikesLost) error {
	return s.count(tx, e.PostID, tallyLikes, -e.N)
}

// OnPostCreated counts shares of and replies to carried posts.
func (s *Service) OnPostCreated(tx *db.Tx, e post.Created) error {
	switch {
	case e.ShareOf != 0 && e.MovementID == 0:
		return s.count(tx, e.ShareOf, tallyShares, 1)
	case e.ReplyTo != 0 && e.Visibility.Open():
		return s.count(tx, e.ReplyTo, tallyReplies, 1)
	}
	return nil
}

// OnPostDeleted takes them back, and erases the reach of a post that is gone.
func (s *Service) OnPostDeleted(tx *db.Tx, e post.Deleted) error {
	switch {
	case e.MovementID != 0:
		return nil
	case e.ShareOf != 0:
		return s.countDown(tx, e.ShareOf, tallyShares, -1)
	case e.ReplyTo != 0 && e.Visibility.Open():
		if err := s.countDown(tx, e.ReplyTo, tallyReplies, -1); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(`DELETE FROM reach WHERE subject_id = $1`, e.PostID); err != nil {
		return fmt.Errorf("erase the reach of a post: %w", err)
	}
	return nil
}

// OnCarried counts in what a post has gathered.
func (s *Service) OnCarried(tx *db.Tx, e movement.Carried) error {
	return gathered(tx, e.MovementID, e.PostID, 1)
}

// OnUncarried counts out what is left of it.
func (s *Service) OnUncarried(tx *db.Tx, e movement.Uncarried) error {
	return gathered(tx, e.MovementID, e.PostID, -1)
}

// gathered counts all that a post has, in or out. On PostgreSQL it waits for
// those who are adding to the post, who hold its row, and they for it: so each
// like is counted by itself or here, and not twice.
func gathered(tx *db.Tx, movementID, postID id.ID, sign int64) error {
	if err := hold(tx, postID, "FOR UPDATE"); err != nil {
		return err
	}
	for _, c := range counted {
		_, err := tx.Exec(`INSERT INTO tally_delta (subject, name, n) SELECT $1, $2, $3 * COUNT(*) FROM `+c.from+`$4 HAVING COUNT(*) > 0`,
			movementID, c.name, sign, postID)
		if err != nil {
			return fmt.Errorf("count %s of a carried post: %w", c.name, err)
		}
	}
	return nil
}

// countDown is count for what is taken back: unlike those who add to a post, who
// takes something from it does not hold its row yet.
func (s *Service) countDown(tx *db.Tx, postID id.ID, name string, n int64) error {
	if err := hold(tx, postID, "FOR KEY SHARE"); err != nil {
		return err
	}
	return s.count(tx, postID, name, n)
}

// hold locks a post's row until the transaction ends; SQLite has one writer and
// needs no locks.
func hold(tx *db.Tx, postID id.ID, how string) error {
	if tx.Engine() != db.Postgres {
		return nil
	}
	if _, err := tx.Exec(`SELECT 1 FROM post WHERE id = $1 `+how, postID); err != nil {
		return fmt.Errorf("hold a post: %w", err)
	}
	return nil
}
