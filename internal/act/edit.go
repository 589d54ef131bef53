package act

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// Edit changes what the doer said. A confirmed quantity stays (Conflict): it was
// somebody else's word; so does that of a gift that was paid here, and one that
// another room keeps, as a date does its hours (Conflict). An act that is told in a
// post stays public (Conflict). What hung on the act and is not among the evidence
// any more is erased.
// NotFound, Forbidden, Gone, Invalid.
func (s *Service) Edit(ctx context.Context, v account.Viewer, actID id.ID, c Change) (*Act, error) {
	if _, err := s.loadOwn(ctx, v, actID); err != nil {
		return nil, err
	}
	c, err := c.clean()
	if err != nil {
		return nil, err
	}
	var is *Act
	err = s.d.Update(ctx, func(tx *db.Tx) error {
		was, err := lock(tx, actID)
		if err != nil {
			return err
		}
		to := *was
		if err := c.apply(&to); err != nil {
			return err
		}
		if to.Quantity != was.Quantity {
			if err := s.mayCount(tx, actID); err != nil {
				return err
			}
		}
		changed, err := db.One(tx, scan, `UPDATE act SET quantity = $1, story = $2, visibility = $3, evidence_visibility = $4, edited_at = $5
			WHERE id = $6 RETURNING `+columns,
			to.Quantity, to.Story, string(to.Visibility), string(to.EvidenceVisibility), db.Millis(s.now()), actID)
		if err != nil {
			return fmt.Errorf("edit act %s: %w", actID, err)
		}
		if err := s.hang(tx, v, actID, c); err != nil {
			return err
		}
		if err := s.stillTold(tx, changed, c); err != nil {
			return err
		}
		if changed.Quantity != was.Quantity {
			if err := moved(tx, was.entry(), changed.entry()); err != nil {
				return err
			}
		}
		if err := s.changed(tx, changed); err != nil {
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

// clean checks what needs no database, and writes texts as they are kept.
func (c Change) clean() (Change, error) {
	if c.Story != nil {
		story, err := text.Block("story", *c.Story, StoryMost)
		if err != nil {
			return c, err
		}
		c.Story = &story
	}
	if c.Place != nil {
		place, err := c.Place.clean()
		if err != nil {
			return c, err
		}
		c.Place = &place
	}
	if c.MediaIDs != nil && len(*c.MediaIDs) > MediaMost {
		return c, errTooMany()
	}
	if c.Links != nil {
		links, err := cleanLinks(*c.Links)
		if err != nil {
			return c, err
		}
		c.Links = &links
	}
	return c, nil
}

// hang keeps what a clean change says of the place and the evidence.
func (s *Service) hang(tx *db.Tx, v account.Viewer, actID id.ID, c Change) error {
	if c.Place != nil {
		if err := keepPlace(tx, actID, *c.Place); err != nil {
			return err
		}
	}
	if c.MediaIDs != nil {
		if _, err := s.rooms.Media.AttachIn(tx, v.ID(), *c.MediaIDs, media.OnAct, actID); err != nil {
			return err
		}
	}
	if c.Links != nil {
		return keepLinks(tx, actID, *c.Links)
	}
	return nil
}

func (s *Service) mayCount(tx *db.Tx, actID id.ID) error {
	kept, err := s.Kept(tx, actID)
	if err == nil && kept {
		err = problem.Conflict("quantity", "How much it was is kept with the date that it came of. Say it on the page of that date.")
	}
	return err
}

func (s *Service) changed(tx *db.Tx, a *Act) error {
	return event.Emit(s.hub, tx, Changed{ActID: a.ID, DoerID: a.DoerID, MovementID: a.MovementID, CallID: a.CallID, Version: a.Version})
}

// apply writes the change into an act, as far as the rules let it.
func (c Change) apply(a *Act) (err error) {
	if c.Quantity != nil && *c.Quantity != a.Quantity {
		switch {
		case a.Settled:
			return errSettled()
		case a.Proof == Confirmed:
			return problem.Conflict("quantity", "This quantity was confirmed. Ask who confirmed it to take that back first.")
		}
		if a.Quantity, err = quantity(a.Kind, c.Quantity); err != nil {
			return err
		}
	}
	if c.Story != nil {
		a.Story = *c.Story
	}
	if c.Visibility != nil {
		switch {
		case !validVisibility(*c.Visibility), a.MovementID == 0 && *c.Visibility != Public && *c.Visibility != Me:
			return badVisibility("visibility")
		case a.PostID != 0 && *c.Visibility != Public:
			return problem.Conflict("visibility", "This act is told in a post. Delete the post first.")
		}
		a.Visibility = *c.Visibility
	}
	if c.EvidenceVisibility != nil {
		if !validVisibility(*c.EvidenceVisibility) {
			return badVisibility("evidence_visibility")
		}
		a.EvidenceVisibility = *c.EvidenceVisibility
	}
	return nil
}

// Withdraw takes an act back: a link without content stays, which still counts
// in the ripple as someone's. A confirmed gift's amount stays in the totals. A
// second time is Gone. NotFound, Forbidden.
func (s *Service) Withdraw(ctx context.Context, v account.Viewer, actID id.ID) error {
	if _, err := s.loadOwn(ctx, v, actID); err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		a, err := lock(tx, actID)
		if err != nil {
			return err
		}
		return s.withdraw(tx, a, s.now())
	})
}

// withdraw empties an act that is held by lock.
func (s *Service) withdraw(tx *db.Tx, a *Act, at time.Time) error {
	gift := a.Kind == call.Fundraiser && a.Proof == Confirmed
	kept, proof := int64(0), Told
	if gift {
		kept, proof = a.Quantity, Confirmed
	}
	via := a.Via
	if via.Kind == FromNomination { // it names the doer
		via = Source{Kind: FromAct, ID: a.Parent}
	}
	day := db.Millis(a.DoneAt.Truncate(24 * time.Hour))
	_, err := tx.Exec(`UPDATE act SET state = 'withdrawn', doer_id = 0, outside = FALSE, story = '', quantity = $1, proof = $2,
			via_kind = $3, via_id = $4, done_at = $5, created_at = $6, edited_at = NULL, post_id = NULL,
			confirmed_by = NULL, confirmed_at = NULL, confirmed_how = '' WHERE id = $7`,
		kept, int64(proof), string(via.Kind), via.ID, day, day, a.ID)
	if err != nil {
		return fmt.Errorf("withdraw act %s: %w", a.ID, err)
	}
	if err := closed(tx, a.entry(), gift); err != nil {
		return err
	}
	if err := unveil(tx, a); err != nil {
		return err
	}
	if err := s.withdrawAround(tx, a, at); err != nil {
		return err
	}
	if a.Outside {
		if err := forgetOutsider(tx, a.DoerID); err != nil {
			return err
		}
	}
	return event.Emit(s.hub, tx, Withdrawn{ActID: a.ID, DoerID: a.DoerID, MovementID: a.MovementID, CallID: a.CallID,
		Parent: a.Parent, Root: a.Root, Generation: a.Generation, At: at})
}

// withdrawAround erases what hangs on an act: witnesses, evidence, its place, the post
// that tells of it, nominations that are still open, and its part in the
// nomination that it answered.
func (s *Service) withdrawAround(tx *db.Tx, a *Act, at time.Time) error {
	if _, err := tx.Exec("DELETE FROM witness WHERE act_id = $1", a.ID); err != nil {
		return fmt.Errorf("erase witnesses: %w", err)
	}
	_, err := tx.Exec("UPDATE nomination SET answer_id = NULL WHERE nominee_id = $1 AND answer_id = $2", a.DoerID, a.ID)
	if err != nil {
		return fmt.Errorf("erase an answer: %w", err)
	}
	if err := s.withdrawNominations(tx, a.ID, at); err != nil {
		return err
	}
	if err := s.rooms.Media.EraseIn(tx, media.OnAct, a.ID); err != nil {
		return err
	}
	if err := keepLinks(tx, a.ID, nil); err != nil {
		return err
	}
	if err := forgetPlace(tx, a.ID); err != nil {
		return err
	}
	if a.PostID == 0 {
		return nil
	}
	return s.rooms.Posts.DeleteIn(tx, a.PostID, at)
}
