package notice

import (
	"time"

	"goodturn/internal/db"
	"goodturn/internal/fundraiser"
	"goodturn/internal/jobs"
)

// spentWait is for how long entries of the books are told of together.
const spentWait = 10 * time.Minute

// OnSpent tells those who gave, by a job, once for all entries of ten minutes.
func (s *Service) OnSpent(tx *db.Tx, e fundraiser.Spent) error {
	if s.past(e.At) {
		return nil
	}
	return s.jobs.Enqueue(tx, partArgs{Call: e.CallID, Movement: e.MovementID, What: Spent, Subject: e.CallID}, jobs.Unique(), jobs.At(time.Now().Add(spentWait)))
}
