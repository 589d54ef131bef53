package act

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// Confirm says that an act was really done, and how that is known (a line, may
// be empty). An organiser of its movement may, or the call's beneficiary, or the
// system; never the doer. A second time changes nothing. NotFound, Forbidden,
// Gone, Conflict for the act of a suspended account, and for a gift that was paid
// here, as with Unconfirm.
func (s *Service) Confirm(ctx context.Context, v account.Viewer, actID id.ID, how string) (*Act, error) {
	how, err := text.Line("how", how, 200)
	if err != nil {
		return nil, err
	}
	return s.prove(ctx, v, actID, func(tx *db.Tx, a *Act, at time.Time) (*Act, error) {
		if a.Proof == Confirmed {
			return a, nil
		}
		if a.Withheld {
			return nil, errWithheld()
		}
		return s.confirm(tx, a, v.ID(), how, at)
	})
}

// confirm writes the confirmation of an act held by lock.
func (s *Service) confirm(tx *db.Tx, a *Act, by id.ID, how string, at time.Time) (*Act, error) {
	_, err := tx.Exec("UPDATE act SET confirmed_by = $1, confirmed_at = $2, confirmed_how = $3 WHERE id = $4", by, db.Millis(at), how, a.ID)
	if err != nil {
		return nil, fmt.Errorf("confirm act %s: %w", a.ID, err)
	}
	return s.setProof(tx, a, Confirmed, by, at)
}

// Unconfirm takes a confirmation back: what witnesses say remains. Who may
// confirm may. A second time changes nothing.
func (s *Service) Unconfirm(ctx context.Context, v account.Viewer, actID id.ID) (*Act, error) {
	return s.prove(ctx, v, actID, func(tx *db.Tx, a *Act, at time.Time) (*Act, error) {
		if a.Proof != Confirmed {
			return a, nil
		}
		return s.unconfirm(tx, a, v.ID(), at)
	})
}

// unconfirm takes the confirmation of an act held by lock away.
func (s *Service) unconfirm(tx *db.Tx, a *Act, by id.ID, at time.Time) (*Act, error) {
	_, err := tx.Exec("UPDATE act SET confirmed_by = NULL, confirmed_at = NULL, confirmed_how = '' WHERE id = $1", a.ID)
	if err != nil {
		return nil, fmt.Errorf("take back the confirmation of act %s: %w", a.ID, err)
	}
	to, err := s.witnessed(tx, a)
	if err != nil {
		return nil, err
	}
	return s.setProof(tx, a, to, by, at)
}

// prove runs f on an act held by lock, for those who may confirm it.
func (s *Service) prove(ctx context.Context, v account.Viewer, actID id.ID, f func(*db.Tx, *Act, time.Time) (*Act, error)) (*Act, error) {
	seen, err := s.Get(ctx, v, actID)
	if err != nil {
		return nil, err
	}
	sight, err := s.SightOf(ctx, v, seen)
	if err != nil {
		return nil, err
	}
	switch {
	case seen.DoneBy(v.ID()):
		return nil, errOwn()
	case !v.System() && !sight.Organiser && !sight.Beneficiary:
		return nil, problem.Forbidden("Only an organiser of the movement or the call's beneficiary confirms acts.")
	}
	var is *Act
	err = s.d.Update(ctx, func(tx *db.Tx) error {
		a, err := lock(tx, actID)
		if err != nil {
			return err
		}
		if a.Settled {
			return errSettled()
		}
		if _, err := f(tx, a, s.now()); err != nil {
			return err
		}
		is, err = load(tx, actID) // as those left it who heard of it
		return err
	})
	if err != nil {
		return nil, err
	}
	return is, nil
}

func errSettled() error {
	return problem.Conflict("quantity", "This gift was paid here: what came of the payment says what it counts for.")
}

// witnessed is the proof that an act has without a confirmation.
func (s *Service) witnessed(tx *db.Tx, a *Act) (Proof, error) {
	var has bool
	err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM witness WHERE act_id = $1 AND state = 'stands' AND NOT weighed)", a.ID).Scan(&has)
	if err != nil {
		return Told, fmt.Errorf("look for witnesses of act %s: %w", a.ID, err)
	}
	if !has {
		has, err = s.attested(tx, a)
	}
	if err != nil {
		return Told, err
	}
	if has {
		return Witnessed, nil
	}
	return Told, nil
}

// reprove brings the proof of an act held by lock in line with its witnesses, and
// answers it.
func (s *Service) reprove(tx *db.Tx, a *Act, by id.ID, at time.Time) (Proof, error) {
	if a.Proof == Confirmed {
		return Confirmed, s.changed(tx, a)
	}
	to, err := s.witnessed(tx, a)
	if err != nil {
		return a.Proof, err
	}
	_, err = s.setProof(tx, a, to, by, at)
	return to, err
}

// setProof moves an act held by lock from one total to the other.
func (s *Service) setProof(tx *db.Tx, was *Act, to Proof, by id.ID, at time.Time) (*Act, error) {
	if was.Proof == to {
		return was, nil
	}
	is, err := db.One(tx, scan, "UPDATE act SET proof = $1 WHERE id = $2 RETURNING "+columns, int64(to), was.ID)
	if err != nil {
		return nil, fmt.Errorf("change the proof of act %s: %w", was.ID, err)
	}
	if err := moved(tx, was.entry(), is.entry()); err != nil {
		return nil, err
	}
	return is, event.Emit(s.hub, tx, Proven{ActID: is.ID, DoerID: is.DoerID, MovementID: is.MovementID, CallID: is.CallID,
		Outside: is.Outside, Was: was.Proof, Is: to, By: by, Confirmation: was.Proof == Confirmed || to == Confirmed, At: at})
}
