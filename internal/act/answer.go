package act

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
)

// answer marks the nomination that a new act answers: the one it names as its
// source, or the one from the act that it names.
func (s *Service) answer(tx *db.Tx, a *Act, l link, rs rules, at time.Time) error {
	switch {
	case l.answers != 0:
		return s.answered(tx, l.answers, a, at)
	case l.parent == 0 || rs.nominees() == 0 || a.Outside:
		return nil
	}
	var nominationID id.ID
	err := tx.QueryRow("SELECT id FROM nomination WHERE act_id = $1 AND nominee_id = $2 AND nominee_id <> 0 AND NOT hidden AND state <> 'withdrawn'",
		l.parent, a.DoerID).Scan(&nominationID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for the nomination that act %s answers: %w", a.ID, err)
	}
	return s.answered(tx, nominationID, a, at)
}

// answered marks a nomination as answered by an act, however late; a second act
// changes nothing.
func (s *Service) answered(tx *db.Tx, nominationID id.ID, a *Act, at time.Time) error {
	n, err := db.One(tx, scanNomination, `UPDATE nomination SET state = 'answered', answer_id = $1, answered_at = $2, active = FALSE, remind_at = NULL
		WHERE id = $3 AND nominee_id = $4 AND answered_at IS NULL AND NOT hidden AND state <> 'withdrawn' RETURNING `+nominationColumns,
		a.ID, db.Millis(at), nominationID, a.DoerID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("answer nomination %s: %w", nominationID, err)
	}
	return event.Emit(s.hub, tx, NominationAnswer{NominationID: n.ID, ActID: n.ActID, AnswerID: a.ID, CallID: n.CallID, MovementID: n.MovementID,
		NominatorID: n.NominatorID, NomineeID: n.NomineeID, InTime: !at.After(n.Deadline), At: at})
}

// unanswered takes an act out of the nomination that it answered, since its
// doer no longer says that this inspired it.
func unanswered(tx *db.Tx, a *Act) error {
	if a.Parent == 0 || a.Outside {
		return nil
	}
	_, err := tx.Exec(`UPDATE nomination SET answer_id = NULL, answered_at = NULL,
			state = CASE WHEN accepted_at IS NOT NULL THEN 'accepted' WHEN ended_at IS NULL THEN 'open' ELSE 'expired' END
		WHERE act_id = $1 AND nominee_id = $2 AND nominee_id <> 0 AND answer_id = $3`, a.Parent, a.DoerID, a.ID)
	if err != nil {
		return fmt.Errorf("take act %s out of its nomination: %w", a.ID, err)
	}
	return nil
}

// withdrawNominations ends what an act's nominations still wait for.
func (s *Service) withdrawNominations(tx *db.Tx, actID id.ID, at time.Time) error {
	ended, err := db.All(tx, scanNomination, `UPDATE nomination SET state = 'withdrawn', active = FALSE, remind_at = NULL
		WHERE act_id = $1 AND nominee_id <> 0 AND state IN ('open', 'accepted', 'declined') RETURNING `+nominationColumns, actID)
	if err != nil {
		return fmt.Errorf("withdraw the nominations of act %s: %w", actID, err)
	}
	for _, n := range ended {
		if err := event.Emit(s.hub, tx, NominationWithdrawal(n.told(at))); err != nil {
			return err
		}
	}
	return nil
}

// sweepBatch is how many nominations a sweep ends in one transaction.
const sweepBatch = 200

// Sweep ends nominations whose deadline is over: their nominees can be nominated
// again, and of those that nobody accepted the nominators learn "not this time".
// It reminds each nominee once, halfway.
func (s *Service) Sweep(ctx context.Context, now time.Time) error {
	for {
		var n int
		err := s.d.Update(ctx, func(tx *db.Tx) (err error) {
			n, err = s.endDue(tx, now)
			return err
		})
		if err != nil {
			return err
		}
		if n < sweepBatch {
			break
		}
	}
	for {
		var n int
		err := s.d.Update(ctx, func(tx *db.Tx) (err error) {
			n, err = s.remindDue(tx, now)
			return err
		})
		if err != nil || n < sweepBatch {
			return err
		}
	}
}

func (s *Service) endDue(tx *db.Tx, now time.Time) (int, error) {
	ended, err := db.All(tx, scanNomination, `UPDATE nomination SET ended_at = $1, active = FALSE, remind_at = NULL,
			state = CASE WHEN state = 'open' THEN 'expired' ELSE state END
		WHERE ended_at IS NULL AND id IN (SELECT id FROM nomination WHERE ended_at IS NULL AND deadline <= $2 ORDER BY deadline LIMIT $3)
		RETURNING `+nominationColumns, db.Millis(now), db.Millis(now), sweepBatch)
	if err != nil {
		return 0, fmt.Errorf("end nominations: %w", err)
	}
	for _, n := range ended {
		if n.NominatorID == 0 || n.given(now).State != GivenNotNow {
			continue
		}
		if err := event.Emit(s.hub, tx, NominationMissed(n.told(now))); err != nil {
			return 0, err
		}
	}
	return len(ended), nil
}

func (s *Service) remindDue(tx *db.Tx, now time.Time) (int, error) {
	due, err := db.All(tx, scanNomination, `UPDATE nomination SET remind_at = NULL
		WHERE remind_at IS NOT NULL AND id IN (SELECT id FROM nomination WHERE remind_at <= $1 ORDER BY remind_at LIMIT $2)
		RETURNING `+nominationColumns, db.Millis(now), sweepBatch)
	if err != nil {
		return 0, fmt.Errorf("remind nominees: %w", err)
	}
	for _, n := range due {
		if n.State != NominationOpen || !n.Deadline.After(now) {
			continue
		}
		if err := event.Emit(s.hub, tx, NominationReminder(n.told(now))); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}
