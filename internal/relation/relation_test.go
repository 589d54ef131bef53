package relation_test

import (
	"context"
	"reflect"
	"sync"
	"sync/atomic"
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

var ctx = context.Background()

func each(t *testing.T, f func(t *testing.T, g *seed.Ground)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, seed.NewGround(t, d)) })
}

func atOnce(n int, f func(n int)) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() { <-start; f(i) })
	}
	close(start)
	wg.Wait()
}

func set(t testing.TB, g *seed.Ground, a *account.Account) *relation.Set {
	t.Helper()
	s, err := g.Relations.Of(ctx, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func counts(t *testing.T, g *seed.Ground, a *account.Account, followers, following int64) {
	t.Helper()
	c, err := g.Accounts.Counts(ctx, a.ID)
	if err != nil || c.Followers != followers || c.Following != following {
		t.Errorf("%s has %+v (%v); want %d followers, %d following", a.Username, c, err, followers, following)
	}
	g.Counted(t)
}

func ptr[T any](v T) *T { return &v }

func TestService_Follow(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground) {
		ada, grace := seed.Account(t, g, "ada"), seed.Account(t, g, "grace")
		if set(t, g, ada).Follows(grace.ID) {
			t.Fatal("follows before it did")
		}
		r, err := g.Relations.Follow(ctx, account.As(ada), grace.ID, relation.FollowOptions{})
		if err != nil || !r.Following || !r.ShowingShares || r.Notifying || r.FollowedBy {
			t.Fatalf("got %+v, %v", r, err)
		}
		if s := set(t, g, ada); !s.Follows(grace.ID) || !s.SharesOf(grace.ID) || len(s.Followees()) != 1 {
			t.Error("the Set does not hold the follow")
		}
		counts(t, g, grace, 1, 0)

		r, err = g.Relations.Follow(ctx, account.As(ada), grace.ID, relation.FollowOptions{Shares: ptr(false)})
		if err != nil || !r.Following || r.ShowingShares {
			t.Fatalf("got %+v, %v", r, err)
		}
		if s := set(t, g, ada); !s.Follows(grace.ID) || s.SharesOf(grace.ID) {
			t.Error("the Set does not hold the option")
		}
		r, err = g.Relations.Follow(ctx, account.As(ada), grace.ID, relation.FollowOptions{Notify: ptr(true)})
		if err != nil || r.ShowingShares || !r.Notifying {
			t.Fatalf("an option that was not named changed: %+v, %v", r, err)
		}
		counts(t, g, ada, 0, 1)

		r, err = g.Relations.Relationship(ctx, account.As(grace), ada.ID)
		if err != nil || !r.FollowedBy || r.Following {
			t.Errorf("from the other side: %+v, %v", r, err)
		}
		for range 2 { // twice does nothing more
			if r, err = g.Relations.Unfollow(ctx, account.As(ada), grace.ID); err != nil || r.Following {
				t.Errorf("got %+v, %v", r, err)
			}
		}
		if set(t, g, ada).Follows(grace.ID) {
			t.Error("the Set holds a follow that ended")
		}
		counts(t, g, grace, 0, 0)
	})
}

func TestService_Follow_problems(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground) {
		ada, grace := seed.Account(t, g, "ada"), seed.Account(t, g, "grace")
		waiting := seed.Account(t, g, "waiting", func(d *account.Draft) { d.State = account.StatePending })
		seed.Block(t, g, grace, ada)
		for name, c := range map[string]struct {
			v      account.Viewer
			target id.ID
			kind   problem.Kind
		}{
			"nobody":    {account.Nobody, grace.ID, problem.KindUnauthorized},
			"oneself":   {account.As(ada), ada.ID, problem.KindInvalid},
			"no one":    {account.As(ada), 12, problem.KindNotFound},
			"not shown": {account.As(ada), waiting.ID, problem.KindNotFound},
			"blocked":   {account.As(ada), grace.ID, problem.KindForbidden},
			"blocking":  {account.As(grace), ada.ID, problem.KindForbidden},
		} {
			if _, err := g.Relations.Follow(ctx, c.v, c.target, relation.FollowOptions{}); !problem.Is(err, c.kind) {
				t.Errorf("%s: got %v", name, err)
			}
		}
		counts(t, g, grace, 0, 0)
	})
}

