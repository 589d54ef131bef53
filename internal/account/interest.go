package account

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// The bounds of Interests.
const (
	MaxCauses  = 5
	MaxMinutes = 7 * 24 * 60
	MaxTown    = 100
)

// Mode is how a person likes to help.
type Mode string

// The modes.
const (
	AnyMode  Mode = ""
	Online   Mode = "online"
	Together Mode = "together" // with others, in one place
)

// Interests are what people tell us to be matched with calls. They are private:
// only their own account reads them, and they may take them back.
type Interests struct {
	Causes  []string // slugs, five at most
	Minutes int      // time at hand in a week; 0 if not said
	Town    string
	Mode    Mode
}

// Empty says whether nothing was told.
func (i Interests) Empty() bool {
	return len(i.Causes) == 0 && i.Minutes == 0 && i.Town == "" && i.Mode == AnyMode
}

// Interests gives the viewer's own; empty ones if they told none.
func (s *Service) Interests(ctx context.Context, v Viewer) (Interests, error) {
	if !v.SignedIn() {
		return Interests{}, problem.Unauthorized("Sign in to see what you told us.")
	}
	return InterestsIn(s.d.Read(ctx), v.ID())
}

// InterestsIn reads an account's interests, to match them with calls on its
// behalf and never to show them to others.
func InterestsIn(r db.Reader, account id.ID) (Interests, error) {
	in, err := db.One(r, scanInterests, `SELECT causes, minutes, town, mode FROM interest WHERE account_id = $1`, int64(account))
	if errors.Is(err, sql.ErrNoRows) {
		return Interests{}, nil
	}
	if err != nil {
		return Interests{}, fmt.Errorf("read interests: %w", err)
	}
	return in, nil
}

func scanInterests(r db.Row) (Interests, error) {
	var in Interests
	var causes string
	var minutes sql.NullInt64
	if err := r.Scan(&causes, &minutes, &in.Town, &in.Mode); err != nil {
		return in, err
	}
	in.Minutes = int(minutes.Int64)
	return in, json.Unmarshal([]byte(causes), &in.Causes)
}

// SetInterests keeps what the viewer tells, in place of what they told before.
// problem.Invalid with the field that is wrong.
func (s *Service) SetInterests(ctx context.Context, v Viewer, in Interests) error {
	if !v.SignedIn() {
		return problem.Unauthorized("Sign in to tell what matters to you.")
	}
	return s.d.Update(ctx, func(tx *db.Tx) error { return s.SetInterestsIn(tx, v.ID(), in) })
}

// SetInterestsIn is SetInterests in the caller's transaction.
func (s *Service) SetInterestsIn(tx *db.Tx, account id.ID, in Interests) error {
	in, err := in.clean()
	if err != nil {
		return err
	}
	causes, err := json.Marshal(in.Causes)
	if err != nil {
		return err
	}
	minutes := sql.NullInt64{Int64: int64(in.Minutes), Valid: in.Minutes > 0}
	_, err = tx.Exec(`INSERT INTO interest (account_id, causes, minutes, town, mode, changed_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (account_id) DO UPDATE SET causes = excluded.causes, minutes = excluded.minutes,
			town = excluded.town, mode = excluded.mode, changed_at = excluded.changed_at`,
		int64(account), string(causes), minutes, in.Town, string(in.Mode), db.Millis(s.now()))
	if err != nil {
		return fmt.Errorf("keep interests: %w", err)
	}
	return nil
}

// ForgetInterests deletes what the viewer told.
func (s *Service) ForgetInterests(ctx context.Context, v Viewer) error {
	if !v.SignedIn() {
		return problem.Unauthorized("Sign in to take back what you told us.")
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`DELETE FROM interest WHERE account_id = $1`, int64(v.ID())); err != nil {
			return fmt.Errorf("forget interests: %w", err)
		}
		return nil
	})
}

func (i Interests) clean() (Interests, error) {
	causes := []string{}
	for _, c := range i.Causes {
		if _, ok := CauseBySlug(c); !ok {
			return i, problem.Invalid("causes", "There is no cause called %s.", c)
		}
		if !slices.Contains(causes, c) {
			causes = append(causes, c)
		}
	}
	if len(causes) > MaxCauses {
		return i, problem.Invalid("causes", "At most %d causes are possible.", MaxCauses)
	}
	i.Causes = causes
	if i.Minutes < 0 || i.Minutes > MaxMinutes {
		return i, problem.Invalid("minutes", "This is not a number of minutes in a week.")
	}
	town, err := text.Line("town", i.Town, MaxTown)
	if err != nil {
		return i, err
	}
	i.Town = town
	if i.Mode != AnyMode && i.Mode != Online && i.Mode != Together {
		return i, problem.Invalid("mode", "Choose online, together, or neither.")
	}
	return i, nil
}
