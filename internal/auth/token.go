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

// Token is a program's leave to act as an account.
type Token struct {
	ID        id.ID
	AccountID id.ID
	Name      string // which program
	Scopes    Scopes // nobody changes them
	CreatedAt time.Time

	Account *account.Account // active
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
	h := hashOf(secret)
	t := &Token{ID: s.ids.New(), AccountID: accountID, Name: name, Scopes: scopes, CreatedAt: db.Time(db.Millis(s.now()))}
	err = s.d.Update(ctx, func(tx *db.Tx) error {
		res, err := tx.Exec(`INSERT INTO token (id, account_id, hash, name, scopes, created_at)
			SELECT CAST($1 AS BIGINT), id, $2, $3, $4, CAST($5 AS BIGINT) FROM account WHERE id = $6 AND state = 'active' AND domain = ''`,
			int64(t.ID), h[:], name, scopes.String(), db.Millis(t.CreatedAt), int64(accountID))
		if err != nil {
			return fmt.Errorf("make a token: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, problem.NotFound("account"))
		}
		return nil
	})
	if err != nil {
		return "", nil, err
	}
	return secret, t, nil
}

// Token is whose bearer token this is, for every request: it reads no database
// while it is in memory. problem.Unauthorized when it was revoked, never was,
// or the account is not active; problem.Forbidden while a moderator has disabled it.
func (s *Service) Token(ctx context.Context, secret string) (*Token, error) {
	held, ok, err := s.byBearer.Get(ctx, hashOf(secret))
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, problem.Unauthorized("This access token is not valid.")
	}
	a, err := s.accounts.Get(ctx, held.AccountID)
	if err != nil {
		return nil, err
	}
	if !a.Shown() {
		return nil, problem.Unauthorized("This access token is not valid.")
	}
	if a.Curbs.Disabled {
		return nil, problem.Forbidden("Your login is currently disabled")
	}
	t := *held
	t.Account = a
	return &t, nil
}

func readToken(r db.Reader, h hash) (*Token, error) {
	t, err := db.One(r, scanToken, `SELECT id, account_id, name, scopes, created_at FROM token WHERE hash = $1`, h[:])
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
	var created int64
	err := r.Scan(&t.ID, &t.AccountID, &t.Name, &scopes, &created)
	t.Scopes, t.CreatedAt = strings.Fields(scopes), db.Time(created)
	return t, err
}

// Tokens are the viewer's own, the newest first; their Account is not set.
func (s *Service) Tokens(ctx context.Context, v account.Viewer) ([]*Token, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to see your access tokens.")
	}
	all, err := db.All(s.d.Read(ctx), scanToken, `SELECT id, account_id, name, scopes, created_at FROM token
		WHERE account_id = $1 ORDER BY id DESC LIMIT 200`, int64(v.ID()))
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