// Following twice at once counts once.
func TestService_Follow_atOnce(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground) {
		ada, grace := seed.Account(t, g, "ada"), seed.Account(t, g, "grace")
		var news atomic.Int32
		event.On(g.Hub, func(tx *db.Tx, e relation.Followed) error {
			if e.New {
				tx.AfterCommit(func() { news.Add(1) })
			}
			return nil
		})
		atOnce(32, func(int) {
			r, err := g.Relations.Follow(ctx, account.As(ada), grace.ID, relation.FollowOptions{})
			if err != nil || !r.Following {
				t.Errorf("got %+v, %v", r, err)
			}
		})
		if news.Load() != 1 {
			t.Errorf("told of %d new follows", news.Load())
		}
		counts(t, g, grace, 1, 0)
		atOnce(32, func(int) {
			if _, err := g.Relations.Unfollow(ctx, account.As(ada), grace.ID); err != nil {
				t.Error(err)
			}
		})
		counts(t, g, grace, 0, 0)
	})
}

func TestService_Requests(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground) {
		shy := seed.Account(t, g, "shy", seed.Locked)
		ada, grace := seed.Account(t, g, "ada"), seed.Account(t, g, "grace")
		for _, a := range []*account.Account{ada, grace} {
			r, err := g.Relations.Follow(ctx, account.As(a), shy.ID, relation.FollowOptions{Notify: ptr(true)})
			if err != nil || r.Following || !r.Requested {
				t.Fatalf("got %+v, %v", r, err)
			}
		}
		counts(t, g, shy, 0, 0)
		asked, err := g.Relations.Requests(ctx, account.As(shy), db.Page{})
		if err != nil || len(asked) != 2 || asked[0].Account.ID != grace.ID || asked[1].Account.ID != ada.ID {
			t.Fatalf("got %+v, %v", asked, err)
		}
		r, err := g.Relations.AcceptRequest(ctx, account.As(shy), ada.ID)
		if err != nil || !r.FollowedBy || r.RequestedBy {
			t.Errorf("got %+v, %v", r, err)
		}
		if r, err := g.Relations.Relationship(ctx, account.As(ada), shy.ID); err != nil || !r.Notifying {
			t.Errorf("the request's options are lost: %+v, %v", r, err)
		}
		r, err = g.Relations.RejectRequest(ctx, account.As(shy), grace.ID)
		if err != nil || r.FollowedBy || r.RequestedBy {
			t.Errorf("got %+v, %v", r, err)
		}
		if _, err := g.Relations.AcceptRequest(ctx, account.As(shy), grace.ID); !problem.Is(err, problem.KindNotFound) {
			t.Errorf("accepted what was rejected: %v", err)
		}
		counts(t, g, shy, 1, 0)
	})
}

// Of many who accept and reject one request at once, one does.
func TestService_Requests_atOnce(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground) {
		shy, ada := seed.Account(t, g, "shy", seed.Locked), seed.Account(t, g, "ada")
		seed.Follow(t, g, ada, shy)
		var accepted, rejected atomic.Int32
		atOnce(32, func(n int) {
			answer, won := g.Relations.AcceptRequest, &accepted
			if n%2 == 1 {
				answer, won = g.Relations.RejectRequest, &rejected
			}
			_, err := answer(ctx, account.As(shy), ada.ID)
			if err == nil {
				won.Add(1)
			} else if !problem.Is(err, problem.KindNotFound) {
				t.Error(err)
			}
		})
		if accepted.Load()+rejected.Load() != 1 {
			t.Fatalf("%d accepted, %d rejected", accepted.Load(), rejected.Load())
		}
		if got := set(t, g, ada).Follows(shy.ID); got != (accepted.Load() == 1) {
			t.Errorf("follows: %v", got)
		}
		counts(t, g, shy, int64(accepted.Load()), 0)
	})
}

