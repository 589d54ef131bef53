package act

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
)

// WitnessState says how far doer and witness agree.
type WitnessState string

// The states: two who agree make one who stands.
const (
	WitnessWasAsked WitnessState = "asked"   // by the doer
	WitnessOffered  WitnessState = "offered" // by themselves
	WitnessStanding WitnessState = "stands"
)

// witnessesMost is how many are asked, and offer, at a time.
const witnessesMost = 30

// Witness is somebody who was there.
type Witness struct {
	ActID     id.ID
	AccountID id.ID
	State     WitnessState
	At        time.Time // of the last change
}

func scanWitness(row db.Row) (w Witness, err error) {
	var at int64
	err = row.Scan(&w.ActID, &w.AccountID, &w.State, &at)
	w.At = db.Time(at)
	return w, err
}

// Witnesses are an act's: those who stand, and to the doer also those asked and
// those who offer; anybody sees their own part. NotFound, Gone.
func (s *Service) Witnesses(ctx context.Context, v account.Viewer, actID id.ID) ([]Witness, error) {
	a, err := s.Get(ctx, v, actID)
	if err != nil {
		return nil, err
	}
	all, err := db.All(s.d.Read(ctx), scanWitness,
		"SELECT act_id, account_id, state, changed_at FROM witness WHERE act_id = $1 ORDER BY created_at, account_id", actID)
	if err != nil {
		return nil, fmt.Errorf("list the witnesses of act %s: %w", actID, err)
	}
	seen := all[:0]
	for _, w := range all {
		if w.State == WitnessStanding || a.DoneBy(v.ID()) || v.Is(w.AccountID) {
			seen = append(seen, w)
		}
	}
	return seen, nil
}

// WitnessAskedOf lists the acts that v was asked to be a witness of.
func (s *Service) WitnessAskedOf(ctx context.Context, v account.Viewer, p db.Page) ([]Witness, error) {
	page, args, tail := p.SQL("witness.act_id", 2)
	all, err := db.All(s.d.Read(ctx), scanWitness,
		"SELECT act_id, account_id, state, changed_at FROM witness WHERE account_id = $1 AND state = 'asked' AND "+page+tail,
		append([]any{int64(v.ID())}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("list what %s was asked to witness: %w", v.ID(), err)
	}
	return db.Newest(p, all), nil
}

// NameWitness asks somebody who was there to say so; who had offered stands at
// once. Only the doer. NotFound, Forbidden, Gone, Invalid.
func (s *Service) NameWitness(ctx context.Context, v account.Viewer, actID id.ID, handle string) error {
	if _, err := s.loadOwn(ctx, v, actID); err != nil {
		return err
	}
	named, err := s.people(ctx, v, "witness", []string{handle})
	if err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		a, err := lock(tx, actID)
		if err != nil {
			return err
		}
		return s.askIn(tx, a, named[0], s.now())
	})
}

// askIn names a witness of an act.
func (s *Service) askIn(tx *db.Tx, a *Act, witness id.ID, at time.Time) error {
	if err := mayPass(a); err != nil {
		return err
	}
	return s.agree(tx, a, witness, WitnessWasAsked, WitnessOffered, at)
}

// OfferWitness says that v was there; whom the doer had asked stands at once.
// NotFound for an act that v may not see, Forbidden for one's own, Gone.
func (s *Service) OfferWitness(ctx context.Context, v account.Viewer, actID id.ID) error {
	if !v.SignedIn() {
		return problem.Unauthorized("Sign in to be a witness.")
	}
	if _, err := s.Get(ctx, v, actID); err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		a, err := lock(tx, actID)
		if err != nil {
			return err
		}
		if a.DoneBy(v.ID()) {
			return problem.Forbidden("Nobody is the witness of their own act.")
		}
		return s.agree(tx, a, v.ID(), WitnessOffered, WitnessWasAsked, s.now())
	})
}

