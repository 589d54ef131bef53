package notice

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/problem"
)

// Request is what one sender's notices wait in until the account accepts the
// sender or lets them go.
type Request struct {
	ID        id.ID // the first notice's that waits
	From      *account.Account
	Notices   int
	Last      *post.Entry // the newest post among what waits, nil for none
	CreatedAt time.Time
	ChangedAt time.Time
}

// requestMost is how many requests are accepted or dismissed at once.
const requestMost = 100

// requestRow is a request as the rows of its notices say.
type requestRow struct {
	id, last, from id.ID
	notices        int
	lastPosted     id.ID // notice
}

// requestSQL are an account's requests; the condition that follows is about
// what is held of a sender.
const requestSQL = `SELECT r.first, r.last, r.from_id, r.held, r.posted FROM (SELECT MIN(n.id) AS first, MAX(n.id) AS last, n.from_id,
	COUNT(*) AS held, MAX(CASE WHEN n.post_id IS NULL THEN 0 ELSE n.id END) AS posted
	FROM notice n WHERE n.account_id = $1 AND n.filtered GROUP BY n.from_id) AS r WHERE `

func scanRequest(r db.Row) (q requestRow, err error) {
	return q, r.Scan(&q.id, &q.last, &q.from, &q.notices, &q.lastPosted)
}

// Requests are the viewer's, the newest first. A thousand notices may wait for an
// account, so that all are grouped for each page.
func (s *Service) Requests(ctx context.Context, v account.Viewer, p db.Page) ([]*Request, error) {
	if !v.SignedIn() {
		return nil, signIn()
	}
	p.Most = listMost
	cond, more, tail := p.SQL("r.first", 2)
	rows, err := db.All(s.d.Read(ctx), scanRequest, requestSQL+cond+tail, append([]any{v.ID()}, more...)...)
	if err != nil {
		return nil, fmt.Errorf("list requests: %w", err)
	}
	return s.requests(ctx, v, db.Newest(p, rows))
}

// Request is one of the viewer's, by the id of any notice that waits in it;
// problem.NotFound.
func (s *Service) Request(ctx context.Context, v account.Viewer, i id.ID) (*Request, error) {
	if !v.SignedIn() {
		return nil, signIn()
	}
	rows, err := db.All(s.d.Read(ctx), scanRequest, requestSQL+`r.from_id = (SELECT from_id FROM notice WHERE id = $2 AND account_id = $3 AND filtered)`,
		v.ID(), i, v.ID())
	if err != nil {
		return nil, fmt.Errorf("read a request: %w", err)
	}
	list, err := s.requests(ctx, v, rows)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, problem.NotFound("request")
	}
	return list[0], nil
}

// requests leaves those out whose sender is gone, blocked or muted.
func (s *Service) requests(ctx context.Context, v account.Viewer, rows []requestRow) ([]*Request, error) {
	var posted []id.ID
	for _, r := range rows {
		if r.lastPosted != 0 {
			posted = append(posted, r.lastPosted)
		}
	}
	in, args := db.In(1, posted)
	shown, err := db.All(s.d.Read(ctx), scan, `SELECT `+columns+` FROM notice n WHERE n.id IN `+in, args...)
	if err != nil {
		return nil, fmt.Errorf("read what waits: %w", err)
	}
	set, err := s.Relations.Of(ctx, v.ID())
	if err != nil {
		return nil, err
	}
	_, posts, err := s.around(ctx, v, set, shown)
	if err != nil {
		return nil, err
	}
	post := make(map[id.ID]id.ID, len(shown)) // by notice
	for _, n := range shown {
		post[n.id] = n.post
	}
	var senders []id.ID
	for _, r := range rows {
		senders = append(senders, r.from)
	}
	from, err := s.Accounts.Many(ctx, senders)
	if err != nil {
		return nil, err
	}
	list := make([]*Request, 0, len(rows))
	for _, r := range rows {
		a := from[r.from]
		if a == nil || !a.Shown() || set.ApartFrom(a) || set.MutesNotices(r.from) {
			continue
		}
		list = append(list, &Request{ID: r.id, From: a, Notices: r.notices, Last: posts[post[r.lastPosted]], CreatedAt: r.id.Time(), ChangedAt: r.last.Time()})
	}
	return list, nil
}

// senders are whose requests these are; those that are none any more are left
// out.
func (s *Service) senders(ctx context.Context, v account.Viewer, requests []id.ID) ([]id.ID, error) {
	if len(requests) > requestMost {
		return nil, problem.Invalid("id", "At most %d ids are possible.", requestMost)
	}
	in, args := db.In(2, requests)
	from, err := db.All(s.d.Read(ctx), db.ScanID, `SELECT DISTINCT from_id FROM notice WHERE account_id = $1 AND filtered AND id IN `+in+` ORDER BY from_id`,
		append([]any{v.ID()}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("find requests: %w", err)
	}
	return from, nil
}

// Accept lets the notices of these requests in, and all that their senders do
// from now on. It answers how many there were, of those asked for.
func (s *Service) Accept(ctx context.Context, v account.Viewer, requests []id.ID) (int, error) {
	return s.settle(ctx, v, requests, s.accept)
}

// DismissRequests lets what waits in these requests go, and answers how many
// there were, of those asked for.
func (s *Service) DismissRequests(ctx context.Context, v account.Viewer, requests []id.ID) (int, error) {
	return s.settle(ctx, v, requests, func(ctx context.Context, v account.Viewer, from id.ID) error {
		return s.takeAll(ctx, `account_id = $1 AND from_id = $2 AND filtered`, v.ID(), from)
	})
}

func (s *Service) settle(ctx context.Context, v account.Viewer, requests []id.ID, do func(context.Context, account.Viewer, id.ID) error) (int, error) {
	if !v.SignedIn() {
		return 0, signIn()
	}
	from, err := s.senders(ctx, v, requests)
	if err != nil {
		return 0, err
	}
	for n, f := range from {
		if err := do(ctx, v, f); err != nil {
			return n, err
		}
	}
	return len(from), nil
}
