package post

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// FeaturedMost is how many hashtags an account can show on its page.
const FeaturedMost = 10

// Featured is a hashtag that an account shows on its page.
type Featured struct {
	ID     id.ID
	Name   string    // as its account wrote it, without '#'
	Folded string    // as it is compared
	Posts  int64     // of the account with the hashtag, that all may see
	LastAt time.Time // of the newest of them; zero without
}

// FeatureTag shows a hashtag, given with or without '#', on the viewer's page;
// one that is there already stays as it is. problem.Invalid for what is no
// hashtag; problem.Conflict says that there are FeaturedMost already.
func (s *Service) FeatureTag(ctx context.Context, v account.Viewer, name string) (*Featured, error) {
	display, folded, err := featuring(v, name)
	if err != nil {
		return nil, err
	}
	err = s.d.Update(ctx, func(tx *db.Tx) error {
		if err := alone(tx, v.ID()); err != nil {
			return err
		}
		var others int
		err := tx.QueryRow(`SELECT count(*) FROM featured_tag WHERE account_id = $1 AND tag <> $2`, v.ID(), folded).Scan(&others)
		if err != nil {
			return fmt.Errorf("count featured hashtags: %w", err)
		}
		if others >= FeaturedMost {
			return problem.Conflict("name", "You show %d hashtags on your page, and more are not possible.", FeaturedMost)
		}
		_, err = tx.Exec(`INSERT INTO featured_tag (id, account_id, tag, display) VALUES ($1, $2, $3, $4)
			ON CONFLICT (account_id, tag) DO NOTHING`, s.ids.New(), v.ID(), folded, display)
		if err != nil {
			return fmt.Errorf("feature a hashtag: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	all, err := s.featured(ctx, v.ID())
	if err != nil {
		return nil, err
	}
	for _, f := range all {
		if f.Folded == folded {
			return &f, nil
		}
	}
	return nil, problem.NotFound("hashtag") // taken away meanwhile
}

func featuring(v account.Viewer, name string) (display, folded string, err error) {
	if !v.SignedIn() {
		return "", "", problem.Unauthorized("Sign in to do this.")
	}
	display, ok := text.Tag(name)
	if !ok {
		return "", "", problem.Invalid("name", "This is not a hashtag.")
	}
	return display, db.Fold(display), nil
}

// Unfeature takes one of the viewer's featured hashtags away; problem.NotFound
// for those of others.
func (s *Service) Unfeature(ctx context.Context, v account.Viewer, i id.ID) error {
	n, err := s.unfeature(ctx, `id = $1 AND account_id = $2`, i, v.ID())
	if err == nil && n == 0 {
		err = problem.NotFound("hashtag")
	}
	return err
}

// UnfeatureTag is Unfeature by name, of which there may be none.
func (s *Service) UnfeatureTag(ctx context.Context, v account.Viewer, name string) error {
	_, folded, err := featuring(v, name)
	if err == nil {
		_, err = s.unfeature(ctx, `tag = $1 AND account_id = $2`, folded, v.ID())
	}
	return err
}

func (s *Service) unfeature(ctx context.Context, where string, args ...any) (n int64, err error) {
	err = s.d.Update(ctx, func(tx *db.Tx) error {
		n, err = remove(tx, `DELETE FROM featured_tag WHERE `+where, args...)
		return err
	})
	return n, err
}

// FeaturedBy are the hashtags that an account shows on its page, in the order in
// which it chose them. problem.NotFound when it blocks the viewer.
func (s *Service) FeaturedBy(ctx context.Context, v account.Viewer, of id.ID) ([]Featured, error) {
	by, err := s.seenBy(ctx, v)
	if err != nil {
		return nil, err
	}
	if by.set.BlockedBy(of) {
		return nil, problem.NotFound("account")
	}
	return s.featured(ctx, of)
}

// featured counts what is indexed by account and hashtag: the posts of one
// account, never those of all who use the hashtag.
func (s *Service) featured(ctx context.Context, of id.ID) ([]Featured, error) {
	all, err := db.All(s.d.Read(ctx), func(r db.Row) (f Featured, err error) {
		var last id.ID
		if err = r.Scan(&f.ID, &f.Name, &f.Folded, &f.Posts, &last); err == nil && last != 0 {
			f.LastAt = last.Time()
		}
		return f, err
	}, `SELECT f.id, f.display, f.tag, count(post.id), COALESCE(max(post.id), 0) FROM featured_tag f
		LEFT JOIN post_tag ON post_tag.account_id = f.account_id AND post_tag.tag = f.tag
		LEFT JOIN post ON post.id = post_tag.post_id AND post.visibility IN ('public', 'unlisted')
		WHERE f.account_id = $1 GROUP BY f.id, f.display, f.tag ORDER BY f.id`, of)
	if err != nil {
		return nil, fmt.Errorf("read featured hashtags: %w", err)
	}
	return all, nil
}

// suggestedFrom is how many of an account's newest posts with hashtags are looked
// at to suggest some.
const suggestedFrom = 500

// FeatureNext are hashtags, folded, that the viewer used most of late and does not
// show on their page; at most FeaturedMost.
func (s *Service) FeatureNext(ctx context.Context, v account.Viewer) ([]string, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to do this.")
	}
	tags, err := db.All(s.d.Read(ctx), func(r db.Row) (tag string, err error) { return tag, r.Scan(&tag) },
		`SELECT tag FROM (SELECT post_tag.tag, post.id FROM post JOIN post_tag ON post_tag.post_id = post.id
			WHERE post.account_id = $1 AND post.visibility IN ('public', 'unlisted') ORDER BY post.id DESC LIMIT $2) AS used
		WHERE tag NOT IN (SELECT tag FROM featured_tag WHERE account_id = $3)
		GROUP BY tag ORDER BY count(*) DESC, max(id) DESC LIMIT $4`, v.ID(), suggestedFrom, v.ID(), FeaturedMost)
	if err != nil {
		return nil, fmt.Errorf("suggest hashtags to feature: %w", err)
	}
	return tags, nil
}
