package relation_test

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
	"goodturn/internal/seed"
)

func newList(t testing.TB, g *seed.Ground, of *account.Account, exclusive bool) *relation.List {
	t.Helper()
	l, err := g.Relations.CreateList(ctx, account.As(of), relation.ListDraft{Title: ptr("Friends"), Exclusive: &exclusive})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// inList fails the test unless those are in a list, in memory and as rows.
func inList(t testing.TB, g *seed.Ground, of *account.Account, list id.ID, want ...id.ID) {
	t.Helper()
	l, err := g.Relations.List(ctx, account.As(of), list)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := g.Relations.InList(ctx, account.As(of), list, db.Page{Limit: 500, Most: 500})
	if err != nil {
		t.Fatal(err)
	}
	got := make([]id.ID, 0, len(rows))
	for _, e := range rows {
		got = append(got, e.Account.ID)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(l.Members(), want) || !slices.Equal(got, want) {
		t.Errorf("in memory %v, in rows %v; want %v", l.Members(), got, want)
	}
}

func TestList_Members(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground) {
		ada, ben, shy, eve := seed.Account(t, g, "ada"), seed.Account(t, g, "ben"), seed.Account(t, g, "shy", seed.Locked), seed.Account(t, g, "eve")
		seed.Follow(t, g, ada, ben)
		seed.Follow(t, g, ada, shy) // asks
		v, l := account.As(ada), newList(t, g, ada, true)
		if err := g.Relations.AddToList(ctx, v, l.ID, []id.ID{ben.ID, eve.ID}); !problem.Is(err, problem.KindNotFound) {
			t.Errorf("a stranger was added: %v", err)
		}
		inList(t, g, ada, l.ID)
		if err := g.Relations.AddToList(ctx, v, l.ID, []id.ID{ben.ID, shy.ID, ada.ID, ben.ID}); err != nil {
			t.Fatal(err)
		}
		inList(t, g, ada, l.ID, ben.ID, shy.ID, ada.ID)
		if s := set(t, g, ada); s.AtHome(ben.ID) || !s.Follows(ben.ID) {
			t.Error("an exclusive list does not keep ben away from home")
		}
		if _, err := g.Relations.RejectRequest(ctx, account.As(shy), ada.ID); err != nil {
			t.Fatal(err)
		}
		inList(t, g, ada, l.ID, ben.ID, ada.ID)
		seed.Block(t, g, ben, ada)
		inList(t, g, ada, l.ID, ada.ID)
		if lists, err := g.Relations.ListsWith(ctx, v, ada.ID); err != nil || len(lists) != 1 {
			t.Errorf("ada is in %v, %v", lists, err)
		}
		for what, err := range map[string]error{
			"read": func() error { _, err := g.Relations.List(ctx, account.As(ben), l.ID); return err }(),
			"change": func() error {
				_, err := g.Relations.ChangeList(ctx, account.As(ben), l.ID, relation.ListDraft{})
				return err
			}(),
			"delete": g.Relations.DeleteList(ctx, account.As(ben), l.ID),
			"remove": g.Relations.RemoveFromList(ctx, account.As(ben), l.ID, []id.ID{ada.ID}),
			"nobody": g.Relations.DeleteList(ctx, account.Nobody, l.ID),
		} {
			if !problem.Is(err, problem.KindNotFound) {
				t.Errorf("somebody else's list, %s: %v", what, err)
			}
		}
	})
}

