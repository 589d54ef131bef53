package post

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// accountsMost is the longest page of accounts.
const accountsMost = 80

// Likers lists who likes a post: all of them to its author, to others those who
// chose to be seen, and themselves. It is paged by the accounts' ids, which say
// nothing of who liked when.
func (s *Service) Likers(ctx context.Context, v account.Viewer, i id.ID, p db.Page) ([]Listed[*account.Account], error) {
	e, err := s.Get(ctx, v, i)
	if err != nil {
		return nil, err
	}
	post := e.Of().Post
	p.Most = accountsMost
	cond, args, tail := p.SQL("liked.account_id", 2)
	all := append([]any{int64(post.ID)}, args...)
	if !v.Is(post.AccountID) && !v.System() {
		cond += fmt.Sprintf(" AND (account.seen_liking OR account.id = $%d)", len(all)+1)
		all = append(all, int64(v.ID()))
	}
	return s.accountsOf(ctx, v, p, `SELECT liked.account_id, liked.account_id FROM liked JOIN account ON account.id = liked.account_id
		WHERE liked.post_id = $1 AND account.state = 'active' AND `+cond+tail, all...)
}

// Sharers lists who shared a post for everyone to see; movements that carry it
// are not among them.
func (s *Service) Sharers(ctx context.Context, v account.Viewer, i id.ID, p db.Page) ([]Listed[*account.Account], error) {
	e, err := s.Get(ctx, v, i)
	if err != nil {
		return nil, err
	}
	p.Most = accountsMost
	cond, args, tail := p.SQL("post.account_id", 2)
	return s.accountsOf(ctx, v, p, `SELECT post.account_id, post.account_id FROM post JOIN account ON account.id = post.account_id
		WHERE post.share_of = $1 AND post.movement_id IS NULL AND post.visibility IN ('public', 'unlisted') AND account.state = 'active'
		AND `+cond+tail, append([]any{int64(e.Of().Post.ID)}, args...)...)
}

// row is a cursor and what it points at.
type row struct{ cursor, id id.ID }

func scanRow(r db.Row) (x row, err error) {
	err = r.Scan(&x.cursor, &x.id)
	return x, err
}

func (s *Service) page(ctx context.Context, p db.Page, query string, args ...any) ([]row, []id.ID, error) {
	rows, err := db.All(s.d.Read(ctx), scanRow, query, args...)
	if err != nil {
		return nil, nil, fmt.Errorf("read a list: %w", err)
	}
	rows = db.Newest(p, rows)
	ids := make([]id.ID, len(rows))
	for n, r := range rows {
		ids[n] = r.id
	}
	return rows, ids, nil
}

// accountsOf lists accounts without those that the viewer and they block.
func (s *Service) accountsOf(ctx context.Context, v account.Viewer, p db.Page, query string, args ...any) ([]Listed[*account.Account], error) {
	rows, ids, err := s.page(ctx, p, query, args...)
	if err != nil {
		return nil, err
	}
	accounts, err := s.accounts.Many(ctx, ids)
	if err != nil {
		return nil, err
	}
	by, err := s.seenBy(ctx, v)
	if err != nil {
		return nil, err
	}
	var list []Listed[*account.Account]
	for _, r := range rows {
		if a := accounts[r.id]; a != nil && a.Shown() && !by.set.ApartFrom(a) {
			list = append(list, Listed[*account.Account]{r.cursor, a})
		}
	}
	return list, nil
}

// Liked lists what the viewer likes, what was liked last first.
func (s *Service) Liked(ctx context.Context, v account.Viewer, p db.Page) ([]Listed[*Entry], error) {
	return s.kept(ctx, v, p, "liked")
}

// Bookmarks lists what the viewer keeps, what was kept last first.
func (s *Service) Bookmarks(ctx context.Context, v account.Viewer, p db.Page) ([]Listed[*Entry], error) {
	return s.kept(ctx, v, p, "bookmark")
}

func (s *Service) kept(ctx context.Context, v account.Viewer, p db.Page, table string) ([]Listed[*Entry], error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to see your lists.")
	}
	cond, args, tail := p.SQL("id", 2)
	rows, ids, err := s.page(ctx, p, `SELECT id, post_id FROM `+table+` WHERE account_id = $1 AND `+cond+tail,
		append([]any{int64(v.ID())}, args...)...)
	if err != nil {
		return nil, err
	}
	entries, err := s.Cached(ctx, ids)
	if err != nil {
		return nil, err
	}
	if entries, err = s.Seen(ctx, v, entries); err != nil {
		return nil, err
	}
	byID := entriesByID(entries)
	var list []Listed[*Entry]
	for _, r := range rows {
		if e := byID[r.id]; e != nil {
			list = append(list, Listed[*Entry]{r.cursor, e})
		}
	}
	return list, nil
}

// Census is how many posts were written here, and by how many accounts since
// then.
func (s *Service) Census(ctx context.Context, since time.Time) (posts, writers int64, err error) {
	r := s.d.Read(ctx)
	err = r.QueryRow(`SELECT count(*) FROM post WHERE domain = '' AND share_of IS NULL`).Scan(&posts)
	if err == nil {
		err = r.QueryRow(`SELECT count(DISTINCT account_id) FROM post WHERE domain = '' AND id >= $1`, id.Floor(since)).Scan(&writers)
	}
	if err != nil {
		return 0, 0, fmt.Errorf("count posts: %w", err)
	}
	return posts, writers, nil
}

// Week is what was written here in some time.
type Week struct{ Posts, Writers int64 }

// Written counts what was written here from one time to another.
func (s *Service) Written(ctx context.Context, from, to time.Time) (w Week, err error) {
	err = s.d.Read(ctx).QueryRow(`SELECT count(*), count(DISTINCT account_id) FROM post
		WHERE domain = '' AND share_of IS NULL AND id >= $1 AND id < $2`, id.Floor(from), id.Floor(to)).Scan(&w.Posts, &w.Writers)
	if err != nil {
		return w, fmt.Errorf("count what was written: %w", err)
	}
	return w, nil
}