func TestService_Block(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground) {
		ada, grace := seed.Account(t, g, "ada"), seed.Account(t, g, "grace", seed.Locked)
		seed.Follow(t, g, grace, ada)
		seed.Follow(t, g, ada, grace) // asks
		r, err := g.Relations.Block(ctx, account.As(ada), grace.ID)
		if err != nil || !r.Blocking || r.BlockedBy || r.FollowedBy || r.Requested {
			t.Fatalf("got %+v, %v", r, err)
		}
		if s := set(t, g, ada); !s.Blocks(grace.ID) || s.BlockedBy(grace.ID) || !s.Apart(grace.ID) {
			t.Error("the blocker's Set is wrong")
		}
		if s := set(t, g, grace); s.Blocks(ada.ID) || !s.BlockedBy(ada.ID) || s.Follows(ada.ID) {
			t.Error("the other's Set is wrong")
		}
		counts(t, g, ada, 0, 0)
		list, err := g.Relations.Blocks(ctx, account.As(ada), db.Page{})
		if err != nil || len(list) != 1 || list[0].Account.ID != grace.ID {
			t.Errorf("got %+v, %v", list, err)
		}
		if _, err := g.Relations.Followers(ctx, account.As(grace), ada.ID, db.Page{}); !problem.Is(err, problem.KindNotFound) {
			t.Errorf("the blocked one reads on: %v", err)
		}
		if r, err = g.Relations.Unblock(ctx, account.As(ada), grace.ID); err != nil || r.Blocking {
			t.Errorf("got %+v, %v", r, err)
		}
		if set(t, g, grace).BlockedBy(ada.ID) {
			t.Error("the block is left in the Set")
		}
	})
}

// A follow and a block at the same moment never leave both.
func TestService_Block_beside_Follow(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground) {
		crowd := seed.Crowd(t, g, "p", 32)
		atOnce(32, func(n int) {
			a, b := crowd[n/2*2], crowd[n/2*2+1]
			if n%2 == 0 {
				if _, err := g.Relations.Block(ctx, account.As(a), b.ID); err != nil {
					t.Error(err)
				}
				return
			}
			if _, err := g.Relations.Follow(ctx, account.As(b), a.ID, relation.FollowOptions{}); err != nil && !problem.Is(err, problem.KindForbidden) {
				t.Error(err)
			}
		})
		for n := 0; n < len(crowd); n += 2 {
			if s := set(t, g, crowd[n+1]); s.Follows(crowd[n].ID) || !s.BlockedBy(crowd[n].ID) {
				t.Errorf("pair %d: follows %v, blocked %v", n/2, s.Follows(crowd[n].ID), s.BlockedBy(crowd[n].ID))
			}
		}
		g.Counted(t)
	})
}

