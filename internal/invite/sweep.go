package invite

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/db"
)

// sweepBatch is how many rows one transaction of a sweep changes.
const sweepBatch = 200

// Sweep ends what is over, reminds once of what is still open halfway to its
// deadline, and erases addresses and handles 30 days after it.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.now()
	for _, chore := range []func(*db.Tx, time.Time) (int64, error){end, s.remind, eraseAddresses, eraseHandles, forgetMailboxes, forgetDays} {
		err := s.d.UpdateUntil(ctx, func(tx *db.Tx) (bool, error) {
			n, err := chore(tx, now)
			return n == sweepBatch, err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func changed(tx *db.Tx, what, query string, args ...any) (int64, error) {
	res, err := tx.Exec(query, args...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", what, err)
	}
	return res.RowsAffected()
}

func end(tx *db.Tx, now time.Time) (int64, error) {
	return changed(tx, "end invitations", `UPDATE invitation SET ended_at = $1, active = FALSE, remind_at = NULL,
			state = CASE WHEN state = 'open' THEN 'expired' ELSE state END
		WHERE id IN (SELECT id FROM invitation WHERE ended_at IS NULL AND deadline <= $2 ORDER BY deadline LIMIT $3)`,
		db.Millis(now), db.Millis(now), sweepBatch)
}

func (s *Service) remind(tx *db.Tx, now time.Time) (int64, error) {
	due, err := db.All(tx, db.ScanID, `UPDATE invitation SET remind_at = NULL
		WHERE id IN (SELECT id FROM invitation WHERE remind_at IS NOT NULL AND remind_at <= $1 ORDER BY remind_at LIMIT $2) RETURNING id`,
		db.Millis(now), sweepBatch)
	if err != nil {
		return 0, fmt.Errorf("remind of invitations: %w", err)
	}
	for _, i := range due {
		if err := s.jobs.Enqueue(tx, mailArgs{Invitation: i, Again: true}); err != nil {
			return 0, err
		}
	}
	return int64(len(due)), nil
}

func eraseAddresses(tx *db.Tx, now time.Time) (int64, error) {
	return changed(tx, "erase invited addresses", `UPDATE invitation SET address = '', address_key = NULL
		WHERE id IN (SELECT id FROM invitation WHERE address_key IS NOT NULL AND deadline <= $1 ORDER BY deadline LIMIT $2)`,
		db.Millis(now.Add(-addressLife)), sweepBatch)
}

func eraseHandles(tx *db.Tx, now time.Time) (int64, error) {
	return changed(tx, "erase invited handles", `UPDATE invitation SET handle = ''
		WHERE id IN (SELECT id FROM invitation WHERE handle <> '' AND deadline <= $1 ORDER BY deadline LIMIT $2)`,
		db.Millis(now.Add(-addressLife)), sweepBatch)
}

func forgetMailboxes(tx *db.Tx, now time.Time) (int64, error) {
	return changed(tx, "forget mailboxes", `DELETE FROM invited_mailbox
		WHERE address_key IN (SELECT address_key FROM invited_mailbox WHERE NOT refused AND since <= $1 ORDER BY since LIMIT $2)`,
		db.Millis(now.Add(-week)), sweepBatch)
}

func forgetDays(tx *db.Tx, now time.Time) (int64, error) {
	return changed(tx, "forget days of inviting", `DELETE FROM inviting
		WHERE (account_id, day) IN (SELECT account_id, day FROM inviting WHERE day < $1 ORDER BY day LIMIT $2)`, day(now)-1, sweepBatch)
}

// OnActWithdrawn takes back what an act still waits for, and erases whom it asked.
func (s *Service) OnActWithdrawn(tx *db.Tx, e act.Withdrawn) error {
	_, err := changed(tx, "withdraw invitations", `UPDATE invitation SET state = CASE WHEN state = 'taken_up' THEN state ELSE 'withdrawn' END,
			active = FALSE, remind_at = NULL, address = '', address_key = NULL, handle = '', note = ''
		WHERE act_id = $1`, e.ActID)
	return err
}

// OnAccountDeleted erases whom an account invited, and what it wrote.
func (s *Service) OnAccountDeleted(tx *db.Tx, e account.Deleted) error {
	if _, err := changed(tx, "erase invitations", "DELETE FROM invitation WHERE inviter_id = $1", e.ID); err != nil {
		return err
	}
	_, err := changed(tx, "erase days of inviting", "DELETE FROM inviting WHERE account_id = $1", e.ID)
	return err
}
