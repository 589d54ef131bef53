package notice

import (
	"context"
	"fmt"
	"slices"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
)

// Filter narrows a list; its zero value shows all kinds.
type Filter struct {
	Kinds  []Kind // only these, if any are named
	Except []Kind
	FromID id.ID // only from this account; 0 from all
	Held   bool  // those that wait in requests, too
}

// sql is the condition of a filter on the table notice as n, its first
// placeholder being $at; it begins with AND, or is empty.
func (f Filter) sql(at int) (cond string, args []any) {
	for _, part := range []struct {
		op    string
		kinds []Kind
	}{{"IN", f.Kinds}, {"NOT IN", f.Except}} {
		if len(part.kinds) == 0 {
			continue
		}
		in, more := db.InStrings(at+len(args), kindNames(part.kinds))
		cond += ` AND n.kind ` + part.op + ` ` + in
		args = append(args, more...)
	}
	if f.FromID != 0 {
		args = append(args, f.FromID)
		cond += fmt.Sprintf(` AND n.from_id = $%d`, at+len(args)-1)
	}
	if !f.Held {
		cond += ` AND NOT n.filtered`
	}
	if len(f.Kinds) > 0 && !slices.ContainsFunc(f.Kinds, Kind.Grouped) {
		cond += ` AND n.lead` // all of them are: what is read in groups need not be walked through
	}
	return cond, args
}

func kindNames(kinds []Kind) []string {
	names := make([]string, len(kinds))
	for n, k := range kinds {
		names[n] = string(k)
	}
	return names
}

// listMost is the longest page of notices.
const listMost = 80

// rounds bounds how often List reads on to fill a page of which it hides some.
const rounds = 5

// row is a notice as it is stored.
type row struct {
	id, from, subject, post, act id.ID
	kind                         Kind
	at                           time.Time
	span                         int64
	held                         bool
}

// key is the group that the row is in.
func (n *row) key() GroupKey {
	if n.span == 0 {
		return GroupKey{Alone: n.id}
	}
	return GroupKey{Kind: n.kind, Post: n.post, Span: n.span}
}

const columns = `n.id, n.kind, n.from_id, n.subject, n.post_id, n.act_id, n.created_at, n.span, n.filtered`

func scan(r db.Row) (n row, err error) {
	var at int64
	err = r.Scan(&n.id, &n.kind, &n.from, &n.subject, &n.post, &n.act, &at, &n.span, &n.held)
	n.at = db.Time(at)
	return n, err
}

// List gives the viewer's notices, newest first: those of accounts and posts
// that the viewer may see now, and does not mute.
func (s *Service) List(ctx context.Context, v account.Viewer, f Filter, p db.Page) ([]*Notice, error) {
	if !v.SignedIn() {
		return nil, signIn()
	}
	p.Most = listMost
	size := p.Size()
	var list []*Notice
	for range rounds {
		rows, err := s.page(ctx, v, f, p)
		if err != nil {
			return nil, err
		}
		found, err := s.seen(ctx, v, rows)
		if err != nil {
			return nil, err
		}
		if p.Min != 0 {
			list = append(found, list...) // each round lies above the one before
			list = list[max(0, len(list)-size):]
		} else {
			list = append(list, found...)
			list = list[:min(size, len(list))]
		}
		if len(rows) < size || len(list) == size {
			break
		}
		if p.Min != 0 {
			p.Min = rows[0].id
		} else {
			p.Max = rows[len(rows)-1].id
		}
	}
	return list, nil
}

// Get is one notice of the viewer's; problem.NotFound if there is none to see.
func (s *Service) Get(ctx context.Context, v account.Viewer, i id.ID) (*Notice, error) {
	if !v.SignedIn() {
		return nil, signIn()
	}
	rows, err := db.All(s.d.Read(ctx), scan, `SELECT `+columns+` FROM notice n WHERE n.id = $1 AND n.account_id = $2`, i, v.ID())
	if err != nil {
		return nil, fmt.Errorf("read a notice: %w", err)
	}
	found, err := s.seen(ctx, v, rows)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, problem.NotFound("notice")
	}
	return found[0], nil
}

func (s *Service) page(ctx context.Context, v account.Viewer, f Filter, p db.Page) ([]row, error) {
	filter, args := f.sql(2)
	args = append([]any{v.ID()}, args...)
	cond, more, tail := p.SQL("n.id", len(args)+1)
	rows, err := db.All(s.d.Read(ctx), scan, `SELECT `+columns+` FROM notice n WHERE n.account_id = $1`+filter+` AND `+cond+tail, append(args, more...)...)
	if err != nil {
		return nil, fmt.Errorf("list notices: %w", err)
	}
	return db.Newest(p, rows), nil
}

// seen makes notices of those rows that the viewer may see; countUnread counts by
// the same rule.
func (s *Service) seen(ctx context.Context, v account.Viewer, rows []row) ([]*Notice, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	set, err := s.Relations.Of(ctx, v.ID())
	if err != nil {
		return nil, err
	}
	r, _, err := s.read.Get(ctx, v.ID())
	if err != nil {
		return nil, err
	}
	from, posts, err := s.around(ctx, v, set, rows)
	if err != nil {
		return nil, err
	}
	list := make([]*Notice, 0, len(rows))
	for _, n := range rows {
		a, p := from[n.from], posts[n.post]
		if a == nil || !a.Shown() || set.ApartFrom(a) || set.MutesNotices(n.from) || n.post != 0 && p == nil {
			continue
		}
		list = append(list, &Notice{ID: n.id, Kind: n.kind, From: a, Subject: n.subject, ActID: n.act, Post: p,
			Group: n.key(), CreatedAt: n.at, Unread: n.id > r.last && !n.held, Filtered: n.held})
	}
	return list, nil
}

// around is what the rows speak of: accounts, and posts that the viewer may see.
func (s *Service) around(ctx context.Context, v account.Viewer, set *relation.Set, rows []row) (map[id.ID]*account.Account, map[id.ID]*post.Entry, error) {
	var accounts, posts []id.ID
	for _, n := range rows {
		accounts = append(accounts, n.from)
		if n.post != 0 {
			posts = append(posts, n.post)
		}
	}
	from, err := s.Accounts.Many(ctx, accounts)
	if err != nil {
		return nil, nil, err
	}
	entries, err := s.Posts.Cached(ctx, posts)
	if err != nil {
		return nil, nil, err
	}
	visible := make(map[id.ID]*post.Entry, len(entries))
	for _, e := range entries {
		if e.Visible(v, set) {
			visible[e.Post.ID] = e
		}
	}
	return from, visible, nil
}

// Dismiss takes one of the viewer's notices away; problem.NotFound if there is
// none.
func (s *Service) Dismiss(ctx context.Context, v account.Viewer, i id.ID) error {
	if !v.SignedIn() {
		return signIn()
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		n, err := s.take(tx, `id = $1 AND account_id = $2`, i, v.ID())
		if err == nil && n == 0 {
			err = problem.NotFound("notice")
		}
		return err
	})
}

// Clear takes all of the viewer's notices away that there are now.
func (s *Service) Clear(ctx context.Context, v account.Viewer) error {
	if !v.SignedIn() {
		return signIn()
	}
	return s.takeAll(ctx, `account_id = $1 AND id <= $2`, v.ID(), s.ids.New())
}
