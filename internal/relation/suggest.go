package relation

import (
	"context"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
)

const (
	friendsMost     = 20_000 // follows that are looked at for friends of friends
	unsuggestedMost = 1000   // of one account; older ones are suggested again
)

// FriendsOfFriends are those whom most of the viewer's followees follow, of the
// latest friendsMost such follows, and whom the viewer does not follow; nobody
// who keeps whom they follow to themselves says so by this.
func (s *Service) FriendsOfFriends(ctx context.Context, v account.Viewer, most int) ([]id.ID, error) {
	me := int64(v.ID())
	found, err := db.All(s.d.Read(ctx), scanID, `SELECT friend FROM (
			SELECT theirs.followee_id AS friend FROM follow mine
			JOIN account known ON known.id = mine.followee_id AND NOT known.hides_network
			JOIN follow theirs ON theirs.follower_id = mine.followee_id
			WHERE mine.follower_id = $1 ORDER BY mine.id DESC LIMIT $2) AS friends
		WHERE friend <> $3 AND friend NOT IN (SELECT followee_id FROM follow WHERE follower_id = $4)
		GROUP BY friend ORDER BY count(*) DESC, friend DESC LIMIT $5`, me, friendsMost, me, me, most)
	if err != nil {
		return nil, fmt.Errorf("look for friends of friends: %w", err)
	}
	return found, nil
}

// Unsuggest has target suggested to the viewer no more.
func (s *Service) Unsuggest(ctx context.Context, v account.Viewer, target id.ID) error {
	if _, err := s.target(ctx, v, target, "You are not suggested to yourself."); err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO unsuggested (id, account_id, target_id) VALUES ($1, $2, $3)
			ON CONFLICT (account_id, target_id) DO NOTHING`, int64(s.ids.New()), int64(v.ID()), int64(target))
		if err == nil {
			_, err = tx.Exec(`DELETE FROM unsuggested WHERE account_id = $1 AND id <=
				(SELECT id FROM unsuggested WHERE account_id = $2 ORDER BY id DESC LIMIT 1 OFFSET $3)`, int64(v.ID()), int64(v.ID()), unsuggestedMost)
		}
		if err != nil {
			return fmt.Errorf("suggest an account no more: %w", err)
		}
		return nil
	})
}

// Unsuggested are those whom the viewer does not wish to be suggested, and whom
// it asked to follow already.
func (s *Service) Unsuggested(ctx context.Context, v account.Viewer) (map[id.ID]bool, error) {
	ids, err := db.All(s.d.Read(ctx), scanID, `SELECT target_id FROM unsuggested WHERE account_id = $1
		UNION ALL SELECT followee_id FROM follow_request WHERE follower_id = $2`, int64(v.ID()), int64(v.ID()))
	if err != nil {
		return nil, fmt.Errorf("read who is not to be suggested: %w", err)
	}
	set := make(map[id.ID]bool, len(ids))
	for _, i := range ids {
		set[i] = true
	}
	return set, nil
}
