package about

import (
	"context"
	"database/sql"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// ReactionsMost is how many different emojis one announcement is answered with.
const ReactionsMost = 8

// React answers an announcement with an emoji: one of Unicode, or the shortcode
// of one of ours. Twice is once. problem.Invalid for what is no emoji, and where
// there are eight others already.
func (s *Service) React(ctx context.Context, v account.Viewer, i id.ID, name string) error {
	if !v.SignedIn() {
		return problem.Unauthorized("Sign in to see announcements.")
	}
	if _, err := s.Announcement(ctx, i); err != nil {
		return err
	}
	a, err := s.Now(ctx)
	if err != nil {
		return err
	}
	if a.Emojis.ByShortcode(name) == nil && !IsEmoji(name) {
		return problem.Invalid("name", "is not a recognized emoji")
	}
	at := s.ids.New()
	return s.reacting(ctx, i, name, func(tx *db.Tx) (int64, error) {
		var others int
		err := tx.QueryRow(`SELECT count(DISTINCT name) FROM announcement_reaction WHERE announcement_id = $1 AND name <> $2`, i, name).Scan(&others)
		if err != nil {
			return 0, err
		}
		if others >= ReactionsMost {
			return 0, problem.Invalid("name", "There are %d different answers already; use one of those.", ReactionsMost)
		}
		return changed(tx.Exec(`INSERT INTO announcement_reaction (announcement_id, name, account_id, id) VALUES ($1, $2, $3, $4)
			ON CONFLICT (announcement_id, name, account_id) DO NOTHING`, i, name, v.ID(), at))
	})
}

// Unreact takes React back; nothing if there was none.
func (s *Service) Unreact(ctx context.Context, v account.Viewer, i id.ID, name string) error {
	if !v.SignedIn() {
		return problem.Unauthorized("Sign in to see announcements.")
	}
	if _, err := s.Announcement(ctx, i); err != nil {
		return err
	}
	return s.reacting(ctx, i, name, func(tx *db.Tx) (int64, error) {
		return changed(tx.Exec(`DELETE FROM announcement_reaction WHERE announcement_id = $1 AND name = $2 AND account_id = $3`, i, name, v.ID()))
	})
}

// changed is how many rows a statement changed.
func changed(res sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// reacting changes an announcement's reactions by f, one after the other, since
// each may count the others, and tells of it if f changed any rows.
func (s *Service) reacting(ctx context.Context, i id.ID, name string, f func(tx *db.Tx) (rows int64, err error)) error {
	err := s.d.Update(ctx, func(tx *db.Tx) error {
		err := one(tx, problem.NotFound("announcement"), `UPDATE announcement SET reacted = reacted + 1 WHERE id = $1 AND published_at IS NOT NULL RETURNING id`, i)
		if err != nil {
			return err
		}
		if rows, err := f(tx); err != nil || rows == 0 {
			return err
		}
		var n int
		err = tx.QueryRow(`SELECT count(*) FROM announcement_reaction WHERE announcement_id = $1 AND name = $2`, i, name).Scan(&n)
		if err == nil {
			err = event.Emit(s.hub, tx, Reacted{ID: i, Name: name, Count: n})
		}
		return err
	})
	if _, ok := problem.Of(err); err != nil && !ok {
		return fmt.Errorf("react to an announcement: %w", err)
	}
	return err
}

// OnAccountDeleted erases what a deleted account read and answered.
func (s *Service) OnAccountDeleted(tx *db.Tx, e account.Deleted) error {
	for _, q := range []string{
		`DELETE FROM announcement_dismissal WHERE account_id = $1`,
		`DELETE FROM announcement_reaction WHERE account_id = $1`,
	} {
		if _, err := tx.Exec(q, e.ID); err != nil {
			return fmt.Errorf("erase what an account did with announcements: %w", err)
		}
	}
	if _, err := tx.Exec(`DELETE FROM about_text WHERE name = $1 AND value = $2`, textContact, e.ID.String()); err != nil {
		return fmt.Errorf("erase the server's contact: %w", err)
	}
	return event.Emit(s.hub, tx, Changed{})
}
