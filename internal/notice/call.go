package notice

import (
	"goodturn/internal/call"
	"goodturn/internal/db"
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

// OnCallUpdated tells those who took part, by a job, but for its author and those
// who wish for quiet.
func (s *Service) OnCallUpdated(tx *db.Tx, e call.Updated) error {
	if s.past(e.At) {
		return nil
	}
	return s.jobs.Enqueue(tx, partArgs{Call: e.CallID, Movement: e.MovementID, What: CallUpdate, Subject: e.UpdateID, Author: e.AuthorID})
}

// OnUpdateRemoved takes back what was told of it.
func (s *Service) OnUpdateRemoved(tx *db.Tx, e call.UpdateRemoved) error {
	return s.erase(tx, eraseArgs{Update: e.UpdateID})
}
