package trend_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
	"goodturn/internal/safety"
	"goodturn/internal/seed"
	"goodturn/internal/trend"
)

var ctx = context.Background()

// world is a server with people.
type world struct {
	*seed.Mission
	safety *safety.Service
	trends *trend.Service
	people []*account.Account
	mod    *account.Account
}

func each(t *testing.T, people int, f func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &world{Mission: seed.NewMission(t, seed.NewGround(t, d))}
		a := auth.New(d, w.IDs, w.Hub, w.Clock.Now, w.Accounts, w.Jobs, nil, auth.Config{URL: seed.Base, Log: w.Log, DeviceKey: make([]byte, 32)})
		w.safety = seed.Safety(t, w.Mission, a, nil, nil)
		w.trends = seed.Trends(w.Mission, w.safety)
		w.people = seed.Crowd(t, w.Ground, "person", people)
		w.mod = seed.Account(t, w.Ground, "mira", seed.Moderator)
		f(t, w)
	})
}

// say has people write.
func (w *world) say(t testing.TB, text string, by ...*account.Account) {
	t.Helper()
	for _, a := range by {
		seed.Post(t, w.Posts, a, text)
	}
}

func (w *world) liked(t testing.TB, p *post.Post, by ...*account.Account) *post.Post {
	t.Helper()
	for _, a := range by {
		seed.Like(t, w.Posts, a, p)
	}
	return p
}

func (w *world) sweep(t testing.TB) { t.Helper(); seed.Swept(t, w.Ground, w.trends) }

var all = trend.Page{Limit: trend.PageMost}

func (w *world) tags(t testing.TB) (names []string) {
	t.Helper()
	list, err := w.trends.Tags(ctx, all)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range list {
		names = append(names, x.Tag)
	}
	return names
}

func (w *world) posts(t testing.TB, v account.Viewer, language string) (texts []string) {
	t.Helper()
	list, err := w.trends.Posts(ctx, v, language, all)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range list {
		texts = append(texts, x.Entry.Post.Text)
	}
	return texts
}

func same(t testing.TB, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q instead of %q", what, got, want)
	}
}

func change(t testing.TB, w *world, a *account.Account, c account.Change) {
	t.Helper()
	if _, err := w.Accounts.Update(ctx, account.As(a), c); err != nil {
		t.Fatal(err)
	}
}

// Hashtags are there for people beyond what is usual, not for posts.
func TestTags(t *testing.T) {
	each(t, 12, func(t *testing.T, w *world) {
		p := w.people
		for range 6 {
			w.say(t, "As every day #weather", p[:6]...)
			w.Clock.Add(24 * time.Hour)
		}
		w.say(t, "Still raining #weather", p[:6]...)
		w.say(t, "Look #soup", p[:5]...)
		w.say(t, "Look #Bread", p[:4]...)
		w.say(t, "Two alone #duo", p[0], p[1])
		for range 9 {
			w.say(t, "One alone #solo", p[0])
		}
		w.sweep(t)
		same(t, "hashtags", w.tags(t), "soup", "bread")
		list, err := w.trends.Tags(ctx, all)
		if err != nil {
			t.Fatal(err)
		}
		if why := list[0].Why; why.People != 5 || why.Usual != 0 || why.Score != 16 {
			t.Errorf("soup is there for %+v", why)
		}
		if got := list[0].Why.Says(lang.Match("", "en")); got != "5 people in the last 24 hours, and hardly anybody in the days before." {
			t.Errorf("it says %q", got)
		}
		w.say(t, "Pouring #weather", p...)
		w.Clock.Add(3 * time.Minute) // what a hashtag's history says may be two minutes old
		w.sweep(t)
		same(t, "hashtags as it pours", w.tags(t), "soup", "bread", "weather")
		w.Clock.Add(25 * time.Hour)
		w.sweep(t)
		same(t, "hashtags of yesterday", w.tags(t))
	})
}

