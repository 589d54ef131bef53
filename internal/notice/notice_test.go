package notice_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/notice"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
	"goodturn/internal/seed"
)

var ctx = context.Background()

// world is three people, a movement and its organiser, and their notices.
type world struct {
	*seed.Mission
	Notices            *notice.Service
	org, ada, ben, cat *account.Account
	soup               *movement.Movement
}

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	g := seed.NewGround(t, d)
	w := &world{Mission: seed.NewMission(t, g)}
	event.On(g.Hub, w.Posts.OnAccountDeleted)
	w.Notices = seed.Notices(t, w.Mission)
	w.org, w.ada, w.ben, w.cat = seed.Account(t, g, "olga"), seed.Account(t, g, "ada"), seed.Account(t, g, "ben"), seed.Account(t, g, "cat")
	w.soup = seed.Movement(t, w.Movements, w.org, "SoupForAll")
	return w
}

func (w *world) list(t testing.TB, of *account.Account, f notice.Filter, p db.Page) []*notice.Notice {
	t.Helper()
	list, err := w.Notices.List(ctx, account.As(of), f, p)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// told fails the test unless those are all the notices of an account, newest
// first, each as "kind from"; and unless as many of them are unread.
func (w *world) told(t testing.TB, of *account.Account, want ...string) []*notice.Notice {
	t.Helper()
	list := w.list(t, of, notice.Filter{}, db.Page{})
	var got []string
	unread := 0
	for _, n := range list {
		got = append(got, string(n.Kind)+" "+n.From.Username)
		if n.Unread {
			unread++
		}
	}
	if strings.Join(got, ", ") != strings.Join(want, ", ") {
		t.Errorf("%s was told %q, want %q", of.Username, got, want)
	}
	if n, err := w.Notices.Unread(ctx, account.As(of)); err != nil || n != unread {
		t.Errorf("%s has %d unread (%v), the list has %d", of.Username, n, err, unread)
	}
	return list
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func does[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		ok(t, err)
		return v
	}
}

func TestNotices_Social(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := seed.Post(t, w.Posts, w.ada, "Good morning")
		ben := account.As(w.ben)

		seed.Like(t, w.Posts, w.ben, p)
		seed.Like(t, w.Posts, w.ben, p)
		seed.Like(t, w.Posts, w.ada, p)
		w.told(t, w.ada, "like ben")
		does[*post.Entry](t)(w.Posts.Unlike(ctx, ben, p.ID))
		w.told(t, w.ada)

		seed.Share(t, w.Posts, w.ben, p)
		seed.Follow(t, w.Ground, w.ben, w.ada)
		reply := seed.Post(t, w.Posts, w.ben, "@ada @cat good morning", seed.To(p))
		list := w.told(t, w.ada, "reply ben", "follow ben", "share ben")
		if list[0].Post.Post.ID != reply.ID || list[2].Post.Post.ID != p.ID {
			t.Error("the notices show other posts")
		}
		w.told(t, w.cat, "mention ben")

		does[*post.Entry](t)(w.Posts.Unshare(ctx, ben, p.ID))
		does[relation.Relationship](t)(w.Relations.Unfollow(ctx, ben, w.ada.ID))
		does[*post.Entry](t)(w.Posts.Delete(ctx, ben, reply.ID))
		w.told(t, w.ada)
		w.told(t, w.cat)

		does[*post.Entry](t)(w.Posts.Edit(ctx, account.As(w.ada), p.ID, post.Draft{Text: "Good morning @cat"}))
		w.told(t, w.cat, "mention ada")
	})
}

// Who may not see a reply is not told of it.
func TestNotices_PrivateReply(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := seed.Post(t, w.Posts, w.ada, "Good morning")
		seed.Post(t, w.Posts, w.ben, "only for my friends", seed.To(p), seed.For(post.Private))
		w.told(t, w.ada)
		seed.Follow(t, w.Ground, w.ada, w.ben)
		seed.Post(t, w.Posts, w.ben, "and now for you too", seed.To(p), seed.For(post.Private))
		w.told(t, w.ada, "reply ben")
		does[relation.Relationship](t)(w.Relations.Unfollow(ctx, account.As(w.ada), w.ben.ID))
		w.told(t, w.ada)
	})
}

