package call

import (
	"context"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// Archive takes a closed or cancelled call out of lists; its page, acts and totals
// stay. Organisers may; one that is archived stays so.
func (s *Service) Archive(ctx context.Context, v account.Viewer, callID id.ID) error {
	return s.change(ctx, v, callID, func(tx *db.Tx, c *Call) error {
		now := db.Millis(s.now())
		n, err := affected(tx.Exec(`UPDATE call SET archived_at = $1, changed_at = $2
			WHERE id = $3 AND state IN ('closed', 'cancelled') AND archived_at IS NULL`, now, now, callID))
		if err != nil {
			return fmt.Errorf("archive a call: %w", err)
		}
		if n == 0 && !c.Archived {
			return problem.Conflict("state", "A call is closed or cancelled before it is archived.")
		}
		return event.Emit(s.hub, tx, Changed{CallID: callID, MovementID: c.MovementID})
	})
}

// Unarchive puts a call back into lists. Organisers may; one that is in them stays
// so.
func (s *Service) Unarchive(ctx context.Context, v account.Viewer, callID id.ID) error {
	return s.change(ctx, v, callID, func(tx *db.Tx, c *Call) error {
		_, err := tx.Exec(`UPDATE call SET archived_at = NULL, changed_at = $1 WHERE id = $2`, db.Millis(s.now()), callID)
		if err != nil {
			return fmt.Errorf("take a call out of the archive: %w", err)
		}
		return event.Emit(s.hub, tx, Changed{CallID: callID, MovementID: c.MovementID})
	})
}

// Archived are a movement's archived calls, newest first, for whoever sees the
// movement.
func (s *Service) Archived(ctx context.Context, v account.Viewer, movementID id.ID, p db.Page) ([]*Call, error) {
	shown, err := s.movements.Many(ctx, v, []id.ID{movementID})
	if err != nil || shown[movementID] == nil {
		return nil, err
	}
	cond, more, tail := p.SQL("id", 2)
	rows, err := db.All(s.d.Read(ctx), scanCall, `SELECT `+columns+` FROM call WHERE movement_id = $1 AND archived_at IS NOT NULL
		AND `+cond+tail, append([]any{movementID}, more...)...)
	if err != nil {
		return nil, fmt.Errorf("list archived calls: %w", err)
	}
	return db.Newest(p, rows), nil
}
