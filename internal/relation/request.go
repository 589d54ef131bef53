package relation

import (
	"context"
	"fmt"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

func (s *Service) request(tx *db.Tx, follower, followee id.ID, o FollowOptions, at time.Time) error {
	changed, err := changeFollow(tx, "follow_request", follower, followee, o)
	if changed || err != nil {
		return err
	}
	res, err := tx.Exec(`INSERT INTO follow_request (id, follower_id, followee_id, shares, notify, languages, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (follower_id, followee_id) DO NOTHING`,
		int64(s.ids.New()), int64(follower), int64(followee), o.shares(), o.notify(), strings.Join(o.languages(), ","), db.Millis(at))
	if err != nil {
		return fmt.Errorf("ask to follow: %w", err)
	}
	if n, err := res.RowsAffected(); n == 0 || err != nil {
		return err
	}
	return event.Emit(s.hub, tx, Requested{FollowerID: follower, FolloweeID: followee, At: at})
}

// takeRequest deletes the request and gives it; of many who accept and reject
// at once one gets it.
func takeRequest(tx *db.Tx, follower, followee id.ID) ([]follow, error) {
	taken, err := db.All(tx, func(r db.Row) (follow, error) {
		f := follow{follower: follower, followee: followee}
		return f, r.Scan(&f.shares, &f.notify, &f.languages)
	}, `DELETE FROM follow_request WHERE follower_id = $1 AND followee_id = $2 RETURNING shares, notify, languages`,
		int64(follower), int64(followee))
	if err != nil {
		return nil, fmt.Errorf("end a request: %w", err)
	}
	return taken, nil
}

func (s *Service) endRequest(tx *db.Tx, follower, followee id.ID) (bool, error) {
	taken, err := takeRequest(tx, follower, followee)
	if len(taken) == 0 || err != nil {
		return false, err
	}
	if err := s.unlist(tx, follower, followee); err != nil {
		return false, err
	}
	return true, event.Emit(s.hub, tx, RequestEnded{FollowerID: follower, FolloweeID: followee})
}

// AcceptRequest lets from follow the viewer. problem.NotFound when there is no
// such request, or it was answered already.
func (s *Service) AcceptRequest(ctx context.Context, v account.Viewer, from id.ID) (Relationship, error) {
	return s.change(ctx, v, from, func(tx *db.Tx) error {
		if err := lockPair(tx, from, v.ID()); err != nil {
			return err
		}
		if _, _, err := hold(tx, from, v.ID()); err != nil {
			return err
		}
		taken, err := takeRequest(tx, from, v.ID())
		if err != nil {
			return err
		}
		if len(taken) == 0 {
			return problem.NotFound("request")
		}
		return s.start(tx, taken[0], true, s.now())
	})
}

// RejectRequest ends from's request, who is not told. problem.NotFound when
// there is no such request, or it was answered already.
func (s *Service) RejectRequest(ctx context.Context, v account.Viewer, from id.ID) (Relationship, error) {
	return s.change(ctx, v, from, func(tx *db.Tx) error {
		ended, err := s.endRequest(tx, from, v.ID())
		if err == nil && !ended {
			err = problem.NotFound("request")
		}
		return err
	})
}