// What does not count is what was not for everybody, and who does not wish to be
// found, or is no person.
func TestTags_WhoCounts(t *testing.T) {
	each(t, 3, func(t *testing.T, w *world) {
		p := w.people
		w.say(t, "#soup", p[:2]...)
		first := seed.Post(t, w.Posts, p[2], "Good morning")
		seed.Post(t, w.Posts, p[2], "An answer #soup", seed.To(first))
		seed.Post(t, w.Posts, p[2], "Not listed #soup", seed.For(post.Unlisted))
		seed.Post(t, w.Posts, p[2], "Behind a warning #soup", func(d *post.Draft) { d.Warning = "hot" })
		seed.Post(t, w.Posts, p[2], "Sensitive #soup", func(d *post.Draft) { d.Sensitive = true })
		w.sweep(t)
		same(t, "hashtags of two", w.tags(t))
		w.say(t, "#soup", p[2])
		w.sweep(t)
		same(t, "hashtags of three", w.tags(t), "soup")
		yes, no := true, false
		change(t, w, p[2], account.Change{Bot: &yes})
		w.sweep(t)
		same(t, "hashtags of two and a machine", w.tags(t))
		change(t, w, p[2], account.Change{Bot: &no, Discoverable: &no})
		w.sweep(t)
		same(t, "hashtags of two and somebody unseen", w.tags(t))
	})
}

// Posts are there for likes and shares, which fade; one of each account.
func TestPosts(t *testing.T) {
	each(t, 10, func(t *testing.T, w *world) {
		p := w.people
		w.liked(t, seed.Post(t, w.Posts, p[0], "Liked by seven, yesterday"), p[1:8]...)
		w.Clock.Add(24 * time.Hour)
		w.liked(t, seed.Post(t, w.Posts, p[1], "Liked by four"), p[2:6]...)
		w.liked(t, seed.Post(t, w.Posts, p[1], "Another by the same"), p[2:5]...)
		shared := w.liked(t, seed.Post(t, w.Posts, p[2], "Liked by two and shared by three"), p[3:5]...)
		for _, a := range p[4:7] {
			seed.Share(t, w.Posts, a, shared)
		}
		w.liked(t, seed.Post(t, w.Posts, p[3], "Liked by two"), p[4:6]...)
		w.liked(t, seed.Post(t, w.Posts, p[4], "Not listed", seed.For(post.Unlisted)), p[5:]...)
		w.liked(t, seed.Post(t, w.Posts, p[5], "An answer", seed.To(shared)), p[6:]...)
		w.sweep(t)
		want := []string{"Liked by two and shared by three", "Liked by four", "Liked by seven, yesterday"}
		same(t, "posts", w.posts(t, account.Nobody, ""), want...)
		list, err := w.trends.Posts(ctx, account.Nobody, "", all)
		if err != nil {
			t.Fatal(err)
		}
		if why := list[0].Why; why.People != 5 || why.Score < 5.9 || why.Score > 6 {
			t.Errorf("the first is there for %+v", why)
		}
		w.Clock.Add(50 * time.Hour)
		w.sweep(t)
		same(t, "posts after three days", w.posts(t, account.Nobody, ""), want[:2]...)
	})
}

