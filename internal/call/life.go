package call

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

// Edit changes a call to d, all of it. Organisers may. Kind and unit are settled
// by the first act, and whom a fundraiser is for by the first gift or payment
// (problem.Conflict); one that was for nobody may still name somebody. A cancelled
// call stays as it is. A time
// of opening or closing that is new lies in the future, and a call that was opened
// has no time of opening any more.
func (s *Service) Edit(ctx context.Context, v account.Viewer, callID id.ID, d Draft) (*Call, error) {
	d, err := d.clean()
	if err != nil {
		return nil, err
	}
	err = s.change(ctx, v, callID, func(tx *db.Tx, c *Call) error {
		if c.State == StateCancelled {
			return stays(tx, callID, StateOpen)
		}
		if err := mayMove(c, d, s.now()); err != nil {
			return err
		}
		if d.Beneficiary != c.Beneficiary {
			if err := mayBenefit(tx, d.Beneficiary); err != nil {
				return err
			}
		}
		n, err := affected(tx.Exec(`UPDATE call SET kind = $1, title = $2, body = $3, unit = $4, goal = $5, counts_from = $6,
			place = $7, online = $8, minutes = $9, starts_at = $10, ends_at = $11, zone = $12, closes_at = $13,
			visibility = $14, nominees = $15, answer_ms = $16, window_ms = $17, beneficiary_id = $18, changed_at = $19, stretch = $20,
			opens_at = CASE WHEN state = 'draft' THEN CAST($21 AS BIGINT) END, counts_as_done = $22
			WHERE id = $23 AND state <> 'cancelled' AND (NOT answered OR kind = $24 AND unit = $25
				AND (kind <> 'fundraiser' OR beneficiary_id IS NULL OR beneficiary_id IS NOT DISTINCT FROM CAST($26 AS BIGINT)))`,
			d.Kind, d.Title, d.Body, d.Unit, d.Goal, d.CountsFrom, d.Place, d.Online, d.Minutes, millis(d.StartsAt),
			millis(d.EndsAt), d.Zone, millis(d.ClosesAt), d.Visibility, *d.Nominees, d.Answer.Milliseconds(),
			d.Window.Milliseconds(), d.Beneficiary, db.Millis(s.now()), d.Stretch, millis(d.OpensAt), d.CountsAs, callID, d.Kind, d.Unit, d.Beneficiary))
		if err != nil {
			return fmt.Errorf("change a call: %w", err)
		}
		if n == 0 {
			return whyNotEdited(tx, callID, d)
		}
		return event.Emit(s.hub, tx, Changed{CallID: callID, MovementID: c.MovementID})
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, v, callID)
}

// mayMove is the rule for the times at which a call opens and closes by itself.
func mayMove(c *Call, d Draft, now time.Time) error {
	if !d.OpensAt.Equal(c.OpensAt) {
		if c.State != StateDraft {
			return problem.Conflict("opens_at", "This call was opened already.")
		}
		if err := inFuture("opens_at", d.OpensAt, now); err != nil {
			return err
		}
	}
	if d.ClosesAt.Equal(c.ClosesAt) {
		return nil
	}
	return inFuture("closes_at", d.ClosesAt, now)
}

func whyNotEdited(tx *db.Tx, callID id.ID, d Draft) error {
	c, err := GetIn(tx, callID)
	switch {
	case err != nil:
		return err
	case c.State == StateCancelled:
		return problem.Conflict("", "This call was cancelled.")
	case c.Kind != d.Kind:
		return problem.Conflict("kind", "People have answered this call already, so its kind stays.")
	case c.Unit == d.Unit:
		return problem.Conflict("beneficiary", "People have given already, so who receives it stays.")
	}
	return problem.Conflict("unit", "People have answered this call already, so its unit stays.")
}

// change runs f with the call for one who organises it.
func (s *Service) change(ctx context.Context, v account.Viewer, callID id.ID, f func(tx *db.Tx, c *Call) error) error {
	if _, err := s.Get(ctx, v, callID); err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		c, err := GetIn(tx, callID)
		if err != nil {
			return err
		}
		if err := MustOrganise(tx, v, c); err != nil {
			return err
		}
		return f(tx, c)
	})
}

// Publish opens a draft to everyone. Organisers may; one that is open stays so.
func (s *Service) Publish(ctx context.Context, v account.Viewer, callID id.ID) error {
	return s.open(ctx, v, callID, StateDraft)
}

