package movement

import (
	"context"
	"fmt"
	"slices"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/tally"
)

// A movement carries a post by a share of its own account. The row in carried
// outlives the share when an organiser takes the post out, so that the post
// does not come back by itself.

// OnPostCreated carries a public, top-level post in the movements that its
// author has joined and whose hashtags it has. A post without hashtags costs
// nothing, one with them a single query by keys.
func (s *Service) OnPostCreated(tx *db.Tx, e post.Created) error {
	if e.ShareOf != 0 || !carriable(e.Visibility, e.ReplyTo, e.Tags) {
		return nil
	}
	return s.carryOwn(tx, e.PostID, e.AccountID, e.Tags, e.At)
}

// carriable says whether a post is of the kind that movements carry.
func carriable(v post.Visibility, replyTo id.ID, tags []string) bool {
	return v == post.Public && replyTo == 0 && len(tags) > 0
}

// carryOwn carries a member's post where it was never carried or taken out.
func (s *Service) carryOwn(tx *db.Tx, postID, authorID id.ID, tags []string, at time.Time) error {
	in, args := db.InStrings(2, tags)
	movements, err := db.All(tx, scanID, `SELECT DISTINCT t.movement_id FROM movement_tag t
		JOIN member p ON p.movement_id = t.movement_id AND p.account_id = $1 AND p.role <> 'removed'
		JOIN movement m ON m.id = t.movement_id AND m.state = 'open'
		WHERE t.tag IN `+in+` ORDER BY t.movement_id`, append([]any{authorID}, args...)...)
	if err != nil {
		return fmt.Errorf("find the movements of a post: %w", err)
	}
	for _, m := range movements {
		if err := s.carry(tx, Carried{MovementID: m, PostID: postID, AuthorID: authorID}, at); err != nil {
			return err
		}
	}
	return nil
}

// carry makes the share, unless there is one, or the post was taken out and
// nobody takes it in.
func (s *Service) carry(tx *db.Tx, e Carried, at time.Time) error {
	n, err := affected(tx.Exec(`INSERT INTO carried (movement_id, post_id, by_id, created_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (post_id, movement_id) DO UPDATE SET by_id = excluded.by_id
		WHERE carried.share_id IS NULL AND excluded.by_id IS NOT NULL`, e.MovementID, e.PostID, e.By, db.Millis(at)))
	if err != nil {
		return fmt.Errorf("carry a post: %w", err)
	}
	if n == 0 {
		return nil
	}
	by, err := account.GetIn(tx, e.MovementID)
	if err != nil {
		return err
	}
	if e.ShareID, err = s.posts.ShareIn(tx, by, e.PostID, e.MovementID, at); err != nil {
		return err
	}
	if e.ShareID == 0 {
		return problem.Conflict("post", "This post is gone, or not public any more.")
	}
	_, err = tx.Exec(`UPDATE carried SET share_id = $1 WHERE post_id = $2 AND movement_id = $3`, e.ShareID, e.PostID, e.MovementID)
	if err != nil {
		return fmt.Errorf("carry a post: %w", err)
	}
	if err := tally.Add(tx, e.MovementID, TallyCarried, 1); err != nil {
		return err
	}
	return event.Emit(s.hub, tx, e)
}

// OnPostEdited carries a post that has a movement's hashtag now, and lets go of
// one that lost it, unless an organiser took it in.
func (s *Service) OnPostEdited(tx *db.Tx, e post.Edited) error {
	if slices.Equal(e.Tags, e.OldTags) {
		return nil
	}
	in, args := db.InStrings(2, e.Tags)
	lost, err := db.All(tx, scanID, `SELECT movement_id FROM carried WHERE post_id = $1 AND share_id IS NOT NULL
		AND by_id IS NULL AND movement_id NOT IN (SELECT movement_id FROM movement_tag WHERE tag IN `+in+`)
		ORDER BY movement_id`, append([]any{e.PostID}, args...)...)
	if err != nil {
		return fmt.Errorf("find the movements of a post: %w", err)
	}
	for _, m := range lost {
		if err := s.posts.UnshareIn(tx, m, e.PostID, e.At); err != nil { // and OnPostDeleted follows
			return err
		}
		// Unlike one that was taken out, it may come back with the hashtag.
		if _, err := tx.Exec(`DELETE FROM carried WHERE post_id = $1 AND movement_id = $2`, e.PostID, m); err != nil {
			return fmt.Errorf("let go of a post: %w", err)
		}
	}
	if !carriable(e.Visibility, e.ReplyTo, e.Tags) {
		return nil
	}
	return s.carryOwn(tx, e.PostID, e.AccountID, e.Tags, e.At)
}

