package movement

import (
	"context"
	"database/sql"
	"fmt"

	"goodturn/internal/db"
	"goodturn/internal/id"
)

// Begun are the movements that everybody may see and that began in a span, from
// one id up to another, the oldest first, at most so many. It is for the map of the
// site.
func (s *Service) Begun(ctx context.Context, from, to id.ID, most int) ([]*Movement, error) {
	list, err := db.All(s.d.Read(ctx), func(row db.Row) (*Movement, error) {
		m := new(Movement)
		var changed int64
		err := row.Scan(&m.ID, &m.Slug, &changed)
		m.ChangedAt = db.Time(changed)
		return m, err
	}, `SELECT movement.id, account.username, movement.changed_at FROM movement JOIN account ON account.id = movement.id
		WHERE movement.id >= $1 AND movement.id < $2 AND account.state = 'active' ORDER BY movement.id LIMIT $3`, int64(from), int64(to), most)
	if err != nil {
		return nil, fmt.Errorf("list the movements of a time: %w", err)
	}
	return list, nil
}

// Earliest is the id of the oldest movement; 0 when there is none.
func (s *Service) Earliest(ctx context.Context) (id.ID, error) {
	var first sql.NullInt64
	if err := s.d.Read(ctx).QueryRow(`SELECT MIN(id) FROM movement`).Scan(&first); err != nil {
		return 0, fmt.Errorf("find the oldest movement: %w", err)
	}
	return id.ID(first.Int64), nil
}
