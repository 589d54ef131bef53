package notice

import (
	"context"
	"fmt"

	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
)

// OnOrganiserInvited tells who is asked to organise a call, too.
func (s *Service) OnOrganiserInvited(tx *db.Tx, e call.OrganiserInvited) error {
	if s.past(e.At) {
		return nil
	}
	_, err := s.make(tx, told{kind: OrganiserAsked, to: e.To, from: e.From, subject: e.CallID, at: e.At})
	return err
}

// OnOrganiserChanged takes that back once it is answered.
func (s *Service) OnOrganiserChanged(tx *db.Tx, e call.OrganiserChanged) error {
	_, err := s.take(tx, `account_id = $1 AND kind = 'organiser_asked' AND subject = $2`, e.AccountID, e.CallID)
	return err
}

// updatedArgs is the job that tells those who took part in a call of an update.
type updatedArgs struct {
	Update, Call, Movement, Author id.ID
}

// Kind names the job.
func (updatedArgs) Kind() string { return "notice_updated" }

// OnCallUpdated tells those who took part, by a job.
func (s *Service) OnCallUpdated(tx *db.Tx, e call.Updated) error {
	if s.past(e.At) {
		return nil
	}
	return s.jobs.Enqueue(tx, updatedArgs{Update: e.UpdateID, Call: e.CallID, Movement: e.MovementID, Author: e.AuthorID})
}

// took is who took part, as totals know them, and whom to tell: a donor under
// another name hears of it, too, and nobody else learns who they are.
type took struct{ doer, to id.ID }

func scanTook(row db.Row) (t took, err error) { return t, row.Scan(&t.doer, &t.to) }

// tellUpdated leaves out its author and those who wish for quiet, and ends when
// the update is gone.
func (s *Service) tellUpdated(ctx context.Context, e updatedArgs) error {
	return s.walk(ctx, 0, func(tx *db.Tx, after id.ID) (id.ID, error) {
		doers, err := db.All(tx, scanTook, `SELECT doer_id, to_id FROM (SELECT doer_id, COALESCE((SELECT veiled.account_id FROM act
				JOIN veiled ON veiled.act_id = act.id WHERE act.doer_id = taken_part.doer_id LIMIT 1), doer_id) AS to_id
			FROM taken_part WHERE scope_id = $1 AND total = '' AND acts > 0 AND doer_id > $2) AS took
			WHERE EXISTS (SELECT 1 FROM call_update WHERE id = $3)
			AND NOT EXISTS (SELECT 1 FROM call_quiet WHERE account_id = to_id AND call_id IN (0, $4))
			ORDER BY doer_id LIMIT $5`, e.Call, int64(after), e.Update, e.Call, batch)
		if err != nil {
			return 0, fmt.Errorf("list who took part in call %s: %w", e.Call, err)
		}
		for _, d := range doers {
			if d.to == e.Author {
				continue
			}
			if _, err := s.make(tx, told{kind: CallUpdate, to: d.to, from: e.Movement, subject: e.Update, at: s.now()}); err != nil {
				return 0, err
			}
		}
		if len(doers) < batch {
			return 0, nil
		}
		return doers[len(doers)-1].doer, nil
	})
}

// OnUpdateRemoved takes back what was told of it.
func (s *Service) OnUpdateRemoved(tx *db.Tx, e call.UpdateRemoved) error {
	return s.erase(tx, eraseArgs{Update: e.UpdateID})
}
