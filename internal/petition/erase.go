package petition

import (
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/event"
)

// OnAccountDeleted erases what an account said as an addressee, and its name from
// what it put on record as an organiser. Its signatures go with their acts.
func (s *Service) OnAccountDeleted(tx *db.Tx, e account.Deleted) error {
	for _, own := range []string{
		`DELETE FROM commitment_ruling WHERE commitment_id IN (SELECT id FROM commitment WHERE by_id = $1 AND source = '') RETURNING id`,
		`DELETE FROM commitment WHERE by_id = $1 AND source = '' RETURNING id`,
		`DELETE FROM petition_answer WHERE by_id = $1 AND source = '' RETURNING id`,
	} {
		gone, err := db.All(tx, db.ScanID, own, e.ID)
		if err != nil {
			return fmt.Errorf("erase what %s said as an addressee: %w", e.ID, err)
		}
		for _, i := range gone {
			if err := event.Emit(s.hub, tx, Removed{ID: i}); err != nil {
				return err
			}
		}
	}
	for _, erase := range []string{
		`UPDATE commitment SET by_id = NULL WHERE by_id = $1`,
		`UPDATE petition_answer SET by_id = NULL WHERE by_id = $1`,
		`UPDATE commitment_ruling SET by_id = NULL, evidence = '' WHERE by_id = $1`,
		`UPDATE delivery SET by_id = NULL WHERE by_id = $1`,
		`UPDATE signature SET hidden_by = NULL WHERE hidden_by = $1`,
		`UPDATE addressee SET account_id = NULL, role = '' WHERE account_id = $1`,
	} {
		if _, err := tx.Exec(erase, e.ID); err != nil {
			return fmt.Errorf("erase what %s did for petitions: %w", e.ID, err)
		}
	}
	return nil
}

// OnCallDiscarded erases whom a draft spoke to, and what was noted of them.
func (s *Service) OnCallDiscarded(tx *db.Tx, e call.Discarded) error {
	for _, erase := range []string{
		`DELETE FROM commitment_ruling WHERE commitment_id IN (SELECT id FROM commitment WHERE call_id = $1)`,
		`DELETE FROM commitment WHERE call_id = $1`,
		`DELETE FROM petition_answer WHERE call_id = $1`,
		`DELETE FROM delivery WHERE call_id = $1`,
		`DELETE FROM addressee WHERE call_id = $1`,
		`DELETE FROM petition_text WHERE call_id = $1`,
	} {
		if _, err := tx.Exec(erase, e.CallID); err != nil {
			return fmt.Errorf("discard what was noted of petition %s: %w", e.CallID, err)
		}
	}
	return nil
}
