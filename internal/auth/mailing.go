package auth

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/mail"
	"goodturn/internal/problem"
)

// The purposes of a row of mail_token. A row waits to be sent; only then does
// it get its secret, so that no secret lies in the queue of jobs.
const (
	purposeConfirm = "confirm"
	purposeReset   = "reset"
	purposeKnown   = "known"   // somebody signed up with an address that is known
	purposeChanged = "changed" // told to the address that was
)

type mailToken struct {
	account id.ID
	email   string
}

func scanMailToken(r db.Row) (m mailToken, err error) {
	err = r.Scan(&m.account, &m.email)
	return m, err
}

// MailArgs is the job that sends one of this room's mails.
type MailArgs struct {
	Purpose   string `json:"purpose"`
	AccountID id.ID  `json:"account_id"`
	Next      string `json:"next,omitempty"` // see SignUp
}

// Kind names the job.
func (MailArgs) Kind() string { return "mail_send" }

// mailIn is mailTo for a link that leads nowhere else.
func (s *Service) mailIn(tx *db.Tx, purpose string, to id.ID, email string, life time.Duration) error {
	return s.mailTo(tx, MailArgs{Purpose: purpose, AccountID: to}, email, life)
}

// mailTo has a mail sent after the commit, in place of an earlier one of that
// purpose, whose link ends.
func (s *Service) mailTo(tx *db.Tx, args MailArgs, email string, life time.Duration) error {
	waiting := hashOf(newSecret())
	_, err := tx.Exec(`INSERT INTO mail_token (hash, purpose, account_id, email, expires_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (account_id, purpose) DO UPDATE SET hash = excluded.hash, email = excluded.email, expires_at = excluded.expires_at`,
		waiting[:], args.Purpose, int64(args.AccountID), email, db.Millis(s.now().Add(life)))
	if err != nil {
		return fmt.Errorf("prepare a mail: %w", err)
	}
	return s.jobs.Enqueue(tx, args)
}

// tellKnown mails whoever has the address that somebody tried to sign up with it.
func (s *Service) tellKnown(tx *db.Tx, email string) error {
	l, err := db.One(tx, scanLogin, loginQuery+`login.email_folded = $1`, db.Fold(email))
	if errors.Is(err, sql.ErrNoRows) {
		return nil // deleted a moment ago
	}
	if err != nil {
		return fmt.Errorf("find a login: %w", err)
	}
	return s.mailIn(tx, purposeKnown, l.account, l.email, noticeLife)
}

// useMailToken takes a link's secret; of many callers at once one gets it.
func (s *Service) useMailToken(tx *db.Tx, purpose, secret string) (mailToken, error) {
	h := hashOf(secret)
	m, err := db.One(tx, scanMailToken, `DELETE FROM mail_token WHERE hash = $1 AND purpose = $2 AND expires_at > $3
		RETURNING account_id, email`, h[:], purpose, db.Millis(s.now()))
	if errors.Is(err, sql.ErrNoRows) {
		return m, errGone()
	}
	if err != nil {
		return m, fmt.Errorf("use a link: %w", err)
	}
	return m, nil
}

func errGone() error {
	return problem.Gone("This link was used already, or has expired. Ask for a new one.")
}

// SendMail is the job: it makes the link's secret, and sends it. When it is run
// again, the link of the last mail holds.
func (s *Service) SendMail(ctx context.Context, args MailArgs) error {
	secret := newSecret()
	h := hashOf(secret)
	var m mailToken
	err := s.d.Update(ctx, func(tx *db.Tx) (err error) {
		m, err = db.One(tx, scanMailToken, `UPDATE mail_token SET hash = $1 WHERE account_id = $2 AND purpose = $3 AND expires_at > $4
			RETURNING account_id, email`, h[:], int64(args.AccountID), args.Purpose, db.Millis(s.now()))
		return err
	})
	if errors.Is(err, sql.ErrNoRows) || err == nil && m.account == 0 {
		return nil // taken back in the meantime, or to no account: see RequestReset
	}
	if err != nil {
		return fmt.Errorf("prepare a mail: %w", err)
	}
	a, err := s.accounts.Get(ctx, m.account)
	if err != nil {
		return err
	}
	message, err := s.write(ctx, args, a, m.email, secret)
	if err != nil {
		return err
	}
	if err := s.mailer.Send(ctx, message); err != nil && !mail.Permanent(err) {
		return err
	} else if err != nil {
		s.config.Log.WarnContext(ctx, "auth: a mail was refused for good", "purpose", args.Purpose, "account", a.ID, "err", err)
	}
	if args.Purpose == purposeConfirm || args.Purpose == purposeReset {
		return nil
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM mail_token WHERE hash = $1`, h[:])
		return err
	})
}

func (s *Service) write(ctx context.Context, args MailArgs, a *account.Account, email, secret string) (mail.Message, error) {
	p := lang.Match("", a.Language)
	link := func(path string) string { return s.config.URL + path + "?token=" + url.QueryEscape(secret) }
	m := mail.Message{To: email}
	switch args.Purpose {
	case purposeConfirm:
		other, err := s.anothers(ctx, a.ID, email)
		if err != nil {
			return m, err
		}
		if other {
			return s.write(ctx, MailArgs{Purpose: purposeKnown}, a, email, secret)
		}
		confirm := link("/confirm")
		if args.Next != "" {
			confirm += "&next=" + url.QueryEscape(args.Next)
		}
		m.Subject = p.T("Confirm your address")
		m.Text = p.T("Hello %s,\n\nwelcome to %s. Please confirm that this is your address:\n\n%s\n\nThe link holds for three days. If this was not you, leave it; nothing happens then.",
			a.Title(), s.config.Name, confirm)
	case purposeReset:
		m.Subject = p.T("Choose a new password")
		m.Text = p.T("Hello %s,\n\nyou can choose a new password for %s here:\n\n%s\n\nThe link holds for one hour and works once. If you did not ask for it, leave it; your password stays as it is.",
			a.Title(), s.config.Name, link("/reset"))
	case purposeKnown:
		m.Subject = p.T("You have an account already")
		m.Text = p.T("Hello,\n\nsomebody, probably you, wanted to use this address at %s, and it has an account there already. You can sign in, or ask for a new password:\n\n%s\n\nIf this was not you, there is nothing to do.",
			s.config.Name, s.config.URL+"/reset")
	case purposeChanged:
		m.Subject = p.T("Your address was changed")
		m.Text = p.T("Hello %s,\n\nyour account at %s has a new mail address, and this one no longer belongs to it. If this was not you, please tell the people who run it:\n\n%s",
			a.Title(), s.config.Name, s.config.URL+"/about")
	default:
		return m, fmt.Errorf("no mail for the purpose %q", args.Purpose)
	}
	m.Text += "\n"
	return m, nil
}

// anothers says whether an address is in use by another account.
func (s *Service) anothers(ctx context.Context, i id.ID, email string) (bool, error) {
	var n int
	err := s.d.Read(ctx).QueryRow(`SELECT count(*) FROM login WHERE email_folded = $1 AND account_id <> $2`, db.Fold(email), int64(i)).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("find a login: %w", err)
	}
	return n > 0, nil
}
