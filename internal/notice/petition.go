package notice

import (
	"fmt"
	"strconv"

	"goodturn/internal/db"
	"goodturn/internal/petition"
)

// OnPetitionAnswered tells those who signed, by a job.
func (s *Service) OnPetitionAnswered(tx *db.Tx, e petition.Answered) error {
	return s.jobs.Enqueue(tx, partArgs{Call: e.CallID, Movement: e.MovementID, What: PetitionAnswer, Subject: e.AnswerID})
}

// OnCommitmentRuled tells those who signed that a commitment was kept or broken,
// by a job.
func (s *Service) OnCommitmentRuled(tx *db.Tx, e petition.Ruled) error {
	what := CommitmentKept
	if e.State == petition.Broken {
		what = CommitmentBroken
	}
	return s.jobs.Enqueue(tx, partArgs{Call: e.CallID, Movement: e.MovementID, What: what, Subject: e.RulingID})
}

// OnRecordRemoved takes back what was told of an answer, a commitment or a ruling.
func (s *Service) OnRecordRemoved(tx *db.Tx, e petition.Removed) error {
	return s.erase(tx, eraseArgs{Record: e.ID})
}

// OnCommitmentDue asks the organisers, and the addressee who has an account, what
// became of a commitment.
func (s *Service) OnCommitmentDue(tx *db.Tx, e petition.CommitmentDue) error {
	asked, err := db.All(tx, db.ScanID, `SELECT account_id FROM member WHERE movement_id = $1 AND role = 'organiser'
		UNION SELECT account_id FROM call_organiser WHERE call_id = $2 AND state = 'stands' ORDER BY account_id LIMIT `+strconv.Itoa(crowd),
		e.MovementID, e.CallID)
	if err != nil {
		return fmt.Errorf("list the organisers of movement %s: %w", e.MovementID, err)
	}
	for _, to := range append(asked, e.Addressee) {
		_, err := s.make(tx, told{kind: CommitmentDue, to: to, from: e.MovementID, subject: e.CommitmentID, at: s.now()})
		if err != nil {
			return err
		}
	}
	return nil
}
