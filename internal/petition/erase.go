package petition

import (
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/db"
)

// OnAccountDeleted erases what an account said as an addressee, and its name from
// what it put on record as an organiser. Its signatures go with their acts.
func (s *Service) OnAccountDeleted(tx *db.Tx, e account.Deleted) error {
	for _, erase := range []string{
		`DELETE FROM commitment_ruling WHERE commitment_id IN (SELECT id FROM commitment WHERE by_id = $1 AND source = '')`,
		`DELETE FROM commitment WHERE by_id = $1 AND source = ''`,
		`DELETE FROM petition_answer WHERE by_id = $1 AND source = ''`,
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
