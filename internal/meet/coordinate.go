package meet

import (
	"context"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
)

// Coordinated says whether that account is to look after the date.
func (d *Date) Coordinated(accountID id.ID) bool { return accountID != 0 && d.Coordinator == accountID }

// mayCoordinate says whether an account can be a date's coordinator, as by wishes.
func mayCoordinate(tx *db.Tx, movementID, by, accountID id.ID) error {
	if accountID == 0 {
		return nil
	}
	a, err := account.GetIn(tx, accountID)
	if err != nil && !problem.Is(err, problem.KindNotFound) {
		return err
	}
	errNot := problem.Invalid("coordinator", "This account cannot coordinate a date.")
	if err != nil || !a.Shown() || !a.Local() || a.Kind != account.KindPerson && a.Kind != account.KindOrganisation {
		return errNot
	}
	role, err := movement.RoleIn(tx, movementID, accountID)
	if err != nil {
		return err
	}
	apart, err := relation.BlockedIn(tx, by, accountID)
	if err == nil && (apart || role == movement.Removed) {
		err = errNot
	}
	return err
}

// tellCoordinator tells who is to look after a date that they are.
func (s *Service) tellCoordinator(tx *db.Tx, dateID id.ID) error {
	d, err := load(tx, dateID)
	if err != nil || d.Coordinator == 0 {
		return err
	}
	return s.tellAll(tx, Coordinates, d, []id.ID{d.Coordinator})
}

// StepDown says that v no longer looks after a date, nor after those that follow
// it in its series. Its coordinator may; for others it changes nothing.
func (s *Service) StepDown(ctx context.Context, v account.Viewer, dateID id.ID) error {
	if !v.SignedIn() {
		return errSignIn()
	}
	seen, err := s.Get(ctx, v, dateID)
	if err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		ok, err := changed(tx.Exec(`UPDATE call_date SET coordinator_id = NULL WHERE coordinator_id = $1 AND (id = $2 OR series_id = $3 AND starts_at >= $4)`,
			v.ID(), dateID, seen.SeriesID, db.Millis(seen.StartsAt)))
		if err != nil {
			return fmt.Errorf("coordinate no more: %w", err)
		}
		if !ok {
			return nil
		}
		return event.Emit(s.hub, tx, Changed{DateID: dateID, CallID: seen.CallID, MovementID: seen.MovementID})
	})
}