func TestNotices_Requests(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		shy := seed.Account(t, w.Ground, "shy", seed.Locked)
		seed.Follow(t, w.Ground, w.ben, shy)
		seed.Follow(t, w.Ground, w.cat, shy)
		w.told(t, shy, "follow_request cat", "follow_request ben")
		does[relation.Relationship](t)(w.Relations.AcceptRequest(ctx, account.As(shy), w.ben.ID))
		does[relation.Relationship](t)(w.Relations.RejectRequest(ctx, account.As(shy), w.cat.ID))
		w.told(t, shy)
	})
}

func TestNotices_BlockedAndMuted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := seed.Post(t, w.Posts, w.ada, "Good morning")
		ada := account.As(w.ada)
		mute := func(who *account.Account, notices bool) {
			t.Helper()
			does[relation.Relationship](t)(w.Relations.Mute(ctx, ada, who.ID, relation.MuteOptions{Notices: notices}))
		}

		mute(w.ben, true)
		mute(w.cat, false)
		seed.Like(t, w.Posts, w.ben, p)
		seed.Like(t, w.Posts, w.cat, p)
		w.told(t, w.ada, "like cat")

		mute(w.cat, true) // hides what is there already, until it is undone
		w.told(t, w.ada)
		does[relation.Relationship](t)(w.Relations.Unmute(ctx, ada, w.cat.ID))
		w.told(t, w.ada, "like cat")

		seed.Block(t, w.Ground, w.ada, w.cat)
		w.told(t, w.ada)
		does[relation.Relationship](t)(w.Relations.Unblock(ctx, ada, w.cat.ID))
		w.told(t, w.ada)

		seed.Like(t, w.Posts, w.org, p)
		seed.Suspend(t, w.Ground, w.org)
		w.told(t, w.ada)
	})
}

// What comes from the sample and from imports lies in the past.
func TestNotices_Past(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		at := w.Clock.Now().Add(-24 * time.Hour)
		w.Update(t, func(tx *db.Tx) error {
			p, err := w.Posts.CreateIn(tx, w.ada, post.Draft{Text: "yesterday @cat", Visibility: post.Public}, at)
			if err != nil {
				return err
			}
			return w.Posts.LikeIn(tx, w.ben.ID, p.ID, at)
		})
		w.told(t, w.ada)
		w.told(t, w.cat)
	})
}

func TestService_List(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := seed.Post(t, w.Posts, w.ada, "Good morning")
		fans := seed.Crowd(t, w.Ground, "fan", 30)
		for n, fan := range fans {
			seed.Like(t, w.Posts, fan, p)
			if n%3 > 0 { // a page is filled though some are not shown
				does[relation.Relationship](t)(w.Relations.Mute(ctx, account.As(w.ada), fan.ID, relation.MuteOptions{Notices: true}))
			}
		}
		seed.Follow(t, w.Ground, w.ben, w.ada)

		all := w.list(t, w.ada, notice.Filter{}, db.Page{Limit: 40})
		if len(all) != 11 {
			t.Fatalf("%d notices, want a follow and 10 likes", len(all))
		}
		var paged []id.ID
		for p := (db.Page{Limit: 4}); ; {
			page := w.list(t, w.ada, notice.Filter{}, p)
			if len(page) == 0 {
				break
			}
			for _, n := range page {
				paged = append(paged, n.ID)
			}
			p.Max = page[len(page)-1].ID
		}
		for n, x := range all {
			if n >= len(paged) || paged[n] != x.ID {
				t.Fatalf("paged %v", paged)
			}
		}
		up := w.list(t, w.ada, notice.Filter{}, db.Page{Min: all[9].ID, Limit: 4})
		if len(up) != 4 || up[0].ID != all[5].ID || up[3].ID != all[8].ID {
			t.Errorf("the page above is %v", up)
		}
		if n := len(w.list(t, w.ada, notice.Filter{Kinds: []notice.Kind{notice.Follow}}, db.Page{})); n != 1 {
			t.Errorf("%d follows", n)
		}
		if n := len(w.list(t, w.ada, notice.Filter{Except: []notice.Kind{notice.Follow}}, db.Page{})); n != 10 {
			t.Errorf("%d without follows", n)
		}
		if n := len(w.list(t, w.ada, notice.Filter{FromID: w.ben.ID}, db.Page{})); n != 1 {
			t.Errorf("%d from ben", n)
		}
		if _, err := w.Notices.List(ctx, account.Nobody, notice.Filter{}, db.Page{}); !problem.Is(err, problem.KindUnauthorized) {
			t.Errorf("a stranger: %v", err)
		}
		if _, err := w.Notices.Get(ctx, account.As(w.ben), all[0].ID); !problem.Is(err, problem.KindNotFound) {
			t.Errorf("somebody else's: %v", err)
		}
		if n, err := w.Notices.Get(ctx, account.As(w.ada), all[0].ID); err != nil || n.Kind != notice.Follow {
			t.Errorf("one's own: %+v, %v", n, err)
		}
	})
}

