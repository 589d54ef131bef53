package safety

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// Person is an account as moderators see it. Where its requests come from is not
// kept here, so nobody sees that.
type Person struct {
	*account.Account
	Login auth.Login // zero of accounts that nobody signs in to
}

// Waits says whether somebody was never let in: not confirmed or not approved.
func (p *Person) Waits() bool {
	return p.State == account.StatePending || p.State == account.StateUnconfirmed
}

// Standing narrows a list of accounts by what became of them.
type Standing string

// The standings.
const (
	Anyhow      Standing = ""
	Active      Standing = "active"
	Pending     Standing = "pending"
	Suspended   Standing = "suspended"
	Disabled    Standing = "disabled"
	Limited     Standing = "silenced"
	Sensitized  Standing = "sensitized"
	Unconfirmed Standing = "unconfirmed"
)

// standings are conditions of account, and of its login where it has one. What an
// index says of its rows is said in the same words first: SQLite takes it for
// nothing else. A name that sign-up holds back has no login, and waits for nobody.
var standings = map[Standing]string{
	Anyhow:      `account.state <> 'deleted'`,
	Active:      `account.state = 'active'`,
	Pending:     `account.state <> 'active' AND account.state = 'pending' AND login.account_id IS NOT NULL`,
	Suspended:   `account.state <> 'active' AND account.state = 'suspended'`,
	Unconfirmed: `account.state <> 'active' AND account.state = 'unconfirmed'`,
	Disabled:    `(account.limited OR account.sensitized OR account.disabled) AND account.disabled`,
	Limited:     `(account.limited OR account.sensitized OR account.disabled) AND account.limited`,
	Sensitized:  `(account.limited OR account.sensitized OR account.disabled) AND account.sensitized`,
}

// PeopleFilter narrows a list of accounts; texts are beginnings, in any case but
// for Name.
type PeopleFilter struct {
	Local, Remote bool
	Standing      Standing
	Staff         bool // moderators and administrators
	Roles         []account.Role
	Username      string
	Name          string
	Domain        string // whole
	Email         string
}

// filterMost is the longest text to look for, in bytes.
const filterMost = 300

func (f PeopleFilter) sql() (where string, args []any, err error) {
	where, known := standings[f.Standing]
	if !known {
		return "", nil, problem.Invalid("status", "There is no such state of an account.")
	}
	where += ` AND account.kind <> 'server'`
	if f.Local {
		where += ` AND account.domain = ''`
	}
	if f.Remote {
		where += ` AND account.domain <> ''`
	}
	if f.Staff {
		where += ` AND account.role <> ''`
	}
	if len(f.Roles) > 0 {
		names := make([]string, len(f.Roles))
		for n, r := range f.Roles {
			names[n] = string(r)
		}
		in, more := db.InStrings(len(args)+1, names)
		where, args = where+` AND account.role <> '' AND account.role IN `+in, append(args, more...)
	}
	if f.Domain != "" {
		args = append(args, db.Fold(f.Domain))
		where += fmt.Sprintf(` AND account.domain = $%d`, len(args))
	}
	for _, begins := range []struct{ column, text string }{
		{"account.folded", db.Fold(strings.TrimPrefix(f.Username, "@"))}, {"account.name", f.Name}, {"login.email_folded", db.Fold(f.Email)},
	} {
		if begins.text == "" {
			continue
		}
		if len(begins.text) > filterMost || strings.ContainsRune(begins.text, 0) {
			return "", nil, problem.Invalid("", "This is too long to look for.")
		}
		args = append(args, utf8.RuneCountInString(begins.text), begins.text)
		where += fmt.Sprintf(` AND substr(%s, 1, $%d) = $%d`, begins.column, len(args)-1, len(args))
	}
	return where, args, nil
}

// People lists accounts, the newest first; for moderators.
func (s *Service) People(ctx context.Context, v account.Viewer, f PeopleFilter, p db.Page) ([]*Person, error) {
	if err := moderates(v); err != nil {
		return nil, err
	}
	where, args, err := f.sql()
	if err != nil {
		return nil, err
	}
	p.Most = listMost
	cond, more, tail := p.SQL("account.id", len(args)+1)
	ids, err := db.All(s.d.Read(ctx), func(r db.Row) (i id.ID, err error) { return i, r.Scan(&i) },
		`SELECT account.id FROM account LEFT JOIN login ON login.account_id = account.id WHERE `+where+` AND `+cond+tail, append(args, more...)...)
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	ids = db.Newest(p, ids)
	found, err := s.PeopleOf(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	list := make([]*Person, 0, len(ids))
	for _, i := range ids {
		if found[i] != nil {
			list = append(list, found[i])
		}
	}
	return list, nil
}

// PeopleOf are accounts by their ids, in whatever state; for moderators.
func (s *Service) PeopleOf(ctx context.Context, v account.Viewer, ids []id.ID) (map[id.ID]*Person, error) {
	if err := moderates(v); err != nil {
		return nil, err
	}
	accounts, err := s.Accounts.Many(ctx, ids)
	if err != nil {
		return nil, err
	}
	logins, err := s.Auth.Logins(ctx, ids)
	if err != nil {
		return nil, err
	}
	found := make(map[id.ID]*Person, len(ids))
	for i, a := range accounts {
		found[i] = &Person{Account: a, Login: logins[i]}
	}
	return found, nil
}

// Person is one account, for moderators; problem.NotFound.
func (s *Service) Person(ctx context.Context, v account.Viewer, i id.ID) (*Person, error) {
	found, err := s.PeopleOf(ctx, v, []id.ID{i})
	if err == nil && found[i] == nil {
		err = problem.NotFound("account")
	}
	return found[i], err
}
