package relation_test

import (
	"fmt"
	"slices"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
	"goodturn/internal/seed"
)

func far(d *account.Draft) {
	d.Domain, d.URI = "there.example", "https://there.example/users/"+d.Username
}

// Of many who recommend at once no more come through than are possible.
func TestEndorse_atOnce(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground) {
		ada := seed.Account(t, g, "ada")
		crowd := seed.Crowd(t, g, "p", relation.EndorsedMost+8)
		for n, a := range crowd {
			seed.Follow(t, g, ada, a)
			if n < relation.EndorsedMost-4 {
				if _, err := g.Relations.Endorse(ctx, account.As(ada), a.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		atOnce(32, func(n int) {
			a := crowd[relation.EndorsedMost-4+n%12]
			if _, err := g.Relations.Endorse(ctx, account.As(ada), a.ID); err != nil && !problem.Is(err, problem.KindConflict) {
				t.Error(err)
			}
		})
		var n int
		if err := g.D.Read(ctx).QueryRow(`SELECT count(*) FROM endorsement WHERE account_id = $1`, int64(ada.ID)).Scan(&n); err != nil || n != relation.EndorsedMost {
			t.Errorf("%d are recommended, %v", n, err)
		}
	})
}

// Whom one follows no more, one recommends no more.
func TestEndorse_endsWithTheFollow(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground) {
		ada, bob := seed.Account(t, g, "ada"), seed.Account(t, g, "bob")
		v := account.As(ada)
		if _, err := g.Relations.Endorse(ctx, v, bob.ID); !problem.Is(err, problem.KindInvalid) {
			t.Errorf("a stranger is recommended: %v", err)
		}
		seed.Follow(t, g, ada, bob)
		if r, err := g.Relations.Endorse(ctx, v, bob.ID); err != nil || !r.Endorsed {
			t.Fatalf("%+v, %v", r, err)
		}
		seed.Block(t, g, bob, ada)
		if r, err := g.Relations.Relationship(ctx, v, bob.ID); err != nil || r.Endorsed {
			t.Errorf("%+v, %v", r, err)
		}
		if _, err := g.Relations.Endorsed(ctx, v, bob.ID, db.Page{}); !problem.Is(err, problem.KindNotFound) {
			t.Errorf("one whom bob blocks reads his page: %v", err)
		}
	})
}

// A server that is kept away is gone from both sides, however many follow.
func TestBlockDomain_endsFollows(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground) {
		ada, bob := seed.Account(t, g, "ada"), seed.Account(t, g, "bob")
		var theirs []*account.Account
		for n := range 30 {
			theirs = append(theirs, seed.Account(t, g, fmt.Sprintf("f%d", n), far))
		}
		for _, a := range theirs {
			seed.Follow(t, g, ada, a)
			seed.Follow(t, g, bob, a)
			g.Update(t, func(tx *db.Tx) error {
				return g.Relations.FollowIn(tx, a.ID, ada.ID, relation.FollowOptions{}, g.Clock.Now())
			})
		}
		if err := g.Relations.BlockDomain(ctx, account.As(ada), "THERE.example"); err != nil {
			t.Fatal(err)
		}
		if err := g.Relations.Part(ctx, relation.PartArgs{AccountID: ada.ID, Domain: "there.example"}); err != nil {
			t.Fatal(err)
		}
		for of, want := range map[id.ID]account.Counts{ada.ID: {}, bob.ID: {Following: 30}, theirs[0].ID: {Followers: 1}} {
			if got, err := g.Accounts.Counts(ctx, of); err != nil || got != want {
				t.Errorf("%s has %+v, %v", of, got, err)
			}
		}
		if s := set(t, g, ada); !s.BlocksDomain("there.example") || s.BlocksDomain("") || !s.ApartFrom(theirs[3]) || len(s.Followees()) > 0 {
			t.Error("ada's relations do not say so")
		}
		if _, err := g.Relations.Follow(ctx, account.As(ada), theirs[0].ID, relation.FollowOptions{}); !problem.Is(err, problem.KindForbidden) {
			t.Errorf("followed again: %v", err)
		}
		g.Counted(t)
	})
}

func TestReads(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground) {
		ada, bob, cem := seed.Account(t, g, "ada"), seed.Account(t, g, "bob"), seed.Account(t, g, "cem", seed.Locked)
		languages := []string{"pt-BR", "en", "en"}
		for _, a := range []*account.Account{bob, cem} {
			r, err := g.Relations.Follow(ctx, account.As(ada), a.ID, relation.FollowOptions{Languages: &languages})
			if err != nil || !slices.Equal(r.Languages, []string{"en", "pt"}) {
				t.Fatalf("%+v, %v", r, err)
			}
		}
		if _, err := g.Relations.AcceptRequest(ctx, account.As(cem), ada.ID); err != nil {
			t.Fatal(err)
		}
		s := set(t, g, ada)
		for _, of := range []id.ID{bob.ID, cem.ID} {
			if !s.Reads(of, "pt") || !s.Reads(of, "") || s.Reads(of, "de") {
				t.Errorf("of %s, the wrong languages are read", of)
			}
		}
		if !s.Reads(ada.ID, "de") {
			t.Error("her own posts are not read")
		}
	})
}

// Nothing of a deleted account stays in anybody's notes and recommendations.
func TestErase_regard(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground) {
		ada, bob := seed.Account(t, g, "ada"), seed.Account(t, g, "bob")
		for _, pair := range [][2]*account.Account{{ada, bob}, {bob, ada}} {
			seed.Follow(t, g, pair[0], pair[1])
			v := account.As(pair[0])
			if _, err := g.Relations.Endorse(ctx, v, pair[1].ID); err != nil {
				t.Fatal(err)
			}
			if _, err := g.Relations.Note(ctx, v, pair[1].ID, "kind"); err != nil {
				t.Fatal(err)
			}
		}
		if err := g.Relations.BlockDomain(ctx, account.As(ada), "there.example"); err != nil {
			t.Fatal(err)
		}
		g.Update(t, func(tx *db.Tx) error { return g.Accounts.DeleteIn(tx, ada.ID, g.Clock.Now()) })
		for _, table := range []string{"endorsement", "account_note", "domain_block"} {
			var n int
			if err := g.D.Read(ctx).QueryRow(`SELECT count(*) FROM ` + table).Scan(&n); err != nil || n != 0 {
				t.Errorf("%s has %d rows, %v", table, n, err)
			}
		}
	})
}
