package act

import (
	"fmt"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// WeighIn says which of an act's witnesses are weighed down, and that all others
// are not: their word stands and is shown, and lifts no proof. The proof follows,
// and the totals with it; a confirmation is above it. Nothing happens to an act that
// was withdrawn. For package weight.
func (s *Service) WeighIn(tx *db.Tx, actID id.ID, down []id.ID, at time.Time) error {
	a, err := lock(tx, actID)
	if problem.Is(err, problem.KindGone) {
		return nil
	}
	if err != nil {
		return err
	}
	in, args := db.In(1, down)
	if _, err := tx.Exec(`UPDATE witness SET weighed = (account_id IN `+in+`) WHERE act_id = $`+fmt.Sprint(len(args)+1), append(args, a.ID)...); err != nil {
		return fmt.Errorf("weigh the witnesses of act %s: %w", a.ID, err)
	}
	return s.reprove(tx, a, 0, at)
}
