package meet

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// NewCalendar makes the secret of the address of v's own calendar, 128 random
// bits or more, and ends the one that there was. It is shown once.
func (s *Service) NewCalendar(ctx context.Context, v account.Viewer) (secret string, err error) {
	if !v.SignedIn() {
		return "", errSignIn()
	}
	secret = rand.Text()
	h := sha256.Sum256([]byte(secret))
	err = s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO calendar_key (account_id, hash, created_at) VALUES ($1, $2, $3)
			ON CONFLICT (account_id) DO UPDATE SET hash = excluded.hash, created_at = excluded.created_at`, v.ID(), h[:], db.Millis(s.now()))
		return err
	})
	if err != nil {
		return "", fmt.Errorf("make a calendar's address: %w", err)
	}
	return secret, nil
}

// EndCalendar takes the address away.
func (s *Service) EndCalendar(ctx context.Context, v account.Viewer) error {
	if !v.SignedIn() {
		return errSignIn()
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM calendar_key WHERE account_id = $1`, v.ID())
		return err
	})
}

// HasCalendar says whether v's calendar has an address.
func (s *Service) HasCalendar(ctx context.Context, v account.Viewer) (has bool, err error) {
	err = s.d.Read(ctx).QueryRow(`SELECT EXISTS (SELECT 1 FROM calendar_key WHERE account_id = $1)`, int64(v.ID())).Scan(&has)
	if err != nil {
		return false, fmt.Errorf("look for a calendar's address: %w", err)
	}
	return has, nil
}

// CalendarOf is whose calendar has that secret in its address. NotFound for one
// that was never made, or was ended.
func (s *Service) CalendarOf(ctx context.Context, secret string) (account.Viewer, error) {
	h := sha256.Sum256([]byte(secret))
	r := s.d.Read(ctx)
	var of id.ID
	err := r.QueryRow(`SELECT account_id FROM calendar_key WHERE hash = $1`, h[:]).Scan(&of)
	if errors.Is(err, sql.ErrNoRows) {
		return account.Nobody, problem.NotFound("page")
	}
	if err != nil {
		return account.Nobody, fmt.Errorf("find a calendar: %w", err)
	}
	a, err := account.GetIn(r, of)
	if err != nil {
		return account.Nobody, err
	}
	if a.State != account.StateActive {
		return account.Nobody, problem.NotFound("page")
	}
	return account.As(a), nil
}
