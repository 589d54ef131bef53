package auth

import (
	"context"
	"fmt"
	"slices"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// Allowed is an app that may act as somebody, with all tokens that it has of
// them taken together.
type Allowed struct {
	App    App // ID, Name and Website alone
	Scopes Scopes
	Since  time.Time
	SeenAt time.Time // last used, to a day
}

// Allowed are the apps that may act as the viewer, the newest first.
func (s *Service) Allowed(ctx context.Context, v account.Viewer) ([]*Allowed, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to see your apps.")
	}
	tokens, err := db.All(s.d.Read(ctx), scanToken, tokenQuery+`token.account_id = $1 AND app.id IS NOT NULL ORDER BY token.id DESC LIMIT 500`, int64(v.ID()))
	if err != nil {
		return nil, fmt.Errorf("list apps: %w", err)
	}
	var all []*Allowed
	byApp := map[id.ID]*Allowed{}
	for _, t := range tokens {
		a := byApp[t.App.ID]
		if a == nil {
			a = &Allowed{App: *t.App}
			byApp[t.App.ID], all = a, append(all, a)
		}
		for _, scope := range t.Scopes {
			if !slices.Contains(a.Scopes, scope) {
				a.Scopes = append(a.Scopes, scope)
			}
		}
		a.Since = t.CreatedAt
		if t.SeenAt.After(a.SeenAt) {
			a.SeenAt = t.SeenAt
		}
	}
	return all, nil
}

// RevokeApp ends all that an app may do as the viewer; no error if it may
// nothing.
func (s *Service) RevokeApp(ctx context.Context, v account.Viewer, app id.ID) error {
	if !v.SignedIn() {
		return problem.Unauthorized("Sign in to do this.")
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`DELETE FROM app_code WHERE app_id = $1 AND account_id = $2`, int64(app), int64(v.ID())); err != nil {
			return fmt.Errorf("revoke codes: %w", err)
		}
		_, err := s.revokeIn(tx, `DELETE FROM token WHERE app_id = $1 AND account_id = $2 RETURNING hash`, int64(app), int64(v.ID()))
		return err
	})
}
