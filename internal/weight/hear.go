package weight

import (
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/id"
)

// OnActDone keeps from where an act was told.
func (s *Service) OnActDone(tx *db.Tx, e act.Done) error {
	if e.Outside || e.MovementID == 0 {
		return nil
	}
	return s.markIn(tx, e.ActID, e.DoerID, e.MovementID)
}

// OnWitnessAsked keeps from where somebody offered to be a witness.
func (s *Service) OnWitnessAsked(tx *db.Tx, e act.WitnessAsked) error {
	if !e.Offered || e.MovementID == 0 {
		return nil
	}
	return s.markIn(tx, e.ActID, e.WitnessID, e.MovementID)
}

// OnWitnessStands keeps from where a witness agreed, and has the movement weighed
// before long.
func (s *Service) OnWitnessStands(tx *db.Tx, e act.WitnessStands) error {
	if e.MovementID == 0 {
		return nil
	}
	if !e.Offered {
		if err := s.markIn(tx, e.ActID, e.WitnessID, e.MovementID); err != nil {
			return err
		}
	}
	return s.dueIn(tx, e.MovementID)
}

// OnWitnessWithdrawn forgets what was known of a word.
func (s *Service) OnWitnessWithdrawn(tx *db.Tx, e act.WitnessWithdrawn) error {
	return forget(tx, "act_id = $1 AND account_id = $2", "act_id = $1 AND witness_id = $2", e.ActID, e.WitnessID)
}

// OnActProven has a movement weighed before long whose acts were confirmed, or
// not any more: who says so vouches for them.
func (s *Service) OnActProven(tx *db.Tx, e act.Proven) error {
	if !e.Confirmation || e.Outside || e.MovementID == 0 {
		return nil
	}
	return s.dueIn(tx, e.MovementID)
}

// OnActWithdrawn forgets all that was known of an act.
func (s *Service) OnActWithdrawn(tx *db.Tx, e act.Withdrawn) error {
	if err := forget(tx, "act_id = $1", "act_id = $1", e.ActID); err != nil {
		return err
	}
	if _, err := tx.Exec("DELETE FROM weight_fine WHERE act_id = $1", e.ActID); err != nil {
		return fmt.Errorf("forget that an act is fine: %w", err)
	}
	return nil
}

// OnAccountDeleted forgets all that was known of an account: what is fine of theirs,
// and, whoever did the act, from where they acted and what spoke against them.
func (s *Service) OnAccountDeleted(tx *db.Tx, e account.Deleted) error {
	if err := forget(tx, "account_id = $1", "witness_id = $1", e.ID); err != nil {
		return err
	}
	for _, q := range []string{
		"DELETE FROM weight WHERE doer_id = $1",
		"DELETE FROM weight_fine WHERE doer_id = $1",
		"UPDATE weight_fine SET by_id = NULL WHERE by_id = $1",
	} {
		if _, err := tx.Exec(q, e.ID); err != nil {
			return fmt.Errorf("forget what was weighed of %s: %w", e.ID, err)
		}
	}
	return nil
}

func forget(tx *db.Tx, marks, weights string, args ...any) error {
	if _, err := tx.Exec("DELETE FROM weight_mark WHERE "+marks, args...); err != nil {
		return fmt.Errorf("forget marks: %w", err)
	}
	if _, err := tx.Exec("DELETE FROM weight WHERE "+weights, args...); err != nil {
		return fmt.Errorf("forget what was weighed: %w", err)
	}
	return nil
}

// dueIn has a movement weighed after a while, once for all that happens until then.
func (s *Service) dueIn(tx *db.Tx, movementID id.ID) error {
	_, err := tx.Exec("INSERT INTO weight_due (movement_id, due_at) VALUES ($1, $2) ON CONFLICT (movement_id) DO NOTHING",
		movementID, db.Millis(s.now().Add(wait)))
	if err != nil {
		return fmt.Errorf("note a movement to weigh: %w", err)
	}
	return nil
}
