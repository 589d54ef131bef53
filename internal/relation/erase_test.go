package relation_test

import (
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/relation"
	"goodturn/internal/seed"
)

// Deleting an account takes its relations of every kind away, a handful at once
// and the rest by a job in batches, and the counters of the others follow.
func TestService_OnAccountDeleted(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground) {
		star, shy := seed.Account(t, g, "star"), seed.Account(t, g, "shy", seed.Locked)
		fans := seed.Crowd(t, g, "fan", 120)
		g.Update(t, func(tx *db.Tx) error {
			for _, fan := range fans {
				if err := g.Relations.FollowIn(tx, fan.ID, star.ID, relation.FollowOptions{}, g.Clock.Now()); err != nil {
					return err
				}
			}
			return nil
		})
		seed.Follow(t, g, star, fans[0])
		seed.Follow(t, g, star, shy)
		seed.Block(t, g, star, fans[1])
		seed.Block(t, g, fans[2], star)
		if _, err := g.Relations.Mute(ctx, account.As(fans[3]), star.ID, relation.MuteOptions{}); err != nil {
			t.Fatal(err)
		}
		for _, fan := range fans {
			set(t, g, fan) // now in memory
		}
		erased := make(chan int, 100)
		event.After(g.Hub, func(e relation.Erased) { erased <- len(e.Others) })
		g.Work(t)
		g.Update(t, func(tx *db.Tx) error { return g.Accounts.DeleteIn(tx, star.ID, g.Clock.Now()) })
		if list, err := g.Relations.Following(ctx, account.Nobody, fans[9].ID, db.Page{}); err != nil || len(list) != 0 {
			t.Errorf("lists show a deleted account: %+v, %v", list, err)
		}
		left := 118 + 1 + 1 + 2 + 1 // follows of it, its own, its request, blocks, the mute
		for left > 0 {
			select {
			case n := <-erased:
				left -= n
			case <-time.After(20 * time.Second):
				t.Fatalf("%d relations are left", left)
			}
		}
		for _, table := range []string{"follow", "follow_request", "block", "mute"} {
			var n int
			if err := g.D.Read(ctx).QueryRow(`SELECT count(*) FROM ` + table).Scan(&n); err != nil || n != 0 {
				t.Errorf("%d rows of %s are left (%v)", n, table, err)
			}
		}
		for n, fan := range fans {
			if s := set(t, g, fan); s.Follows(star.ID) || s.Blocks(star.ID) || s.BlockedBy(star.ID) || s.Mutes(star.ID) {
				t.Errorf("fan%d's Set still knows the deleted account", n+1)
			}
		}
		counts(t, g, fans[0], 0, 0)
		counts(t, g, star, 0, 0)
	})
}
