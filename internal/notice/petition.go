package notice

import (
	"context"
	"fmt"
	"strconv"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/petition"
)

// signersArgs is the job that tells those who signed a petition what came of it.
type signersArgs struct {
	Call, Movement, Subject id.ID
	What                    Kind
}

// Kind names the job.
func (signersArgs) Kind() string { return "notice_signers" }

// OnPetitionAnswered tells those who signed, by a job.
func (s *Service) OnPetitionAnswered(tx *db.Tx, e petition.Answered) error {
	return s.jobs.Enqueue(tx, signersArgs{Call: e.CallID, Movement: e.MovementID, Subject: e.AnswerID, What: PetitionAnswer})
}

// OnCommitmentRuled tells those who signed that a commitment was kept or broken,
// by a job.
func (s *Service) OnCommitmentRuled(tx *db.Tx, e petition.Ruled) error {
	what := CommitmentKept
	if e.State == petition.Broken {
		what = CommitmentBroken
	}
	return s.jobs.Enqueue(tx, signersArgs{Call: e.CallID, Movement: e.MovementID, Subject: e.RulingID, What: what})
}

func (s *Service) tellSigners(ctx context.Context, e signersArgs) error {
	return s.walk(ctx, 0, func(tx *db.Tx, after id.ID) (id.ID, error) {
		doers, err := db.All(tx, db.ScanID, `SELECT doer_id FROM taken_part WHERE scope_id = $1 AND total = '' AND acts > 0 AND doer_id > $2
			ORDER BY doer_id LIMIT $3`, e.Call, int64(after), batch)
		if err != nil {
			return 0, fmt.Errorf("list who signed petition %s: %w", e.Call, err)
		}
		return tellEach(doers, batch, func(to id.ID) error {
			_, err := s.make(tx, told{kind: e.What, to: to, from: e.Movement, subject: e.Subject, at: s.now()})
			return err
		})
	})
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