// Reopen opens a closed call again, archived or not, without a closing time that
// has passed.
// Organisers may; one that is open stays so.
func (s *Service) Reopen(ctx context.Context, v account.Viewer, callID id.ID) error {
	return s.open(ctx, v, callID, StateClosed)
}

func (s *Service) open(ctx context.Context, v account.Viewer, callID id.ID, from State) error {
	return s.change(ctx, v, callID, func(tx *db.Tx, c *Call) error {
		if err := mayOpen(tx, c.MovementID); err != nil {
			return err
		}
		now := s.now()
		n, err := affected(tx.Exec(`UPDATE call SET state = 'open', changed_at = $1, opens_at = NULL, archived_at = NULL,
			closes_at = CASE WHEN closes_at <= $2 THEN NULL ELSE closes_at END WHERE id = $3 AND state = $4`,
			db.Millis(now), db.Millis(now), callID, from))
		if err != nil {
			return fmt.Errorf("open a call: %w", err)
		}
		if n == 0 {
			return stays(tx, callID, StateOpen)
		}
		return event.Emit(s.hub, tx, Opened{CallID: callID, MovementID: c.MovementID, At: now})
	})
}

// Close ends an open call; its acts stay and count. Organisers may; one that is
// closed stays so.
func (s *Service) Close(ctx context.Context, v account.Viewer, callID id.ID) error {
	return s.change(ctx, v, callID, func(tx *db.Tx, c *Call) error {
		n, err := affected(tx.Exec(`UPDATE call SET state = 'closed', changed_at = $1 WHERE id = $2 AND state = 'open'`,
			db.Millis(s.now()), callID))
		if err != nil {
			return fmt.Errorf("close a call: %w", err)
		}
		if n == 0 {
			return stays(tx, callID, StateClosed)
		}
		return event.Emit(s.hub, tx, Closed{CallID: callID, MovementID: c.MovementID})
	})
}

// Cancel ends a call for good and says why, which those who took part are told.
// Organisers may; one that is cancelled stays so.
func (s *Service) Cancel(ctx context.Context, v account.Viewer, callID id.ID, reason string) error {
	reason, err := text.Line("reason", reason, ReasonMost)
	if err != nil {
		return err
	}
	if reason == "" {
		return problem.Invalid("reason", "Say why, so that those who took part know.")
	}
	return s.change(ctx, v, callID, func(tx *db.Tx, c *Call) error {
		n, err := affected(tx.Exec(`UPDATE call SET state = 'cancelled', reason = $1, changed_at = $2
			WHERE id = $3 AND state IN ('open', 'closed')`, reason, db.Millis(s.now()), callID))
		if err != nil {
			return fmt.Errorf("cancel a call: %w", err)
		}
		if n == 0 {
			return stays(tx, callID, StateCancelled)
		}
		return event.Emit(s.hub, tx, Cancelled{CallID: callID, MovementID: c.MovementID, Reason: reason})
	})
}

// Discard deletes a draft that nobody but organisers saw. Organisers may.
func (s *Service) Discard(ctx context.Context, v account.Viewer, callID id.ID) error {
	return s.change(ctx, v, callID, func(tx *db.Tx, c *Call) error {
		n, err := affected(tx.Exec(`DELETE FROM call WHERE id = $1 AND state = 'draft'`, callID))
		if err != nil {
			return fmt.Errorf("discard a draft: %w", err)
		}
		if n == 0 {
			return problem.Conflict("", "This call was published; it can be cancelled.")
		}
		for _, table := range []string{"reported", "call_quiet"} {
			if _, err := tx.Exec(`DELETE FROM `+table+` WHERE call_id = $1`, callID); err != nil {
				return fmt.Errorf("discard what was noted of a draft: %w", err)
			}
		}
		if err := s.endOrganisers(tx, `call_id = $1`, callID); err != nil {
			return err
		}
		return event.Emit(s.hub, tx, Discarded{CallID: callID, MovementID: c.MovementID})
	})
}

// stays is nil when the call is in the wished state already.
func stays(tx *db.Tx, callID id.ID, wished State) error {
	c, err := GetIn(tx, callID)
	switch {
	case err != nil:
		return err
	case c.State == wished:
		return nil
	case c.State == StateCancelled:
		return problem.Conflict("state", "This call was cancelled.")
	case c.State == StateDraft:
		return problem.Conflict("state", "This call is a draft.")
	case c.State == StateClosed:
		return problem.Conflict("state", "This call is closed.")
	}
	return problem.Conflict("state", "This call is open.")
}
