package movement

import (
	"context"
	"fmt"
	"slices"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/once"
	"goodturn/internal/problem"
)

// Resources are what the movement offers to learn, in its organisers' order.
func (s *Service) Resources(ctx context.Context, movementID id.ID) ([]Resource, error) {
	list, err := db.All(s.d.Read(ctx), scanResource, `SELECT id, movement_id, title, body, url, source, changed_at
		FROM resource WHERE movement_id = $1 ORDER BY position, id`, movementID)
	if err != nil {
		return nil, fmt.Errorf("list resources: %w", err)
	}
	return list, nil
}

func scanResource(row db.Row) (r Resource, err error) {
	var at int64
	err = row.Scan(&r.ID, &r.MovementID, &r.Title, &r.Body, &r.URL, &r.Source, &at)
	r.ChangedAt = db.Time(at)
	return r, err
}

// AddResource puts a resource at the end. Organisers may; there are at most
// ResourcesMost.
func (s *Service) AddResource(ctx context.Context, v account.Viewer, movementID id.ID, d ResourceDraft) (id.ID, error) {
	d, err := d.clean()
	if err != nil {
		return 0, err
	}
	body := struct {
		MovementID id.ID
		Draft      ResourceDraft
	}{movementID, d}
	var resourceID id.ID
	err = s.change(ctx, v, movementID, func(tx *db.Tx) (err error) {
		resourceID, err = once.Do(tx, v.ID(), "resource", d.Key, body, func() (id.ID, error) {
			return s.addResource(tx, movementID, d)
		})
		return err
	})
	return resourceID, err
}

func (s *Service) addResource(tx *db.Tx, movementID id.ID, d ResourceDraft) (id.ID, error) {
	resourceID, at := s.ids.New(), db.Millis(s.now())
	n, err := affected(tx.Exec(`INSERT INTO resource (id, movement_id, title, body, url, source, position, created_at, changed_at)
		SELECT $1, $2, $3, $4, $5, $6, COALESCE(MAX(position) + 1, 0), $7, $8 FROM resource WHERE movement_id = $9
		HAVING COUNT(*) < $10`, resourceID, movementID, d.Title, d.Body, d.URL, d.Source, at, at, movementID, ResourcesMost))
	if err != nil {
		return 0, fmt.Errorf("add a resource: %w", err)
	}
	if n == 0 {
		return 0, problem.Conflict("", "A movement has at most %d resources.", ResourcesMost)
	}
	return resourceID, nil
}

// EditResource changes a resource to d. Organisers may.
func (s *Service) EditResource(ctx context.Context, v account.Viewer, movementID, resourceID id.ID, d ResourceDraft) error {
	d, err := d.clean()
	if err != nil {
		return err
	}
	return s.change(ctx, v, movementID, func(tx *db.Tx) error {
		n, err := affected(tx.Exec(`UPDATE resource SET title = $1, body = $2, url = $3, source = $4, changed_at = $5
			WHERE id = $6 AND movement_id = $7`, d.Title, d.Body, d.URL, d.Source, db.Millis(s.now()), resourceID, movementID))
		return resourceDone(n, err)
	})
}

// RemoveResource takes a resource away. Organisers may.
func (s *Service) RemoveResource(ctx context.Context, v account.Viewer, movementID, resourceID id.ID) error {
	return s.change(ctx, v, movementID, func(tx *db.Tx) error {
		return resourceDone(affected(tx.Exec(`DELETE FROM resource WHERE id = $1 AND movement_id = $2`, resourceID, movementID)))
	})
}

func resourceDone(n int64, err error) error {
	if err != nil {
		return fmt.Errorf("change a resource: %w", err)
	}
	if n == 0 {
		return problem.NotFound("resource")
	}
	return nil
}

// OrderResources puts the resources into that order. Organisers may. ids names
// each of them once, else problem.Conflict.
func (s *Service) OrderResources(ctx context.Context, v account.Viewer, movementID id.ID, ids []id.ID) error {
	return s.change(ctx, v, movementID, func(tx *db.Tx) error {
		have, err := db.All(tx, scanID, `SELECT id FROM resource WHERE movement_id = $1 ORDER BY id`, movementID)
		if err != nil {
			return fmt.Errorf("order resources: %w", err)
		}
		if !slices.Equal(have, slices.Sorted(slices.Values(ids))) {
			return problem.Conflict("ids", "The resources changed meanwhile. Look again, then order them.")
		}
		for position, i := range ids {
			if _, err := tx.Exec(`UPDATE resource SET position = $1 WHERE id = $2`, position, i); err != nil {
				return fmt.Errorf("order resources: %w", err)
			}
		}
		return nil
	})
}

// AddResourceIn is AddResource inside another transaction, for the sample.
func (s *Service) AddResourceIn(tx *db.Tx, movementID id.ID, d ResourceDraft, position int) error {
	d, err := d.clean()
	if err != nil {
		return err
	}
	at := db.Millis(s.now())
	_, err = tx.Exec(`INSERT INTO resource (id, movement_id, title, body, url, source, position, created_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, s.ids.New(), movementID, d.Title, d.Body, d.URL, d.Source, position, at, at)
	if err != nil {
		return fmt.Errorf("add a resource: %w", err)
	}
	return event.Emit(s.hub, tx, Changed{MovementID: movementID})
}