func TestService_Mark(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ada := account.As(w.ada)
		p := seed.Post(t, w.Posts, w.ada, "Good morning")
		for _, fan := range seed.Crowd(t, w.Ground, "fan", 3) {
			seed.Like(t, w.Posts, fan, p)
		}
		list := w.list(t, w.ada, notice.Filter{}, db.Page{})
		want := func(unread int) {
			t.Helper()
			if n, err := w.Notices.Unread(ctx, ada); err != nil || n != unread {
				t.Errorf("%d unread (%v), want %d", n, err, unread)
			}
		}
		want(3)
		does[notice.Mark](t)(w.Notices.MarkRead(ctx, ada, list[1].ID))
		want(1)
		m := does[notice.Mark](t)(w.Notices.MarkRead(ctx, ada, list[2].ID)) // never back
		if m.LastID != list[1].ID || m.Version != 1 {
			t.Errorf("mark %+v", m)
		}
		want(1)
		does[notice.Mark](t)(w.Notices.Mark(ctx, ada, notice.Home, p.ID))
		m = does[notice.Mark](t)(w.Notices.MarkRead(ctx, ada, 1<<62)) // not into the future
		if m.LastID > id.Ceil(w.Clock.Now()) || m.Version != 2 {
			t.Errorf("mark %+v", m)
		}
		want(0)
		marks := does[[]notice.Mark](t)(w.Notices.Marks(ctx, ada))
		if len(marks) != 2 || marks[0].What != notice.Home || marks[0].LastID != p.ID || marks[1] != m {
			t.Errorf("marks %+v", marks)
		}
		for _, bad := range []struct {
			what notice.What
			last id.ID
		}{{"lunch", 1}, {notice.Home, 0}, {notice.Home, -5}} {
			if _, err := w.Notices.Mark(ctx, ada, bad.what, bad.last); !problem.Is(err, problem.KindInvalid) {
				t.Errorf("mark %v: %v", bad, err)
			}
		}

		ok(t, w.Notices.Dismiss(ctx, ada, list[0].ID))
		if err := w.Notices.Dismiss(ctx, ada, list[0].ID); !problem.Is(err, problem.KindNotFound) {
			t.Errorf("dismissed twice: %v", err)
		}
		if err := w.Notices.Dismiss(ctx, account.As(w.ben), list[1].ID); !problem.Is(err, problem.KindNotFound) {
			t.Errorf("dismissed by somebody else: %v", err)
		}
		ok(t, w.Notices.Clear(ctx, ada))
		w.told(t, w.ada)
	})
}

func TestService_Unread_capped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := seed.Post(t, w.Posts, w.ada, "Good morning")
		fans := seed.Crowd(t, w.Ground, "fan", 120)
		w.Update(t, func(tx *db.Tx) error {
			for _, fan := range fans {
				if err := w.Posts.LikeIn(tx, fan.ID, p.ID, w.Clock.Now()); err != nil {
					return err
				}
			}
			return nil
		})
		if n, err := w.Notices.Unread(ctx, account.As(w.ada)); err != nil || n != notice.UnreadMost {
			t.Errorf("%d unread, %v", n, err)
		}
	})
}

