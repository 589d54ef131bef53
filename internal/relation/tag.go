package relation

import (
	"context"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// TagsMost is how many hashtags one account can follow.
const TagsMost = 200

// Tag is a hashtag that somebody follows.
type Tag struct {
	ID   id.ID  // of the relation: Page's ids are these
	Name string // as its follower wrote it, without '#'
}

// TagFollowed tells that an account follows a hashtag, given folded, or no more.
type TagFollowed struct {
	AccountID id.ID
	Tag       string
	Ended     bool
}

// FollowTag lets public posts with a hashtag, given with or without '#', come to
// the viewer's home. Following it twice does nothing more. problem.Invalid for
// what is no hashtag; problem.Conflict says that TagsMost are followed already.
func (s *Service) FollowTag(ctx context.Context, v account.Viewer, tag string) error {
	display, folded, err := tagOf(v, tag)
	if err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if err := lockPair(tx, v.ID(), v.ID()); err != nil {
			return err
		}
		all, err := db.All(tx, func(r db.Row) (tag string, err error) { return tag, r.Scan(&tag) },
			`SELECT tag FROM tag_follow WHERE account_id = $1`, int64(v.ID()))
		if err != nil {
			return fmt.Errorf("count followed hashtags: %w", err)
		}
		for _, t := range all {
			if t == folded {
				return nil
			}
		}
		if len(all) >= TagsMost {
			return problem.Conflict("name", "You follow %d hashtags, and more are not possible.", TagsMost)
		}
		_, err = tx.Exec(`INSERT INTO tag_follow (id, account_id, tag, display, created_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (account_id, tag) DO NOTHING`, int64(s.ids.New()), int64(v.ID()), folded, display, db.Millis(s.now()))
		if err != nil {
			return fmt.Errorf("follow a hashtag: %w", err)
		}
		return event.Emit(s.hub, tx, TagFollowed{AccountID: v.ID(), Tag: folded})
	})
}

// UnfollowTag undoes FollowTag.
func (s *Service) UnfollowTag(ctx context.Context, v account.Viewer, tag string) error {
	_, folded, err := tagOf(v, tag)
	if err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		res, err := tx.Exec(`DELETE FROM tag_follow WHERE account_id = $1 AND tag = $2`, int64(v.ID()), folded)
		if err != nil {
			return fmt.Errorf("unfollow a hashtag: %w", err)
		}
		if n, err := res.RowsAffected(); n == 0 || err != nil {
			return err
		}
		return event.Emit(s.hub, tx, TagFollowed{AccountID: v.ID(), Tag: folded, Ended: true})
	})
}

func tagOf(v account.Viewer, s string) (display, folded string, err error) {
	if !v.SignedIn() {
		return "", "", problem.Unauthorized("Sign in to do this.")
	}
	display, ok := text.Tag(s)
	if !ok {
		return "", "", problem.Invalid("name", "This is not a hashtag.")
	}
	return display, db.Fold(display), nil
}

// Tags are the hashtags that the viewer follows, what was followed last first.
func (s *Service) Tags(ctx context.Context, v account.Viewer, p db.Page) ([]Tag, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to see the hashtags that you follow.")
	}
	cond, args, tail := p.SQL("id", 2)
	tags, err := db.All(s.d.Read(ctx), func(r db.Row) (t Tag, err error) { return t, r.Scan(&t.ID, &t.Name) },
		`SELECT id, display FROM tag_follow WHERE account_id = $1 AND `+cond+tail, append([]any{int64(v.ID())}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("read followed hashtags: %w", err)
	}
	return db.Newest(p, tags), nil
}
