package auth

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/netip"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/mail"
	"goodturn/internal/problem"
)

// RequestReset mails a link by which to choose a new password, if the address is
// known; the answer is the same if not, and so is the work: a mail to no account
// is written and not sent. problem.Invalid, problem.TooMany.
func (s *Service) RequestReset(ctx context.Context, email string, c Client) error {
	email, err := address("email", email)
	if err != nil {
		return err
	}
	if !s.throttle.allow(perAskMail, prefix(c.Addr)) {
		return tooMany()
	}
	if !s.throttle.allow(perMail, db.Fold(email)) {
		return nil // they have mails enough
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		l, err := db.One(tx, scanLogin, loginQuery+`login.email_folded = $1`, db.Fold(email))
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("find a login: %w", err)
		}
		return s.mailIn(tx, purposeReset, l.account, l.email, resetLife)
	})
}

// askConfirm mails the link to confirm an address once more.
func (s *Service) askConfirm(ctx context.Context, i id.ID, email string) error {
	if !s.throttle.allow(perMail, db.Fold(email)) {
		return nil
	}
	return s.d.Update(ctx, func(tx *db.Tx) error { return s.mailIn(tx, purposeConfirm, i, email, confirmLife) })
}

// ConfirmAgain mails the link to confirm the address of a token's account once
// more; where no mail goes out, because the address was known, the answer is the
// same. problem.Forbidden when nothing is to be confirmed.
func (s *Service) ConfirmAgain(ctx context.Context, t *Token) error {
	if t.Account == nil || t.Account.State != account.StateUnconfirmed {
		return problem.Forbidden("This method is only available while the e-mail is awaiting confirmation")
	}
	l, err := db.One(s.d.Read(ctx), scanLogin, loginQuery+`login.account_id = $1`, int64(t.AccountID))
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read a login: %w", err)
	}
	return s.askConfirm(ctx, l.account, l.email)
}

// Reset is the POST of the link that was mailed: a new password, the address
// confirmed, since a mail to it was read, and an end to all by which somebody
// else may have come in: sessions, the leave that programs had, and links that
// are under way to another address. An account that waited to be confirmed may
// be the work of somebody who only knew the address. device is for the cookie of
// Session.Device: who reads the mails signs in from here, however many try
// elsewhere to guess. problem.Gone when the link was used or has expired,
// problem.Invalid on password.
func (s *Service) Reset(ctx context.Context, token, password string) (device string, err error) {
	hashed, err := s.hasher.make(ctx, password)
	if err != nil {
		return "", err
	}
	err = s.d.Update(ctx, func(tx *db.Tx) error {
		m, err := s.useMailToken(tx, purposeReset, token)
		if err != nil {
			return err
		}
		res, err := tx.Exec(`UPDATE login SET confirmed_at = COALESCE(confirmed_at, CAST($1 AS BIGINT)) WHERE account_id = $2 AND email_folded = $3`,
			db.Millis(s.now()), int64(m.account), db.Fold(m.email))
		if err != nil {
			return fmt.Errorf("confirm an address: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, errGone()) // the account has another address by now
		}
		if err := s.endLeave(tx, m.account); err != nil {
			return err
		}
		if _, err := s.accounts.MoveIn(tx, m.account, account.StateUnconfirmed, account.StateActive, s.now()); err != nil {
			return err
		}
		device = s.newDevice(m.account)
		return s.setPassword(tx, m.account, hashed)
	})
	if err != nil {
		return "", err
	}
	return device, nil
}

// endLeave ends what programs may do as an account, and the links that were
// mailed for it; what it is told by mail without a link is told still. Codes go
// before tokens: one that is being exchanged has its token by then.
func (s *Service) endLeave(tx *db.Tx, i id.ID) error {
	for _, q := range []string{
		`DELETE FROM mail_token WHERE account_id = $1 AND purpose IN ('` + purposeConfirm + `', '` + purposeReset + `')`,
		`DELETE FROM app_code WHERE account_id = $1`,
	} {
		if _, err := tx.Exec(q, int64(i)); err != nil {
			return fmt.Errorf("end what was given leave: %w", err)
		}
	}
	_, err := s.revokeIn(tx, `DELETE FROM token WHERE account_id = $1 RETURNING hash`, int64(i))
	return err
}

// setPassword ends all sessions.
func (s *Service) setPassword(tx *db.Tx, i id.ID, hashed string) error {
	_, err := tx.Exec(`UPDATE login SET password = $1, changed_at = $2 WHERE account_id = $3`, hashed, db.Millis(s.now()), int64(i))
	if err != nil {
		return fmt.Errorf("set a password: %w", err)
	}
	return s.endSessions(tx, i)
}

// ChangePassword ends all sessions, the viewer's own too: sign in again with the
// new one. Tokens stay: who knew the old password gave them, and has them listed
// to be taken away one by one. problem.Forbidden when old is not right.
func (s *Service) ChangePassword(ctx context.Context, v account.Viewer, old, password string) error {
	if err := checkPassword(password); err != nil {
		return err
	}
	if err := s.prove(ctx, v, old); err != nil {
		return err
	}
	hashed, err := s.hasher.make(ctx, password)
	if err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error { return s.setPassword(tx, v.ID(), hashed) })
}