// Of likes and their opposites at once, those that stand in the end are told.
func TestNotices_AtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := seed.Post(t, w.Posts, w.ada, "Good morning")
		fans := seed.Crowd(t, w.Ground, "fan", 8)
		for _, err := range seed.AtOnce(32, func(i int) error {
			fan := account.As(fans[i%len(fans)])
			for n := range 6 {
				f := w.Posts.Like
				if (n+i/len(fans))%2 == 1 {
					f = w.Posts.Unlike
				}
				if _, err := f(ctx, fan, p.ID); err != nil {
					return err
				}
			}
			return nil
		}) {
			ok(t, err)
		}
		var off int
		ok(t, d.Read(ctx).QueryRow(`SELECT COUNT(*) FROM liked l FULL JOIN notice n ON n.from_id = l.account_id AND n.subject = l.post_id
			WHERE l.id IS NULL OR n.id IS NULL`).Scan(&off))
		if off != 0 {
			t.Errorf("%d likes and notices do not agree", off)
		}
		var rows int
		ok(t, d.Read(ctx).QueryRow(`SELECT COUNT(*) FROM notice`).Scan(&rows))
		if n, err := w.Notices.Unread(ctx, account.As(w.ada)); err != nil || n != rows {
			t.Errorf("%d unread of %d, %v", n, rows, err)
		}
	})
}

func TestNotices_Nominations(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		run := seed.Call(t, w.Calls, w.org, w.soup, call.Challenge)
		ada, ben, cat := account.As(w.ada), account.As(w.ben), account.As(w.cat)
		does[relation.Relationship](t)(w.Relations.Block(ctx, account.As(w.org), w.ada.ID))
		first := w.Do(t, w.ada, run, func(d *act.Draft) { d.Nominees = []string{"ben", "cat", "olga"} })

		n := w.told(t, w.ben, "nomination ada")[0]
		p := n.Post.Post
		if p.AccountID != w.soup.ID || p.Visibility != post.Direct || !p.Tells(w.ben.ID) || len(p.Mentions) != 1 ||
			p.Meta != (post.Meta{Kind: "nomination", Subject: n.Subject}) || !strings.Contains(p.Text, seed.Base+"/nominations") {
			t.Errorf("the direct post is %+v", p)
		}
		if _, err := w.Posts.Get(ctx, ada, p.ID); !problem.Is(err, problem.KindNotFound) {
			t.Errorf("somebody else sees it: %v", err)
		}
		w.told(t, w.org) // hidden: she blocks ada
		does[*act.Nomination](t)(w.Acts.Accept(ctx, ben, n.Subject))
		w.told(t, w.ada, "acceptance ben")

		w.Clock.Add(13 * time.Hour)
		ok(t, w.Acts.Sweep(ctx, w.Clock.Now()))
		w.told(t, w.cat, "reminder ada", "nomination ada")
		does[*act.Nomination](t)(w.Acts.Decline(ctx, cat, w.list(t, w.cat, notice.Filter{}, db.Page{})[0].Subject))
		w.told(t, w.cat, "nomination ada")
		w.told(t, w.ada, "acceptance ben") // nobody is told

		w.Clock.Add(12 * time.Hour)
		ok(t, w.Acts.Sweep(ctx, w.Clock.Now()))
		w.told(t, w.ada, "not_this_time SoupForAll", "not_this_time SoupForAll", "acceptance ben")

		answer := w.Do(t, w.ben, run, func(d *act.Draft) { d.InspiredBy = act.Source{Kind: act.FromNomination, ID: n.Subject} })
		if list := w.list(t, w.ada, notice.Filter{}, db.Page{Limit: 1}); list[0].Kind != notice.Inspired || list[0].Subject != answer.ID {
			t.Errorf("of the answer she was told %+v", list[0])
		}
		ok(t, w.Acts.Withdraw(ctx, ben, answer.ID))
		w.told(t, w.ada, "not_this_time SoupForAll", "not_this_time SoupForAll", "acceptance ben")
		ok(t, w.Acts.Withdraw(ctx, ada, first.ID))
		w.told(t, w.ben)
		w.told(t, w.ada)
		var left int
		ok(t, d.Read(ctx).QueryRow(`SELECT COUNT(*) FROM post WHERE visibility = 'direct'`).Scan(&left))
		if left != 0 {
			t.Errorf("%d direct posts are left", left)
		}
		w.Counted(t)
	})
}

