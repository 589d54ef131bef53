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

// eraseArgs is the job that takes an account from the lists that are left: all of
// them once it is deleted, or those of dates that lie ahead, in one movement or
// in all.
type eraseArgs struct {
	Account  id.ID
	Ahead    bool
	Movement id.ID // 0 for all
}

// Kind names the job.
func (eraseArgs) Kind() string { return "meet_erase" }

// OnAccountDeleted erases an account's words and secrets at once, and takes it
// from the lists of a few dates; from more, by a job. Nobody is shown a deleted
// account until then.
func (s *Service) OnAccountDeleted(tx *db.Tx, e account.Deleted) error {
	for _, q := range []string{
		`UPDATE coming SET hours_note = '', hours_reason = '' WHERE account_id = $1`,
		`UPDATE coming SET came_by = NULL WHERE confirm_at IS NOT NULL AND came_by = $1`,
		`UPDATE call_date SET coordinator_id = NULL WHERE coordinator_id = $1`,
		`UPDATE date_telling SET by_id = NULL WHERE by_id = $1`,
		`DELETE FROM calendar_key WHERE account_id = $1`,
		`DELETE FROM date_mail_off WHERE account_id = $1`,
	} {
		if _, err := tx.Exec(q, e.ID); err != nil {
			return fmt.Errorf("erase somebody from dates: %w", err)
		}
	}
	return s.leaveAll(tx, eraseArgs{Account: e.ID})
}

// leaveAll takes an account from the lists of a few dates at once, and from more
// by a job.
func (s *Service) leaveAll(tx *db.Tx, args eraseArgs) error {
	n, err := s.leaveSome(tx, args, eraseAtOnce)
	if err != nil || n < eraseAtOnce {
		return err
	}
	return s.jobs.Enqueue(tx, args)
}

func (s *Service) erase(ctx context.Context, args eraseArgs) error {
	return s.d.UpdateUntil(ctx, func(tx *db.Tx) (bool, error) {
		n, err := s.leaveSome(tx, args, eraseBatch)
		return n == eraseBatch, err
	})
}

// leaveSome takes an account from the lists of some dates; it says of how many.
func (s *Service) leaveSome(tx *db.Tx, whom eraseArgs, most int) (int, error) {
	accountID := whom.Account
	where, args := `c.account_id = $1`, []any{accountID}
	if whom.Ahead || whom.Movement != 0 {
		where += ` AND d.ends_at > $2 AND c.came_at IS NULL AND c.act_id IS NULL`
		args = append(args, db.Millis(s.now()))
	}
	if whom.Movement != 0 {
		where += ` AND d.movement_id = $3`
		args = append(args, whom.Movement)
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

// OnAccountChanged frees the places of who is suspended, at dates that lie ahead.
func (s *Service) OnAccountChanged(tx *db.Tx, e account.Changed) error {
	if e.State != account.StateSuspended {
		return nil
	}
	return s.leaveAll(tx, eraseArgs{Account: e.ID, Ahead: true})
}

// OnMemberLeft takes whom organisers removed from the dates that lie ahead, and
// has them look after none any more.
func (s *Service) OnMemberLeft(tx *db.Tx, e movement.Left) error {
	if !e.Removed {
		return nil
	}
	_, err := tx.Exec(`UPDATE call_date SET coordinator_id = NULL WHERE coordinator_id = $1 AND movement_id = $2`, e.AccountID, e.MovementID)
	if err != nil {
		return fmt.Errorf("have somebody coordinate no more: %w", err)
	}
	return s.leaveAll(tx, eraseArgs{Account: e.AccountID, Movement: e.MovementID})
}

// OnActProven keeps the hours with the proof of their act, whoever confirmed it
// or took that back: then the check-in confirms nothing any more.
func (s *Service) OnActProven(tx *db.Tx, e act.Proven) error {
	if !e.Confirmation {
		return nil
	}
	q, args := `UPDATE coming SET hours = CASE WHEN hours = 'confirmed' THEN 'logged' ELSE hours END, hours_by = CASE WHEN hours = 'confirmed' THEN NULL ELSE hours_by END,
			hours_at = CASE WHEN hours = 'confirmed' THEN NULL ELSE hours_at END, confirm_at = NULL, came_by = NULL
		WHERE act_id = $1 AND (hours = 'confirmed' OR confirm_at IS NOT NULL)`, []any{e.ActID}
	if e.Is == act.Confirmed {
		q = `UPDATE coming SET hours = 'confirmed', hours_reason = '', hours_by = $1, hours_at = $2 WHERE act_id = $3 AND hours IN ('logged', 'disputed')`
		args = []any{e.By, db.Millis(e.At), e.ActID}
	}
	if _, err := tx.Exec(q, args...); err != nil {
		return fmt.Errorf("keep hours with their proof: %w", err)
	}
	return nil
}

// Keeps says whether an act is of a date, which keeps how much it was; for
// package act.
func (s *Service) Keeps(r db.Reader, actID id.ID) (kept bool, err error) {
	err = r.QueryRow(`SELECT EXISTS (SELECT 1 FROM coming WHERE act_id = $1)`, actID).Scan(&kept)
	if err != nil {
		return false, fmt.Errorf("ask whether an act is of a date: %w", err)
	}
	return kept, nil
}

// OnActWithdrawn forgets an act that its doer took back, and the hours with it.
func (s *Service) OnActWithdrawn(tx *db.Tx, e act.Withdrawn) error {
	_, err := tx.Exec(`UPDATE coming SET act_id = NULL, minutes = NULL, hours = '', hours_note = '', hours_reason = '', hours_by = NULL, hours_at = NULL,
			confirm_at = NULL, came_by = NULL WHERE act_id = $1`, e.ActID)
	if err != nil {
		return fmt.Errorf("forget an act at a date: %w", err)
	}
	return nil
}