// OnPostDeleted forgets a post that is gone, and notes a share that is.
func (s *Service) OnPostDeleted(tx *db.Tx, e post.Deleted) error {
	if e.ShareOf != 0 {
		return s.shareGone(tx, e)
	}
	type row struct{ movement, share id.ID }
	gone, err := db.All(tx, func(r db.Row) (c row, err error) {
		return c, r.Scan(&c.movement, &c.share)
	}, `DELETE FROM carried WHERE post_id = $1 RETURNING movement_id, share_id`, e.PostID)
	if err != nil {
		return fmt.Errorf("forget a carried post: %w", err)
	}
	for _, c := range gone {
		if c.share == 0 {
			continue
		}
		if err := s.uncarried(tx, Uncarried{MovementID: c.movement, PostID: e.PostID, ShareID: c.share}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) shareGone(tx *db.Tx, e post.Deleted) error {
	if e.MovementID == 0 {
		return nil
	}
	n, err := affected(tx.Exec(`UPDATE carried SET share_id = NULL WHERE post_id = $1 AND movement_id = $2 AND share_id = $3`,
		e.ShareOf, e.MovementID, e.PostID))
	if err != nil {
		return fmt.Errorf("note a share that is gone: %w", err)
	}
	if n == 0 {
		return nil
	}
	return s.uncarried(tx, Uncarried{MovementID: e.MovementID, PostID: e.ShareOf, ShareID: e.PostID})
}

func (s *Service) uncarried(tx *db.Tx, e Uncarried) error {
	if err := tally.Add(tx, e.MovementID, TallyCarried, -1); err != nil {
		return err
	}
	return event.Emit(s.hub, tx, e)
}

// Carry takes in a public, top-level post with one of the movement's hashtags,
// whoever wrote it; also one that was taken out. Organisers may. A post that it
// carries stays so.
func (s *Service) Carry(ctx context.Context, v account.Viewer, movementID, postID id.ID) error {
	entry, err := s.posts.Get(ctx, v, postID)
	if err != nil {
		return err
	}
	p := entry.Post
	var tags []string
	for _, t := range p.Tags {
		tags = append(tags, fold(t))
	}
	if p.ShareOf != 0 || !carriable(p.Visibility, p.ReplyTo, tags) {
		return problem.Invalid("post", "A movement carries public posts with its hashtag that are not replies.")
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if err := MustOrganise(tx, v, movementID); err != nil {
			return err
		}
		in, args := db.InStrings(2, tags)
		var has int
		err := tx.QueryRow(`SELECT COUNT(*) FROM movement_tag WHERE movement_id = $1 AND tag IN `+in,
			append([]any{movementID}, args...)...).Scan(&has)
		if err != nil {
			return fmt.Errorf("read a movement's hashtags: %w", err)
		}
		if has == 0 {
			return problem.Invalid("post", "A movement carries public posts with its hashtag that are not replies.")
		}
		return s.carry(tx, Carried{MovementID: movementID, PostID: postID, AuthorID: p.AccountID, By: v.ID()}, s.now())
	})
}

// Uncarry takes a post out of the movement, never from its author, and keeps it
// out. Organisers may. problem.NotFound when it does not carry the post.
func (s *Service) Uncarry(ctx context.Context, v account.Viewer, movementID, postID id.ID) error {
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if err := MustOrganise(tx, v, movementID); err != nil {
			return err
		}
		n, err := affected(tx.Exec(`UPDATE carried SET by_id = $1 WHERE post_id = $2 AND movement_id = $3
			AND share_id IS NOT NULL`, v.ID(), postID, movementID))
		if err != nil {
			return fmt.Errorf("take out a post: %w", err)
		}
		if n == 0 {
			return problem.NotFound("post")
		}
		return s.posts.UnshareIn(tx, movementID, postID, s.now()) // and OnPostDeleted follows
	})
}

// OfPost are the open movements that a post belongs to: those that carry it, and
// those whose hashtags it has, in the order of their ids; at most ten.
func (s *Service) OfPost(ctx context.Context, p *post.Post) ([]id.ID, error) {
	var tags []string
	for _, t := range p.Tags {
		tags = append(tags, fold(t))
	}
	in, args := db.InStrings(2, tags)
	ids, err := db.All(s.d.Read(ctx), scanID, `SELECT id FROM movement WHERE state = 'open' AND id IN (
		SELECT movement_id FROM carried WHERE post_id = $1 AND share_id IS NOT NULL
		UNION SELECT movement_id FROM movement_tag WHERE tag IN `+in+`) ORDER BY id LIMIT 10`,
		append([]any{p.ID}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("find the movements of a post: %w", err)
	}
	return ids, nil
}