func TestNotices_NominationWithdrawn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		run := seed.Call(t, w.Calls, w.org, w.soup, call.Challenge)
		w.Do(t, w.ada, run, func(d *act.Draft) { d.Nominees = []string{"ben"} })
		n := w.told(t, w.ben, "nomination ada")[0]
		ok(t, w.Acts.WithdrawNomination(ctx, account.As(w.ada), n.Subject))
		w.told(t, w.ben)
		if _, err := w.Posts.Get(ctx, account.As(w.ben), n.Post.Post.ID); !problem.Is(err, problem.KindNotFound) {
			t.Errorf("its direct post: %v", err)
		}
	})
}

func TestNotices_Proof(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		a := w.Do(t, w.ada, seed.Call(t, w.Calls, w.org, w.soup, call.Deed))
		ada, ben, cat, org := account.As(w.ada), account.As(w.ben), account.As(w.cat), account.As(w.org)

		ok(t, w.Acts.NameWitness(ctx, ada, a.ID, "ben"))
		p := w.told(t, w.ben, "witness_asked ada")[0].Post.Post
		if !strings.Contains(p.Text, seed.Base+"/acts/"+a.ID.String()) {
			t.Errorf("the direct post says %q", p.Text)
		}
		ok(t, w.Acts.AcceptWitness(ctx, ben, a.ID, w.ben.ID))
		ok(t, w.Acts.OfferWitness(ctx, cat, a.ID))
		w.told(t, w.ada, "witness_offered cat", "witness ben")
		ok(t, w.Acts.AcceptWitness(ctx, ada, a.ID, w.cat.ID))
		w.told(t, w.cat, "witness_accepted ada")
		ok(t, w.Acts.WithdrawWitness(ctx, ben, a.ID, w.ben.ID))
		w.told(t, w.ben)
		w.told(t, w.ada, "witness_offered cat")

		does[*act.Act](t)(w.Acts.Confirm(ctx, org, a.ID, "I saw the soup."))
		w.told(t, w.ada, "confirmation olga", "witness_offered cat")
		does[*act.Act](t)(w.Acts.Unconfirm(ctx, org, a.ID))
		w.told(t, w.ada, "witness_offered cat")
	})
}

func TestNotices_Inspired(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		deeds := seed.Call(t, w.Calls, w.org, w.soup, call.Deed)
		first := w.Do(t, w.ada, deeds)
		p := seed.Post(t, w.Posts, w.cat, "Somebody should make soup")
		w.Clock.Add(time.Second)
		w.Do(t, w.ben, deeds, seed.InspiredBy(first), seed.Seen(act.Me))
		w.told(t, w.ada)
		w.Do(t, w.ada, deeds, seed.InspiredBy(first))
		second := w.Do(t, w.ben, deeds, seed.InspiredBy(first))
		w.told(t, w.ada, "act ben")

		does[*act.Act](t)(w.Acts.ChangeSource(ctx, account.As(w.ben), second.ID, act.Source{Kind: act.FromPost, ID: p.ID}))
		w.told(t, w.ada)
		w.told(t, w.cat, "act ben")
		me := act.Me
		does[*act.Act](t)(w.Acts.Edit(ctx, account.As(w.ben), second.ID, act.Change{Visibility: &me}))
		w.told(t, w.cat)
	})
}

func TestNotices_Organising(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.Work(t)
		deeds := seed.Call(t, w.Calls, w.org, w.soup, call.Deed)
		w.Do(t, w.ada, deeds)
		w.Do(t, w.ada, deeds)
		told := make(chan notice.Made, 10)
		event.After(w.Hub, func(e notice.Made) { told <- e })
		ok(t, w.Calls.Cancel(ctx, account.As(w.org), deeds.ID, "The kitchen is closed."))
		if e := <-told; e.AccountID != w.ada.ID || e.Kind != notice.Cancelled {
			t.Errorf("told %+v", e)
		}
		w.told(t, w.ada, "cancelled SoupForAll")
		for kind, want := range map[notice.Kind]int{notice.Cancelled: 1, notice.Like: 0} {
			n := does[int](t)(w.Notices.UnreadOf(ctx, account.As(w.ada), notice.Filter{Kinds: []notice.Kind{kind}}, 100))
			if n != want {
				t.Errorf("%d unread of %s, want %d", n, kind, want)
			}
		}
		if n := does[int](t)(w.Notices.UnreadOf(ctx, account.As(w.ada), notice.Filter{FromID: w.ben.ID}, 100)); n != 0 {
			t.Errorf("%d unread from ben", n)
		}
		ok(t, w.Movements.OfferHandover(ctx, account.As(w.org), w.soup.ID, w.ben.ID))
		w.told(t, w.ben, "handover olga")
	})
}

