package act

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/once"
	"goodturn/internal/problem"
)

// Nominate passes the turn on to people by their handles, from v's own act, up to
// the number that its call allows for one act. What it answers never tells
// whether a nominee will hear of it. Forbidden, NotFound, Gone, Invalid, and
// Conflict for a closed call or somebody nominated from this act before.
func (s *Service) Nominate(ctx context.Context, v account.Viewer, actID id.ID, handles []string) error {
	return s.NominateOnce(ctx, v, actID, handles, "")
}

// NominateOnce is Nominate under an idempotency key: a second time changes
// nothing. Invalid for a key that was used for others.
func (s *Service) NominateOnce(ctx context.Context, v account.Viewer, actID id.ID, handles []string, key string) error {
	if _, err := s.loadOwn(ctx, v, actID); err != nil {
		return err
	}
	nominees, err := s.people(ctx, v, "nominees", handles)
	if err != nil {
		return err
	}
	if len(nominees) == 0 {
		return problem.Invalid("nominees", "Say whom to nominate.")
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		a, err := lock(tx, actID)
		if err != nil {
			return err
		}
		_, err = once.Do(tx, v.ID(), "nominate", key, append([]id.ID{actID}, nominees...), func() (id.ID, error) {
			_, err := s.NominateIn(tx, a, nominees, s.now())
			return actID, err
		})
		return err
	})
}

// NominateIn is Nominate inside another transaction, from a's doer. It answers
// the nominations in the order of the nominees.
func (s *Service) NominateIn(tx *db.Tx, a *Act, nominees []id.ID, at time.Time) ([]id.ID, error) {
	if len(nominees) == 0 {
		return nil, nil
	}
	if err := mayPass(a); err != nil {
		return nil, err
	}
	rs, err := s.rulesFor(tx, a.DoerID, a.CallID, a.MovementID)
	if err != nil {
		return nil, err
	}
	if err := takePlaces(tx, a, len(nominees), rs.nominees()); err != nil {
		return nil, err
	}
	made := make([]id.ID, len(nominees))
	for i, nominee := range nominees {
		if made[i], err = s.nominate(tx, a, rs, nominee, at); err != nil {
			return nil, err
		}
	}
	return made, s.changed(tx, a)
}

// takePlaces counts n nominations more from an act, if it has room for them. A
// nomination that is taken back keeps its place: it was heard.
func takePlaces(tx *db.Tx, a *Act, n, most int) error {
	err := tx.QueryRow("UPDATE act SET nominated = nominated + $1 WHERE id = $2 AND nominated <= $3 RETURNING nominated",
		n, a.ID, most-n).Scan(&a.Nominated)
	if errors.Is(err, sql.ErrNoRows) {
		return noPlaces(most)
	}
	if err != nil {
		return fmt.Errorf("count nominations of act %s: %w", a.ID, err)
	}
	return nil
}

// noPlaces says why an act cannot pass its turn on, where it can to most people in
// all.
func noPlaces(most int) error {
	if most == 0 {
		return problem.Invalid("nominees", "Only a call that asks for it passes the turn on.")
	}
	return problem.Invalid("nominees", "At most %d people can be nominated from one act.", most)
}

// Turn is the call whose turn an act can pass on, and to how many people more; who
// may see the act may ask. The errors are those of Nominate.
func (s *Service) Turn(ctx context.Context, v account.Viewer, a *Act) (c *call.Call, places int, err error) {
	if a.CallID == 0 {
		return nil, 0, noPlaces(0)
	}
	if c, err = s.rooms.Calls.Get(ctx, v, a.CallID); err != nil {
		return nil, 0, err
	}
	if err := c.Takes(); err != nil {
		return nil, 0, err
	}
	if places = c.Nominees - a.Nominated; places <= 0 {
		return nil, 0, noPlaces(c.Nominees)
	}
	return c, places, nil
}

