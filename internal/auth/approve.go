package auth

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// Applicant is somebody who waits to be let in.
type Applicant struct {
	ID       id.ID // the account's
	Username string
	Name     string
	Kind     account.Kind
	Email    string
	Reason   string
	At       time.Time
}

// Pending are those who wait, the newest first; for moderators.
func (s *Service) Pending(ctx context.Context, v account.Viewer, p db.Page) ([]Applicant, error) {
	if !v.Moderates() {
		return nil, problem.Forbidden("Only moderators may do this.")
	}
	cond, args, tail := p.SQL("account.id", 1)
	rows, err := db.All(s.d.Read(ctx), func(r db.Row) (a Applicant, err error) {
		err = r.Scan(&a.ID, &a.Username, &a.Name, &a.Kind, &a.Email, &a.Reason)
		a.At = a.ID.Time()
		return a, err
	}, `SELECT account.id, account.username, account.name, account.kind, login.email, login.reason
		FROM account JOIN login ON login.account_id = account.id WHERE account.state = 'pending' AND `+cond+tail, args...)
	if err != nil {
		return nil, fmt.Errorf("list who waits: %w", err)
	}
	return db.Newest(p, rows), nil
}

// Approve lets somebody in; for moderators. problem.NotFound when they do not
// wait (any more).
func (s *Service) Approve(ctx context.Context, v account.Viewer, i id.ID) error {
	if !v.Moderates() {
		return problem.Forbidden("Only moderators may do this.")
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		moved, err := s.accounts.MoveIn(tx, i, account.StatePending, account.StateActive, s.now())
		if err == nil && !moved {
			err = problem.NotFound("account")
		}
		return err
	})
}

// Reject erases what they sent, and frees the name; for moderators.
// problem.NotFound when they do not wait (any more).
func (s *Service) Reject(ctx context.Context, v account.Viewer, i id.ID) error {
	if !v.Moderates() {
		return problem.Forbidden("Only moderators may do this.")
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		erased, err := s.accounts.EraseUnusedIn(tx, i, account.StatePending)
		if err != nil {
			return err
		}
		if !erased {
			return problem.NotFound("account")
		}
		return s.eraseLogin(tx, i)
	})
}

// eraseLogin erases all by which an account could sign in, and an app act for it.
func (s *Service) eraseLogin(tx *db.Tx, i id.ID) error {
	for _, table := range []string{"login", "mail_token", "app_code"} {
		if _, err := tx.Exec(`DELETE FROM `+table+` WHERE account_id = $1`, int64(i)); err != nil {
			return fmt.Errorf("erase from %s: %w", table, err)
		}
	}
	_, err := s.revokeIn(tx, `DELETE FROM token WHERE account_id = $1 RETURNING hash`, int64(i))
	return err
}
