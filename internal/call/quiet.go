package call

import (
	"context"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
)

// AllCalls stands for every call, where somebody wants no updates.
const AllCalls id.ID = 0

// Quiet says whether the viewer wants no updates: of the call, and of any.
func (s *Service) Quiet(ctx context.Context, v account.Viewer, callID id.ID) (ofIt, ofAll bool, err error) {
	if !v.SignedIn() {
		return false, false, signIn()
	}
	quiet, err := db.All(s.d.Read(ctx), db.ScanID, `SELECT call_id FROM call_quiet WHERE account_id = $1 AND call_id IN ($2, $3)`,
		v.ID(), int64(callID), int64(AllCalls))
	if err != nil {
		return false, false, fmt.Errorf("read who wants no updates: %w", err)
	}
	for _, i := range quiet {
		ofIt, ofAll = ofIt || i == callID, ofAll || i == AllCalls
	}
	return ofIt, ofAll, nil
}

// SetQuiet says whether the viewer wants no updates of a call that they may see,
// or of AllCalls.
func (s *Service) SetQuiet(ctx context.Context, v account.Viewer, callID id.ID, quiet bool) error {
	if !v.SignedIn() {
		return signIn()
	}
	if callID != AllCalls {
		if _, err := s.Get(ctx, v, callID); err != nil {
			return err
		}
	}
	q := `INSERT INTO call_quiet (account_id, call_id) VALUES ($1, $2) ON CONFLICT (account_id, call_id) DO NOTHING`
	if !quiet {
		q = `DELETE FROM call_quiet WHERE account_id = $1 AND call_id = $2`
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(q, v.ID(), int64(callID)); err != nil {
			return fmt.Errorf("note who wants no updates: %w", err)
		}
		return nil
	})
}
