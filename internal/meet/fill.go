package meet

import (
	"fmt"
	"time"

	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/id"
)

// ComeIn is Come inside another transaction, of whom the caller names, for the
// sample.
func (s *Service) ComeIn(tx *db.Tx, dateID, accountID id.ID, guests int64) error {
	d, err := lock(tx, dateID)
	if err != nil {
		return err
	}
	return s.comeIn(tx, d, s.ids.New(), accountID, Answer{Guests: guests, Visibility: act.Organisers})
}

// CameIn writes that somebody was at a date whose act is told already, for the
// sample. A second time changes nothing.
func (s *Service) CameIn(tx *db.Tx, dateID, accountID, actID id.ID, guests int64, at time.Time) error {
	if _, err := lock(tx, dateID); err != nil {
		return err
	}
	ok, err := changed(tx.Exec(`INSERT INTO coming (id, date_id, account_id, guests, state, visibility, created_at, came_at, came_how, act_id)
		VALUES ($1, $2, $3, $4, 'comes', 'public', $5, $6, 'list', $7) ON CONFLICT (date_id, account_id) DO NOTHING`,
		s.ids.New(), dateID, accountID, guests, db.Millis(at), db.Millis(at), actID))
	if err != nil {
		return fmt.Errorf("write who came: %w", err)
	}
	if !ok {
		return nil
	}
	return release(tx, dateID, -(1 + guests))
}
