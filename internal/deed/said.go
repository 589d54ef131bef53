package deed

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/id"
)

// Said is what those who were helped said of an act, by links and without accounts.
type Said struct {
	Thanks   []Thanks    // to its doer all, to others those that the doer shows; newest first
	Attested []time.Time // when somebody said that it happened
}

// Said is what was said of an act. NotFound, Gone as for the act.
func (s *Service) Said(ctx context.Context, v account.Viewer, actID id.ID) (Said, error) {
	var said Said
	a, err := s.rooms.Acts.Get(ctx, v, actID)
	if err != nil {
		return said, err
	}
	rows, err := db.All(s.d.Read(ctx), s.scan, "SELECT "+columns+" FROM deed_link WHERE act_id = $1 AND (thanked_at IS NOT NULL OR witness_stands) ORDER BY id DESC LIMIT $2",
		actID, listMost)
	if err != nil {
		return said, fmt.Errorf("list what was said of act %s: %w", actID, err)
	}
	for _, l := range rows {
		if l.Thanks != nil && (l.Thanks.Shown || a.DoneBy(v.ID())) {
			said.Thanks = append(said.Thanks, *l.Thanks)
		}
		if l.Witness {
			said.Attested = append(said.Attested, l.Witnessed)
		}
	}
	return said, nil
}

// Attested says whether somebody said by a link that an act happened; for package
// act.
func (s *Service) Attested(r db.Reader, actID id.ID) (has bool, err error) {
	err = r.QueryRow("SELECT EXISTS (SELECT 1 FROM deed_link WHERE act_id = $1 AND witness_stands)", actID).Scan(&has)
	if err != nil {
		return false, fmt.Errorf("ask who attests act %s: %w", actID, err)
	}
	return has, nil
}

// sweepBatch is how many rows one transaction of a sweep changes.
const sweepBatch = 200

// Sweep forgets links that are over and by which nothing was said.
func (s *Service) Sweep(ctx context.Context) error {
	now := db.Millis(s.now())
	return s.d.UpdateUntil(ctx, func(tx *db.Tx) (bool, error) {
		n, err := affected(tx.Exec(`DELETE FROM deed_link WHERE id IN (SELECT id FROM deed_link
			WHERE thanked_at IS NULL AND NOT witness_stands AND expires_at <= $1 ORDER BY expires_at LIMIT $2)`, now, sweepBatch))
		return n == sweepBatch, err
	})
}

// OnActWithdrawn erases what was said of an act, its links and its doer's note.
func (s *Service) OnActWithdrawn(tx *db.Tx, e act.Withdrawn) error {
	if _, err := affected(tx.Exec("DELETE FROM deed_link WHERE act_id = $1", e.ActID)); err != nil {
		return err
	}
	_, err := affected(tx.Exec("DELETE FROM deed_note WHERE act_id = $1", e.ActID))
	return err
}

// OnAccountDeleted erases what others said to an account, its notes and how its weeks are
// counted, at once: its acts may go by a job.
func (s *Service) OnAccountDeleted(tx *db.Tx, e account.Deleted) error {
	if _, err := affected(tx.Exec("DELETE FROM deed_link WHERE doer_id = $1", e.ID)); err != nil {
		return err
	}
	if _, err := affected(tx.Exec("DELETE FROM deed_note WHERE account_id = $1", e.ID)); err != nil {
		return err
	}
	if _, err := affected(tx.Exec("DELETE FROM deed_weeks WHERE account_id = $1", e.ID)); err != nil {
		return err
	}
	_, err := affected(tx.Exec("DELETE FROM deed_making WHERE account_id = $1", e.ID))
	return err
}
