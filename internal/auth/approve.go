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
	return s.d.Update(ctx, func(tx *db.Tx) error { return s.ApproveIn(tx, i) })
}

// ApproveIn is Approve in the caller's transaction, without asking who wishes it.
func (s *Service) ApproveIn(tx *db.Tx, i id.ID) error {
	moved, err := s.accounts.MoveIn(tx, i, account.StatePending, account.StateActive, s.now())
	if err == nil && !moved {
		err = problem.NotFound("account")
	}
	return err
}

// Reject erases what they sent, and frees the name; for moderators.
// problem.NotFound when they do not wait (any more).
func (s *Service) Reject(ctx context.Context, v account.Viewer, i id.ID) error {
	if !v.Moderates() {
		return problem.Forbidden("Only moderators may do this.")
	}
	return s.d.Update(ctx, func(tx *db.Tx) error { return s.RejectIn(tx, i) })
}

// RejectIn is Reject in the caller's transaction, without asking who wishes it.
func (s *Service) RejectIn(tx *db.Tx, i id.ID) error {
	erased, err := s.accounts.EraseUnusedIn(tx, i, account.StatePending)
	if err != nil {
		return err
	}
	if !erased {
		return problem.NotFound("account")
	}
	return s.eraseLogin(tx, i)
}

// Login is how an account signs in, as far as moderators are shown it.
type Login struct {
	Email     string
	Confirmed bool
	Reason    string // why they wish to join
}

// Logins are those of accounts that have one, whoever asks: the caller knows
// that a moderator does, or mails the account itself.
func (s *Service) Logins(ctx context.Context, ids []id.ID) (map[id.ID]Login, error) {
	return LoginsIn(s.d.Read(ctx), ids)
}

// LoginsIn is Logins inside a transaction.
func LoginsIn(r db.Reader, ids []id.ID) (map[id.ID]Login, error) {
	in, args := db.In(1, ids)
	found := map[id.ID]Login{}
	_, err := db.All(r, func(row db.Row) (struct{}, error) {
		var i id.ID
		var l Login
		err := row.Scan(&i, &l.Email, &l.Confirmed, &l.Reason)
		found[i] = l
		return struct{}{}, err
	}, `SELECT account_id, email, confirmed_at IS NOT NULL, reason FROM login WHERE account_id IN `+in, args...)
	if err != nil {
		return nil, fmt.Errorf("read logins: %w", err)
	}
	return found, nil
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
