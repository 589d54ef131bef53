package safety

import (
	"context"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
)

// eraseArgs is the job that erases what is left of a deleted account's words.
type eraseArgs struct{ Account id.ID }

// Kind names the job.
func (eraseArgs) Kind() string { return "safety_erase" }

// OnAccountDeleted takes a deleted account out of what it told and what was told
// and decided about it: that there was a report or a decision stays, without
// words, the first of them at once and the rest by a job. The hash of a barred
// address stays, and belongs to nobody then.
func (s *Service) OnAccountDeleted(tx *db.Tx, e account.Deleted) error {
	if _, err := tx.Exec(`UPDATE mail_block SET account_id = NULL WHERE account_id = $1`, e.ID); err != nil {
		return fmt.Errorf("keep a barred address: %w", err)
	}
	more, err := s.eraseSome(tx, e.ID)
	if err != nil || !more {
		return err
	}
	return s.jobs.Enqueue(tx, eraseArgs{e.ID})
}

func (s *Service) eraseRest(ctx context.Context, e eraseArgs) error {
	for more := true; more; {
		err := s.d.Update(ctx, func(tx *db.Tx) (err error) {
			more, err = s.eraseSome(tx, e.Account)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) eraseSome(tx *db.Tx, i id.ID) (more bool, err error) {
	now := db.Millis(s.now())
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`UPDATE report SET account_id = NULL, comment = '' WHERE id IN (SELECT id FROM report WHERE account_id = $1 ORDER BY id LIMIT $2)`, []any{i, sweepBatch}},
		{`UPDATE report SET comment = '', post_ids = '[]', done_at = COALESCE(done_at, CAST($1 AS BIGINT)) WHERE id IN (SELECT id FROM report
			WHERE target_id = $2 AND (comment <> '' OR post_ids <> '[]' OR done_at IS NULL) ORDER BY id LIMIT $3)`, []any{now, i, sweepBatch}},
		{`UPDATE decision SET reason = '', post_ids = '[]', key = NULL WHERE id IN (SELECT id FROM decision
			WHERE target_id = $1 AND (reason <> '' OR post_ids <> '[]' OR key IS NOT NULL) ORDER BY id LIMIT $2)`, []any{i, sweepBatch}},
		{`DELETE FROM appeal WHERE decision_id IN (SELECT decision_id FROM appeal WHERE account_id = $1 ORDER BY decision_id LIMIT $2)`, []any{i, sweepBatch}},
	} {
		res, err := tx.Exec(step.query, step.args...)
		if err != nil {
			return false, fmt.Errorf("erase what was told of an account: %w", err)
		}
		n, err := res.RowsAffected()
		if err != nil {
			return false, err
		}
		more = more || n == sweepBatch
	}
	return more, nil
}
