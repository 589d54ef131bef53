package notice_test

import (
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/notice"
	"goodturn/internal/post"
	"goodturn/internal/relation"
	"goodturn/internal/seed"
)

func (w *world) policy(t testing.TB, of *account.Account, c notice.PolicyChange) {
	t.Helper()
	ok(t, w.Notices.SetPolicy(ctx, account.As(of), c))
}

// waits fails the test unless so many notices of so many senders wait.
func (w *world) waits(t testing.TB, of *account.Account, senders, notices int) []*notice.Request {
	t.Helper()
	_, waiting, err := w.Notices.Policy(ctx, account.As(of))
	ok(t, err)
	if waiting != (notice.Waiting{Requests: senders, Notices: notices}) {
		t.Errorf("%+v wait, want %d of %d", waiting, notices, senders)
	}
	list := does[[]*notice.Request](t)(w.Notices.Requests(ctx, account.As(of), db.Page{}))
	if len(list) != senders {
		t.Errorf("%d requests, want %d", len(list), senders)
	}
	return list
}

var (
	hold = notice.Hold
	drop = notice.Drop
)

func TestPolicy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, c := range []struct {
			name    string
			policy  notice.PolicyChange
			arrange func(w *world)
			held    bool
		}{
			{"a stranger", notice.PolicyChange{NotFollowing: &hold}, func(*world) {}, true},
			{"one whom she follows", notice.PolicyChange{NotFollowing: &hold, NewAccounts: &hold}, func(w *world) { seed.Follow(t, w.Ground, w.ada, w.ben) }, false},
			{"one who does not follow her", notice.PolicyChange{NotFollowers: &hold}, func(w *world) { seed.Follow(t, w.Ground, w.ada, w.ben) }, true},
			{"a follower of today", notice.PolicyChange{NotFollowers: &hold}, func(w *world) { w.follow(t, w.ben, w.ada) }, true},
			{"a follower for days", notice.PolicyChange{NotFollowers: &hold}, func(w *world) { w.follow(t, w.ben, w.ada); w.Clock.Add(73 * time.Hour) }, false},
			{"a new account", notice.PolicyChange{NewAccounts: &hold}, func(*world) {}, true},
			{"an old account", notice.PolicyChange{NewAccounts: &hold}, func(w *world) { w.Clock.Add(31 * 24 * time.Hour) }, false},
			{"a limited account", notice.PolicyChange{}, func(w *world) { w.limit(t, w.ben) }, true},
			{"a limited account that she follows", notice.PolicyChange{}, func(w *world) { seed.Follow(t, w.Ground, w.ada, w.ben); w.limit(t, w.ben) }, false},
			{"nothing chosen", notice.PolicyChange{}, func(*world) {}, false},
		} {
			t.Run(c.name, func(t *testing.T) {
				w := newWorld(t, dbtest.Open(t, d.Engine()))
				c.arrange(w)
				w.policy(t, w.ada, c.policy)
				p := seed.Post(t, w.Posts, w.ada, "Good morning")
				seed.Like(t, w.Posts, w.ben, p)
				got := len(w.list(t, w.ada, notice.Filter{Held: true}, db.Page{})) - len(w.list(t, w.ada, notice.Filter{}, db.Page{}))
				if held := got > 0; held != c.held {
					t.Errorf("held back: %t", held)
				}
			})
		}
	})
}

// limit is what a moderator may lay on an account.
func (w *world) limit(t testing.TB, a *account.Account) {
	t.Helper()
	w.Update(t, func(tx *db.Tx) error {
		_, err := w.Accounts.CurbIn(tx, a.ID, account.CurbLimited, true, w.Clock.Now())
		return err
	})
}

// follow follows without a word of it to anybody.
func (w *world) follow(t testing.TB, a, b *account.Account) {
	t.Helper()
	seed.Follow(t, w.Ground, a, b)
	ok(t, w.Notices.Clear(ctx, account.As(b)))
}

func TestPolicy_PrivateMentions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		seed.Post(t, w.Posts, w.ben, "@ada psst", seed.For(post.Direct))
		w.waits(t, w.ada, 1, 1)
		w.told(t, w.ada)
		mine := seed.Post(t, w.Posts, w.ada, "@cat a word?", seed.For(post.Direct))
		seed.Post(t, w.Posts, w.cat, "@ada sure", seed.For(post.Direct), seed.To(mine))
		w.told(t, w.ada, "reply cat")
		seed.Follow(t, w.Ground, w.ada, w.org)
		seed.Post(t, w.Posts, w.org, "@ada welcome", seed.For(post.Direct))
		w.told(t, w.ada, "mention olga", "reply cat")
	})
}