// AcceptWitness agrees to what the other side said: the doer to an offer, or v
// as the witness to having been asked. NotFound where nothing is to be accepted.
func (s *Service) AcceptWitness(ctx context.Context, v account.Viewer, actID, witness id.ID) error {
	return s.d.Update(ctx, func(tx *db.Tx) error {
		a, err := s.side(tx, v, actID, witness)
		if err != nil {
			return err
		}
		waits := WitnessWasAsked
		if a.DoneBy(v.ID()) {
			waits = WitnessOffered
		}
		res, err := tx.Exec("UPDATE witness SET state = 'stands', changed_at = $1 WHERE act_id = $2 AND account_id = $3 AND state IN ($4, 'stands')",
			db.Millis(s.now()), actID, witness, string(waits))
		if err != nil {
			return fmt.Errorf("accept a witness: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, problem.NotFound("witness"))
		}
		return s.stands(tx, a, witness, waits == WitnessOffered, s.now())
	})
}

// WithdrawWitness takes a witness back, or an asking or an offer; either side
// may. NotFound where there is none.
func (s *Service) WithdrawWitness(ctx context.Context, v account.Viewer, actID, witness id.ID) error {
	return s.d.Update(ctx, func(tx *db.Tx) error {
		a, err := s.side(tx, v, actID, witness)
		if err != nil {
			return err
		}
		res, err := tx.Exec("DELETE FROM witness WHERE act_id = $1 AND account_id = $2", actID, witness)
		if err != nil {
			return fmt.Errorf("withdraw a witness: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, problem.NotFound("witness"))
		}
		if _, err := s.reprove(tx, a, v.ID(), s.now()); err != nil {
			return err
		}
		return event.Emit(s.hub, tx, WitnessWithdrawn{ActID: a.ID, DoerID: a.DoerID, WitnessID: witness})
	})
}

// side holds the act for one of the two whom a witness concerns.
func (s *Service) side(tx *db.Tx, v account.Viewer, actID, witness id.ID) (*Act, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in first.")
	}
	a, err := lock(tx, actID)
	if err != nil {
		return nil, err
	}
	if !v.Is(witness) && !a.DoneBy(v.ID()) {
		return nil, problem.NotFound("witness")
	}
	return a, nil
}

// agree notes one side's word, or that it meets the other's.
func (s *Service) agree(tx *db.Tx, a *Act, witness id.ID, says, meets WitnessState, at time.Time) error {
	now := db.Millis(at)
	var is WitnessState
	// The act is held, so nobody else adds one at the same time.
	err := tx.QueryRow(`INSERT INTO witness (act_id, account_id, state, created_at, changed_at) SELECT $1, $2, $3, $4, $5
			WHERE (SELECT COUNT(*) FROM witness WHERE act_id = $6 AND account_id <> $7 AND state = $8) < `+strconv.Itoa(witnessesMost)+`
		ON CONFLICT (act_id, account_id) DO UPDATE SET state = 'stands', changed_at = excluded.changed_at WHERE witness.state = $9
		RETURNING state`, a.ID, witness, string(says), now, now, a.ID, witness, string(says), string(meets)).Scan(&is)
	if errors.Is(err, sql.ErrNoRows) {
		return fullOfWitnesses(tx, a, witness)
	}
	if err != nil {
		return fmt.Errorf("note a witness of act %s: %w", a.ID, err)
	}
	if is == WitnessStanding {
		return s.stands(tx, a, witness, says == WitnessWasAsked, at)
	}
	if apart, err := relation.BlockedIn(tx, a.DoerID, witness); err != nil || apart { // the other side hears nothing of it
		return err
	}
	return event.Emit(s.hub, tx, WitnessAsked{ActID: a.ID, DoerID: a.DoerID, MovementID: a.MovementID, WitnessID: witness,
		Offered: says == WitnessOffered, At: at})
}

// fullOfWitnesses says why one more was not noted: it was said before, or there are
// enough.
func fullOfWitnesses(tx *db.Tx, a *Act, witness id.ID) error {
	var before bool
	if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM witness WHERE act_id = $1 AND account_id = $2)", a.ID, witness).Scan(&before); err != nil {
		return fmt.Errorf("look for a witness of act %s: %w", a.ID, err)
	}
	if before {
		return nil
	}
	return problem.Conflict("", "As many wait to be witnesses of this act as can.")
}

func (s *Service) stands(tx *db.Tx, a *Act, witness id.ID, offered bool, at time.Time) error {
	if _, err := s.reprove(tx, a, witness, at); err != nil {
		return err
	}
	return event.Emit(s.hub, tx, WitnessStands{ActID: a.ID, DoerID: a.DoerID, MovementID: a.MovementID, WitnessID: witness,
		Offered: offered, At: at})
}
