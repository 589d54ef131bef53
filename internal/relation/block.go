package relation

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// Block keeps target and the viewer apart: neither follows the other from now
// on, nor asks to, nor has the other in a collection. Once it is answered, every Set read here holds it. Blocking
// twice does nothing more.
func (s *Service) Block(ctx context.Context, v account.Viewer, target id.ID) (Relationship, error) {
	if _, err := s.target(ctx, v, target, "You cannot block yourself."); err != nil {
		return Relationship{}, err
	}
	return s.change(ctx, v, target, func(tx *db.Tx) error {
		fewer, err := bounded(tx, "block", v.ID(), target, BlocksMost)
		if err != nil {
			return err
		}
		if !fewer {
			return problem.Conflict("id", "You block %d accounts, and more are not possible.", BlocksMost)
		}
		return s.BlockIn(tx, v.ID(), target, s.now())
	})
}

// BlockIn is Block in the caller's transaction.
func (s *Service) BlockIn(tx *db.Tx, by, target id.ID, at time.Time) error {
	if err := lockPair(tx, by, target); err != nil {
		return err
	}
	if _, _, err := hold(tx, by, target); err != nil {
		return err
	}
	if err := s.UnfollowIn(tx, by, target); err != nil {
		return err
	}
	if err := s.UnfollowIn(tx, target, by); err != nil {
		return err
	}
	res, err := tx.Exec(`INSERT INTO block (id, account_id, target_id, created_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (account_id, target_id) DO NOTHING`, int64(s.ids.New()), int64(by), int64(target), db.Millis(at))
	if err != nil {
		return fmt.Errorf("block: %w", err)
	}
	if n, err := res.RowsAffected(); n == 0 || err != nil {
		return err
	}
	if err := uncollect(tx, by, target); err != nil {
		return err
	}
	return event.Emit(s.hub, tx, Blocked{AccountID: by, TargetID: target})
}

// Unblock undoes Block; the follows do not come back.
func (s *Service) Unblock(ctx context.Context, v account.Viewer, target id.ID) (Relationship, error) {
	return s.change(ctx, v, target, func(tx *db.Tx) error {
		if err := lockPair(tx, v.ID(), target); err != nil {
			return err
		}
		res, err := tx.Exec(`DELETE FROM block WHERE account_id = $1 AND target_id = $2`, int64(v.ID()), int64(target))
		if err != nil {
			return fmt.Errorf("unblock: %w", err)
		}
		if n, err := res.RowsAffected(); n == 0 || err != nil {
			return err
		}
		return event.Emit(s.hub, tx, Unblocked{AccountID: v.ID(), TargetID: target})
	})
}

// longestMute bounds a mute that ends.
const longestMute = 10 * 365 * 24 * time.Hour

// Mute hides target's posts, and its notices if so wished, from the viewer, for
// a while or until it is undone; target is not told. A second one changes how.
func (s *Service) Mute(ctx context.Context, v account.Viewer, target id.ID, o MuteOptions) (Relationship, error) {
	if _, err := s.target(ctx, v, target, "You cannot mute yourself."); err != nil {
		return Relationship{}, err
	}
	if o.Duration < 0 || o.Duration > longestMute {
		return Relationship{}, problem.Invalid("duration", "This is not a time to mute for.")
	}
	return s.change(ctx, v, target, func(tx *db.Tx) error {
		fewer, err := bounded(tx, "mute", v.ID(), target, MutesMost)
		if err != nil {
			return err
		}
		if !fewer {
			return problem.Conflict("id", "You mute %d accounts, and more are not possible.", MutesMost)
		}
		if _, _, err := hold(tx, v.ID(), target); err != nil {
			return err
		}
		now := s.now()
		var until any
		if o.Duration > 0 {
			until = db.Millis(now.Add(o.Duration))
		}
		_, err = tx.Exec(`INSERT INTO mute (id, account_id, target_id, notices, expires_at, created_at)
			VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (account_id, target_id) DO UPDATE SET notices = excluded.notices, expires_at = excluded.expires_at`,
			int64(s.ids.New()), int64(v.ID()), int64(target), o.Notices, until, db.Millis(now))
		if err != nil {
			return fmt.Errorf("mute: %w", err)
		}
		return event.Emit(s.hub, tx, Muted{AccountID: v.ID(), TargetID: target})
	})
}

// Unmute undoes Mute.
func (s *Service) Unmute(ctx context.Context, v account.Viewer, target id.ID) (Relationship, error) {
	return s.change(ctx, v, target, func(tx *db.Tx) error {
		res, err := tx.Exec(`DELETE FROM mute WHERE account_id = $1 AND target_id = $2`, int64(v.ID()), int64(target))
		if err != nil {
			return fmt.Errorf("unmute: %w", err)
		}
		if n, err := res.RowsAffected(); n == 0 || err != nil {
			return err
		}
		return event.Emit(s.hub, tx, Unmuted{AccountID: v.ID(), TargetID: target})
	})
}

// sweepBatch is how many mutes one transaction of Sweep ends.
const sweepBatch = 500

// Sweep deletes mutes that ran out; they hide nothing from their end on even
// before it runs.
func (s *Service) Sweep(ctx context.Context) error {
	for more := true; more; {
		err := s.d.Update(ctx, func(tx *db.Tx) error {
			ended, err := db.All(tx, func(r db.Row) (e Unmuted, err error) {
				err = r.Scan(&e.AccountID, &e.TargetID)
				return e, err
			}, `DELETE FROM mute WHERE id IN (SELECT id FROM mute WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)
				RETURNING account_id, target_id`, db.Millis(s.now()), sweepBatch)
			if err != nil {
				return fmt.Errorf("sweep mutes: %w", err)
			}
			more = len(ended) == sweepBatch
			for _, e := range ended {
				if err := event.Emit(s.hub, tx, e); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
