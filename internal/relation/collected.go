package relation

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// mayCollect is nil when the viewer may put an account into a collection: one
// that wishes to be found. problem.NotFound when there is none,
// problem.Forbidden when it does not wish so or either blocks the other.
func (s *Service) mayCollect(ctx context.Context, v account.Viewer, i id.ID) error {
	a, err := s.accounts.Get(ctx, i)
	if err != nil {
		return err
	}
	set, err := s.Of(ctx, v.ID())
	if err != nil {
		return err
	}
	switch {
	case !a.Shown():
		return problem.NotFound("account")
	case !a.Discoverable || a.Curbs.Limited || a.Kind == account.KindServer || set.ApartFrom(a):
		return problem.Forbidden("This account cannot be added to collections.")
	}
	return nil
}

// Collect puts an account into a collection of the viewer's. problem.Forbidden
// for collections of others, and for an account that does not wish to be found or
// took itself out; problem.Invalid for one that is in it already and for more
// than CollectedMost.
func (s *Service) Collect(ctx context.Context, v account.Viewer, collection, i id.ID) (Collected, error) {
	if err := s.mayCollect(ctx, v, i); err != nil {
		return Collected{}, err
	}
	var item Collected
	err := s.changeCollection(ctx, v, collection, func(tx *db.Tx, _ *Collection) (err error) {
		item, err = s.collectIn(tx, v, collection, i, s.now())
		return err
	})
	return item, err
}

func (s *Service) collectIn(tx *db.Tx, v account.Viewer, collection, i id.ID, at time.Time) (Collected, error) {
	if err := apart(tx, v.ID(), i); err != nil {
		return Collected{}, err
	}
	var n, here, revoked int
	err := tx.QueryRow(`SELECT COALESCE(SUM(CASE WHEN revoked THEN 0 ELSE 1 END), 0), COALESCE(SUM(CASE WHEN account_id = $1 THEN 1 ELSE 0 END), 0),
		COALESCE(SUM(CASE WHEN account_id = $2 AND revoked THEN 1 ELSE 0 END), 0) FROM collection_item WHERE collection_id = $3`,
		int64(i), int64(i), int64(collection)).Scan(&n, &here, &revoked)
	switch {
	case err != nil:
		return Collected{}, fmt.Errorf("count who is in a collection: %w", err)
	case revoked > 0:
		return Collected{}, problem.Forbidden("This account cannot be added to collections.")
	case here > 0:
		return Collected{}, problem.Invalid("account_id", "This account is in the collection already.")
	case n >= CollectedMost:
		return Collected{}, problem.Invalid("collection_items", "A collection has at most %d accounts.", CollectedMost)
	}
	item := Collected{ID: s.ids.New(), AccountID: i, CreatedAt: db.Time(db.Millis(at))}
	_, err = tx.Exec(`INSERT INTO collection_item (id, collection_id, owner_id, account_id, created_at) VALUES ($1, $2, $3, $4, $5)`,
		int64(item.ID), int64(collection), int64(v.ID()), int64(i), db.Millis(at))
	if err == nil {
		_, err = tx.Exec(`UPDATE collection SET changed_at = $1 WHERE id = $2`, db.Millis(at), int64(collection))
	}
	if err != nil {
		return Collected{}, fmt.Errorf("add to a collection: %w", err)
	}
	return item, nil
}

// apart is problem.Forbidden where two accounts are not to be in a collection of
// each other, and problem.NotFound where one is gone; that stays so until tx ends.
func apart(tx *db.Tx, owner, i id.ID) error {
	if err := lockPair(tx, owner, i); err != nil {
		return err
	}
	if _, _, err := hold(tx, owner, i); err != nil {
		return err
	}
	blocks, err := BlockedIn(tx, owner, i)
	if err == nil && blocks {
		err = problem.Forbidden("This account cannot be added to collections.")
	}
	return err
}

// uncollect takes two accounts out of each other's collections. Who took
// themselves out stays out.
func uncollect(tx *db.Tx, one, other id.ID) error {
	_, err := tx.Exec(`DELETE FROM collection_item
		WHERE NOT revoked AND ((account_id = $1 AND owner_id = $2) OR (account_id = $3 AND owner_id = $4))`,
		int64(one), int64(other), int64(other), int64(one))
	if err != nil {
		return fmt.Errorf("take out of collections: %w", err)
	}
	return nil
}

// Uncollect takes an item out of a collection of the viewer's.
func (s *Service) Uncollect(ctx context.Context, v account.Viewer, collection, item id.ID) error {
	return s.changeCollection(ctx, v, collection, func(tx *db.Tx, _ *Collection) error {
		res, err := tx.Exec(`DELETE FROM collection_item WHERE id = $1 AND collection_id = $2 AND NOT revoked`, int64(item), int64(collection))
		if err != nil {
			return fmt.Errorf("take out of a collection: %w", err)
		}
		return found(res, "item")
	})
}

// Revoke takes the viewer out of another's collection, for good. problem.Forbidden
// for an item that is another account, problem.NotFound when there is none.
func (s *Service) Revoke(ctx context.Context, v account.Viewer, collection, item id.ID) error {
	if !v.SignedIn() {
		return problem.Unauthorized("Sign in to do this.")
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		of, err := db.All(tx, scanID, `SELECT account_id FROM collection_item WHERE id = $1 AND collection_id = $2 AND NOT revoked`, int64(item), int64(collection))
		switch {
		case err != nil:
			return fmt.Errorf("look who is in a collection: %w", err)
		case len(of) == 0:
			return problem.NotFound("item")
		case !v.Is(of[0]):
			return problem.Forbidden("You can take only yourself out of a collection.")
		}
		if _, err := tx.Exec(`UPDATE collection_item SET revoked = TRUE WHERE id = $1`, int64(item)); err != nil {
			return fmt.Errorf("take oneself out of a collection: %w", err)
		}
		return nil
	})
}

// found is problem.NotFound when nothing was touched.
func found(res interface{ RowsAffected() (int64, error) }, what string) error {
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		err = problem.NotFound(what)
	}
	return err
}
