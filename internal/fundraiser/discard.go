package fundraiser

import (
	"fmt"

	"goodturn/internal/call"
	"goodturn/internal/db"
)

// OnCallDiscarded erases what was set up for a draft that is gone.
func (s *Service) OnCallDiscarded(tx *db.Tx, e call.Discarded) error {
	for _, table := range []string{"fundraiser", "matching", "spending"} {
		if _, err := tx.Exec(`DELETE FROM `+table+` WHERE call_id = $1`, e.CallID); err != nil {
			return fmt.Errorf("discard what was set up for call %s: %w", e.CallID, err)
		}
	}
	return nil
}