// nominate writes one nomination. The nominee hears of it unless they do not
// wish to, did it already, or are asked by somebody else at the time; the
// nominator cannot tell. Of two at once, the index lets one be the active one.
func (s *Service) nominate(tx *db.Tx, a *Act, rs rules, nominee id.ID, at time.Time) (id.ID, error) {
	unwished, err := s.UnwishedIn(tx, a, nominee, at)
	if err != nil {
		return 0, err
	}
	n := &Nomination{ID: s.ids.New(), CallID: a.CallID, MovementID: a.MovementID, ActID: a.ID,
		NominatorID: a.DoerID, NomineeID: nominee, State: NominationOpen, CreatedAt: at, Deadline: at.Add(rs.call.Answer)}
	if at.Before(s.now().Add(-time.Minute)) {
		n.ID = s.ids.At(at)
	}
	for _, hidden := range []bool{unwished, true} {
		inserted, err := insertNomination(tx, n, hidden)
		if err != nil {
			return 0, err
		}
		if inserted && hidden {
			return n.ID, nil
		}
		if inserted {
			return n.ID, event.Emit(s.hub, tx, n.told(at))
		}
	}
	return 0, problem.Conflict("nominees", "You nominated one of them from this act before.")
}

func insertNomination(tx *db.Tx, n *Nomination, hidden bool) (bool, error) {
	var remind sql.NullInt64
	if !hidden {
		remind = sql.NullInt64{Int64: db.Millis(n.CreatedAt.Add(n.Deadline.Sub(n.CreatedAt) / 2)), Valid: true}
	}
	res, err := tx.Exec(`INSERT INTO nomination (id, call_id, movement_id, act_id, nominator_id, nominee_id, state, hidden, active, created_at, deadline, remind_at)
		VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING`,
		n.ID, n.CallID, n.MovementID, n.ActID, n.NominatorID, n.NomineeID, hidden, !hidden, db.Millis(n.CreatedAt), db.Millis(n.Deadline), remind)
	if err != nil {
		return false, fmt.Errorf("insert a nomination: %w", err)
	}
	changed, err := res.RowsAffected()
	return changed == 1, err
}

// UnwishedIn says whether somebody is not to hear that they are nominated from an
// act; nobody else is told which of the reasons it is.
func (s *Service) UnwishedIn(tx *db.Tx, a *Act, nominee id.ID, at time.Time) (bool, error) {
	var unwished bool
	err := tx.QueryRow(`SELECT NOT nominable
			OR EXISTS (SELECT 1 FROM block WHERE account_id = $1 AND target_id = $2)
			OR EXISTS (SELECT 1 FROM block WHERE account_id = $3 AND target_id = $4)
			OR EXISTS (SELECT 1 FROM mute WHERE account_id = $5 AND target_id = $6 AND (expires_at IS NULL OR expires_at > $7))
			OR EXISTS (SELECT 1 FROM act WHERE call_id = $8 AND doer_id = $9 AND one_only AND state = 'live')
		FROM account WHERE id = $10`,
		nominee, a.DoerID, a.DoerID, nominee, nominee, a.DoerID, db.Millis(at), a.CallID, nominee, nominee).Scan(&unwished)
	if err != nil {
		return false, fmt.Errorf("ask whether %s wishes to be nominated: %w", nominee, err)
	}
	resting, err := s.OnBreak(tx, nominee)
	if err != nil {
		return false, fmt.Errorf("ask whether %s is on a break: %w", nominee, err)
	}
	return unwished || resting, nil
}

// Accept says that v will do it; the nominator learns of that. A second time
// changes nothing. NotFound, Conflict once it is over.
func (s *Service) Accept(ctx context.Context, v account.Viewer, nominationID id.ID) (*Nomination, error) {
	return s.reply(ctx, v, nominationID, NominationAccepted, "state IN ('open', 'declined')",
		func(tx *db.Tx, n *Nomination, at time.Time) error {
			return event.Emit(s.hub, tx, NominationAcceptance(n.told(at)))
		})
}

// Decline says that v will not. Nobody is told: to the nominator it stays open
// until the deadline. A second time changes nothing. NotFound, Conflict once it
// is over.
func (s *Service) Decline(ctx context.Context, v account.Viewer, nominationID id.ID) (*Nomination, error) {
	return s.reply(ctx, v, nominationID, NominationDeclined, "state IN ('open', 'accepted')",
		func(tx *db.Tx, n *Nomination, at time.Time) error {
			return event.Emit(s.hub, tx, NominationRefusal(n.told(at)))
		})
}

