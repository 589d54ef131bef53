package notice

import (
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/movement"
)

// OnNominated tells the nominee, also of what the sample nominated in the past
// as long as it is open. Hidden nominations emit nothing.
func (s *Service) OnNominated(tx *db.Tx, e act.Nominated) error {
	if !e.Deadline.After(s.now()) {
		return nil
	}
	return s.tell(tx, e.MovementID, told{kind: Nomination, to: e.NomineeID, from: e.NominatorID, subject: e.NominationID,
		act: e.ActID, at: e.At}, e.Deadline)
}

// OnNominationReminder reminds the nominee, once.
func (s *Service) OnNominationReminder(tx *db.Tx, e act.NominationReminder) error {
	return s.tell(tx, e.MovementID, told{kind: Reminder, to: e.NomineeID, from: e.NominatorID, subject: e.NominationID,
		act: e.ActID, at: e.At}, e.Deadline)
}

// OnNominationAccepted tells the nominator, and ends the reminding.
func (s *Service) OnNominationAccepted(tx *db.Tx, e act.NominationAcceptance) error {
	if s.past(e.At) {
		return nil
	}
	err := s.takeOne(tx, told{kind: Reminder, to: e.NomineeID, from: e.NominatorID, subject: e.NominationID})
	if err != nil {
		return err
	}
	return s.tell(tx, e.MovementID, told{kind: Acceptance, to: e.NominatorID, from: e.NomineeID, subject: e.NominationID,
		act: e.ActID, at: e.At}, e.Deadline)
}

// OnNominationRefused ends the reminding. The nominator hears nothing of it.
func (s *Service) OnNominationRefused(tx *db.Tx, e act.NominationRefusal) error {
	return s.takeOne(tx, told{kind: Reminder, to: e.NomineeID, from: e.NominatorID, subject: e.NominationID})
}

// OnNominationWithdrawn takes back what both were told.
func (s *Service) OnNominationWithdrawn(tx *db.Tx, e act.NominationWithdrawal) error {
	for _, n := range []told{
		{kind: Nomination, to: e.NomineeID, from: e.NominatorID},
		{kind: Reminder, to: e.NomineeID, from: e.NominatorID},
		{kind: Acceptance, to: e.NominatorID, from: e.NomineeID},
	} {
		n.subject = e.NominationID
		if err := s.takeOne(tx, n); err != nil {
			return err
		}
	}
	return nil
}

// OnNominationMissed tells the nominator "not this time". It comes from the
// movement and names nobody, so that it is the same for whatever became of the
// nomination, a block included.
func (s *Service) OnNominationMissed(tx *db.Tx, e act.NominationMissed) error {
	from := e.MovementID
	if from == 0 {
		from = s.Accounts.Server().ID
	}
	return s.tell(tx, e.MovementID, told{kind: NotThisTime, to: e.NominatorID, from: from, subject: e.NominationID,
		act: e.ActID, at: e.At}, e.Deadline)
}

// OnWitnessAsked tells who was asked to be a witness, or to whom it is offered.
func (s *Service) OnWitnessAsked(tx *db.Tx, e act.WitnessAsked) error {
	if s.past(e.At) {
		return nil
	}
	n := told{kind: WitnessAsked, to: e.WitnessID, from: e.DoerID, subject: e.ActID, act: e.ActID, at: e.At}
	if e.Offered {
		n.kind, n.to, n.from = WitnessOffered, e.DoerID, e.WitnessID
	}
	return s.tell(tx, e.MovementID, n, time.Time{})
}

// OnWitnessStands tells the side that had spoken first that the other agrees.
func (s *Service) OnWitnessStands(tx *db.Tx, e act.WitnessStands) error {
	if s.past(e.At) {
		return nil
	}
	n := told{kind: Witness, to: e.DoerID, from: e.WitnessID, subject: e.ActID, act: e.ActID, at: e.At}
	if e.Offered {
		n.kind, n.to, n.from = WitnessAccepted, e.WitnessID, e.DoerID
	}
	return s.tell(tx, e.MovementID, n, time.Time{})
}

// OnWitnessWithdrawn takes back what the two were told of it.
func (s *Service) OnWitnessWithdrawn(tx *db.Tx, e act.WitnessWithdrawn) error {
	_, err := s.take(tx, `act_id = $1 AND kind IN ('witness_asked', 'witness_offered', 'witness', 'witness_accepted')
		AND (account_id = $2 AND from_id = $3 OR account_id = $4 AND from_id = $5)`,
		e.ActID, e.DoerID, e.WitnessID, e.WitnessID, e.DoerID)
	return err
}

