package act

import (
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// PlaceIn takes one of the places that v's own act can pass its turn on to, for
// somebody who need not have an account: package invite's. A place that was taken
// stays used. The errors are those of Nominate.
func (s *Service) PlaceIn(tx *db.Tx, v account.Viewer, actID id.ID) (*Act, *call.Call, error) {
	a, err := lock(tx, actID)
	if err != nil {
		return nil, nil, err
	}
	if !a.DoneBy(v.ID()) {
		return nil, nil, problem.Forbidden("Only the doer of an act can do this.")
	}
	if err := mayPass(a); err != nil {
		return nil, nil, err
	}
	rs, err := s.rulesFor(tx, a.DoerID, a.CallID, a.MovementID)
	if err != nil {
		return nil, nil, err
	}
	if err := takePlaces(tx, a, 1, rs.nominees()); err != nil {
		return nil, nil, err
	}
	return a, rs.call, s.changed(tx, a)
}

// mayPass refuses what would name who did a veiled act.
func mayPass(a *Act) error {
	if a.Outside {
		return problem.Invalid("shown", "Who gives under another name tells no post of it, and names no witnesses and nobody to go on.")
	}
	return nil
}

// TakeUp is an invitation that an account took up.
type TakeUp struct {
	ActID, NomineeID    id.ID
	CreatedAt, Deadline time.Time
}

// TakeUpIn makes a nomination of an invitation, accepted at once; its nominator
// learns who that was. Where the same act nominated them already it is that
// nomination which they accept. Gone for an act that was withdrawn, Conflict for
// its doer and for who took the challenge before.
func (s *Service) TakeUpIn(tx *db.Tx, t TakeUp, at time.Time) (*Nomination, error) {
	a, err := lock(tx, t.ActID)
	if err != nil {
		return nil, err
	}
	if a.DoneBy(t.NomineeID) {
		return nil, problem.Conflict("", "You cannot pass the turn on to yourself.")
	}
	if _, err := s.rulesFor(tx, t.NomineeID, a.CallID, a.MovementID); err != nil {
		return nil, err
	}
	var did bool
	err = tx.QueryRow("SELECT EXISTS (SELECT 1 FROM act WHERE call_id = $1 AND doer_id = $2 AND one_only AND state = 'live')", a.CallID, t.NomineeID).Scan(&did)
	if err != nil {
		return nil, fmt.Errorf("ask whether %s did it already: %w", t.NomineeID, err)
	}
	if did {
		return nil, problem.Conflict("", "You took this challenge already.")
	}
	var before bool
	err = tx.QueryRow("SELECT EXISTS (SELECT 1 FROM nomination WHERE act_id = $1 AND nominee_id = $2 AND accepted_at IS NOT NULL AND NOT hidden)", a.ID, t.NomineeID).Scan(&before)
	if err != nil {
		return nil, fmt.Errorf("look for an earlier nomination: %w", err)
	}
	// Not active: whoever takes an invitation up chose to, and may be asked by
	// others at the same time.
	n, err := db.One(tx, scanNomination, `INSERT INTO nomination (id, call_id, movement_id, act_id, nominator_id, nominee_id, state, hidden, active, created_at, deadline, accepted_at)
		VALUES ($1, $2, $3, $4, $5, $6, 'accepted', FALSE, FALSE, $7, $8, $9)
		ON CONFLICT (act_id, nominee_id) WHERE nominee_id <> 0 DO UPDATE SET hidden = FALSE, remind_at = NULL,
			state = CASE WHEN nomination.state = 'answered' THEN nomination.state ELSE 'accepted' END, accepted_at = COALESCE(nomination.accepted_at, excluded.accepted_at)
		RETURNING `+nominationColumns,
		s.ids.New(), a.CallID, a.MovementID, a.ID, a.DoerID, t.NomineeID, db.Millis(t.CreatedAt), db.Millis(t.Deadline), db.Millis(at))
	if err != nil {
		return nil, fmt.Errorf("take an invitation of act %s up: %w", t.ActID, err)
	}
	if before { // its nominator knows
		return n, nil
	}
	return n, event.Emit(s.hub, tx, NominationAcceptance(n.told(at)))
}
