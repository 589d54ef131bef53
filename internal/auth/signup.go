package auth

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/netip"
	"sync"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/mail"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// The most that may be filled in, in characters.
const (
	MaxReason   = 500 // why somebody wishes to join
	maxLanguage = 35
)

// SignUp is what somebody who wishes to join fills in.
type SignUp struct {
	Username string
	Name     string // may be ""
	Email    string
	Password string
	Kind     account.Kind // person if "", or organisation
	Reason   string       // for moderators, where they let people in
	Language string
	Client   Client
	Next     string // path to go on to once the address is confirmed, "" for none; the link in the mail carries it
}

// SignUp makes an account that waits for its address to be confirmed, or for a
// moderator where ByApproval or where Screen says so; it waits for nothing where
// Open.
//
// A known address gets the same answer, and a mail that says so. The username
// is then taken too, by an account without a login that Sweep takes away again,
// or else a second try with that name would tell. problem.Invalid for a field
// that is wrong, problem.Conflict for a username that is taken (names are
// public), problem.TooMany.
func (s *Service) SignUp(ctx context.Context, u SignUp) error {
	return s.signUp(ctx, u, func(*db.Tx, *account.Account) error { return nil })
}

// SignUpByApp is SignUp by an app's token, which gives the app a token of the new
// account. It holds nothing (Token says why) until the account may act; where the
// address was known it never does, and Sweep takes it away with the name.
// problem.Forbidden for a token that is no app's.
func (s *Service) SignUpByApp(ctx context.Context, by *Token, u SignUp) (*Issued, error) {
	if by.App == nil {
		return nil, problem.Forbidden("Only an app can sign somebody up.")
	}
	app, err := s.AppOf(ctx, by)
	if err != nil {
		return nil, err
	}
	i := &Issued{Secret: newSecret(), Scopes: app.Scopes, CreatedAt: db.Time(db.Millis(s.now()))}
	err = s.signUp(ctx, u, func(tx *db.Tx, a *account.Account) error {
		t := &Token{ID: s.ids.New(), AccountID: a.ID, App: app, Scopes: app.Scopes, CreatedAt: i.CreatedAt}
		if err := s.insertToken(tx, t, hashOf(i.Secret), 0, a.State); err != nil {
			return err
		}
		if err := useApp(tx, app.ID, i.CreatedAt); err != nil {
			return fmt.Errorf("note an app's use: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return i, nil
}

// signUp makes the account and what then adds to it.
func (s *Service) signUp(ctx context.Context, u SignUp, then func(*db.Tx, *account.Account) error) error {
	u, email, err := u.check()
	if err != nil {
		return err
	}
	if !s.throttle.allow(perSignUp, prefix(u.Client.Addr)) {
		return tooMany()
	}
	approve, err := s.screen(ctx, email, u.Client.Addr)
	if err != nil {
		return err
	}
	password, err := s.hasher.make(ctx, u.Password)
	if err != nil {
		return err
	}
	state := account.StateUnconfirmed
	if approve || s.ByApproval() {
		state = account.StatePending
	}
	mayMail := sync.OnceValue(func() bool { return s.throttle.allow(perMail, db.Fold(email)) }) // once, however often the transaction is run
	return s.d.Update(ctx, func(tx *db.Tx) error {
		a, err := s.accounts.CreateIn(tx, account.Draft{Kind: u.Kind, Username: u.Username, Name: u.Name, Language: u.Language, State: state})
		if err != nil {
			return err
		}
		if err := then(tx, a); err != nil {
			return err
		}
		l := login{account: a.ID, email: email, password: password, reason: u.Reason, confirmed: s.Open()}
		fresh, err := s.addLogin(tx, l)
		if err == nil && fresh && state == account.StatePending {
			err = event.Emit(s.hub, tx, Applied{ID: a.ID, At: s.now()})
		}
		if err != nil {
			return err
		}
		if fresh && s.Open() {
			_, err = s.accounts.MoveIn(tx, a.ID, account.StateUnconfirmed, account.StateActive, s.now())
			return err
		}
		if !mayMail() {
			if s.ByApproval() || s.Open() {
				return nil // nobody waits for a mail
			}
			return mailsEnough()
		}
		if !fresh {
			return s.tellKnown(tx, email)
		}
		return s.mailTo(tx, MailArgs{purposeConfirm, a.ID, u.Next}, email, confirmLife)
	})
}

func (s *Service) screen(ctx context.Context, email string, from netip.Addr) (approve bool, err error) {
	if s.Screen == nil {
		return false, nil
	}
	return s.Screen(ctx, email, from)
}

// Wrong is all that is wrong with what was filled in, each a problem.Invalid of
// its field. That a name is taken shows by SignUp alone.
func (u SignUp) Wrong() []error {
	var wrong []error
	add := func(err error) {
		if err != nil {
			wrong = append(wrong, err)
		}
	}
	if u.Kind != "" && u.Kind != account.KindPerson && u.Kind != account.KindOrganisation {
		add(problem.Invalid("kind", "Sign up as a person or as an organisation."))
	}
	add(account.CheckUsername(u.Username))
	_, err := address("email", u.Email)
	add(err)
	add(checkPassword(u.Password))
	_, err = text.Block("reason", u.Reason, MaxReason)
	add(err)
	_, err = text.Line("language", u.Language, maxLanguage)
	add(err)
	return wrong
}

// check brings what was filled in into its form.
func (u SignUp) check() (_ SignUp, email string, err error) {
	if wrong := u.Wrong(); len(wrong) > 0 {
		return u, "", wrong[0]
	}
	if u.Kind == "" {
		u.Kind = account.KindPerson
	}
	if email, err = address("email", u.Email); err != nil {
		return u, "", err
	}
	if u.Reason, err = text.Block("reason", u.Reason, MaxReason); err != nil {
		return u, "", err
	}
	u.Language, err = text.Line("language", u.Language, maxLanguage)
	return u, email, err
}

type login struct {
	account         id.ID
	email, password string
	reason          string
	confirmed       bool
}

// addLogin answers false when the address, or the account, has a login.
func (s *Service) addLogin(tx *db.Tx, l login) (bool, error) {
	now := db.Millis(s.now())
	confirmed := sql.NullInt64{Int64: now, Valid: l.confirmed}
	res, err := tx.Exec(`INSERT INTO login (account_id, email, email_folded, mailbox, password, reason, confirmed_at, created_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
		int64(l.account), l.email, db.Fold(l.email), mail.Mailbox(l.email), l.password, l.reason, confirmed, now, now)
	if err != nil {
		return false, fmt.Errorf("add a login: %w", err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// HashPassword is the first half of making a login; the second, AddLoginIn,
// belongs in a transaction, where nothing slow may be done.
func (s *Service) HashPassword(ctx context.Context, password string) (string, error) {
	return s.hasher.make(ctx, password)
}

// AddLoginIn gives an account a confirmed login, for commands and the demo.
// problem.Conflict when the address is in use.
func (s *Service) AddLoginIn(tx *db.Tx, i id.ID, email, passwordHash string) error {
	email, err := address("email", email)
	if err != nil {
		return err
	}
	fresh, err := s.addLogin(tx, login{account: i, email: email, password: passwordHash, confirmed: true})
	if err == nil && !fresh {
		err = problem.Conflict("email", "This address is in use.")
	}
	return err
}

// NewLogin is an account that is made by command.
type NewLogin struct {
	Username, Name, Email, Password string
	Kind                            account.Kind // person if ""
	Role                            account.Role
}

// CreateByCommand makes an active account with a confirmed address, for whoever
// runs the server.
func (s *Service) CreateByCommand(ctx context.Context, n NewLogin) (*account.Account, error) {
	if n.Kind == "" {
		n.Kind = account.KindPerson
	}
	password, err := s.hasher.make(ctx, n.Password)
	if err != nil {
		return nil, err
	}
	var a *account.Account
	err = s.d.Update(ctx, func(tx *db.Tx) (err error) {
		a, err = s.accounts.CreateIn(tx, account.Draft{Kind: n.Kind, Username: n.Username, Name: n.Name, Role: n.Role})
		if err != nil {
			return err
		}
		return s.AddLoginIn(tx, a.ID, n.Email, password)
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// Confirm is the POST of the link that was mailed: it confirms the address of a
// new account, or the new address of an old one, whose sessions then end.
// problem.Gone when the link was used or has expired.
func (s *Service) Confirm(ctx context.Context, token string) error {
	return s.d.Update(ctx, func(tx *db.Tx) error {
		m, err := s.useMailToken(tx, purposeConfirm, token)
		if err != nil {
			return err
		}
		now := db.Millis(s.now())
		res, err := tx.Exec(`UPDATE login SET confirmed_at = COALESCE(confirmed_at, CAST($1 AS BIGINT)) WHERE account_id = $2 AND email_folded = $3`,
			now, int64(m.account), db.Fold(m.email))
		if err != nil {
			return fmt.Errorf("confirm an address: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, s.moveLogin(tx, m))
		}
		_, err = s.accounts.MoveIn(tx, m.account, account.StateUnconfirmed, account.StateActive, s.now())
		return err
	})
}

// moveLogin gives a login a new address, by a new row because a unique index
// answers an INSERT alone without an error.
func (s *Service) moveLogin(tx *db.Tx, m mailToken) error {
	type old struct{ email, password, reason string }
	was, err := db.All(tx, func(r db.Row) (o old, err error) {
		err = r.Scan(&o.email, &o.password, &o.reason)
		return o, err
	}, `DELETE FROM login WHERE account_id = $1 RETURNING email, password, reason`, int64(m.account))
	if err != nil {
		return fmt.Errorf("move a login: %w", err)
	}
	if len(was) == 0 {
		return errGone()
	}
	fresh, err := s.addLogin(tx, login{account: m.account, email: m.email, password: was[0].password, reason: was[0].reason, confirmed: true})
	if err != nil {
		return err
	}
	if !fresh {
		return problem.Conflict("email", "This address is in use.")
	}
	if err := s.endSessions(tx, m.account); err != nil {
		return err
	}
	return s.mailIn(tx, purposeChanged, m.account, was[0].email, noticeLife)
}
