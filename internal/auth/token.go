package auth

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// Token is a program's leave to act as an account; or an app's own, by which it
// sees what everybody sees, and signs people up.
type Token struct {
	ID        id.ID
	AccountID id.ID  // 0 for an app's own
	Name      string // which program, for one made by hand
	App       *App   // ID, Name and Website alone; nil for one made by hand
	Scopes    Scopes // nobody changes them
	CreatedAt time.Time
	SeenAt    time.Time // last used, to a day

	Account *account.Account // by Token and Bearer alone; nil for an app's own
}

const maxTokenName = 100 // characters

// CreateToken gives the secret of a new token, which is shown once and kept as
// a hash. The caller made sure that the account wishes it. problem.NotFound
// when the account is not active here, problem.Invalid.
func (s *Service) CreateToken(ctx context.Context, accountID id.ID, name string, scopes Scopes) (secret string, _ *Token, err error) {
	if scopes, err = ParseScopes(scopes.String()); err != nil {
		return "", nil, err
	}
	if name, err = text.Line("name", name, maxTokenName); err != nil {
		return "", nil, err
	}
	secret = newSecret()
	t := &Token{ID: s.ids.New(), AccountID: accountID, Name: name, Scopes: scopes, CreatedAt: db.Time(db.Millis(s.now()))}
	err = s.d.Update(ctx, func(tx *db.Tx) error { return s.insertToken(tx, t, hashOf(secret), 0, account.StateActive) })
	if err != nil {
		return "", nil, err
	}
	return secret, t, nil
}

// insertToken makes a token of an account that is in a state. code is that of an
// app, 0 for none. problem.NotFound when the account is in no such state.
func (s *Service) insertToken(tx *db.Tx, t *Token, h hash, code id.ID, state account.State) error {
	app, now := sql.NullInt64{}, db.Millis(t.CreatedAt)
	if t.App != nil {
		app = sql.NullInt64{Int64: int64(t.App.ID), Valid: true}
	}
	res, err := tx.Exec(`INSERT INTO token (id, account_id, hash, name, scopes, created_at, app_id, code_id, seen_at)
		SELECT CAST($1 AS BIGINT), id, $2, $3, $4, CAST($5 AS BIGINT), CAST($6 AS BIGINT), CAST($7 AS BIGINT), CAST($8 AS BIGINT)
		FROM account WHERE id = $9 AND state = $10 AND domain = ''`,
		int64(t.ID), h[:], t.Name, t.Scopes.String(), now, app, sql.NullInt64{Int64: int64(code), Valid: code != 0}, now, int64(t.AccountID), state)
	if err != nil {
		return fmt.Errorf("make a token: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, problem.NotFound("account"))
	}
	return nil
}

// ownMost is how many tokens of its own an app has; the oldest end.
const ownMost = 10

// insertOwn makes a token of an app's own, of nobody. Those of one app come one
// after the other, so that each counts the others.
func (s *Service) insertOwn(tx *db.Tx, t *Token, h hash) error {
	lock := ""
	if tx.Engine() == db.Postgres {
		lock = " FOR UPDATE"
	}
	if _, err := db.One(tx, scanID, `SELECT id FROM app WHERE id = $1`+lock, int64(t.App.ID)); err != nil {
		return fmt.Errorf("hold an app: %w", err)
	}
	_, err := tx.Exec(`INSERT INTO token (id, account_id, hash, scopes, created_at, app_id, seen_at) VALUES ($1, 0, $2, $3, $4, $5, $6)`,
		int64(t.ID), h[:], t.Scopes.String(), db.Millis(t.CreatedAt), int64(t.App.ID), db.Millis(t.CreatedAt))
	if err != nil {
		return fmt.Errorf("make an app's own token: %w", err)
	}
	_, err = s.revokeIn(tx, `DELETE FROM token WHERE account_id = 0 AND app_id = $1 AND id <
		(SELECT id FROM token WHERE account_id = 0 AND app_id = $2 ORDER BY id DESC LIMIT 1 OFFSET $3) RETURNING hash`,
		int64(t.App.ID), int64(t.App.ID), ownMost-1)
	return err
}

func scanID(r db.Row) (i id.ID, err error) { return i, r.Scan(&i) }

// ErrNoAccount is that a token is an app's own where somebody must be there.
var ErrNoAccount = problem.Forbidden("This needs somebody who signed in, and the token is an app’s own.")

// Token is whose bearer token this is, for every request: it reads no database
// while it is in memory. problem.Unauthorized when it was revoked, never was,
// or the account ended; ErrNoAccount for an app's own; problem.Forbidden with the
// reason, in Mastodon's words, while the account may not.
func (s *Service) Token(ctx context.Context, secret string) (*Token, error) {
	t, err := s.Bearer(ctx, secret)
	if err == nil {
		err = t.MayAct()
	}
	if err != nil {
		return nil, err
	}
	return t, nil
}

// Bearer is Token for what an app may do for itself, or for an account that
// still waits to be let in: ask MayAct before anything is done as the account.
// problem.Unauthorized.
func (s *Service) Bearer(ctx context.Context, secret string) (*Token, error) {
	h := hashOf(secret)
	held, ok, err := s.byBearer.Get(ctx, h)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, errToken
	}
	if now := s.now(); now.Sub(held.SeenAt) > seenEvery {
		s.seenToken(ctx, h, now)
	}
	t := *held
	if t.AccountID == 0 {
		return &t, nil
	}
	if t.Account, err = s.accounts.Get(ctx, held.AccountID); err != nil {
		return nil, err
	}
	if t.Account.State == account.StateDeleted {
		return nil, errToken
	}
	return &t, nil
}