func (s *Service) reply(ctx context.Context, v account.Viewer, nominationID id.ID, to NominationState, from string,
	tell func(tx *db.Tx, n *Nomination, at time.Time) error) (*Nomination, error) {
	var is *Nomination
	err := s.d.Update(ctx, func(tx *db.Tx) (err error) {
		is, err = replyIn(tx, v.ID(), nominationID, to, from, s.now(), tell)
		return err
	})
	if err != nil {
		return nil, err
	}
	return is, nil
}

// DeclineIn is Decline inside another transaction, for the sample.
func (s *Service) DeclineIn(tx *db.Tx, nominee, nominationID id.ID, at time.Time) error {
	_, err := replyIn(tx, nominee, nominationID, NominationDeclined, "state IN ('open', 'accepted')", at,
		func(tx *db.Tx, n *Nomination, at time.Time) error {
			return event.Emit(s.hub, tx, NominationRefusal(n.told(at)))
		})
	return err
}

func replyIn(tx *db.Tx, nominee, nominationID id.ID, to NominationState, from string, now time.Time,
	tell func(tx *db.Tx, n *Nomination, at time.Time) error) (*Nomination, error) {
	var accepted sql.NullInt64
	var first bool
	if to == NominationAccepted {
		accepted = sql.NullInt64{Int64: db.Millis(now), Valid: true}
		// Whoever accepts, declines and accepts again tells the nominator once.
		err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM nomination WHERE id = $1 AND accepted_at IS NULL)", nominationID).Scan(&first)
		if err != nil {
			return nil, fmt.Errorf("read nomination %s: %w", nominationID, err)
		}
	}
	n, err := db.One(tx, scanNomination, `UPDATE nomination SET state = $1, accepted_at = COALESCE(accepted_at, CAST($2 AS BIGINT)), remind_at = NULL
		WHERE id = $3 AND nominee_id = $4 AND NOT hidden AND deadline > $5 AND `+from+` RETURNING `+nominationColumns,
		string(to), accepted, nominationID, nominee, db.Millis(now))
	if errors.Is(err, sql.ErrNoRows) {
		return notReplied(tx, nominee, nominationID, to)
	}
	if err != nil {
		return nil, fmt.Errorf("reply to nomination %s: %w", nominationID, err)
	}
	if to == NominationAccepted && !first {
		return n, nil
	}
	return n, tell(tx, n, now)
}

// notReplied says why a reply changed nothing.
func notReplied(tx *db.Tx, nominee, nominationID id.ID, to NominationState) (*Nomination, error) {
	n, err := db.One(tx, scanNomination, "SELECT "+nominationColumns+" FROM nomination WHERE id = $1 AND nominee_id = $2 AND NOT hidden AND state <> 'withdrawn'",
		nominationID, nominee)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, problem.NotFound("nomination")
	case err != nil:
		return nil, fmt.Errorf("read nomination %s: %w", nominationID, err)
	case n.State == to:
		return n, nil
	case n.State == NominationAnswered:
		return nil, problem.Conflict("", "You answered this nomination with an act.")
	}
	return nil, problem.Conflict("", "The deadline of this nomination is over. You can still do it.")
}

// WithdrawNomination takes v's nomination back. It ends for the nominee; its
// place among the act's nominations stays used. A second time changes nothing.
// NotFound, Conflict once it was answered or is over.
func (s *Service) WithdrawNomination(ctx context.Context, v account.Viewer, nominationID id.ID) error {
	return s.d.Update(ctx, func(tx *db.Tx) error {
		now := s.now()
		n, err := db.One(tx, scanNomination, `UPDATE nomination SET state = 'withdrawn', active = FALSE, remind_at = NULL
			WHERE id = $1 AND nominator_id = $2 AND deadline > $3 AND state IN ('open', 'accepted', 'declined') RETURNING `+nominationColumns,
			nominationID, v.ID(), db.Millis(now))
		if errors.Is(err, sql.ErrNoRows) {
			n, err := db.One(tx, scanNomination, "SELECT "+nominationColumns+" FROM nomination WHERE id = $1 AND nominator_id = $2", nominationID, v.ID())
			switch {
			case errors.Is(err, sql.ErrNoRows):
				return problem.NotFound("nomination")
			case err == nil && n.State != NominationWithdrawn:
				return problem.Conflict("", "This nomination is over.")
			}
			return err
		}
		if err != nil {
			return fmt.Errorf("withdraw nomination %s: %w", nominationID, err)
		}
		return event.Emit(s.hub, tx, NominationWithdrawal(n.told(now)))
	})
}
