package post_test

import (
	"math/rand/v2"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/seed"
)

// The rule in Go and its twin in SQL agree about every viewer and post of a
// random world, and both with what the design says of blocks.
func TestVisible_AgreesWithSQL(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		world := rand.New(rand.NewPCG(1, 2))
		people := seed.Crowd(t, g, "p", 8)
		mo := seed.Account(t, g, "mo", seed.Moderator)
		far := func(d *account.Draft) {
			d.Domain, d.URI = "there.example", "https://there.example/users/"+d.Username
		}
		people = append(people, mo, seed.Account(t, g, "fa", far), seed.Account(t, g, "fe", far))
		randomPosts(t, g, s, world, people)
		randomRelations(t, g, world, people)
		for _, i := range []int{0, 3} {
			if err := g.Relations.BlockDomain(ctx, account.As(people[i]), "there.example"); err != nil {
				t.Fatal(err)
			}
		}
		for _, i := range []int{2, 5} {
			seed.Suspend(t, g, people[i])
		}
		all := readIDs(t, g, `SELECT id FROM post ORDER BY id`)
		viewers := []account.Viewer{account.Nobody, account.System("test")}
		for _, a := range people {
			viewers = append(viewers, account.As(a))
		}
		seen := 0
		for _, v := range viewers {
			cond, args := post.VisibleSQL("post", 1, v)
			bySQL := map[id.ID]bool{}
			for _, i := range readIDs(t, g, `SELECT post.id FROM post WHERE `+cond, args...) {
				bySQL[i] = true
			}
			entries, err := s.Cached(ctx, all)
			if err != nil || len(entries) != len(all) {
				t.Fatalf("%d entries of %d posts, %v", len(entries), len(all), err)
			}
			set, err := g.Relations.Of(ctx, v.ID())
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				inGo := e.Visible(v, set)
				if inGo != bySQL[e.Post.ID] {
					t.Errorf("viewer %v, post %+v: Go says %t, SQL says %t", v.ID(), e.Post, inGo, bySQL[e.Post.ID])
				}
				if inGo {
					seen++
				}
				if inGo && !v.System() && !v.Is(e.Post.AccountID) && (set.Apart(e.Post.AccountID) || set.BlocksDomain(e.Post.Domain)) {
					t.Errorf("viewer %v sees a post of %v in spite of a block", v.ID(), e.Post.AccountID)
				}
			}
		}
		if most := len(all) * len(viewers); seen < most/10 || seen > most*9/10 {
			t.Errorf("%d of %d were seen: the world tells little", seen, most)
		}
	})
}

func randomPosts(t *testing.T, g *seed.Ground, s *post.Service, world *rand.Rand, people []*account.Account) {
	t.Helper()
	kinds := []post.Visibility{post.Public, post.Unlisted, post.Private, post.Direct}
	var written []id.ID
	g.Update(t, func(tx *db.Tx) error {
		written = written[:0]
		for range 60 {
			d := post.Draft{Text: "hello", Visibility: kinds[world.IntN(4)]}
			for range world.IntN(3) {
				d.Text += " @" + people[world.IntN(len(people))].Username
			}
			p, err := s.CreateIn(tx, people[world.IntN(len(people))], d, g.Clock.Now())
			if err != nil {
				return err
			}
			written = append(written, p.ID)
		}
		for range 60 {
			if _, err := s.ShareIn(tx, people[world.IntN(len(people))], written[world.IntN(len(written))], 0, g.Clock.Now()); err != nil {
				return err
			}
		}
		return nil
	})
	for _, i := range written { // authors share their own private posts
		e, err := s.Get(ctx, account.System("test"), i)
		if err != nil {
			t.Fatal(err)
		}
		if e.Post.Visibility == post.Private && world.IntN(2) == 0 {
			author, err := g.Accounts.Get(ctx, e.Post.AccountID)
			if err != nil {
				t.Fatal(err)
			}
			seed.Share(t, s, author, e.Post)
		}
	}
}

func randomRelations(t *testing.T, g *seed.Ground, world *rand.Rand, people []*account.Account) {
	t.Helper()
	for n := range people {
		for m := range n {
			a, b := people[n], people[m]
			if world.IntN(2) == 0 {
				a, b = b, a
			}
			switch world.IntN(6) {
			case 0:
				seed.Block(t, g, a, b)
			case 1, 2:
				seed.Follow(t, g, a, b)
			case 3:
				seed.Follow(t, g, a, b)
				seed.Follow(t, g, b, a)
			}
		}
	}
}

func readIDs(t *testing.T, g *seed.Ground, query string, args ...any) []id.ID {
	t.Helper()
	ids, err := db.All(g.D.Read(ctx), func(row db.Row) (i id.ID, err error) {
		err = row.Scan(&i)
		return i, err
	}, query, args...)
	if err != nil {
		t.Fatal(err)
	}
	return ids
}
