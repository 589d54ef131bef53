package call

import (
	"context"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/once"
	"goodturn/internal/problem"
)

// Copy is the call as the beginning of another one: all that was written, and
// neither its acts nor its times.
func (c *Call) Copy() Draft {
	d := c.Draft()
	d.StartsAt, d.EndsAt, d.OpensAt, d.ClosesAt = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	d.Unpublished = true
	return d
}

// Duplicate makes a draft of the same movement that says what the call says. The
// movement's organisers may. A beneficiary that cannot be one any more is left out. key is for idempotency; "" for none.
func (s *Service) Duplicate(ctx context.Context, v account.Viewer, callID id.ID, key string) (*Call, error) {
	c, err := s.Get(ctx, v, callID)
	if err != nil {
		return nil, err
	}
	draft, err := c.Copy().clean()
	if err != nil {
		return nil, err
	}
	var copyID id.ID
	err = s.d.Update(ctx, func(tx *db.Tx) (err error) {
		if err := movement.MustOrganise(tx, v, c.MovementID); err != nil {
			return err
		}
		if err := mayOpen(tx, c.MovementID); err != nil {
			return err
		}
		copyID, err = once.Do(tx, v.ID(), "call copy", key, []byte(callID.String()), func() (id.ID, error) {
			i := s.ids.New()
			// Whom it was for may be somebody whom nothing can be for any more.
			if err := mayBenefit(tx, draft.Beneficiary); problem.Is(err, problem.KindInvalid) {
				draft.Beneficiary = 0
			}
			if err := s.create(tx, i, c.MovementID, v.ID(), draft, s.now()); err != nil {
				return 0, err
			}
			return i, event.Emit(s.hub, tx, Copied{CallID: i, MovementID: c.MovementID, From: callID})
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, v, copyID)
}