func TestPolicy_Drop(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.policy(t, w.ada, notice.PolicyChange{NotFollowing: &drop, NotFollowers: &hold})
		p := seed.Post(t, w.Posts, w.ada, "Good morning")
		seed.Like(t, w.Posts, w.ben, p)
		w.told(t, w.ada)
		w.waits(t, w.ada, 0, 0)
		bad := notice.Verdict(7)
		if err := w.Notices.SetPolicy(ctx, account.As(w.ada), notice.PolicyChange{NewAccounts: &bad}); err == nil {
			t.Error("a verdict that there is not was kept")
		}
		// What a movement tells comes in all the same.
		three := 3
		c := seed.Call(t, w.Calls, w.org, w.soup, call.Challenge, func(d *call.Draft) { d.Nominees = &three })
		w.Do(t, w.ben, c, func(d *act.Draft) { d.Nominees = []string{"ada"} })
		w.told(t, w.ada, "nomination ben")
	})
}

func TestRequests(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ada := account.As(w.ada)
		w.policy(t, w.ada, notice.PolicyChange{NotFollowing: &hold})
		p := seed.Post(t, w.Posts, w.ada, "Good morning")
		seed.Post(t, w.Posts, w.ben, "@ada hello")
		w.Clock.Add(time.Millisecond)
		w.like(t, w.ben, p)
		w.like(t, w.cat, p)
		w.told(t, w.ada)
		list := w.waits(t, w.ada, 2, 3)
		if list[0].From.ID != w.cat.ID || list[1].Notices != 2 || list[1].Last == nil {
			t.Errorf("the requests are %+v and %+v", list[0], list[1])
		}
		if r := does[*notice.Request](t)(w.Notices.Request(ctx, ada, list[1].ID)); r.From.ID != w.ben.ID {
			t.Errorf("it is from %s", r.From.Username)
		}
		if _, err := w.Notices.Request(ctx, account.As(w.org), list[1].ID); err == nil {
			t.Error("another's request is shown")
		}
		if n := does[int](t)(w.Notices.Accept(ctx, account.As(w.org), []id.ID{list[1].ID})); n != 0 {
			t.Error("another's request was accepted")
		}

		does[int](t)(w.Notices.Accept(ctx, ada, []id.ID{list[1].ID}))
		w.told(t, w.ada, "like ben", "mention ben")
		w.waits(t, w.ada, 1, 1)
		seed.Follow(t, w.Ground, w.ben, w.ada) // and from now on
		w.told(t, w.ada, "follow ben", "like ben", "mention ben")

		does[int](t)(w.Notices.DismissRequests(ctx, ada, []id.ID{list[0].ID}))
		w.waits(t, w.ada, 0, 0)
		if n := does[int](t)(w.Notices.Accept(ctx, ada, []id.ID{list[0].ID})); n != 0 {
			t.Error("a request that is gone was accepted")
		}

		seed.Block(t, w.Ground, w.ada, w.ben) // takes the permission back with it
		does[relation.Relationship](t)(w.Relations.Unblock(ctx, ada, w.ben.ID))
		w.like(t, w.ben, seed.Post(t, w.Posts, w.ada, "Good night"))
		w.told(t, w.ada)
		w.waits(t, w.ada, 1, 1)
	})
}

func TestNewPost(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.Work(t)
		told := make(chan notice.Made, 10)
		event.After(w.Hub, func(e notice.Made) {
			if e.Kind == notice.NewPost {
				told <- e
			}
		})
		yes := true
		does[relation.Relationship](t)(w.Relations.Follow(ctx, account.As(w.ada), w.ben.ID, relation.FollowOptions{Notify: &yes}))
		seed.Follow(t, w.Ground, w.cat, w.ben)
		first := seed.Post(t, w.Posts, w.org, "Soup today")
		seed.Post(t, w.Posts, w.ben, "Yes", seed.To(first))
		mine := seed.Post(t, w.Posts, w.ben, "News")
		if e := <-told; e.AccountID != w.ada.ID || e.Kind != notice.NewPost {
			t.Errorf("%+v came", e)
		}
		w.told(t, w.ada, "post ben")
		w.told(t, w.cat)
		does[*post.Entry](t)(w.Posts.Delete(ctx, account.As(w.ben), mine.ID))
		w.told(t, w.ada)
	})
}
