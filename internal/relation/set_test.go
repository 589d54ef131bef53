package relation_test

import (
	"math/rand/v2"
	"runtime"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/relation"
	"goodturn/internal/seed"
)

// What Block answered is in every Set that is read after it, though others read
// the Sets all the time, so that loads are under way at every moment.
func TestSet_holdsWhatWasAnswered(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground) {
		crowd := seed.Crowd(t, g, "p", 4)
		stop := make(chan struct{})
		done := make(chan struct{})
		go func() {
			defer close(done)
			atOnce(4, func(n int) {
				for {
					select {
					case <-stop:
						return
					default:
						if _, err := g.Relations.Of(ctx, crowd[n%len(crowd)].ID); err != nil {
							t.Error(err)
							return
						}
						runtime.Gosched()
					}
				}
			})
		}()
		atOnce(2, func(n int) {
			a, b := crowd[2*n], crowd[2*n+1]
			r := rand.New(rand.NewPCG(7, uint64(n)))
			for range 40 {
				blocks := r.IntN(2) == 0
				change := g.Relations.Unblock
				if blocks {
					change = g.Relations.Block
				}
				if _, err := change(ctx, account.As(a), b.ID); err != nil {
					t.Error(err)
					return
				}
				mine, err := g.Relations.Of(ctx, a.ID)
				if err != nil || mine.Blocks(b.ID) != blocks {
					t.Errorf("after an answer: Blocks is %v, want %v (%v)", mine.Blocks(b.ID), blocks, err)
				}
				theirs, err := g.Relations.Of(ctx, b.ID)
				if err != nil || theirs.BlockedBy(a.ID) != blocks {
					t.Errorf("after an answer: BlockedBy is %v, want %v (%v)", theirs.BlockedBy(a.ID), blocks, err)
				}
			}
		})
		close(stop)
		<-done
	})
}

// A Set that was read keeps saying what it said.
func TestSet_neverChanges(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground) {
		ada, grace := seed.Account(t, g, "ada"), seed.Account(t, g, "grace")
		before := set(t, g, ada)
		if again := set(t, g, ada); again != before {
			t.Error("it was read twice")
		}
		seed.Follow(t, g, ada, grace)
		if before.Follows(grace.ID) {
			t.Error("it changed")
		}
		if nobody, err := g.Relations.Of(ctx, 0); err != nil || nobody.Follows(grace.ID) || nobody.Account() != 0 {
			t.Errorf("nobody has relations: %v", err)
		}
	})
}

// reading is the yardstick's crowd: readers who follow 500 others each.
func reading(b *testing.B, g *seed.Ground, readers int) []*account.Account {
	crowd := seed.Crowd(b, g, "r", readers)
	authors := seed.Crowd(b, g, "a", 2000)
	for n := 0; n < readers; n += 20 {
		g.Update(b, func(tx *db.Tx) error {
			for _, reader := range crowd[n:min(n+20, readers)] {
				for _, k := range rand.Perm(len(authors))[:500] {
					if err := g.Relations.FollowIn(tx, reader.ID, authors[k].ID, relation.FollowOptions{}, g.Clock.Now()); err != nil {
						return err
					}
				}
			}
			return nil
		})
	}
	return crowd
}

// BenchmarkService_Of reads the Set of someone who follows 500: from memory, and
// for the first time.
func BenchmarkService_Of(b *testing.B) {
	g := seed.NewGround(b, dbtest.Open(b, db.SQLite))
	crowd := reading(b, g, 100)
	b.Run("warm", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if !has(b, g, crowd[0]) {
				b.Fatal("follows nobody")
			}
		}
	})
	b.Run("cold", func(b *testing.B) {
		for n := 0; b.Loop(); n++ {
			cold := relation.New(g.D, g.IDs, event.New(nil, 2, g.Log), g.Clock.Now, g.Accounts)
			if _, err := cold.Of(ctx, crowd[n%len(crowd)].ID); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func has(b *testing.B, g *seed.Ground, a *account.Account) bool {
	s := set(b, g, a)
	return len(s.Followees()) > 0 && s.Follows(s.Followees()[0]) && !s.Blocks(id.ID(5))
}
