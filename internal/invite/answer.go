package invite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/problem"
)

func errNoInvitation() error { return problem.NotFound("invitation") }

// Look is the invitation that a link opens, for whoever holds it. NotFound for a
// link that none has, Gone for one that was taken back or erased.
func (s *Service) Look(ctx context.Context, token string) (*Invitation, error) {
	n, err := s.read(s.d.Read(ctx), token)
	if err != nil {
		return nil, err
	}
	return &n.Invitation, nil
}

func (s *Service) read(r db.Reader, token string) (*row, error) {
	i, ok := s.holds(token)
	if !ok {
		return nil, errNoInvitation()
	}
	n, err := db.One(r, scan, "SELECT "+columns+" FROM invitation WHERE id = $1", i)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, errGone()
	case err != nil:
		return nil, fmt.Errorf("read invitation %s: %w", i, err)
	case n.State == Withdrawn:
		return nil, errGone()
	}
	n.Never = s.never(n.ID, n.addressKey)
	return n, nil
}

func errGone() error { return problem.Gone("This invitation was taken back.") }

// Accept says that whoever holds the link will do it. Of somebody who has not
// signed in it is kept as a promise, and the nomination is nil; an account takes
// the invitation up, once for all, and its nominator learns who it is.
// A second time changes nothing. The errors are those of Look and act.TakeUpIn,
// and Conflict once the deadline is over or another account has taken it up.
func (s *Service) Accept(ctx context.Context, v account.Viewer, token string) (*act.Nomination, error) {
	var taken *act.Nomination
	err := s.d.Update(ctx, func(tx *db.Tx) error {
		taken = nil
		now := s.now()
		i, _ := s.holds(token)
		n, err := db.One(tx, scan, `UPDATE invitation SET state = 'accepted', accepted_at = COALESCE(accepted_at, CAST($1 AS BIGINT)), remind_at = NULL
			WHERE id = $2 AND deadline > $3 AND state IN ('open', 'accepted', 'declined') RETURNING `+columns, db.Millis(now), i, db.Millis(now))
		if errors.Is(err, sql.ErrNoRows) {
			taken, err = s.acceptedBefore(tx, v, token)
			return err
		}
		if err != nil {
			return fmt.Errorf("accept invitation %s: %w", i, err)
		}
		if !v.SignedIn() {
			return nil
		}
		if taken, err = s.rooms.Acts.TakeUpIn(tx, act.TakeUp{ActID: n.ActID, NomineeID: v.ID(), CreatedAt: n.createdAt, Deadline: n.Deadline}, now); err != nil {
			return err
		}
		// From here on the nomination holds all that is to be known.
		_, err = tx.Exec("UPDATE invitation SET state = 'taken_up', nomination_id = $1, active = FALSE, address = '', address_key = NULL, handle = '' WHERE id = $2", taken.ID, n.ID)
		if err != nil {
			return fmt.Errorf("take invitation %s up: %w", n.ID, err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return taken, nil
}

// acceptedBefore says why an acceptance changed nothing.
func (s *Service) acceptedBefore(tx *db.Tx, v account.Viewer, token string) (*act.Nomination, error) {
	n, err := s.read(tx, token)
	switch {
	case err != nil:
		return nil, err
	case n.State != TakenUp:
		return nil, problem.Conflict("", "The deadline of this invitation is over. You can still do it.")
	case v.SignedIn():
		taken, err := s.rooms.Acts.NominationIn(tx, v, n.nominatedAs)
		if err == nil || !problem.Is(err, problem.KindNotFound) {
			return taken, err
		}
	}
	return nil, problem.Conflict("", "Somebody took this invitation up already. You can still do it.")
}

// Decline says that whoever holds the link will not. Nobody is told, then or
// later. A second time changes nothing, and so does a late one. The errors are
// those of Look, and Conflict for one that an account has taken up.
func (s *Service) Decline(ctx context.Context, token string) error {
	return s.d.Update(ctx, func(tx *db.Tx) error {
		n, err := s.read(tx, token)
		if err != nil {
			return err
		}
		return decline(tx, n)
	})
}

func decline(tx *db.Tx, n *row) error {
	if n.State == TakenUp {
		return problem.Conflict("", "An account took this invitation up. Sign in with it to decline.")
	}
	_, err := tx.Exec("UPDATE invitation SET state = 'declined', remind_at = NULL WHERE id = $1 AND state IN ('open', 'accepted')", n.ID)
	if err != nil {
		return fmt.Errorf("decline invitation %s: %w", n.ID, err)
	}
	return nil
}

// MayRefuse is NotFound for what is no token to refuse with.
func (s *Service) MayRefuse(token string) error {
	if _, _, ok := s.refuses(token); !ok {
		return errNoInvitation()
	}
	return nil
}

// Refuse declines a mailed invitation, and has its mailbox never mailed one again,
// by whomever, also when the invitation is over, taken up or erased. Nobody is told.
// NotFound for another token than Never.
func (s *Service) Refuse(ctx context.Context, token string) error {
	i, key, ok := s.refuses(token)
	if !ok {
		return errNoInvitation()
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec("UPDATE invitation SET state = 'declined', remind_at = NULL WHERE id = $1 AND state IN ('open', 'accepted')", i)
		if err != nil {
			return fmt.Errorf("decline invitation %s: %w", i, err)
		}
		_, err = tx.Exec(`INSERT INTO invited_mailbox (address_key, refused, since, mails) VALUES ($1, TRUE, $2, 0)
			ON CONFLICT (address_key) DO UPDATE SET refused = TRUE`, key, db.Millis(s.now()))
		if err == nil { // others that are under way
			_, err = tx.Exec("UPDATE invitation SET remind_at = NULL WHERE address_key = $1 AND remind_at IS NOT NULL", key)
		}
		if err != nil {
			return fmt.Errorf("refuse invitations: %w", err)
		}
		return nil
	})
}
