package feed_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/feed"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
	"goodturn/internal/seed"
)

var ctx = context.Background()

// world is a server with people who write, and a movement.
type world struct {
	*seed.Mission
	feed     *feed.Service
	people   []*account.Account
	movement *movement.Movement
	rand     *rand.Rand
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, newWorld(t, d)) })
}

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := &world{Mission: seed.NewMission(t, seed.NewGround(t, d)), rand: rand.New(rand.NewPCG(7, 11))}
	w.feed = w.newFeed(t)
	return w
}

func (w *world) newFeed(t testing.TB) *feed.Service {
	t.Helper()
	f := feed.New(w.D, w.Hub, w.Clock.Now, w.Accounts, w.Relations, w.Posts, w.Log)
	f.Start()
	t.Cleanup(f.Stop)
	return f
}

// populate makes people, of whom two organise or join a movement.
func (w *world) populate(t testing.TB, n int) {
	t.Helper()
	w.people = seed.Crowd(t, w.Ground, "person", n)
	w.movement = seed.Movement(t, w.Movements, w.people[0], "Soup")
	seed.Join(t, w.Movements, w.movement, w.people[1])
}

func (w *world) write(t testing.TB, by *account.Account, text string, with ...func(*post.Draft)) *post.Entry {
	t.Helper()
	draft := post.Draft{Text: text, Visibility: post.Public}
	for _, f := range with {
		f(&draft)
	}
	e, err := w.Posts.Create(ctx, account.As(by), draft)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func answering(e *post.Entry) func(*post.Draft) {
	return func(d *post.Draft) { d.ReplyTo = e.Post.ID }
}

func as(v post.Visibility) func(*post.Draft) { return func(d *post.Draft) { d.Visibility = v } }

func ids(items []feed.Item) []id.ID {
	all := make([]id.ID, len(items))
	for n, i := range items {
		all[n] = i.Entry.Post.ID
	}
	return all
}

func (w *world) pick() *account.Account { return w.people[w.rand.IntN(len(w.people))] }

// step lets something happen.
func (w *world) step(t testing.TB) string {
	t.Helper()
	who, other := w.pick(), w.pick()
	v := account.As(who)
	var what string
	var err error
	switch n := w.rand.IntN(25); {
	case n < 8:
		what, err = w.writeSomething(who)
	case n < 11:
		what = "share"
		_, err = w.Posts.Share(ctx, v, w.anyPost(t), []post.Visibility{"", post.Private}[w.rand.IntN(2)])
	case n == 11:
		what = "unshare"
		_, err = w.Posts.Unshare(ctx, v, w.anyPost(t))
	case n == 12:
		what = "delete"
		_, err = w.Posts.Delete(ctx, account.System("test"), w.anyPost(t))
	case n == 13:
		what = "edit"
		err = w.editSomething(t)
	case n < 16:
		what = "follow"
		shares := w.rand.IntN(4) > 0
		target := other.ID
		if w.rand.IntN(4) == 0 {
			target = w.movement.ID
		}
		_, err = w.Relations.Follow(ctx, v, target, relation.FollowOptions{Shares: &shares})
	case n == 16:
		what = "unfollow"
		_, err = w.Relations.Unfollow(ctx, v, other.ID)
	case n == 17:
		what = "block or not"
		if w.rand.IntN(3) == 0 {
			_, err = w.Relations.Block(ctx, v, other.ID)
		} else {
			_, err = w.Relations.Unblock(ctx, v, other.ID)
		}
	case n == 18:
		what = "mute or not"
		if w.rand.IntN(2) == 0 {
			_, err = w.Relations.Mute(ctx, v, other.ID, relation.MuteOptions{Duration: 48 * time.Hour})
		} else {
			_, err = w.Relations.Unmute(ctx, v, other.ID)
		}
	case n < 22:
		what, err = w.listSomething(v, other)
	case n == 22:
		what, err = w.followTag(v)
	case n == 23:
		what = "limited or not"
		w.limit(t, other, w.rand.IntN(3) > 0)
	default:
		what = "time goes by"
		w.Clock.Add(time.Duration(w.rand.Int64N(int64(40 * time.Hour))))
	}
	if _, ours := problem.Of(err); err != nil && !ours {
		t.Fatalf("%s: %v", what, err)
	}
	return fmt.Sprintf("%s by %s (%s): %v", what, who.Username, other.Username, err)
}

// limit keeps an account from those who did not ask for it, or no more.
func (w *world) limit(t testing.TB, a *account.Account, on bool) {
	t.Helper()
	w.Update(t, func(tx *db.Tx) error {
		_, err := w.Accounts.CurbIn(tx, a.ID, account.CurbLimited, on, w.Clock.Now())
		return err
	})
}

// listSomething makes a list, changes it or who is in it.
func (w *world) listSomething(v account.Viewer, other *account.Account) (string, error) {
	lists, err := w.Relations.Lists(ctx, v)
	if err != nil {
		return "lists", err
	}
	title, exclusive := "Friends", w.rand.IntN(3) == 0
	replies := []relation.Replies{relation.RepliesFollowed, relation.RepliesList, relation.RepliesNone}[w.rand.IntN(3)]
	draft := relation.ListDraft{Title: &title, Replies: &replies, Exclusive: &exclusive}
	if len(lists) == 0 {
		_, err = w.Relations.CreateList(ctx, v, draft)
		return "make a list", err
	}
	l := lists[w.rand.IntN(len(lists))]
	member := []id.ID{other.ID}
	if w.rand.IntN(4) == 0 {
		member = []id.ID{w.movement.ID}
	}
	switch w.rand.IntN(12) {
	case 0:
		return "delete a list", w.Relations.DeleteList(ctx, v, l.ID)
	case 1:
		_, err = w.Relations.ChangeList(ctx, v, l.ID, draft)
		return "change a list", err
	case 2, 3:
		return "take out of a list", w.Relations.RemoveFromList(ctx, v, l.ID, member)
	}
	return "put into a list", w.Relations.AddToList(ctx, v, l.ID, member)
}

func (w *world) followTag(v account.Viewer) (string, error) {
	tag := []string{"#soup", "Käse", "bread"}[w.rand.IntN(3)]
	if w.rand.IntN(3) == 0 {
		return "unfollow " + tag, w.Relations.UnfollowTag(ctx, v, tag)
	}
	return "follow " + tag, w.Relations.FollowTag(ctx, v, tag)
}

func (w *world) draft() post.Draft {
	text := fmt.Sprint("Hello ", w.rand.Int64())
	for _, tag := range []string{"#Soup", "#käse", "#Bread"} {
		if w.rand.IntN(3) == 0 {
			text += " " + tag
		}
	}
	if w.rand.IntN(4) == 0 {
		text += " @" + w.pick().Username
	}
	levels := []post.Visibility{post.Public, post.Public, post.Public, post.Unlisted, post.Private, post.Direct}
	return post.Draft{Text: text, Visibility: levels[w.rand.IntN(len(levels))]}
}

func (w *world) writeSomething(who *account.Account) (string, error) {
	d := w.draft()
	if w.rand.IntN(3) == 0 {
		seen, err := w.feed.Public(ctx, account.As(who), db.Page{}, feed.Only{})
		if err != nil {
			return "reply", err
		}
		if len(seen) > 0 {
			d.ReplyTo = seen[w.rand.IntN(len(seen))].Entry.Post.ID
		}
	}
	_, err := w.Posts.Create(ctx, account.As(who), d)
	return "write " + d.Text, err
}

func (w *world) editSomething(t testing.TB) error {
	entries, err := w.Posts.Cached(ctx, []id.ID{w.anyPost(t)})
	if err != nil || len(entries) == 0 || entries[0].Post.ShareOf != 0 {
		return err
	}
	p := entries[0].Post
	for _, a := range w.people {
		if a.ID == p.AccountID {
			_, err = w.Posts.Edit(ctx, account.As(a), p.ID, w.draft())
		}
	}
	return err
}

// anyPost is one of the newest posts and shares, or none.
func (w *world) anyPost(t testing.TB) id.ID {
	t.Helper()
	var i id.ID
	query := fmt.Sprintf(`SELECT COALESCE((SELECT id FROM post ORDER BY id DESC LIMIT 1 OFFSET %d), 1)`, w.rand.IntN(40))
	if err := w.D.Read(ctx).QueryRow(query).Scan(&i); err != nil {
		t.Fatal(err)
	}
	return i
}

// anyPage is a page from a random place.
func (w *world) anyPage(t testing.TB) db.Page {
	t.Helper()
	p := db.Page{Limit: 1 + w.rand.IntN(12)}
	switch w.rand.IntN(6) {
	case 0:
		p.Max = w.anyPost(t)
	case 1:
		p.Min = w.anyPost(t)
	case 2:
		p.Since = w.anyPost(t)
	case 3:
		p.Max, p.Min = w.anyPost(t), w.anyPost(t)
	}
	return p
}

// check compares every kind of timeline, for one viewer, with the truth.
func (w *world) check(t testing.TB, f *feed.Service, v account.Viewer, told string) {
	t.Helper()
	tr := w.truth(t, v)
	p := w.anyPage(t)
	who := w.pick().ID
	same := func(what string, want []id.ID, items []feed.Item, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if got := ids(items); !slices.Equal(got, want) {
			t.Fatalf("%s of %v, page %+v, after %s:\n got %v\nwant %v", what, v.ID(), p, told, got, want)
		}
	}
	if v.SignedIn() {
		items, err := f.Home(ctx, v, p)
		same("home", tr.page(p, tr.home, true), items, err)
		lists, err := w.Relations.Lists(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lists {
			items, err := f.List(ctx, v, l.ID, p)
			same(fmt.Sprintf("list %+v", *l), tr.page(p, tr.list(l), true), items, err)
		}
		items, err = f.Direct(ctx, v, p)
		same("direct", tr.page(p, func(e *post.Entry) bool {
			return e.Post.Visibility == post.Direct && (v.Is(e.Post.AccountID) || e.Post.Tells(v.ID())) && !tr.muted(e)
		}, false), items, err)
	}
	items, err := f.Public(ctx, v, p, feed.Only{Local: true})
	same("public", tr.page(p, tr.public, false), items, err)
	items, err = f.Tag(ctx, v, "#Käse", p, feed.Only{})
	same("tag", tr.page(p, tr.tag, false), items, err)
	items, err = f.Tags(ctx, v, feed.Tags{Any: []string{"Käse", "bread"}, None: []string{"soup"}}, p, feed.Only{})
	same("any and none", tr.page(p, func(e *post.Entry) bool { return tr.listed(e, "käse", "bread") && !tr.listed(e, "soup") }, false), items, err)
	items, err = f.Tags(ctx, v, feed.Tags{Any: []string{"Käse"}, All: []string{"SOUP"}}, p, feed.Only{})
	same("all", tr.page(p, func(e *post.Entry) bool { return tr.listed(e, "käse") && tr.listed(e, "soup") }, false), items, err)
	items, err = f.Movement(ctx, v, w.movement.ID, p)
	same("movement", tr.page(p, func(e *post.Entry) bool {
		return e.Post.AccountID == w.movement.ID && !tr.mutes[e.Of().Post.AccountID] && (e.Post.MovementID == 0 || tr.asked(e))
	}, false), items, err)
	of := feed.Of{ExcludeReplies: w.rand.IntN(2) == 0, ExcludeShares: w.rand.IntN(2) == 0, Tagged: []string{"", "", "SOUP"}[w.rand.IntN(3)]}
	items, err = f.Account(ctx, v, who, p, of)
	same(fmt.Sprintf("account %v %+v", who, of), tr.page(p, func(e *post.Entry) bool {
		reply := e.Post.ReplyTo != 0 && e.Post.ReplyToAccount != who
		return e.Post.AccountID == who && !(of.ExcludeReplies && reply) && !(of.ExcludeShares && e.Post.ShareOf != 0) &&
			(of.Tagged == "" || slices.Contains(e.Post.Tags, "Soup"))
	}, false), items, err)
}

// Every timeline is what the rows say, whatever happens: warm, cold, past what
// memory holds, and from the database alone.
func TestFeed_AgreesWithRows(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.populate(t, 7)
		warm, small, cold, distrusted := w.feed, w.newFeed(t), w.newFeed(t), w.newFeed(t)
		small.Small()
		cold.Small()
		distrusted.Distrust()
		steps := 500
		if testing.Short() || w.D.Engine() == db.Postgres {
			steps = 250
		}
		for range 60 {
			w.step(t)
		}
		for range steps {
			told := w.step(t)
			v := account.As(w.pick())
			switch w.rand.IntN(8) {
			case 0:
				v = account.Nobody
			case 1:
				v = account.System("test")
			}
			cold.Forget()
			for name, f := range map[string]*feed.Service{"warm": warm, "small": small, "cold": cold, "distrusted": distrusted} {
				w.check(t, f, v, name+", "+told)
			}
		}
	})
}
