package relation

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// Entry is one account of a list, with the id that pages go by.
type Entry struct {
	ID      id.ID // of the relation: Page's ids are these
	Account *account.Account
	Until   time.Time // when a mute ends; zero for one that does not, and for all else
}

// listMost is the longest page of accounts.
const listMost = 80

// Requests are those who ask to follow the viewer, the newest first.
func (s *Service) Requests(ctx context.Context, v account.Viewer, p db.Page) ([]Entry, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to see who asks to follow you.")
	}
	return s.list(ctx, 0, "follow_request", "follower_id", "followee_id", v.ID(), p)
}

// requestsCounted is how far CountRequests counts.
const requestsCounted = 1000

// CountRequests is how many ask to follow the viewer; 1000 stands for that or
// more.
func (s *Service) CountRequests(ctx context.Context, v account.Viewer) (n int, err error) {
	if !v.SignedIn() {
		return 0, problem.Unauthorized("Sign in to see who asks to follow you.")
	}
	err = s.d.Read(ctx).QueryRow(`SELECT count(*) FROM (SELECT 1 FROM follow_request WHERE followee_id = $1 LIMIT $2) AS asking`,
		v.ID(), requestsCounted).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count requests to follow: %w", err)
	}
	return n, nil
}

// Followers are those who follow the account, the newest first; without those
// whom the viewer blocks or who block the viewer, and nobody where the account
// keeps that to itself.
func (s *Service) Followers(ctx context.Context, v account.Viewer, of id.ID, p db.Page) ([]Entry, error) {
	return s.unblocked(ctx, v, "follow", "follower_id", "followee_id", of, p)
}

// Following are those whom the account follows; else like Followers.
func (s *Service) Following(ctx context.Context, v account.Viewer, of id.ID, p db.Page) ([]Entry, error) {
	return s.unblocked(ctx, v, "follow", "followee_id", "follower_id", of, p)
}

// Blocks are those whom the viewer blocks, the newest first.
func (s *Service) Blocks(ctx context.Context, v account.Viewer, p db.Page) ([]Entry, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to see whom you block.")
	}
	return s.list(ctx, 0, "block", "target_id", "account_id", v.ID(), p)
}

// Mutes are those whom the viewer mutes, the newest first.
func (s *Service) Mutes(ctx context.Context, v account.Viewer, p db.Page) ([]Entry, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to see whom you mute.")
	}
	return s.list(ctx, 0, "mute", "target_id", "account_id", v.ID(), p)
}

// unblocked is list without those whom the viewer blocks or who block the
// viewer. problem.NotFound when the list's own account blocks the viewer.
func (s *Service) unblocked(ctx context.Context, v account.Viewer, table, column, by string, of id.ID, p db.Page) ([]Entry, error) {
	a, err := s.accounts.Get(ctx, of)
	if err != nil {
		return nil, err
	}
	if err := s.admits(ctx, v, of); err != nil || a.HidesNetwork && !v.Is(of) {
		return nil, err
	}
	return s.list(ctx, v.ID(), table, column, by, of, p)
}

// admits is problem.NotFound when an account blocks the viewer.
func (s *Service) admits(ctx context.Context, v account.Viewer, of id.ID) error {
	set, err := s.Of(ctx, v.ID())
	if err != nil {
		return err
	}
	if set.BlockedBy(of) {
		return problem.NotFound("account")
	}
	return nil
}

// list reads a page of table's column where by is of, without accounts that are
// not shown or are apart from viewer.
func (s *Service) list(ctx context.Context, viewer id.ID, table, column, by string, of id.ID, p db.Page) ([]Entry, error) {
	if p.Most == 0 {
		p.Most = listMost
	}
	cond, args, tail := p.SQL(table+".id", 4)
	until := "NULL"
	if table == "mute" {
		until = "mute.expires_at"
	}
	type row struct {
		id, account id.ID
		until       sql.NullInt64
	}
	rows, err := db.All(s.d.Read(ctx), func(r db.Row) (w row, err error) {
		err = r.Scan(&w.id, &w.account, &w.until)
		return w, err
	}, `SELECT `+table+`.id, account.id, CAST(`+until+` AS BIGINT) FROM `+table+` JOIN account ON account.id = `+table+`.`+column+`
		WHERE `+table+`.`+by+` = $1 AND account.state = 'active'
		AND NOT EXISTS (SELECT 1 FROM block AS b WHERE b.account_id = $2 AND b.target_id = account.id)
		AND NOT EXISTS (SELECT 1 FROM block AS b WHERE b.target_id = $3 AND b.account_id = account.id)
		AND `+cond+tail, append([]any{int64(of), int64(viewer), int64(viewer)}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", table, err)
	}
	ids := make([]id.ID, len(rows))
	for n, r := range rows {
		ids[n] = r.account
	}
	accounts, err := s.accounts.Many(ctx, ids)
	if err != nil {
		return nil, err
	}
	var list []Entry
	for _, r := range db.Newest(p, rows) {
		if a := accounts[r.account]; a != nil {
			e := Entry{ID: r.id, Account: a}
			if r.until.Valid {
				e.Until = db.Time(r.until.Int64)
			}
			list = append(list, e)
		}
	}
	return list, nil
}
