package auth

import (
	"context"
	"database/sql"
	"errors"
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

// Applied tells of somebody new who waits to be let in.
type Applied struct {
	ID id.ID
	At time.Time
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
		FROM account JOIN login ON login.account_id = account.id WHERE account.state <> 'active' AND account.state = 'pending' AND `+cond+tail, args...)
	if err != nil {
		return nil, fmt.Errorf("list who waits: %w", err)
	}
	return db.Newest(p, rows), nil
}

// ApproveIn lets somebody in who waits, in the caller's transaction and without
// asking who wishes it. Whose address is not confirmed yet, where mail reaches
// people, has yet to do that, by a link that is mailed once more. problem.NotFound
// when they do not wait (any more), and for a name that SignUp holds back.
func (s *Service) ApproveIn(tx *db.Tx, i id.ID) error {
	l, err := db.One(tx, scanLogin, loginQuery+`login.account_id = $1`, int64(i))
	if errors.Is(err, sql.ErrNoRows) {
		return problem.NotFound("account")
	}
	if err != nil {
		return fmt.Errorf("read a login: %w", err)
	}
	to := account.StateActive
	if !l.confirmed && s.mailer.Delivers() {
		to = account.StateUnconfirmed
	}
	moved, err := s.accounts.MoveIn(tx, i, account.StatePending, to, s.now())
	switch {
	case err != nil:
		return err
	case !moved:
		return problem.NotFound("account")
	case to == account.StateUnconfirmed:
		return s.mailIn(tx, purposeConfirm, i, l.email, confirmLife)
	}
	return nil
}

// RejectIn erases what somebody who waits sent, and frees the name, in the
// caller's transaction and without asking who wishes it. problem.NotFound when
// they do not wait (any more).
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
	for _, table := range []string{"login", "mail_token"} {
		if _, err := tx.Exec(`DELETE FROM `+table+` WHERE account_id = $1`, int64(i)); err != nil {
			return fmt.Errorf("erase from %s: %w", table, err)
		}
	}
	return s.endLeave(tx, i)
}
