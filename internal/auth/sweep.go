package auth

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
)

// sweepBatch is how many rows of a kind one transaction of Sweep takes away.
const sweepBatch = 500

// Sweep takes away what has expired: sessions, links, codes, sign-ups that nobody
// confirmed, names that were held back by SignUp, and apps that nobody ever gave
// leave. Applicants wait on.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.now()
	for more := true; more; {
		err := s.d.Update(ctx, func(tx *db.Tx) error {
			sessions, err := s.revokeIn(tx, `DELETE FROM session WHERE id IN
				(SELECT id FROM session WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2) RETURNING hash`, db.Millis(now), sweepBatch)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(`DELETE FROM mail_token WHERE expires_at <= $1`, db.Millis(now)); err != nil {
				return fmt.Errorf("sweep links: %w", err)
			}
			unused, err := s.sweepUnused(tx, now)
			if err != nil {
				return err
			}
			apps, err := s.sweepApps(tx, now)
			more = sessions == sweepBatch || unused == sweepBatch || apps == sweepBatch
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// sweepUnused answers how many it found. Who was approved has as long to confirm
// from then on. (SQLite takes an index with a condition for a query alone that
// says the same in the same words: state <> 'active'.)
func (s *Service) sweepUnused(tx *db.Tx, now time.Time) (int, error) {
	type signUp struct {
		id    id.ID
		state account.State
	}
	unused, err := db.All(tx, func(r db.Row) (u signUp, err error) {
		err = r.Scan(&u.id, &u.state)
		return u, err
	}, `SELECT id, state FROM account WHERE state <> 'active' AND state = 'unconfirmed' AND changed_at < $1
		UNION ALL SELECT account.id, account.state FROM account LEFT JOIN login ON login.account_id = account.id
			WHERE account.state <> 'active' AND account.state = 'pending' AND account.id < $2 AND login.account_id IS NULL
		ORDER BY 1 LIMIT $3`, db.Millis(now.Add(-unusedLife)), int64(id.Floor(now.Add(-unusedLife))), sweepBatch)
	if err != nil {
		return 0, fmt.Errorf("find unused sign-ups: %w", err)
	}
	for _, u := range unused {
		erased, err := s.accounts.EraseUnusedIn(tx, u.id, u.state)
		if err != nil {
			return 0, err
		}
		if !erased {
			continue // confirmed at this moment
		}
		if err := s.eraseLogin(tx, u.id); err != nil {
			return 0, err
		}
	}
	return len(unused), nil
}

// sweepApps answers the most that it found of a kind: codes that ended, apps' own
// tokens that are no longer used, and apps that nobody ever gave leave.
func (s *Service) sweepApps(tx *db.Tx, now time.Time) (int, error) {
	_, err := tx.Exec(`DELETE FROM app_code WHERE expires_at <= $1`, db.Millis(now.Add(-codeKept)))
	if err != nil {
		return 0, fmt.Errorf("sweep codes: %w", err)
	}
	tokens, err := s.revokeIn(tx, `DELETE FROM token WHERE id IN
		(SELECT id FROM token WHERE account_id = 0 AND seen_at <= $1 LIMIT $2) RETURNING hash`, db.Millis(now.Add(-sessionLife)), sweepBatch)
	if err != nil {
		return 0, err
	}
	res, err := tx.Exec(`DELETE FROM app WHERE id IN
		(SELECT id FROM app WHERE used_at IS NULL AND id < $1 AND NOT EXISTS (SELECT 1 FROM token WHERE token.app_id = app.id)
		ORDER BY id LIMIT $2)`, int64(id.Floor(now.Add(-unusedLife))), sweepBatch)
	if err != nil {
		return 0, fmt.Errorf("sweep apps: %w", err)
	}
	apps, err := res.RowsAffected()
	return max(tokens, int(apps)), err
}