// OnProven tells a doer that their act was confirmed, and takes that back with
// the confirmation. Who gave under another name is told by this server and not by the
// movement, with which nothing is to lie that leads to them.
func (s *Service) OnProven(tx *db.Tx, e act.Proven) error {
	switch {
	case !e.Confirmation:
		return nil
	case e.Is != act.Confirmed:
		_, err := s.take(tx, `act_id = $1 AND kind = 'confirmation'`, e.ActID)
		return err
	case s.past(e.At):
		return nil
	}
	from := e.By
	if from == 0 {
		from = s.Accounts.Server().ID
	}
	to, movementID := e.DoerID, e.MovementID
	if e.Outside {
		var err error
		if to, err = act.DoerIn(tx, e.ActID); err != nil || to == 0 {
			return err
		}
		movementID = 0
	}
	return s.tell(tx, movementID, told{kind: Confirmation, to: to, from: from, subject: e.ActID, act: e.ActID, at: e.At}, time.Time{})
}

// OnActDone tells whose act or post inspired it, also who gave under another name.
func (s *Service) OnActDone(tx *db.Tx, e act.Done) error {
	if e.Outside || s.past(e.At) {
		return nil
	}
	return s.inspired(tx, e.ActID, e.Parent, e.Via, e.At)
}

// OnActResourced tells whom its doer names now instead.
func (s *Service) OnActResourced(tx *db.Tx, e act.Resourced) error {
	if _, err := s.take(tx, `act_id = $1 AND kind = 'act'`, e.ActID); err != nil || s.past(e.At) {
		return err
	}
	return s.inspired(tx, e.ActID, e.Parent, e.Via, e.At)
}

// inspiredSeen says whether the account numbered $n may see the act; an act for
// organisers or the doer alone is not told of.
const inspiredSeen = `(act.visibility = 'public' OR act.visibility = 'movement' AND EXISTS (SELECT 1 FROM member
	WHERE member.movement_id = act.movement_id AND member.role <> 'removed' AND member.account_id = `

func (s *Service) inspired(tx *db.Tx, actID, parent id.ID, via act.Source, at time.Time) error {
	var whose string
	var of []any
	switch {
	case parent != 0:
		whose, of = `SELECT doer_id AS to_id FROM act WHERE id = $1 AND NOT outside AND state = 'live'
			UNION ALL SELECT account_id FROM veiled WHERE act_id = $2`, []any{parent, parent}
	case via.Kind == act.FromPost:
		whose, of = `SELECT account_id AS to_id FROM post WHERE id = $1`, []any{via.ID}
	default:
		return nil
	}
	var to, doer id.ID
	err := tx.QueryRow(`SELECT source.to_id, act.doer_id FROM (`+whose+`) AS source JOIN act ON act.id = $`+strconv.Itoa(len(of)+1)+`
		WHERE NOT act.outside AND `+inspiredSeen+`source.to_id))`, append(of, actID)...).Scan(&to, &doer)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("ask who inspired act %s: %w", actID, err)
	}
	_, err = s.make(tx, told{kind: Inspired, to: to, from: doer, subject: actID, act: actID, at: at})
	return err
}

// OnActChanged takes back what was told of an act that is not shown any more to
// who was told.
func (s *Service) OnActChanged(tx *db.Tx, e act.Changed) error {
	_, err := s.take(tx, `act_id = $1 AND kind = 'act' AND NOT EXISTS (SELECT 1 FROM act
		WHERE act.id = notice.act_id AND `+inspiredSeen+`notice.account_id)))`, e.ActID)
	return err
}

// OnActWithdrawn takes back all that was told of it.
func (s *Service) OnActWithdrawn(tx *db.Tx, e act.Withdrawn) error {
	return s.erase(tx, eraseArgs{Act: e.ActID})
}

// OnHandoverOffered tells who is to organise the movement.
func (s *Service) OnHandoverOffered(tx *db.Tx, e movement.HandoverOffered) error {
	n := told{kind: Handover, to: e.To, from: e.From, subject: e.MovementID, at: s.now()}
	if err := s.takeOne(tx, n); err != nil { // of an earlier offer
		return err
	}
	_, err := s.make(tx, n)
	return err
}

// OnCallCancelled tells those who took part, by a job.
func (s *Service) OnCallCancelled(tx *db.Tx, e call.Cancelled) error {
	return s.jobs.Enqueue(tx, partArgs{Call: e.CallID, Movement: e.MovementID, What: Cancelled, Subject: e.CallID})
}
