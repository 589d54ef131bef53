package meet

import (
	"context"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/movement"
)

const (
	eraseAtOnce = 10 // dates in the deletion's own transaction
	eraseBatch  = 50
)

// eraseArgs is the job that takes what is left of a deleted account from lists.
type eraseArgs struct{ Account id.ID }

// Kind names the job.
func (eraseArgs) Kind() string { return "meet_erase" }

// OnAccountDeleted erases an account's words and secrets at once, and takes it
// from the lists of a few dates; from more, by a job. Nobody is shown a deleted
// account until then.
func (s *Service) OnAccountDeleted(tx *db.Tx, e account.Deleted) error {
	for _, q := range []string{
		`UPDATE coming SET hours_note = '', hours_reason = '' WHERE account_id = $1`,
		`UPDATE call_date SET coordinator_id = NULL WHERE coordinator_id = $1`,
		`DELETE FROM calendar_key WHERE account_id = $1`,
		`DELETE FROM date_mail_off WHERE account_id = $1`,
	} {
		if _, err := tx.Exec(q, e.ID); err != nil {
			return fmt.Errorf("erase somebody from dates: %w", err)
		}
	}
	n, err := s.leaveSome(tx, e.ID, 0, eraseAtOnce)
	if err != nil || n < eraseAtOnce {
		return err
	}
	return s.jobs.Enqueue(tx, eraseArgs{Account: e.ID})
}

func (s *Service) erase(ctx context.Context, args eraseArgs) error {
	return s.d.UpdateUntil(ctx, func(tx *db.Tx) (bool, error) {
		n, err := s.leaveSome(tx, args.Account, 0, eraseBatch)
		return n == eraseBatch, err
	})
}

// leaveSome takes an account from the lists of some dates, or of those of one
// movement that lie ahead; it says of how many.
func (s *Service) leaveSome(tx *db.Tx, accountID, movementID id.ID, most int) (int, error) {
	where, args := `c.account_id = $1`, []any{accountID}
	if movementID != 0 {
		where += ` AND d.movement_id = $2 AND d.ends_at > $3 AND c.came_at IS NULL`
		args = append(args, movementID, db.Millis(s.now()))
	}
	dates, err := db.All(tx, db.ScanID, fmt.Sprintf(`SELECT c.date_id FROM coming c JOIN call_date d ON d.id = c.date_id WHERE %s ORDER BY c.date_id LIMIT %d`, where, most), args...)
	if err != nil {
		return 0, fmt.Errorf("list the dates of %s: %w", accountID, err)
	}
	for _, dateID := range dates {
		if _, err := lock(tx, dateID); err != nil {
			return 0, err
		}
		c, err := comingIn(tx, dateID, accountID)
		if err != nil {
			return 0, err
		}
		if c == nil {
			continue
		}
		if err := s.leaveIn(tx, c); err != nil {
			return 0, err
		}
	}
	return len(dates), nil
}

// OnMemberLeft takes whom organisers removed from the dates that lie ahead.
func (s *Service) OnMemberLeft(tx *db.Tx, e movement.Left) error {
	if !e.Removed {
		return nil
	}
	_, err := s.leaveSome(tx, e.AccountID, e.MovementID, datesMost)
	return err
}

// OnActWithdrawn forgets an act that its doer took back, and the hours with it.
func (s *Service) OnActWithdrawn(tx *db.Tx, e act.Withdrawn) error {
	_, err := tx.Exec(`UPDATE coming SET act_id = NULL, minutes = NULL, hours = '', hours_note = '', hours_reason = '', hours_by = NULL, hours_at = NULL
		WHERE act_id = $1`, e.ActID)
	if err != nil {
		return fmt.Errorf("forget an act at a date: %w", err)
	}
	return nil
}
