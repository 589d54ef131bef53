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
	"goodturn/internal/tally"
)

// Follow makes the viewer follow target, or asks to where target is locked; for
// one who follows or asked already it changes the options. problem.Forbidden
// when target blocks the viewer or the viewer blocks target.
func (s *Service) Follow(ctx context.Context, v account.Viewer, target id.ID, o FollowOptions) (Relationship, error) {
	a, err := s.target(ctx, v, target, "You cannot follow yourself.")
	if err != nil {
		return Relationship{}, err
	}
	if a.Kind == account.KindServer {
		return Relationship{}, problem.Forbidden("This account cannot be followed.")
	}
	if o.Languages, err = baseLanguages(o.Languages); err != nil {
		return Relationship{}, err
	}
	return s.change(ctx, v, target, func(tx *db.Tx) error {
		return s.FollowIn(tx, v.ID(), target, o, s.now())
	})
}

// change runs f and answers how the two stand after it.
func (s *Service) change(ctx context.Context, v account.Viewer, target id.ID, f func(tx *db.Tx) error) (Relationship, error) {
	if !v.SignedIn() {
		return Relationship{}, problem.Unauthorized("Sign in to do this.")
	}
	var r Relationship
	err := s.d.Update(ctx, func(tx *db.Tx) error {
		if err := f(tx); err != nil {
			return err
		}
		all, err := relationships(tx, v.ID(), []id.ID{target}, s.now())
		if err == nil {
			r = all[0]
		}
		return err
	})
	return r, err
}

// FollowIn is Follow in the caller's transaction, for a joining member and the
// sample: it keeps to locks, blocks and FollowsMost, and asks nothing else.
func (s *Service) FollowIn(tx *db.Tx, follower, followee id.ID, o FollowOptions, at time.Time) error {
	changed, err := changeFollow(tx, "follow", follower, followee, o)
	if err != nil {
		return err
	}
	if changed {
		return event.Emit(s.hub, tx, Followed{FollowerID: follower, FolloweeID: followee, At: at})
	}
	if err := lockPair(tx, follower, follower); err != nil {
		return err
	}
	locked, err := s.mayFollow(tx, follower, followee)
	if err != nil {
		return err
	}
	if locked {
		return s.request(tx, follower, followee, o, at)
	}
	return s.start(tx, follow{follower, followee, o.shares(), o.notify(), strings.Join(o.languages(), ",")}, false, at)
}

// mayFollow answers whether the follow waits for consent, because followee is
// locked or a moderator limited the follower; and keeps blocks between the two
// from changing until tx ends.
func (s *Service) mayFollow(tx *db.Tx, follower, followee id.ID) (locked bool, err error) {
	if err := lockPair(tx, follower, followee); err != nil {
		return false, err
	}
	by, a, err := hold(tx, follower, followee)
	if err != nil {
		return false, err
	}
	blocks, err := BlockedIn(tx, follower, followee)
	if err != nil {
		return false, err
	}
	away, err := domainBlocked(tx, by, a)
	if err != nil {
		return false, err
	}
	if blocks || away {
		return false, problem.Forbidden("You cannot follow this account.")
	}
	if err := mayFollowMore(tx, follower); err != nil {
		return false, err
	}
	return a.Locked || by.Curbs.Limited && a.Kind != account.KindMovement, nil
}

// BlockedIn says whether one of the two blocks the other, as that reader sees it; with
// lockPair, that stays so until a transaction ends.
func BlockedIn(r db.Reader, a, b id.ID) (is bool, err error) {
	err = r.QueryRow(`SELECT EXISTS (SELECT 1 FROM block
		WHERE account_id = $1 AND target_id = $2 OR account_id = $3 AND target_id = $4)`, int64(a), int64(b), int64(b), int64(a)).Scan(&is)
	if err != nil {
		return false, fmt.Errorf("look for blocks: %w", err)
	}
	return is, nil
}