// What may not be shown is out at once, not with the next sweep.
func TestPosts_AtOnce(t *testing.T) {
	each(t, 6, func(t *testing.T, w *world) {
		p := w.people
		texts := []string{"one", "two", "three"}
		made := make([]*post.Post, len(texts))
		for n, text := range texts {
			made[n] = w.liked(t, seed.Post(t, w.Posts, p[n], text), p[3:]...)
			w.Clock.Add(time.Minute)
		}
		w.sweep(t)
		ada := seed.Account(t, w.Ground, "ada")
		same(t, "at first", w.posts(t, account.As(ada), ""), "three", "two", "one")

		if _, err := w.Relations.Mute(ctx, account.As(ada), p[0].ID, relation.MuteOptions{}); err != nil {
			t.Fatal(err)
		}
		seed.Block(t, w.Ground, p[1], ada)
		same(t, "for who mutes one and is blocked by another", w.posts(t, account.As(ada), ""), "three")
		same(t, "for others", w.posts(t, account.Nobody, ""), "three", "two", "one")

		no := false
		change(t, w, p[0], account.Change{Discoverable: &no})
		same(t, "without who does not wish to be found", w.posts(t, account.Nobody, ""), "three", "two")
		if err := w.safety.Decide(ctx, account.As(w.mod), p[1].ID, safety.Order{Action: safety.Limit}); err != nil {
			t.Fatal(err)
		}
		same(t, "without who is limited", w.posts(t, account.Nobody, ""), "three")
		if _, err := w.Posts.Delete(ctx, account.As(p[2]), made[2].ID); err != nil {
			t.Fatal(err)
		}
		same(t, "without what is deleted", w.posts(t, account.Nobody, ""))
	})
}

// The reader's language comes first, and leaves nothing out.
func TestPosts_Language(t *testing.T) {
	each(t, 6, func(t *testing.T, w *world) {
		for n, language := range []string{"de", "", "en"} {
			p := seed.Post(t, w.Posts, w.people[n], "in "+cmp.Or(language, "any"), func(d *post.Draft) { d.Language = language })
			w.liked(t, p, w.people[3:]...)
			w.Clock.Add(time.Minute)
		}
		w.sweep(t)
		same(t, "for anybody", w.posts(t, account.Nobody, ""), "in en", "in any", "in de")
		same(t, "for a reader of German", w.posts(t, account.Nobody, "de-AT"), "in any", "in de", "in en")
	})
}

// What a moderator refuses is out at once and on record, until it is allowed
// again; nobody else may do so.
func TestRuleTrend(t *testing.T) {
	each(t, 6, func(t *testing.T, w *world) {
		p := w.people
		liked := w.liked(t, seed.Post(t, w.Posts, p[0], "one #soup"), p[3:]...)
		w.say(t, "#Soup", p[1:]...)
		w.sweep(t)
		mod := account.As(w.mod)
		rule := func(v account.Viewer, kind safety.TrendKind, subject string, allow bool) error {
			return w.safety.RuleTrend(ctx, v, kind, subject, allow)
		}
		for _, x := range []struct {
			kind    safety.TrendKind
			subject string
			shown   func() []string
			want    string
		}{
			{safety.TrendTag, "Soup", func() []string { return w.tags(t) }, "soup"},
			{safety.TrendPost, liked.ID.String(), func() []string { return w.posts(t, account.Nobody, "") }, "one #soup"},
		} {
			if err := rule(account.As(p[1]), x.kind, x.subject, false); !problem.Is(err, problem.KindForbidden) {
				t.Errorf("anybody may refuse a %s: %v", x.kind, err)
			}
			for range 2 { // the second time changes nothing
				if err := rule(mod, x.kind, x.subject, false); err != nil {
					t.Fatal(err)
				}
			}
			same(t, "refused", x.shown())
			w.sweep(t)
			same(t, "refused, after a sweep", x.shown())
			if err := rule(mod, x.kind, x.subject, true); err != nil {
				t.Fatal(err)
			}
			same(t, "allowed again", x.shown(), x.want)
		}
		record, err := w.safety.Record(ctx, mod, 0, db.Page{})
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, d := range record {
			lines = append(lines, fmt.Sprint(d.Action, " ", d.Subject, d.PostIDs))
		}
		of := fmt.Sprint([]id.ID{liked.ID})
		same(t, "the record", lines, "allow trend "+of, "refuse trend "+of, "allow trend #soup[]", "refuse trend #soup[]")
		told, err := w.safety.Told(ctx, account.As(p[0]), db.Page{})
		if err != nil || len(told) != 2 {
			t.Errorf("the author reads of %d decisions: %v", len(told), err)
		}
		for _, x := range []struct {
			kind    safety.TrendKind
			subject string
		}{{safety.TrendTag, "not a tag"}, {safety.TrendPost, "12"}, {safety.TrendPost, "x"}, {safety.TrendPublisher, "<script>"}} {
			if err := rule(mod, x.kind, x.subject, false); !problem.Is(err, problem.KindNotFound) {
				t.Errorf("refused the %s %q: %v", x.kind, x.subject, err)
			}
		}
		if _, err := w.trends.ReviewTags(ctx, account.As(p[0]), all); !problem.Is(err, problem.KindForbidden) {
			t.Errorf("anybody reviews: %v", err)
		}
	})
}