// Holds says whether a token is in memory, so that Bearer reads no database.
func (s *Service) Holds(secret string) bool {
	_, held := s.byBearer.Peek(hashOf(secret))
	return held
}

var (
	errToken    = problem.Unauthorized("This access token is not valid.")
	errDisabled = problem.Forbidden("Your login is currently disabled")
)

// MayAct is nil when the token's account is there and active; else what keeps
// it, see Token.
func (t *Token) MayAct() error {
	if t.Account == nil {
		return ErrNoAccount
	}
	switch t.Account.State {
	case account.StateActive:
		if t.Account.Curbs.Disabled {
			return errDisabled
		}
		return nil
	case account.StateUnconfirmed:
		return problem.Forbidden("Your login is missing a confirmed e-mail address")
	case account.StatePending:
		return problem.Forbidden("Your login is currently pending approval")
	case account.StateSuspended:
		return errDisabled
	}
	return errToken
}

// Waits says whether the token acts as nobody for now: an app's own, or that of
// an account which has yet to be confirmed or approved.
func (t *Token) Waits() bool {
	return t.Account == nil || t.Account.State == account.StateUnconfirmed || t.Account.State == account.StatePending
}

// seenToken notes a token's use, once a day; that it fails is no reason to refuse
// the program.
func (s *Service) seenToken(ctx context.Context, h hash, now time.Time) {
	err := s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE token SET seen_at = $1 WHERE hash = $2 AND seen_at < $3`, db.Millis(now), h[:], db.Millis(now.Add(-seenEvery)))
		tx.AfterCommit(func() { s.byBearer.Drop(h) })
		return err
	})
	if err != nil {
		s.config.Log.WarnContext(ctx, "auth: note a token's use", "err", err)
	}
}

const tokenQuery = `SELECT token.id, token.account_id, token.name, token.scopes, token.created_at, token.seen_at, app.id, app.name, app.website
	FROM token LEFT JOIN app ON app.id = token.app_id WHERE `

func readToken(r db.Reader, h hash) (*Token, error) {
	t, err := db.One(r, scanToken, tokenQuery+`token.hash = $1`, h[:])
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read a token: %w", err)
	}
	return t, nil
}

func scanToken(r db.Row) (*Token, error) {
	t := &Token{}
	var scopes string
	var created, seen int64
	var app sql.NullInt64
	var name, website sql.NullString
	err := r.Scan(&t.ID, &t.AccountID, &t.Name, &scopes, &created, &seen, &app, &name, &website)
	t.Scopes, t.CreatedAt, t.SeenAt = strings.Fields(scopes), db.Time(created), db.Time(seen)
	if app.Valid {
		t.App = &App{ID: id.ID(app.Int64), Name: name.String, Website: website.String}
	}
	return t, err
}

// size is about how many bytes of memory a token takes.
func (t *Token) size() int {
	n := 250 + len(t.Name) + 40*len(t.Scopes)
	if t.App != nil {
		n += 150 + len(t.App.Name) + len(t.App.Website)
	}
	return n
}

// Tokens are the viewer's own that were made by hand, the newest first; what
// apps may is in Allowed.
func (s *Service) Tokens(ctx context.Context, v account.Viewer) ([]*Token, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to see your access tokens.")
	}
	all, err := db.All(s.d.Read(ctx), scanToken, tokenQuery+`token.account_id = $1 AND token.app_id IS NULL ORDER BY token.id DESC LIMIT 200`, int64(v.ID()))
	if err != nil {
		return nil, fmt.Errorf("list tokens: %w", err)
	}
	return all, nil
}

// RevokeToken ends one of the viewer's own tokens; another's is left alone.
func (s *Service) RevokeToken(ctx context.Context, v account.Viewer, i id.ID) error {
	if !v.SignedIn() {
		return problem.Unauthorized("Sign in to do this.")
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := s.revokeIn(tx, `DELETE FROM token WHERE id = $1 AND account_id = $2 RETURNING hash`, int64(i), int64(v.ID()))
		return err
	})
}

// RevokeSecret ends the token with this secret; one that ended is no error.
func (s *Service) RevokeSecret(ctx context.Context, secret string) error {
	h := hashOf(secret)
	return s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := s.revokeIn(tx, `DELETE FROM token WHERE hash = $1 RETURNING hash`, h[:])
		return err
	})
}