// lockPair makes the changes between two accounts wait for each other, so that
// no follow slips in beside a block; with one account twice, those of all that
// it has. Who takes both kinds takes that of one account first.
func lockPair(tx *db.Tx, a, b id.ID) error {
	if tx.Engine() == db.SQLite {
		return nil // there is one writer
	}
	_, err := tx.Exec(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`,
		fmt.Sprintf("relation/%d/%d", min(a, b), max(a, b)))
	if err != nil {
		return fmt.Errorf("lock a relation: %w", err)
	}
	return nil
}

type follow struct {
	follower, followee id.ID
	shares, notify     bool
	languages          string // with commas between, "" for all
}

func (o FollowOptions) shares() bool { return o.Shares == nil || *o.Shares }
func (o FollowOptions) notify() bool { return o.Notify != nil && *o.Notify }

func (o FollowOptions) languages() []string {
	if o.Languages == nil {
		return nil
	}
	return *o.Languages
}

// changeFollow changes the options of a row of follow or follow_request, and
// answers whether there is one.
func changeFollow(tx *db.Tx, table string, follower, followee id.ID, o FollowOptions) (bool, error) {
	var languages *string
	if o.Languages != nil {
		joined := strings.Join(*o.Languages, ",")
		languages = &joined
	}
	res, err := tx.Exec(`UPDATE `+table+` SET shares = COALESCE(CAST($1 AS BOOLEAN), shares), notify = COALESCE(CAST($2 AS BOOLEAN), notify),
			languages = COALESCE(CAST($3 AS TEXT), languages)
		WHERE follower_id = $4 AND followee_id = $5`, o.Shares, o.Notify, languages, int64(follower), int64(followee))
	if err != nil {
		return false, fmt.Errorf("change a %s: %w", table, err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// start makes the row; somebody who was quicker leaves nothing to do.
func (s *Service) start(tx *db.Tx, f follow, accepted bool, at time.Time) error {
	res, err := tx.Exec(`INSERT INTO follow (id, follower_id, followee_id, shares, notify, languages, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (follower_id, followee_id) DO NOTHING`,
		int64(s.ids.New()), int64(f.follower), int64(f.followee), f.shares, f.notify, f.languages, db.Millis(at))
	if err != nil {
		return fmt.Errorf("follow: %w", err)
	}
	if n, err := res.RowsAffected(); n == 0 || err != nil {
		return err
	}
	if err := count(tx, f.follower, f.followee, 1); err != nil {
		return err
	}
	return event.Emit(s.hub, tx, Followed{FollowerID: f.follower, FolloweeID: f.followee, New: true, Accepted: accepted, At: at})
}

func count(tx *db.Tx, follower, followee id.ID, n int64) error {
	if err := tally.Add(tx, followee, "followers", n); err != nil {
		return err
	}
	return tally.Add(tx, follower, "following", n)
}

// Unfollow ends the viewer's follow of target, or takes the request back.
// Without either it does nothing.
func (s *Service) Unfollow(ctx context.Context, v account.Viewer, target id.ID) (Relationship, error) {
	return s.change(ctx, v, target, func(tx *db.Tx) error {
		return s.UnfollowIn(tx, v.ID(), target)
	})
}

// RemoveFollower ends target's follow of the viewer.
func (s *Service) RemoveFollower(ctx context.Context, v account.Viewer, target id.ID) (Relationship, error) {
	return s.change(ctx, v, target, func(tx *db.Tx) error {
		return s.UnfollowIn(tx, target, v.ID())
	})
}

// UnfollowIn ends a follow or a request, if there is one.
func (s *Service) UnfollowIn(tx *db.Tx, follower, followee id.ID) error {
	if err := lockPair(tx, follower, followee); err != nil {
		return err
	}
	res, err := tx.Exec(`DELETE FROM follow WHERE follower_id = $1 AND followee_id = $2`, int64(follower), int64(followee))
	if err != nil {
		return fmt.Errorf("unfollow: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return fmt.Errorf("unfollow: %w", err)
	}
	if n > 0 {
		if err := count(tx, follower, followee, -1); err != nil {
			return err
		}
		if err := s.unlist(tx, follower, followee); err != nil {
			return err
		}
		if err := unendorse(tx, follower, followee); err != nil {
			return err
		}
		if err := event.Emit(s.hub, tx, Unfollowed{FollowerID: follower, FolloweeID: followee}); err != nil {
			return err
		}
	}
	_, err = s.endRequest(tx, follower, followee)
	return err
}
