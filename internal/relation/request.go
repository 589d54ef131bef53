package relation

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

func (s *Service) request(tx *db.Tx, follower, followee id.ID, o FollowOptions, at time.Time) error {
	changed, err := changeFollow(tx, "follow_request", follower, followee, o)
	if changed || err != nil {
		return err
	}
	res, err := tx.Exec(`INSERT INTO follow_request (id, follower_id, followee_id, shares, notify, created_at)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (follower_id, followee_id) DO NOTHING`,
		int64(s.ids.New()), int64(follower), int64(followee), o.shares(), o.notify(), db.Millis(at))
	if err != nil {
		return fmt.Errorf("ask to follow: %w", err)
	}
	if n, err := res.RowsAffected(); n == 0 || err != nil {
		return err
	}
	return event.Emit(s.hub, tx, Requested{FollowerID: follower, FolloweeID: followee, At: at})
}

// takeRequest deletes the request and gives it; of many who accept and reject
// at once one gets it.
func takeRequest(tx *db.Tx, follower, followee id.ID) ([]follow, error) {
	taken, err := db.All(tx, func(r db.Row) (follow, error) {
		f := follow{follower: follower, followee: followee}
		return f, r.Scan(&f.shares, &f.notify)
	}, `DELETE FROM follow_request WHERE follower_id = $1 AND followee_id = $2 RETURNING shares, notify`,
		int64(follower), int64(followee))
	if err != nil {
		return nil, fmt.Errorf("end a request: %w", err)
	}
	return taken, nil
}

func (s *Service) endRequest(tx *db.Tx, follower, followee id.ID) (bool, error) {
	taken, err := takeRequest(tx, follower, followee)
	if len(taken) == 0 || err != nil {
		return false, err
	}
	return true, event.Emit(s.hub, tx, RequestEnded{FollowerID: follower, FolloweeID: followee})
}

// AcceptRequest lets from follow the viewer. problem.NotFound when there is no
// such request, or it was answered already.
func (s *Service) AcceptRequest(ctx context.Context, v account.Viewer, from id.ID) (Relationship, error) {
	return s.change(ctx, v, from, func(tx *db.Tx) error {
		if err := lockPair(tx, from, v.ID()); err != nil {
			return err
		}
		taken, err := takeRequest(tx, from, v.ID())
		if err != nil {
			return err
		}
		if len(taken) == 0 {
			return problem.NotFound("request")
		}
		return s.start(tx, taken[0], true, s.now())
	})
}

// RejectRequest ends from's request, who is not told. problem.NotFound when
// there is no such request, or it was answered already.
func (s *Service) RejectRequest(ctx context.Context, v account.Viewer, from id.ID) (Relationship, error) {
	return s.change(ctx, v, from, func(tx *db.Tx) error {
		ended, err := s.endRequest(tx, from, v.ID())
		if err == nil && !ended {
			err = problem.NotFound("request")
		}
		return err
	})
}

// Entry is one account of a list, with the id that pages go by.
type Entry struct {
	ID      id.ID // of the relation: Page's ids are these
	Account *account.Account
}

// listMost is the longest page of accounts.
const listMost = 80

// Requests are those who ask to follow the viewer, the newest first.
func (s *Service) Requests(ctx context.Context, v account.Viewer, p db.Page) ([]Entry, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to see who asks to follow you.")
	}
	return s.list(ctx, "follow_request", "follower_id", "followee_id", v.ID(), p)
}

// Followers are those who follow the account, the newest first; without those
// whom the viewer blocks or who block the viewer.
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
	return s.list(ctx, "block", "target_id", "account_id", v.ID(), p)
}

// Mutes are those whom the viewer mutes, the newest first.
func (s *Service) Mutes(ctx context.Context, v account.Viewer, p db.Page) ([]Entry, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to see whom you mute.")
	}
	return s.list(ctx, "mute", "target_id", "account_id", v.ID(), p)
}

func (s *Service) unblocked(ctx context.Context, v account.Viewer, table, column, by string, of id.ID, p db.Page) ([]Entry, error) {
	set, err := s.Of(ctx, v.ID())
	if err != nil {
		return nil, err
	}
	if set.BlockedBy(of) {
		return nil, problem.NotFound("account")
	}
	all, err := s.list(ctx, table, column, by, of, p)
	if err != nil {
		return nil, err
	}
	shown := all[:0]
	for _, e := range all {
		if !set.Apart(e.Account.ID) {
			shown = append(shown, e)
		}
	}
	return shown, nil
}

func (s *Service) list(ctx context.Context, table, column, by string, of id.ID, p db.Page) ([]Entry, error) {
	if p.Most == 0 {
		p.Most = listMost
	}
	cond, args, tail := p.SQL(table+".id", 2)
	type row struct{ id, account id.ID }
	rows, err := db.All(s.d.Read(ctx), func(r db.Row) (w row, err error) {
		err = r.Scan(&w.id, &w.account)
		return w, err
	}, `SELECT `+table+`.id, account.id FROM `+table+` JOIN account ON account.id = `+table+`.`+column+`
		WHERE `+table+`.`+by+` = $1 AND account.state = 'active' AND `+cond+tail, append([]any{int64(of)}, args...)...)
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
			list = append(list, Entry{r.id, a})
		}
	}
	return list, nil
}
