package notice

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/fundraiser"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
)

// spentArgs is the job that tells those who gave that the beneficiary reported what
// it spent.
type spentArgs struct {
	Call, Movement id.ID
}

// Kind names the job.
func (spentArgs) Kind() string { return "notice_spent" }

// spentWait is for how long entries of the books are told of together.
const spentWait = 10 * time.Minute

// OnSpent tells those who gave, by a job, once for all entries of ten minutes.
func (s *Service) OnSpent(tx *db.Tx, e fundraiser.Spent) error {
	if s.past(e.At) {
		return nil
	}
	return s.jobs.Enqueue(tx, spentArgs{Call: e.CallID, Movement: e.MovementID}, jobs.Unique(), jobs.At(time.Now().Add(spentWait)))
}

// tellSpent tells donors under whatever name: nobody else sees a notice.
func (s *Service) tellSpent(ctx context.Context, e spentArgs) error {
	return s.walk(ctx, 0, func(tx *db.Tx, after id.ID) (id.ID, error) {
		donors, err := db.All(tx, db.ScanID, `SELECT donor FROM (
				SELECT doer_id AS donor FROM taken_part WHERE scope_id = $1 AND total = '' AND acts > 0 AND doer_id > $2
				UNION SELECT veiled.account_id AS donor FROM act JOIN veiled ON veiled.act_id = act.id
					WHERE act.call_id = $3 AND act.outside AND act.state = 'live' AND veiled.account_id > $4) AS donors
			ORDER BY donor LIMIT $5`, e.Call, int64(after), e.Call, int64(after), batch)
		if err != nil {
			return 0, fmt.Errorf("list who gave for call %s: %w", e.Call, err)
		}
		return tellEach(donors, batch, func(to id.ID) error {
			n := told{kind: Spent, to: to, from: e.Movement, subject: e.Call, at: s.now()}
			if err := s.takeOne(tx, n); err != nil { // of earlier entries
				return err
			}
			_, err := s.make(tx, n)
			return err
		})
	})
}
