package call

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/event"
)

// dueBatch is how many calls OpenDue and CloseDue change in one transaction.
const dueBatch = 100

// OpenDue opens the drafts whose time has come: a sweep. In a movement that was
// archived meanwhile they stay drafts, without a time.
func (s *Service) OpenDue(ctx context.Context, now time.Time) error {
	err := s.batches(ctx, func(tx *db.Tx) (int, error) {
		res, err := tx.Exec(`UPDATE call SET opens_at = NULL WHERE id IN (SELECT id FROM call WHERE state = 'draft' AND opens_at <= $1
			AND NOT EXISTS (SELECT 1 FROM movement WHERE movement.id = call.movement_id AND movement.state = 'open') ORDER BY id LIMIT $2)`,
			db.Millis(now), dueBatch)
		n, err := affected(res, err)
		return int(n), err
	})
	if err != nil {
		return fmt.Errorf("keep drafts of archived movements: %w", err)
	}
	err = s.batches(ctx, func(tx *db.Tx) (int, error) {
		due, err := db.All(tx, func(row db.Row) (e Opened, err error) {
			e.At = now
			return e, row.Scan(&e.CallID, &e.MovementID)
		}, `UPDATE call SET state = 'open', opens_at = NULL, changed_at = $1 WHERE state = 'draft' AND id IN (SELECT id FROM call
			WHERE state = 'draft' AND opens_at <= $2 ORDER BY id LIMIT $3) RETURNING id, movement_id`,
			db.Millis(now), db.Millis(now), dueBatch)
		return len(due), emitAll(s, tx, due, err)
	})
	if err != nil {
		return fmt.Errorf("open calls that are due: %w", err)
	}
	return nil
}

// CloseDue closes the calls whose time has come: a sweep.
func (s *Service) CloseDue(ctx context.Context, now time.Time) error {
	err := s.batches(ctx, func(tx *db.Tx) (int, error) {
		due, err := db.All(tx, func(row db.Row) (e Closed, err error) {
			return e, row.Scan(&e.CallID, &e.MovementID)
		}, `UPDATE call SET state = 'closed', changed_at = $1 WHERE state = 'open' AND id IN (SELECT id FROM call
			WHERE state = 'open' AND closes_at <= $2 ORDER BY id LIMIT $3) RETURNING id, movement_id`,
			db.Millis(now), db.Millis(now), dueBatch)
		return len(due), emitAll(s, tx, due, err)
	})
	if err != nil {
		return fmt.Errorf("close calls that are due: %w", err)
	}
	return nil
}

// batches runs some, each time in a transaction of its own, until it changes less
// than a batch.
func (s *Service) batches(ctx context.Context, some func(tx *db.Tx) (int, error)) error {
	return s.d.UpdateUntil(ctx, func(tx *db.Tx) (more bool, err error) {
		n, err := some(tx)
		return n >= dueBatch, err
	})
}

func emitAll[E any](s *Service, tx *db.Tx, events []E, err error) error {
	if err != nil {
		return err
	}
	for _, e := range events {
		if err := event.Emit(s.hub, tx, e); err != nil {
			return err
		}
	}
	return nil
}