// Another node, or the same one after a restart, answers alike without a sweep.
func TestRestart(t *testing.T) {
	each(t, 6, func(t *testing.T, w *world) {
		w.say(t, "#soup", w.people...)
		w.liked(t, seed.Post(t, w.Posts, w.people[0], "one"), w.people...)
		w.sweep(t)
		w.trends = seed.Trends(w.Mission, w.safety)
		same(t, "hashtags", w.tags(t), "soup")
		same(t, "posts", w.posts(t, account.Nobody, ""), "one")
		for _, p := range []trend.Page{{Offset: 1, Limit: 5}, {Offset: 1 << 40, Limit: 1}} {
			tags, err := w.trends.Tags(ctx, p)
			posts, more := w.trends.Posts(ctx, account.Nobody, "", p)
			if err != nil || more != nil || len(tags) != 0 || len(posts) != 0 {
				t.Errorf("beyond the end are %v and %v: %v, %v", tags, posts, err, more)
			}
		}
	})
}

// A sweep that finds the same writes nothing.
func TestSweep_Same(t *testing.T) {
	each(t, 4, func(t *testing.T, w *world) {
		w.say(t, "#soup", w.people...)
		swept := seed.Events[trend.Swept](w.Ground)
		for range 3 {
			w.sweep(t)
		}
		if n := len(swept()); n != 1 {
			t.Errorf("%d sweeps of three found something else", n)
		}
	})
}

// Ten thousand posts cost a sweep no more than it looks at, and a few hashtags.
func TestSweep_Bounded(t *testing.T) {
	each(t, 40, func(t *testing.T, w *world) {
		const posts = 10_000
		now := w.Clock.Now()
		w.Update(t, func(tx *db.Tx) error {
			for n := range posts {
				i, by := id.Floor(now.Add(-time.Duration(n)*time.Second))+1, w.people[n%len(w.people)].ID
				if _, err := tx.Exec(`INSERT INTO post (id, account_id, text, visibility, thread, created_at) VALUES ($1, $2, 'x', 'public', $3, $4)`,
					i, by, i, db.Millis(i.Time())); err != nil {
					return err
				}
				if _, err := tx.Exec(`INSERT INTO post_tag (tag, post_id, account_id) VALUES ($1, $2, $3)`, fmt.Sprint("tag", n%150), i, by); err != nil {
					return err
				}
				if _, err := tx.Exec(`INSERT INTO tally (subject, name, base) VALUES ($1, 'likes', $2)`, i, n%50); err != nil {
					return err
				}
			}
			return nil
		})
		began := time.Now()
		w.sweep(t)
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("a sweep of %d posts took %v", posts, took)
		}
		tags, err := w.trends.ReviewTags(ctx, account.As(w.mod), trend.Page{Offset: 40, Limit: 40})
		if err != nil || len(tags) > 10 {
			t.Errorf("more than fifty hashtags are kept: %v", err)
		}
		if got := len(w.posts(t, account.Nobody, "")); got != len(w.people) {
			t.Errorf("%d posts of %d people", got, len(w.people))
		}
	})
}
