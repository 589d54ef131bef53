package movement

import (
	"context"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// OfferHandover asks a person or organisation to be organiser in the viewer's
// place. Organisers may; there is one offer at a time, problem.Conflict.
func (s *Service) OfferHandover(ctx context.Context, v account.Viewer, movementID, to id.ID) error {
	if !v.SignedIn() {
		return signIn()
	}
	if v.Is(to) {
		return problem.Invalid("account", "Choose somebody else.")
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if err := MustOrganise(tx, v, movementID); err != nil {
			return err
		}
		if err := mayOrganise(tx, movementID, to); err != nil {
			return err
		}
		n, err := affected(tx.Exec(`INSERT INTO handover (id, movement_id, from_id, to_id, created_at)
			VALUES ($1, $2, $3, $4, $5) ON CONFLICT (movement_id) DO NOTHING`,
			s.ids.New(), movementID, v.ID(), to, db.Millis(s.now())))
		if err != nil {
			return fmt.Errorf("offer a handover: %w", err)
		}
		if n == 0 {
			return problem.Conflict("account", "The movement is offered to somebody already. Take that back first.")
		}
		return event.Emit(s.hub, tx, HandoverOffered{MovementID: movementID, From: v.ID(), To: to})
	})
}

// mayOrganise says whether an account could become organiser.
func mayOrganise(tx *db.Tx, movementID, accountID id.ID) error {
	a, err := account.GetIn(tx, accountID)
	if err != nil {
		return err
	}
	if !a.Shown() || !a.Local() || a.Kind != account.KindPerson && a.Kind != account.KindOrganisation {
		return problem.Invalid("account", "This account cannot organise a movement.")
	}
	role, err := RoleIn(tx, movementID, accountID)
	switch {
	case err != nil:
		return err
	case role == Removed:
		return problem.Conflict("account", "They were removed from this movement. Let them in again first.")
	case role == Organiser:
		return problem.Conflict("account", "They organise this movement already.")
	}
	return nil
}

// Handover is the offer that stands, to organisers and to whom it is made; else
// problem.NotFound.
func (s *Service) Handover(ctx context.Context, v account.Viewer, movementID id.ID) (*Handover, error) {
	r := s.d.Read(ctx)
	h, err := db.One(r, scanHandover, `SELECT movement_id, from_id, to_id, created_at FROM handover WHERE movement_id = $1`, movementID)
	if err != nil {
		return nil, notFound(err, "handover")
	}
	if v.Is(h.To) || v.Moderates() {
		return h, nil
	}
	organises, err := OrganisesIn(r, v, movementID)
	if err == nil && !organises {
		err = problem.NotFound("handover")
	}
	if err != nil {
		return nil, err
	}
	return h, nil
}

// HandoversTo are the offers made to the viewer, oldest first.
func (s *Service) HandoversTo(ctx context.Context, v account.Viewer) ([]*Handover, error) {
	if !v.SignedIn() {
		return nil, signIn()
	}
	list, err := db.All(s.d.Read(ctx), scanHandover, `SELECT movement_id, from_id, to_id, created_at FROM handover
		WHERE to_id = $1 ORDER BY id LIMIT 40`, v.ID())
	if err != nil {
		return nil, fmt.Errorf("list handovers: %w", err)
	}
	return list, nil
}

func scanHandover(row db.Row) (*Handover, error) {
	h := new(Handover)
	var at int64
	err := row.Scan(&h.MovementID, &h.From, &h.To, &at)
	h.At = db.Time(at)
	return h, err
}

// AcceptHandover makes the viewer organiser in place of who offered, who stays as
// a member. problem.Conflict when they organise it no longer.
func (s *Service) AcceptHandover(ctx context.Context, v account.Viewer, movementID id.ID) error {
	if !v.SignedIn() {
		return signIn()
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if err := lock(tx, movementID); err != nil {
			return err
		}
		var from id.ID
		err := tx.QueryRow(`DELETE FROM handover WHERE movement_id = $1 AND to_id = $2 RETURNING from_id`, movementID, v.ID()).Scan(&from)
		if err != nil {
			return notFound(err, "handover")
		}
		if role, err := RoleIn(tx, movementID, from); err != nil {
			return err
		} else if role != Organiser {
			return problem.Conflict("", "Who offered this does not organise the movement any more.")
		}
		if err := s.JoinIn(tx, movementID, v.Account(), Member, s.now()); err != nil {
			return err
		}
		if err := s.setRole(tx, movementID, v.ID(), Organiser, ""); err != nil {
			return err
		}
		return s.setRole(tx, movementID, from, Member, "")
	})
}

// EndHandover refuses the offer, for whom it is made to, or takes it back, for
// organisers.
func (s *Service) EndHandover(ctx context.Context, v account.Viewer, movementID id.ID) error {
	if !v.SignedIn() {
		return signIn()
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		organises, err := OrganisesIn(tx, v, movementID)
		if err != nil {
			return err
		}
		n, err := affected(tx.Exec(`DELETE FROM handover WHERE movement_id = $1 AND (to_id = $2 OR $3)`, movementID, v.ID(), organises))
		if err != nil {
			return fmt.Errorf("end a handover: %w", err)
		}
		if n == 0 {
			return problem.NotFound("handover")
		}
		return nil
	})
}
