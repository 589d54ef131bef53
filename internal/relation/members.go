package relation

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// InList is a page of who is in a list of the viewer's, who was added last first;
// a page may have all of them. problem.NotFound for all other lists.
func (s *Service) InList(ctx context.Context, v account.Viewer, list id.ID, p db.Page) ([]Entry, error) {
	if _, err := s.List(ctx, v, list); err != nil {
		return nil, err
	}
	return s.list(ctx, 0, "list_member", "account_id", "list_id", list, p)
}

// AddToList puts accounts that the viewer follows or asked to follow, or its own,
// into one of its lists: all of them or none. problem.NotFound for a list of
// somebody else and for an account that is not followed; problem.Conflict for one
// that is in it already, and when there would be more than MembersMost.
func (s *Service) AddToList(ctx context.Context, v account.Viewer, list id.ID, accounts []id.ID) error {
	accounts = slices.Compact(slices.Sorted(slices.Values(accounts)))
	if len(accounts) > MembersMost {
		return errFull
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if _, err := ownList(tx, v, list); err != nil || len(accounts) == 0 {
			return err
		}
		if err := areFollowed(tx, v.ID(), accounts); err != nil {
			return err
		}
		var n int
		if err := tx.QueryRow(`SELECT count(*) FROM list_member WHERE list_id = $1`, int64(list)).Scan(&n); err != nil {
			return fmt.Errorf("count who is in a list: %w", err)
		}
		if n+len(accounts) > MembersMost {
			return errFull
		}
		for some := range slices.Chunk(accounts, 50) {
			if err := s.insertMembers(tx, list, v.ID(), some); err != nil {
				return err
			}
		}
		return event.Emit(s.hub, tx, ListChanged{ListID: list, AccountID: v.ID()})
	})
}

var errFull = problem.Conflict("account_ids", "A list has at most %d accounts.", MembersMost)

// areFollowed answers problem.NotFound unless owner follows, or asked to follow,
// each of the accounts, itself aside; that stays so until tx ends.
func areFollowed(tx *db.Tx, owner id.ID, accounts []id.ID) error {
	followed := map[id.ID]bool{owner: true}
	for _, table := range []string{"follow", "follow_request"} {
		in, args := db.In(2, accounts)
		query := `SELECT followee_id FROM ` + table + ` WHERE follower_id = $1 AND followee_id IN ` + in + ` ORDER BY followee_id`
		if tx.Engine() == db.Postgres {
			query += " FOR SHARE"
		}
		ids, err := db.All(tx, scanID, query, append([]any{int64(owner)}, args...)...)
		if err != nil {
			return fmt.Errorf("look who is followed: %w", err)
		}
		for _, i := range ids {
			followed[i] = true
		}
	}
	for _, i := range accounts {
		if !followed[i] {
			return problem.NotFound("account")
		}
	}
	return nil
}

func (s *Service) insertMembers(tx *db.Tx, list, owner id.ID, accounts []id.ID) error {
	rows := make([]string, len(accounts))
	var args []any
	for n, a := range accounts {
		rows[n] = fmt.Sprintf("($%d,$%d,$%d,$%d)", 4*n+1, 4*n+2, 4*n+3, 4*n+4)
		args = append(args, int64(s.ids.New()), int64(list), int64(owner), int64(a))
	}
	res, err := tx.Exec(`INSERT INTO list_member (id, list_id, owner_id, account_id) VALUES `+strings.Join(rows, ",")+`
		ON CONFLICT (list_id, account_id) DO NOTHING`, args...)
	if err != nil {
		return fmt.Errorf("add to a list: %w", err)
	}
	n, err := res.RowsAffected()
	if err == nil && n < int64(len(accounts)) {
		err = problem.Conflict("account_ids", "This account is in the list already.")
	}
	return err
}

// RemoveFromList takes accounts out of a list of the viewer's; those that are not
// in it do not matter. problem.NotFound for a list of somebody else.
func (s *Service) RemoveFromList(ctx context.Context, v account.Viewer, list id.ID, accounts []id.ID) error {
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if _, err := ownList(tx, v, list); err != nil {
			return err
		}
		in, args := db.In(2, accounts)
		_, err := tx.Exec(`DELETE FROM list_member WHERE list_id = $1 AND account_id IN `+in, append([]any{int64(list)}, args...)...)
		if err != nil {
			return fmt.Errorf("take out of a list: %w", err)
		}
		return event.Emit(s.hub, tx, ListChanged{ListID: list, AccountID: v.ID()})
	})
}

// unlist takes whom owner does not follow any more out of its lists.
func (s *Service) unlist(tx *db.Tx, owner, member id.ID) error {
	changed, err := db.All(tx, func(r db.Row) (e ListChanged, err error) { return e, r.Scan(&e.ListID, &e.AccountID) },
		`DELETE FROM list_member WHERE owner_id = $1 AND account_id = $2 RETURNING list_id, owner_id`, int64(owner), int64(member))
	if err != nil {
		return fmt.Errorf("take out of lists: %w", err)
	}
	return s.emitLists(tx, changed)
}

func (s *Service) emitLists(tx *db.Tx, changed []ListChanged) error {
	for _, e := range changed {
		if err := event.Emit(s.hub, tx, e); err != nil {
			return err
		}
	}
	return nil
}
