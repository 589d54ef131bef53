package filter

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/cache"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/problem"
)

const (
	setBytes = 16 << 20         // all Sets in memory
	setIdle  = 30 * time.Minute // a Set that nobody asked for
)

// Service keeps filters and holds posts against them.
type Service struct {
	d     *db.DB
	ids   *id.Source
	hub   *event.Hub
	now   func() time.Time
	posts *post.Service
	sets  cache.Cache[id.ID, *Set]
}

// New keeps the Sets up to date by the events of hub.
func New(d *db.DB, ids *id.Source, hub *event.Hub, now func() time.Time, posts *post.Service) *Service {
	s := &Service{d: d, ids: ids, hub: hub, now: now, posts: posts}
	s.sets = cache.New(cache.Options[id.ID, *Set]{
		Bytes: setBytes,
		Idle:  setIdle,
		Size:  func(_ id.ID, set *Set) int { return set.bytes() },
		Fresh: hub.Fresh,
		Load: func(ctx context.Context, accounts []id.ID) (map[id.ID]*Set, error) {
			all := make(map[id.ID]*Set, len(accounts))
			for _, a := range accounts {
				set, err := s.load(d.Read(ctx), a)
				if err != nil {
					return nil, err
				}
				all[a] = set
			}
			return all, nil
		},
	})
	event.After(hub, func(e Changed) { s.sets.Drop(e.AccountID) })
	event.After(hub, func(e account.Deleted) { s.sets.Drop(e.ID) })
	hub.OnGap(s.sets.Clear)
	return s
}

// Of is the viewer's Set, from memory; nil of Nobody, and of those who have no
// filters: most.
func (s *Service) Of(ctx context.Context, v account.Viewer) (*Set, error) {
	if !v.SignedIn() {
		return nil, nil
	}
	set, _, err := s.sets.Get(ctx, v.ID())
	return set, err
}

// load reads an account's filters; nil of who has none.
func (s *Service) load(r db.Reader, account id.ID) (*Set, error) {
	filters, err := db.All(r, scanFilter, `SELECT `+columns+` FROM filter WHERE account_id = $1 ORDER BY id`, account)
	if err != nil {
		return nil, fmt.Errorf("read filters: %w", err)
	}
	if len(filters) == 0 {
		return nil, nil
	}
	byID := make(map[id.ID]*Filter, len(filters))
	for _, f := range filters {
		byID[f.ID] = f
	}
	_, err = db.All(r, func(row db.Row) (k Keyword, err error) {
		var of id.ID
		err = row.Scan(&k.ID, &of, &k.Text, &k.WholeWord)
		if f := byID[of]; f != nil {
			f.Keywords = append(f.Keywords, k)
		}
		return k, err
	}, `SELECT id, filter_id, keyword, whole_word FROM filter_keyword WHERE account_id = $1 ORDER BY id`, account)
	if err != nil {
		return nil, fmt.Errorf("read keywords: %w", err)
	}
	_, err = db.All(r, func(row db.Row) (p Pick, err error) {
		var of id.ID
		err = row.Scan(&p.ID, &of, &p.PostID)
		if f := byID[of]; f != nil {
			f.Posts = append(f.Posts, p)
		}
		return p, err
	}, `SELECT id, filter_id, post_id FROM filter_post WHERE account_id = $1 ORDER BY id`, account)
	if err != nil {
		return nil, fmt.Errorf("read filtered posts: %w", err)
	}
	return newSet(account, filters, s.now), nil
}

const columns = `id, account_id, title, contexts, action, dropping, expires_at`

func scanFilter(row db.Row) (*Filter, error) {
	f := &Filter{}
	var expires sql.NullInt64
	err := row.Scan(&f.ID, &f.AccountID, &f.Title, &f.Contexts, &f.Action, &f.Drops, &expires)
	if expires.Valid {
		f.ExpiresAt = db.Time(expires.Int64)
	}
	return f, err
}

var (
	errNobody  = problem.Unauthorized("Sign in to see your filters.")
	errFilter  = problem.NotFound("filter")
	errKeyword = problem.NotFound("keyword")
	errPick    = problem.NotFound("post")
)

// All are the viewer's filters, those that expired too, oldest first.
func (s *Service) All(ctx context.Context, v account.Viewer) ([]*Filter, error) {
	if !v.SignedIn() {
		return nil, errNobody
	}
	set, err := s.Of(ctx, v)
	return set.Filters(), err
}

// Get is a filter of the viewer's. problem.NotFound for all others.
func (s *Service) Get(ctx context.Context, v account.Viewer, i id.ID) (*Filter, error) {
	f, _, err := find(ctx, s, v, func(f *Filter) (*Filter, bool) { return f, f.ID == i }, errFilter)
	return f, err
}

// Keyword is a keyword of one of the viewer's filters. problem.NotFound for all
// others.
func (s *Service) Keyword(ctx context.Context, v account.Viewer, i id.ID) (*Filter, Keyword, error) {
	return find(ctx, s, v, func(f *Filter) (k Keyword, found bool) {
		for _, k := range f.Keywords {
			if k.ID == i {
				return k, true
			}
		}
		return k, false
	}, errKeyword)
}

// Pick is a post of one of the viewer's filters, by the id that the filter has it
// under. problem.NotFound for all others.
func (s *Service) Pick(ctx context.Context, v account.Viewer, i id.ID) (*Filter, Pick, error) {
	return find(ctx, s, v, func(f *Filter) (p Pick, found bool) {
		for _, p := range f.Posts {
			if p.ID == i {
				return p, true
			}
		}
		return p, false
	}, errPick)
}

// find looks for something among the viewer's filters.
func find[T any](ctx context.Context, s *Service, v account.Viewer, in func(*Filter) (T, bool), missing error) (*Filter, T, error) {
	all, err := s.All(ctx, v)
	if err != nil {
		return nil, *new(T), err
	}
	for _, f := range all {
		if t, found := in(f); found {
			return f, t, nil
		}
	}
	return nil, *new(T), missing
}

// OnAccountDeleted erases the account's filters.
func (s *Service) OnAccountDeleted(tx *db.Tx, e account.Deleted) error {
	for _, table := range []string{"filter_post", "filter_keyword", "filter"} {
		if _, err := tx.Exec(`DELETE FROM `+table+` WHERE account_id = $1`, e.ID); err != nil {
			return fmt.Errorf("erase filters: %w", err)
		}
	}
	return nil
}

// OnPostDeleted takes the post out of filters. Their Sets may keep its id, under
// which nothing is shown any more, until they are read again.
func (s *Service) OnPostDeleted(tx *db.Tx, e post.Deleted) error {
	if _, err := tx.Exec(`DELETE FROM filter_post WHERE post_id = $1`, e.PostID); err != nil {
		return fmt.Errorf("take a post out of filters: %w", err)
	}
	return nil
}