// However many callers there are, a list has its accounts once, and neither more
// of them nor more lists than there may be.
func TestList_AtOnce(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground) {
		ada := seed.Account(t, g, "ada")
		crowd := seed.Crowd(t, g, "p", relation.MembersMost+1)
		g.Update(t, func(tx *db.Tx) error {
			for _, a := range crowd {
				if err := g.Relations.FollowIn(tx, ada.ID, a.ID, relation.FollowOptions{}, g.Clock.Now()); err != nil {
					return err
				}
			}
			return nil
		})
		v, l := account.As(ada), newList(t, g, ada, false)
		var first []id.ID
		for _, a := range crowd[:relation.MembersMost-5] {
			first = append(first, a.ID)
		}
		if err := g.Relations.AddToList(ctx, v, l.ID, first); err != nil {
			t.Fatal(err)
		}
		var added, made, followed atomic.Int32
		atOnce(32, func(n int) {
			if err := g.Relations.AddToList(ctx, v, l.ID, []id.ID{crowd[relation.MembersMost-5+n%6].ID}); err == nil {
				added.Add(1)
			} else if !problem.Is(err, problem.KindConflict) {
				t.Error(err)
			}
		})
		if now, err := g.Relations.List(ctx, v, l.ID); err != nil || added.Load() != 5 || len(now.Members()) != relation.MembersMost {
			t.Errorf("%d were added; %v, %v", added.Load(), now, err)
		}
		for range relation.ListsMost - 5 {
			newList(t, g, ada, false)
		}
		for n := range relation.TagsMost - 4 {
			if err := g.Relations.FollowTag(ctx, v, fmt.Sprint("tag", n)); err != nil {
				t.Fatal(err)
			}
		}
		atOnce(32, func(n int) {
			if _, err := g.Relations.CreateList(ctx, v, relation.ListDraft{Title: ptr("More")}); err == nil {
				made.Add(1)
			} else if !problem.Is(err, problem.KindConflict) {
				t.Error(err)
			}
			if err := g.Relations.FollowTag(ctx, v, fmt.Sprint("more", n)); err == nil {
				followed.Add(1)
			} else if !problem.Is(err, problem.KindConflict) {
				t.Error(err)
			}
		})
		if made.Load() != 4 || followed.Load() != 4 {
			t.Errorf("%d lists and %d hashtags more", made.Load(), followed.Load())
		}
		if n := len(set(t, g, ada).Tags()); n != relation.TagsMost {
			t.Errorf("%d hashtags are followed", n)
		}
	})
}

// Following the same hashtag many times at once is following it once.
func TestFollowTag(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground) {
		v := account.As(seed.Account(t, g, "ada"))
		atOnce(32, func(n int) {
			if err := g.Relations.FollowTag(ctx, v, []string{"#Käse", "KÄSE"}[n%2]); err != nil {
				t.Error(err)
			}
		})
		tags, err := g.Relations.Tags(ctx, v, db.Page{})
		if err != nil || len(tags) != 1 {
			t.Errorf("%v, %v", tags, err)
		}
		if err := g.Relations.UnfollowTag(ctx, v, "käse"); err != nil {
			t.Fatal(err)
		}
		if s, err := g.Relations.Of(ctx, v.ID()); err != nil || s.FollowsTag("käse") {
			t.Errorf("still followed, %v", err)
		}
		if err := g.Relations.FollowTag(ctx, account.Nobody, "käse"); !problem.Is(err, problem.KindUnauthorized) {
			t.Errorf("nobody follows a hashtag: %v", err)
		}
	})
}

// Nothing is left of the lists and hashtags of a deleted account, and it is in
// nobody's list.
func TestList_AccountDeleted(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground) {
		ada, ben := seed.Account(t, g, "ada"), seed.Account(t, g, "ben")
		seed.Follow(t, g, ada, ben)
		seed.Follow(t, g, ben, ada)
		his, hers := newList(t, g, ben, true), newList(t, g, ada, true)
		for list, of := range map[*relation.List][2]*account.Account{his: {ben, ada}, hers: {ada, ben}} {
			if err := g.Relations.AddToList(ctx, account.As(of[0]), list.ID, []id.ID{of[1].ID}); err != nil {
				t.Fatal(err)
			}
		}
		if err := g.Relations.FollowTag(ctx, account.As(ada), "soup"); err != nil {
			t.Fatal(err)
		}
		g.Update(t, func(tx *db.Tx) error { return g.Accounts.DeleteIn(tx, ada.ID, g.Clock.Now()) })
		inList(t, g, ben, his.ID)
		if _, err := g.Relations.List(ctx, account.As(ada), hers.ID); !problem.Is(err, problem.KindNotFound) {
			t.Errorf("the list is still there: %v", err)
		}
		for table, want := range map[string]int{"list": 1, "list_member": 0, "tag_follow": 0} {
			var n int
			if err := g.D.Read(ctx).QueryRow(`SELECT count(*) FROM ` + table).Scan(&n); err != nil || n != want {
				t.Errorf("%d rows of %s are left, %v", n, table, err)
			}
		}
	})
}
