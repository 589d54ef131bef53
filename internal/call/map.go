package call

import (
	"context"
	"fmt"

	"goodturn/internal/db"
	"goodturn/internal/id"
)

// Begun are the calls that everybody may see and that were made in a span, from one
// id up to another, the oldest first, at most so many. It is for the map of the
// site, so archived ones are left out.
func (s *Service) Begun(ctx context.Context, from, to id.ID, most int) ([]*Call, error) {
	list, err := db.All(s.d.Read(ctx), scanCall, `SELECT `+columns+` FROM call WHERE id >= $1 AND id < $2 AND state <> 'draft'
		AND archived_at IS NULL AND EXISTS (SELECT 1 FROM account WHERE account.id = call.movement_id AND account.state = 'active')
		ORDER BY id LIMIT $3`, int64(from), int64(to), most)
	if err != nil {
		return nil, fmt.Errorf("list the calls of a time: %w", err)
	}
	return list, nil
}
