package relation_test

import (
	"fmt"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
	"goodturn/internal/seed"
)

// filled gives an account n relations of a kind with accounts that are nobody.
func filled(t *testing.T, g *seed.Ground, table, mine, others string, who *account.Account, n int, more ...string) {
	t.Helper()
	columns, values := "id, "+mine+", "+others, "CAST($1 AS BIGINT) + i, CAST($2 AS BIGINT), i + "+fmt.Sprint(n)+"00000"
	for i := 0; i+1 < len(more); i += 2 {
		columns, values = columns+", "+more[i], values+", "+more[i+1]
	}
	g.Update(t, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO `+table+` (`+columns+`)
			WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < `+fmt.Sprint(n)+`)
			SELECT `+values+` FROM n`, int64(id.Floor(g.Clock.Now().Add(-time.Duration(n)*time.Second))), int64(who.ID))
		return err
	})
}

// Of 32 follows and requests at once, as many are taken as there is room for.
func TestFollow_Most(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := seed.NewGround(t, d)
		ada := seed.Account(t, g, "ada")
		filled(t, g, "follow", "follower_id", "followee_id", ada, relation.FollowsMost-5, "created_at", "1")
		crowd := seed.Crowd(t, g, "star", 32)
		g.Update(t, func(tx *db.Tx) error { // every other one lets follows wait
			for n := 0; n < len(crowd); n += 2 {
				locked := true
				if _, err := g.Accounts.UpdateIn(tx, crowd[n].ID, account.Change{Locked: &locked}, g.Clock.Now()); err != nil {
					return err
				}
			}
			return nil
		})
		taken := 0
		for _, err := range seed.AtOnce(32, func(n int) error {
			_, err := g.Relations.Follow(ctx, account.As(ada), crowd[n].ID, relation.FollowOptions{})
			return err
		}) {
			if err == nil {
				taken++
			} else if !problem.Is(err, problem.KindInvalid) {
				t.Error(err)
			}
		}
		if taken != 5 {
			t.Errorf("%d were taken", taken)
		}
		// Who has many followers may follow somewhat more than those.
		one := seed.Account(t, g, "one")
		filled(t, g, "follow", "followee_id", "follower_id", ada, 6000, "created_at", "1")
		if _, err := g.Relations.Follow(ctx, account.As(ada), one.ID, relation.FollowOptions{}); !problem.Is(err, problem.KindInvalid) {
			t.Errorf("with 6000 followers: %v", err)
		}
		filled(t, g, "follow", "followee_id", "follower_id", ada, 900, "created_at", "1")
		if _, err := g.Relations.Follow(ctx, account.As(ada), one.ID, relation.FollowOptions{}); err != nil {
			t.Errorf("with 6900 followers: %v", err)
		}
	})
}

func TestBlock_Most(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := seed.NewGround(t, d)
		ada := seed.Account(t, g, "ada")
		filled(t, g, "block", "account_id", "target_id", ada, relation.BlocksMost-5, "created_at", "1")
		filled(t, g, "mute", "account_id", "target_id", ada, relation.MutesMost-5, "created_at", "1")
		filled(t, g, "account_note", "account_id", "target_id", ada, relation.NotesMost-5, "text", "'x'")
		crowd := seed.Crowd(t, g, "troll", 32)
		for what, do := range map[string]func(i id.ID) error{
			"block": func(i id.ID) error { _, err := g.Relations.Block(ctx, account.As(ada), i); return err },
			"mute": func(i id.ID) error {
				_, err := g.Relations.Mute(ctx, account.As(ada), i, relation.MuteOptions{})
				return err
			},
			"note": func(i id.ID) error { _, err := g.Relations.Note(ctx, account.As(ada), i, "a troll"); return err },
		} {
			taken := 0
			for _, err := range seed.AtOnce(32, func(n int) error { return do(crowd[n].ID) }) {
				if err == nil {
					taken++
				} else if !problem.Is(err, problem.KindConflict) {
					t.Errorf("%s: %v", what, err)
				}
			}
			if taken != 5 {
				t.Errorf("%s: %d were taken", what, taken)
			}
		}
	})
}

// Of those who follow, block or mute an account as it is deleted, nothing is left.
func TestRelations_besideDeletion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := seed.NewGround(t, d)
		event.On(g.Hub, g.Relations.OnAccountDeleted)
		star, crowd := seed.Account(t, g, "star"), seed.Crowd(t, g, "fan", 32)
		for _, err := range seed.AtOnce(33, func(n int) (err error) {
			if n == 16 {
				return d.Update(ctx, func(tx *db.Tx) error { return g.Accounts.DeleteIn(tx, star.ID, g.Clock.Now()) })
			}
			v := account.As(crowd[n%32])
			switch n % 3 {
			case 0:
				_, err = g.Relations.Follow(ctx, v, star.ID, relation.FollowOptions{})
			case 1:
				_, err = g.Relations.Block(ctx, v, star.ID)
			default:
				_, err = g.Relations.Mute(ctx, v, star.ID, relation.MuteOptions{})
			}
			return err
		}) {
			if err != nil && !problem.Is(err, problem.KindNotFound) {
				t.Error(err)
			}
		}
		var left int
		err := d.Read(ctx).QueryRow(`SELECT (SELECT count(*) FROM follow) + (SELECT count(*) FROM block) + (SELECT count(*) FROM mute)`).Scan(&left)
		if err != nil || left != 0 {
			t.Errorf("%d relations outlived the account (%v)", left, err)
		}
	})
}

// Who blocks somebody is in no collection of theirs any more, nor they in one of
// theirs; and who is gone recommends nobody.
func TestBlock_partsCollections(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := seed.NewGround(t, d)
		ada, bob, eve := seed.Account(t, g, "ada"), seed.Account(t, g, "bob"), seed.Account(t, g, "eve")
		name := "Friends"
		gather := func(by *account.Account, who ...id.ID) *relation.Collection {
			t.Helper()
			c, err := g.Relations.CreateCollection(ctx, account.As(by), relation.CollectionDraft{Name: &name}, who)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		with := func(who *account.Account, want int) {
			t.Helper()
			if got, err := g.Relations.CollectionsWith(ctx, account.As(who), 0, 40); err != nil || len(got) != want {
				t.Errorf("%s is in %d collections, %v", who.Username, len(got), err)
			}
		}
		adas := gather(ada, bob.ID, eve.ID)
		gather(bob, ada.ID)
		seed.Block(t, g, bob, ada)
		with(ada, 0)
		with(bob, 0)
		with(eve, 1)
		if _, err := g.Relations.Unblock(ctx, account.As(bob), ada.ID); err != nil {
			t.Fatal(err)
		}
		with(bob, 0) // they do not come back
		if c, err := g.Relations.Collection(ctx, account.As(ada), adas.ID); err != nil || len(c.Items) != 1 {
			t.Errorf("got %+v, %v", c, err)
		}
		seed.Suspend(t, g, ada)
		with(eve, 0)
	})
}
