package post

import (
	"context"
	"fmt"
	"maps"
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
	return s.accountsOf(ctx, v, p, "liked.account_id", func(cond, tail string, args []any) (string, []any) {
		all := append([]any{int64(post.ID)}, args...)
		if !v.Is(post.AccountID) && !v.System() {
			cond += fmt.Sprintf(" AND (account.seen_liking OR account.id = $%d)", len(all)+1)
			all = append(all, int64(v.ID()))
		}
		return `SELECT liked.account_id, liked.account_id FROM liked JOIN account ON account.id = liked.account_id
			WHERE liked.post_id = $1 AND account.state = 'active' AND ` + cond + tail, all
	})
}

// Sharers lists who shared a post for everyone to see; movements that carry it
// are not among them.
func (s *Service) Sharers(ctx context.Context, v account.Viewer, i id.ID, p db.Page) ([]Listed[*account.Account], error) {
	e, err := s.Get(ctx, v, i)
	if err != nil {
		return nil, err
	}
	p.Most = accountsMost
	return s.accountsOf(ctx, v, p, "post.account_id", func(cond, tail string, args []any) (string, []any) {
		return `SELECT post.account_id, post.account_id FROM post JOIN account ON account.id = post.account_id
			WHERE post.share_of = $1 AND post.movement_id IS NULL AND post.visibility IN ('public', 'unlisted') AND account.state = 'active'
			AND ` + cond + tail, append([]any{int64(e.Of().Post.ID)}, args...)
	})
}

// row is a cursor and what it points at.
type row struct{ cursor, id id.ID }

func scanRow(r db.Row) (x row, err error) {
	err = r.Scan(&x.cursor, &x.id)
	return x, err
}

// query is a list's statement for a page of it, whose conditions have the
// arguments from $2 on.
type query func(cond, tail string, args []any) (string, []any)

// filled reads a list by a column until the page is full or the list ends; keep
// is what of the rows its reader may see. So a page that is not full is the last.
func filled[T any](s *Service, ctx context.Context, p db.Page, column string, of query, keep func(ids []id.ID) (map[id.ID]T, error)) ([]Listed[T], error) {
	var list []Listed[T]
	for size := p.Size(); ; {
		cond, args, tail := p.SQL(column, 2)
		statement, args := of(cond, tail, args)
		rows, err := db.All(s.d.Read(ctx), scanRow, statement, args...)
		if err != nil {
			return nil, fmt.Errorf("read a list: %w", err)
		}
		ids := make([]id.ID, len(rows))
		for n, r := range rows {
			ids[n] = r.id
		}
		kept, err := keep(ids)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if item, ok := kept[r.id]; ok && len(list) < size {
				list = append(list, Listed[T]{r.cursor, item})
			}
		}
		if len(rows) < size || len(list) == size {
			return db.Newest(p, list), nil
		}
		if last := rows[len(rows)-1].cursor; p.Min != 0 {
			p.Min = last
		} else {
			p.Max = last
		}
	}
}

// accountsOf lists accounts without those that the viewer and they block.
func (s *Service) accountsOf(ctx context.Context, v account.Viewer, p db.Page, column string, of query) ([]Listed[*account.Account], error) {
	by, err := s.seenBy(ctx, v)
	if err != nil {
		return nil, err
	}
	return filled(s, ctx, p, column, of, func(ids []id.ID) (map[id.ID]*account.Account, error) {
		accounts, err := s.accounts.Many(ctx, ids)
		maps.DeleteFunc(accounts, func(_ id.ID, a *account.Account) bool { return !a.Shown() || by.set.ApartFrom(a) })
		return accounts, err
	})
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
	return filled(s, ctx, p, "id", func(cond, tail string, args []any) (string, []any) {
		return `SELECT id, post_id FROM ` + table + ` WHERE account_id = $1 AND ` + cond + tail, append([]any{int64(v.ID())}, args...)
	}, func(ids []id.ID) (map[id.ID]*Entry, error) {
		entries, err := s.Cached(ctx, ids)
		if err != nil {
			return nil, err
		}
		entries, err = s.Seen(ctx, v, entries)
		return entriesByID(entries), err
	})
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
