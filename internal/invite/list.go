package invite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// Mine lists the invitations that v gave, newest first, without those that were
// taken up: they are among v's nominations.
func (s *Service) Mine(ctx context.Context, v account.Viewer, p db.Page) ([]Given, error) {
	page, args, tail := p.SQL("id", 2)
	rows, err := db.All(s.d.Read(ctx), scan, "SELECT "+columns+" FROM invitation WHERE inviter_id = $1 AND state <> 'taken_up' AND "+page+tail,
		append([]any{v.ID()}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("list invitations: %w", err)
	}
	given, now := make([]Given, len(rows)), s.now()
	for i, n := range db.Newest(p, rows) {
		given[i] = n.given(now)
	}
	return given, nil
}

// Given is one that v gave. NotFound for others', and once it was taken up.
func (s *Service) Given(ctx context.Context, v account.Viewer, i id.ID) (Given, error) {
	n, err := db.One(s.d.Read(ctx), scan, "SELECT "+columns+" FROM invitation WHERE id = $1 AND inviter_id = $2 AND state <> 'taken_up'", i, v.ID())
	if errors.Is(err, sql.ErrNoRows) {
		return Given{}, errNoInvitation()
	}
	if err != nil {
		return Given{}, fmt.Errorf("read invitation %s: %w", i, err)
	}
	return n.given(s.now()), nil
}

// Link is where an invitation that its inviter hands over leads; "" for one by
// mail, whose link is for its receiver alone, and for one that is over.
func (s *Service) Link(g Given) string {
	if g.ByMail || g.State == act.GivenWithdrawn || !s.now().Before(g.Deadline) {
		return ""
	}
	return s.link(g.ID)
}

// Withdraw takes v's invitation back; its place among the act's nominations stays
// used. A second time changes nothing. NotFound for others', and once it was taken
// up; Conflict when it is over.
func (s *Service) Withdraw(ctx context.Context, v account.Viewer, i id.ID) error {
	return s.d.Update(ctx, func(tx *db.Tx) error {
		now := s.now()
		res, err := tx.Exec(`UPDATE invitation SET state = 'withdrawn', active = FALSE, remind_at = NULL
			WHERE id = $1 AND inviter_id = $2 AND deadline > $3 AND state IN ('open', 'accepted', 'declined')`, i, v.ID(), db.Millis(now))
		if err != nil {
			return fmt.Errorf("withdraw invitation %s: %w", i, err)
		}
		if changed, err := res.RowsAffected(); err != nil || changed == 1 {
			return err
		}
		n, err := db.One(tx, scan, "SELECT "+columns+" FROM invitation WHERE id = $1 AND inviter_id = $2 AND state <> 'taken_up'", i, v.ID())
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return errNoInvitation()
		case err == nil && n.State != Withdrawn:
			return problem.Conflict("", "This invitation is over.")
		}
		return err
	})
}
