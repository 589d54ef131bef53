package meet

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// signBatch is how many people's hours are confirmed in one transaction.
const signBatch = 50

// SignOff confirms the hours of who was checked in at a shift that is over: as long
// as it was, or as they logged if that is no longer. More waits for the
// coordinator. It is a sweep over an index, a date at a time.
func (s *Service) SignOff(ctx context.Context) error {
	err := s.d.UpdateUntil(ctx, func(tx *db.Tx) (bool, error) {
		now := s.now()
		var dateID id.ID
		err := tx.QueryRow(`SELECT date_id FROM coming WHERE confirm_at <= $1 ORDER BY confirm_at, date_id LIMIT 1`, db.Millis(now)).Scan(&dateID)
		if errors.Is(err, sql.ErrNoRows) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		d, err := lock(tx, dateID)
		if err != nil {
			return false, err
		}
		if d.State == On && d.EndsAt.After(now) { // it was moved
			_, err := tx.Exec(`UPDATE coming SET confirm_at = $1 WHERE date_id = $2 AND confirm_at IS NOT NULL`, db.Millis(d.EndsAt), dateID)
			return true, err
		}
		due, err := db.All(tx, scanComing, `SELECT `+comingColumns+` FROM coming c WHERE c.date_id = $1 AND c.confirm_at <= $2 ORDER BY c.id LIMIT $3`,
			dateID, db.Millis(now), signBatch)
		if err != nil {
			return false, err
		}
		for _, c := range due {
			if _, err := tx.Exec(`UPDATE coming SET confirm_at = NULL, came_by = NULL WHERE id = $1`, c.ID); err != nil {
				return false, err
			}
			if d.State != On {
				continue
			}
			if _, err := s.asPlanned(tx, d, c, c.cameBy, c.CameHow.known()); err != nil {
				return false, err
			}
		}
		return true, nil
	})
	if err != nil {
		return fmt.Errorf("confirm hours after shifts: %w", err)
	}
	return nil
}

// asPlanned confirms the hours of somebody at a shift that is over, if they are not
// longer than it, and says whether it did: nobody can if the doer is suspended, or
// took the act back.
func (s *Service) asPlanned(tx *db.Tx, d *Date, c *Coming, by id.ID, how string) (bool, error) {
	if c.ActID == 0 || c.Hours == HoursConfirmed || c.Hours == HoursDisputed || c.Minutes > d.Minutes() {
		return false, nil
	}
	err := s.rooms.Acts.ConfirmIn(tx, c.ActID, by, how, s.now())
	if problem.Is(err, problem.KindConflict) || problem.Is(err, problem.KindGone) {
		return false, nil
	}
	return err == nil, err
}

// ConfirmAll signs off the hours of all who were checked in at a shift that is over,
// or logged hours there, as far as they are no longer than it and nobody disputes
// them; it says whose were not confirmed before. Who is responsible may; one's own
// stay as they are. Conflict before the end.
func (s *Service) ConfirmAll(ctx context.Context, v account.Viewer, dateID id.ID) (confirmed int, err error) {
	seen, err := s.responsible(ctx, v, dateID)
	if err != nil {
		return 0, err
	}
	switch {
	case seen.Call.Kind != call.Volunteering:
		return 0, problem.Conflict("", "Hours are logged for shifts of volunteering.")
	case seen.State != On:
		return 0, errOff()
	case seen.EndsAt.After(s.now()):
		return 0, problem.Conflict("", "This shift is not over yet.")
	}
	after := id.ID(0)
	err = s.d.UpdateUntil(ctx, func(tx *db.Tx) (bool, error) {
		d, err := lock(tx, dateID)
		if err != nil {
			return false, err
		}
		some, err := db.All(tx, scanComing, `SELECT `+comingColumns+` FROM coming c JOIN act ON act.id = c.act_id
			WHERE c.date_id = $1 AND c.id > $2 AND c.account_id <> $3 AND act.proof < $4 AND c.hours IN ('', 'logged')
			AND (c.minutes IS NULL OR c.minutes <= $5) ORDER BY c.id LIMIT $6`, dateID, int64(after), v.ID(), int64(act.Confirmed), d.Minutes(), signBatch)
		if err != nil {
			return false, fmt.Errorf("list whose hours wait: %w", err)
		}
		n := 0
		for _, c := range some {
			done, err := s.asPlanned(tx, d, c, v.ID(), act.ByHand)
			if err != nil {
				return false, err
			}
			if !done {
				continue
			}
			n++
			_, err = tx.Exec(`UPDATE coming SET hours = 'confirmed', minutes = COALESCE(minutes, $1), hours_by = $2, hours_at = $3, confirm_at = NULL, came_by = NULL WHERE id = $4`,
				d.Minutes(), v.ID(), db.Millis(s.now()), c.ID)
			if err != nil {
				return false, fmt.Errorf("confirm hours: %w", err)
			}
		}
		tx.AfterCommit(func() {
			confirmed += n
			if len(some) > 0 {
				after = some[len(some)-1].ID
			}
		})
		return len(some) == signBatch, nil
	})
	return confirmed, err
}
