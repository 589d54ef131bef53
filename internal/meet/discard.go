package meet

import (
	"fmt"

	"goodturn/internal/call"
	"goodturn/internal/db"
)

// OnCallDiscarded erases the dates of a draft that is gone.
func (s *Service) OnCallDiscarded(tx *db.Tx, e call.Discarded) error {
	for _, erase := range []string{
		`DELETE FROM coming WHERE date_id IN (SELECT id FROM call_date WHERE call_id = $1)`,
		`DELETE FROM date_telling WHERE call_id = $1`,
		`DELETE FROM date_series WHERE call_id = $1`,
		`DELETE FROM call_date WHERE call_id = $1`,
	} {
		if _, err := tx.Exec(erase, e.CallID); err != nil {
			return fmt.Errorf("discard the dates of call %s: %w", e.CallID, err)
		}
	}
	return nil
}