// ChangeEmail mails a link to the new address; Confirm with it makes the change,
// and tells the old address. An address of another account gets a mail that says
// so instead, and the answer is the same. problem.Forbidden when the password is
// not right.
func (s *Service) ChangeEmail(ctx context.Context, v account.Viewer, password, email string) error {
	email, err := address("email", email)
	if err != nil {
		return err
	}
	if err := s.prove(ctx, v, password); err != nil {
		return err
	}
	if _, err := s.screen(ctx, email, netip.Addr{}); err != nil {
		return err
	}
	if !s.throttle.allow(perMail, db.Fold(email)) {
		return tooMany()
	}
	return s.d.Update(ctx, func(tx *db.Tx) error { return s.mailIn(tx, purposeConfirm, v.ID(), email, confirmLife) })
}

// Email is the viewer's own address, which nobody else is shown.
func (s *Service) Email(ctx context.Context, v account.Viewer) (string, error) {
	l, err := s.own(ctx, v)
	return l.email, err
}

// Delete deletes the viewer's account for good. problem.Forbidden when the
// password is not right, or while somebody must first take over what is theirs.
func (s *Service) Delete(ctx context.Context, v account.Viewer, password string) error {
	if err := s.prove(ctx, v, password); err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error { return s.accounts.DeleteIn(tx, v.ID(), s.now()) })
}

// prove asks for the viewer's password again.
func (s *Service) prove(ctx context.Context, v account.Viewer, password string) error {
	l, err := s.own(ctx, v)
	if err != nil {
		return err
	}
	if !s.throttle.allow(perDevice, "prove "+v.ID().String()) {
		return tooMany()
	}
	right, err := s.hasher.check(ctx, l.password, password)
	if err != nil {
		return err
	}
	if !right {
		return &problem.Error{Kind: problem.KindForbidden, Field: "password", Format: "This password is not right."}
	}
	return nil
}

func (s *Service) own(ctx context.Context, v account.Viewer) (loginRow, error) {
	if !v.SignedIn() {
		return loginRow{}, problem.Unauthorized("Sign in to do this.")
	}
	l, err := db.One(s.d.Read(ctx), scanLogin, loginQuery+`login.account_id = $1`, int64(v.ID()))
	if errors.Is(err, sql.ErrNoRows) {
		return l, problem.Forbidden("This account has no password.")
	}
	if err != nil {
		return l, fmt.Errorf("read a login: %w", err)
	}
	return l, nil
}

// mailboxMost is how many accounts of one mailbox are looked at.
const mailboxMost = 100

// AccountsOfIn are the accounts whose addresses lead to the same mailbox as that
// one, confirmed or not, the oldest first. Who asks tells nobody what they were.
func AccountsOfIn(r db.Reader, email string) ([]id.ID, error) {
	list, err := db.All(r, db.ScanID, `SELECT account_id FROM login WHERE mailbox = $1 ORDER BY account_id LIMIT $2`, mail.Mailbox(email), mailboxMost)
	if err != nil {
		return nil, fmt.Errorf("find logins: %w", err)
	}
	return list, nil
}

// FillMailboxes notes the mailboxes of logins from before they were kept; before the
// start.
func (s *Service) FillMailboxes(ctx context.Context) error {
	const batch = 500
	type login struct {
		account id.ID
		email   string
	}
	return s.d.UpdateUntil(ctx, func(tx *db.Tx) (bool, error) {
		list, err := db.All(tx, func(row db.Row) (l login, err error) { return l, row.Scan(&l.account, &l.email) },
			`SELECT account_id, email FROM login WHERE mailbox = '' LIMIT $1`, batch)
		if err != nil {
			return false, fmt.Errorf("find logins without a mailbox: %w", err)
		}
		for _, l := range list {
			if _, err := tx.Exec(`UPDATE login SET mailbox = $1 WHERE account_id = $2`, mail.Mailbox(l.email), l.account); err != nil {
				return false, fmt.Errorf("note a mailbox: %w", err)
			}
		}
		return len(list) == batch, nil
	})
}
