package weight

import (
	"context"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
)

// Fine says that there is nothing wrong with an act's witnesses, or with those of
// all acts of its doer in the movement, from now on. Those who organise the movement
// may, but not its doer, nor who is one of its witnesses that were weighed down.
// It is remembered; a second time changes nothing. NotFound for an act of which
// nothing was found, Forbidden.
func (s *Service) Fine(ctx context.Context, v account.Viewer, actID id.ID, all bool) error {
	return s.d.Update(ctx, func(tx *db.Tx) error {
		found, err := db.All(tx, scan, "SELECT "+columns+" FROM weight WHERE act_id = $1 ORDER BY witness_id", actID)
		if err != nil {
			return fmt.Errorf("read why act %s is unusual: %w", actID, err)
		}
		if len(found) == 0 {
			return s.fineAlready(tx, v, actID)
		}
		of := found[0]
		if ok, err := movement.OrganisesIn(tx, v, of.Movement); err != nil || !ok {
			if err == nil {
				err = problem.NotFound("act")
			}
			return err
		}
		for _, f := range found {
			if v.Is(f.Doer) || v.Is(f.Witness) {
				return problem.Forbidden("This is about yourself: somebody else who organises the movement decides.")
			}
		}
		ruled := ruling{of.Doer, actID}
		acts := []id.ID{actID}
		if all {
			ruled.act = 0
			if acts, err = db.All(tx, db.ScanID, "SELECT DISTINCT act_id FROM weight WHERE movement_id = $1 AND doer_id = $2 ORDER BY act_id LIMIT $3",
				of.Movement, of.Doer, fineAtOnce); err != nil {
				return fmt.Errorf("list unusual acts of %s: %w", of.Doer, err)
			}
		}
		_, err = tx.Exec(`INSERT INTO weight_fine (movement_id, doer_id, act_id, by_id, said_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (movement_id, doer_id, act_id) DO NOTHING`, of.Movement, ruled.doer, int64(ruled.act), v.ID(), db.Millis(s.now()))
		if err != nil {
			return fmt.Errorf("note that act %s is fine: %w", actID, err)
		}
		for _, one := range acts {
			if _, err := s.write(tx, of.Movement, one, of.Doer, nil); err != nil {
				return err
			}
		}
		// A weighing that is under way may not have heard of it, and there may be more.
		return s.dueIn(tx, of.Movement)
	})
}

// fineAtOnce is how many acts are lifted at once; the next weighing lifts the rest.
const fineAtOnce = 200

// fineAlready is nil for an organiser who says a second time that an act is fine.
func (s *Service) fineAlready(tx *db.Tx, v account.Viewer, actID id.ID) error {
	var movementID id.ID
	err := tx.QueryRow(`SELECT COALESCE(MAX(weight_fine.movement_id), 0) FROM weight_fine JOIN act ON act.doer_id = weight_fine.doer_id
		AND act.movement_id = weight_fine.movement_id WHERE act.id = $1 AND weight_fine.act_id IN (0, act.id)`, actID).Scan(&movementID)
	if err != nil {
		return fmt.Errorf("ask whether act %s is fine: %w", actID, err)
	}
	if movementID != 0 {
		if ok, err := movement.OrganisesIn(tx, v, movementID); err != nil || ok {
			return err
		}
	}
	return problem.NotFound("act")
}

// Says is the reason in a sentence, without a name.
func (s Suspicion) Says(p *lang.Printer) string {
	switch s.Reason {
	case Second:
		if s.People > 1 {
			return p.T("%d new accounts did nothing here but witness for this person, and %d of %d times from the same network.", s.People, s.Acts, s.Of)
		}
		return p.T("This witness is new, did nothing here but witness for this person, and %d of %d times from the same network.", s.Acts, s.Of)
	case Burst:
		return p.T("%d accounts, all new, told %d acts from one network within a few hours and witnessed them among themselves.", s.People, s.Acts)
	default:
		return p.T("%d people witness nearly only each other: %d of %d times. They tell far more than is usual here.", s.People, s.Acts, s.Of)
	}
}