func TestService_Mute(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground) {
		ada, grace, joan := seed.Account(t, g, "ada"), seed.Account(t, g, "grace"), seed.Account(t, g, "joan")
		v := account.As(ada)
		r, err := g.Relations.Mute(ctx, v, grace.ID, relation.MuteOptions{Duration: time.Hour})
		if err != nil || !r.Muting || r.MutingNotices || !r.MuteExpiresAt.Equal(g.Clock.Now().Add(time.Hour)) {
			t.Fatalf("got %+v, %v", r, err)
		}
		if _, err := g.Relations.Mute(ctx, v, joan.ID, relation.MuteOptions{Notices: true}); err != nil {
			t.Fatal(err)
		}
		s := set(t, g, ada)
		if !s.Mutes(grace.ID) || s.MutesNotices(grace.ID) || !s.Mutes(joan.ID) || !s.MutesNotices(joan.ID) {
			t.Error("the Set does not hold the mutes")
		}
		g.Clock.Add(time.Hour)
		if s.Mutes(grace.ID) || !s.Mutes(joan.ID) {
			t.Error("a mute does not end at its time, or ends before")
		}
		if r, err := g.Relations.Relationship(ctx, v, grace.ID); err != nil || r.Muting {
			t.Errorf("got %+v, %v", r, err)
		}
		if err := g.Relations.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		list, err := g.Relations.Mutes(ctx, v, db.Page{})
		if err != nil || len(list) != 1 || list[0].Account.ID != joan.ID {
			t.Errorf("got %+v, %v", list, err)
		}
		if r, err := g.Relations.Unmute(ctx, v, joan.ID); err != nil || r.Muting || set(t, g, ada).Mutes(joan.ID) {
			t.Errorf("got %+v, %v", r, err)
		}
		if _, err := g.Relations.Mute(ctx, v, joan.ID, relation.MuteOptions{Duration: -1}); !problem.Is(err, problem.KindInvalid) {
			t.Errorf("got %v", err)
		}
	})
}

func TestService_Followers(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground) {
		star := seed.Account(t, g, "star")
		crowd := seed.Crowd(t, g, "fan", 5)
		for _, fan := range crowd {
			seed.Follow(t, g, fan, star)
		}
		g.Update(t, func(tx *db.Tx) error {
			_, err := g.Accounts.MoveIn(tx, crowd[1].ID, account.StateActive, account.StateSuspended, g.Clock.Now())
			return err
		})
		seed.Block(t, g, crowd[2], crowd[3])
		names := func(list []relation.Entry, err error) (names string) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range list {
				names += e.Account.Username + " "
			}
			return names
		}
		for what, c := range map[string]struct {
			v    account.Viewer
			p    db.Page
			want string
		}{
			"nobody sees all who are shown":  {account.Nobody, db.Page{}, "fan5 fan4 fan3 fan1 "},
			"a blocker sees no blocked":      {account.As(crowd[2]), db.Page{}, "fan5 fan3 fan1 "},
			"a blocked one sees no blocker":  {account.As(crowd[3]), db.Page{}, "fan5 fan4 fan1 "},
			"the first page of two accounts": {account.Nobody, db.Page{Limit: 2}, "fan5 fan4 "},
		} {
			if got := names(g.Relations.Followers(ctx, c.v, star.ID, c.p)); got != c.want {
				t.Errorf("%s: got %s", what, got)
			}
		}
		first, err := g.Relations.Followers(ctx, account.Nobody, star.ID, db.Page{Limit: 2})
		if err != nil {
			t.Fatal(err)
		}
		if got := names(g.Relations.Followers(ctx, account.Nobody, star.ID, db.Page{Limit: 2, Max: first[1].ID})); got != "fan3 fan1 " {
			t.Errorf("the second page: %s", got)
		}
		if got := names(g.Relations.Following(ctx, account.Nobody, crowd[0].ID, db.Page{})); got != "star " {
			t.Errorf("following: %s", got)
		}
	})
}

func TestService_Relationships(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground) {
		ada := seed.Account(t, g, "ada")
		crowd := seed.Crowd(t, g, "p", 3)
		seed.Follow(t, g, crowd[1], ada)
		seed.Block(t, g, ada, crowd[2])
		got, err := g.Relations.Relationships(ctx, account.As(ada), []id.ID{crowd[2].ID, crowd[0].ID, crowd[1].ID, crowd[2].ID})
		if err != nil || len(got) != 4 || !got[0].Blocking || !reflect.DeepEqual(got[1], relation.Relationship{ID: crowd[0].ID}) || !got[2].FollowedBy || !got[3].Blocking {
			t.Errorf("got %+v, %v", got, err)
		}
		if got, err := g.Relations.Relationships(ctx, account.As(ada), nil); err != nil || len(got) != 0 {
			t.Errorf("got %+v, %v", got, err)
		}
	})
}
