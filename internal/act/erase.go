package act

import (
	"context"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/problem"
)

const (
	eraseAtOnce = 10 // acts that go in the transaction of the deletion
	eraseBatch  = 50
)

// eraseArgs is the job that erases what is left of a deleted account.
type eraseArgs struct{ Account id.ID }

// Kind names the job.
func (eraseArgs) Kind() string { return "act_erase" }

// OnAccountDeleted erases an account's part in acts: a few at once, many by a
// job. Until then nobody sees them, since the account is not shown.
func (s *Service) OnAccountDeleted(tx *db.Tx, e account.Deleted) error {
	n, err := s.eraseSome(tx, e.ID, eraseAtOnce)
	if err != nil || n < eraseAtOnce {
		return err
	}
	return s.jobs.Enqueue(tx, eraseArgs{Account: e.ID})
}

func (s *Service) erase(ctx context.Context, args eraseArgs) error {
	for {
		var n int
		err := s.d.Update(ctx, func(tx *db.Tx) (err error) {
			n, err = s.eraseSome(tx, args.Account, eraseBatch)
			return err
		})
		if err != nil {
			return fmt.Errorf("erase the acts of %s: %w", args.Account, err)
		}
		if n < eraseBatch {
			return nil
		}
	}
}

// eraseSome erases up to most of the account's acts, testimonies and
// nominations each, and says how many of the most numerous there were.
func (s *Service) eraseSome(tx *db.Tx, gone id.ID, most int) (int, error) {
	acts, err := db.All(tx, scanID, `SELECT id FROM (SELECT id FROM act WHERE doer_id = $1 AND NOT outside AND state = 'live'
			UNION ALL SELECT act_id FROM veiled WHERE account_id = $2) AS done ORDER BY id LIMIT $3`, gone, gone, most)
	if err != nil {
		return 0, fmt.Errorf("list the acts of %s: %w", gone, err)
	}
	for _, actID := range acts {
		a, err := lock(tx, actID)
		if problem.Is(err, problem.KindGone) { // taken back at the same time
			continue
		}
		if err != nil {
			return 0, err
		}
		if err := s.withdraw(tx, a, s.now()); err != nil {
			return 0, err
		}
	}
	seen, err := s.eraseTestimonies(tx, gone, most)
	if err != nil {
		return 0, err
	}
	nominations, err := s.eraseNominations(tx, gone, most)
	if err != nil {
		return 0, err
	}
	confirmed, err := s.eraseConfirmations(tx, gone, most)
	if err != nil {
		return 0, err
	}
	return max(len(acts), seen, nominations, confirmed), nil
}

// eraseConfirmations takes the account's name and words from what it confirmed,
// which stays confirmed, by somebody.
func (s *Service) eraseConfirmations(tx *db.Tx, gone id.ID, most int) (int, error) {
	acts, err := db.All(tx, scan, `UPDATE act SET confirmed_by = NULL, confirmed_how = '', version = version + 1
		WHERE id IN (SELECT id FROM act WHERE confirmed_by = $1 ORDER BY id LIMIT $2) RETURNING `+columns, gone, most)
	if err != nil {
		return 0, fmt.Errorf("erase what %s confirmed: %w", gone, err)
	}
	for _, a := range acts {
		if err := s.changed(tx, a); err != nil {
			return 0, err
		}
	}
	return len(acts), nil
}

// eraseTestimonies takes back what an account witnessed.
func (s *Service) eraseTestimonies(tx *db.Tx, gone id.ID, most int) (int, error) {
	acts, err := db.All(tx, scanID, "SELECT act_id FROM witness WHERE account_id = $1 ORDER BY act_id LIMIT $2", gone, most)
	if err != nil {
		return 0, fmt.Errorf("list what %s witnessed: %w", gone, err)
	}
	for _, actID := range acts {
		a, err := lock(tx, actID)
		if problem.Is(err, problem.KindGone) { // with its witnesses
			continue
		}
		if err != nil {
			return 0, err
		}
		if _, err := tx.Exec("DELETE FROM witness WHERE act_id = $1 AND account_id = $2", actID, gone); err != nil {
			return 0, fmt.Errorf("erase a witness: %w", err)
		}
		if _, err := s.reprove(tx, a, 0, s.now()); err != nil {
			return 0, err
		}
		if err := event.Emit(s.hub, tx, WitnessWithdrawn{ActID: a.ID, DoerID: a.DoerID, WitnessID: gone}); err != nil {
			return 0, err
		}
	}
	return len(acts), nil
}

// eraseNominations takes the account's name out of nominations that it made or
// was given; what is still open ends.
func (s *Service) eraseNominations(tx *db.Tx, gone id.ID, most int) (n int, err error) {
	for _, column := range []string{"nominator_id", "nominee_id"} {
		res, err := tx.Exec(`UPDATE nomination SET `+column+` = 0, active = FALSE, remind_at = NULL,
				state = CASE WHEN state IN ('open', 'accepted', 'declined') THEN 'withdrawn' ELSE state END
			WHERE id IN (SELECT id FROM nomination WHERE `+column+` = $1 ORDER BY id LIMIT $2)`, gone, most)
		if err != nil {
			return 0, fmt.Errorf("erase nominations of %s: %w", gone, err)
		}
		changed, err := res.RowsAffected()
		if err != nil {
			return 0, err
		}
		n = max(n, int(changed))
	}
	return n, nil
}

// OnPostDeleted forgets that a post told of an act.
func (s *Service) OnPostDeleted(tx *db.Tx, e post.Deleted) error {
	if e.ActID == 0 {
		return nil
	}
	told, err := db.All(tx, scan, "UPDATE act SET post_id = NULL, version = version + 1 WHERE id = $1 AND post_id = $2 RETURNING "+columns, e.ActID, e.PostID)
	if err != nil {
		return fmt.Errorf("forget the post of act %s: %w", e.ActID, err)
	}
	for _, a := range told {
		if err := s.changed(tx, a); err != nil {
			return err
		}
	}
	return nil
}