func TestNotices_Erased(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		run := seed.Call(t, w.Calls, w.org, w.soup, call.Challenge)
		w.Do(t, w.ada, run, func(d *act.Draft) { d.Nominees = []string{"ben"} })
		p := seed.Post(t, w.Posts, w.cat, "Good morning")
		seed.Like(t, w.Posts, w.ada, p)
		does[notice.Mark](t)(w.Notices.MarkRead(ctx, account.As(w.ada), 1))
		w.told(t, w.ben, "nomination ada")
		w.Update(t, func(tx *db.Tx) error { return w.Accounts.DeleteIn(tx, w.ada.ID, w.Clock.Now()) })
		w.told(t, w.ben)
		w.told(t, w.cat)
		var left int
		ok(t, d.Read(ctx).QueryRow(`SELECT (SELECT COUNT(*) FROM notice) + (SELECT COUNT(*) FROM read_mark)
			+ (SELECT COUNT(*) FROM post WHERE text LIKE '%ada%')`).Scan(&left))
		if left != 0 {
			t.Errorf("%d rows are left of a deleted account", left)
		}
	})
}

// A post with more likes than one transaction takes: the rest goes by a job.
func TestNotices_PostDeleted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := seed.Post(t, w.Posts, w.ada, "Good morning")
		fans := seed.Crowd(t, w.Ground, "fan", 450)
		w.Update(t, func(tx *db.Tx) error {
			for _, fan := range fans {
				if err := w.Posts.LikeIn(tx, fan.ID, p.ID, w.Clock.Now()); err != nil {
					return err
				}
			}
			return nil
		})
		taken := make(chan int, 10)
		event.After(w.Hub, func(e notice.Taken) { taken <- len(e.NoticeIDs) })
		does[*post.Entry](t)(w.Posts.Delete(ctx, account.As(w.ada), p.ID))
		w.told(t, w.ada) // hidden at once
		w.Work(t)
		for left := len(fans); left > 0; {
			left -= <-taken
		}
	})
}

func TestService_Sweep(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		old := seed.Post(t, w.Posts, w.ben, "@cat look")
		w.Clock.Add(366 * 24 * time.Hour)
		p := seed.Post(t, w.Posts, w.ada, "Good morning")
		w.Update(t, func(tx *db.Tx) error {
			for n := range 1234 {
				_, err := tx.Exec(`INSERT INTO notice (id, account_id, kind, from_id, subject, post_id, created_at) VALUES ($1, $2, 'like', $3, $4, $5, $6)`,
					w.IDs.New(), w.ada.ID, w.ben.ID, n, p.ID, db.Millis(w.Clock.Now()))
				if err != nil {
					return err
				}
			}
			return nil
		})
		seed.Like(t, w.Posts, w.ada, old)
		ok(t, w.Notices.Sweep(ctx, w.Clock.Now()))
		var ada, lowest int
		ok(t, d.Read(ctx).QueryRow(`SELECT COUNT(*), MIN(subject) FROM notice WHERE account_id = $1`, w.ada.ID).Scan(&ada, &lowest))
		if ada != 1000 || lowest != 234 {
			t.Errorf("%d are left, from %d on", ada, lowest)
		}
		w.told(t, w.cat)
		w.told(t, w.ben, "like ada")
	})
}

// What comes from a server that is kept away is neither listed nor counted.
func TestUnread_DomainBlocked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		far := seed.Account(t, w.Ground, "far", func(d *account.Draft) { d.Domain, d.URI = "far.example", "https://far.example/users/far" })
		seed.Like(t, w.Posts, far, seed.Post(t, w.Posts, w.ada, "Good morning"))
		w.told(t, w.ada, "like far")
		ok(t, w.Relations.BlockDomain(ctx, account.As(w.ada), "far.example"))
		w.told(t, w.ada)
		ok(t, w.Relations.UnblockDomain(ctx, account.As(w.ada), "far.example"))
		w.told(t, w.ada, "like far")
	})
}
