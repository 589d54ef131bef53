package notice_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/id"
	"goodturn/internal/notice"
	"goodturn/internal/post"
	"goodturn/internal/relation"
	"goodturn/internal/seed"
)

// groups fails the test unless those are the groups of a page, each as "kind
// count people".
func (w *world) groups(t testing.TB, of *account.Account, f notice.GroupFilter, p db.Page, want ...string) []*notice.Group {
	t.Helper()
	list := does[[]*notice.Group](t)(w.Notices.Groups(ctx, account.As(of), f, p))
	var got []string
	for _, g := range list {
		var names []string
		for _, a := range g.People {
			names = append(names, a.Username)
		}
		if names == nil {
			names = []string{g.From.Username}
		}
		got = append(got, fmt.Sprintf("%s %d %s", g.Kind, g.Count, strings.Join(names, "+")))
	}
	if strings.Join(got, ", ") != strings.Join(want, ", ") {
		t.Errorf("%s reads %q, want %q", of.Username, got, want)
	}
	return list
}

func (w *world) like(t testing.TB, by *account.Account, p *post.Post) {
	t.Helper()
	seed.Like(t, w.Posts, by, p)
	w.Clock.Add(time.Millisecond)
}

func TestGroups(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		one, two := seed.Post(t, w.Posts, w.ada, "Good morning"), seed.Post(t, w.Posts, w.ada, "Good night")
		w.like(t, w.ben, one)
		w.like(t, w.ben, two)
		w.like(t, w.cat, one)
		seed.Follow(t, w.Ground, w.ben, w.ada)
		seed.Follow(t, w.Ground, w.cat, w.ada)
		w.Clock.Add(time.Millisecond)
		list := w.groups(t, w.ada, notice.GroupFilter{}, db.Page{}, "follow 2 cat+ben", "like 2 cat+ben", "like 1 ben")
		likes := list[1].Group
		if likes.Post != one.ID || likes.Kind != notice.Like || likes.Alone != 0 {
			t.Errorf("the likes are %+v", likes)
		}
		if n := does[int](t)(w.Notices.UnreadGroups(ctx, account.As(w.ada), notice.GroupFilter{}, 100)); n != 3 {
			t.Errorf("%d unread groups", n)
		}
		w.groups(t, w.ada, notice.GroupFilter{Apart: []notice.Kind{notice.Follow}}, db.Page{}, "follow 1 cat", "follow 1 ben", "like 2 cat+ben", "like 1 ben")

		// Read up to here; the next like, in the same minute, makes one group unread.
		does[notice.Mark](t)(w.Notices.MarkRead(ctx, account.As(w.ada), list[0].ID))
		w.like(t, w.org, one)
		if n := does[int](t)(w.Notices.UnreadGroups(ctx, account.As(w.ada), notice.GroupFilter{}, 100)); n != 1 {
			t.Errorf("%d unread groups after one more like", n)
		}
		w.groups(t, w.ada, notice.GroupFilter{}, db.Page{Since: list[0].ID}, "like 3 olga+cat+ben")
		w.groups(t, w.ada, notice.GroupFilter{}, db.Page{Min: list[0].ID}, "like 3 olga+cat+ben")

		// Who led the group leaves; it is still found, by the next.
		does[*post.Entry](t)(w.Posts.Unlike(ctx, account.As(w.ben), one.ID))
		w.groups(t, w.ada, notice.GroupFilter{}, db.Page{}, "like 2 olga+cat", "follow 2 cat+ben", "like 1 ben")

		// A day later another group begins.
		w.Clock.Add(13 * time.Hour)
		w.like(t, w.ben, one)
		w.groups(t, w.ada, notice.GroupFilter{}, db.Page{}, "like 1 ben", "like 2 olga+cat", "follow 2 cat+ben", "like 1 ben")
		w.groups(t, w.ada, notice.GroupFilter{}, db.Page{Limit: 1}, "like 1 ben")

		if _, err := w.Relations.Mute(ctx, account.As(w.ada), w.cat.ID, relation.MuteOptions{Notices: true}); err != nil {
			t.Fatal(err)
		}
		g := does[*notice.Group](t)(w.Notices.Group(ctx, account.As(w.ada), likes))
		if len(g.People) != 1 || g.People[0].ID != w.org.ID {
			t.Errorf("a muted account is shown: %v", g.People)
		}
		ok(t, w.Notices.DismissGroup(ctx, account.As(w.ada), likes))
		if _, err := w.Notices.Group(ctx, account.As(w.ada), likes); err == nil {
			t.Error("a dismissed group is there")
		}
		if _, err := w.Notices.Group(ctx, account.As(w.ben), list[0].Group); err == nil {
			t.Error("another's group is shown")
		}
	})
}

// flood has so many accounts, which are only numbers, like a post within an hour.
func (w *world) flood(t testing.TB, p *post.Post, n int) {
	t.Helper()
	at := id.Floor(w.Clock.Now())
	w.Clock.Add(time.Hour)
	ok(t, w.D.UpdateEach(ctx, n/100, 50, func(tx *db.Tx, batch int) error {
		var rows []string
		for i := range 100 {
			k := batch*100 + i
			to := at + id.ID(k)*(id.Floor(time.UnixMilli(time.Hour.Milliseconds()))/id.ID(n))
			lead := k == 0 || to.Time().Truncate(time.Minute) != (to-id.Floor(time.UnixMilli(time.Hour.Milliseconds()))/id.ID(n)).Time().Truncate(time.Minute)
			rows = append(rows, fmt.Sprintf("(%d, %d, 'like', %d, %d, %d, %d, %d, %t)", to, w.ada.ID, 1000+k, p.ID, p.ID, to.Time().UnixMilli(), at.Time().Unix()/3600, lead))
		}
		_, err := tx.Exec(`INSERT INTO notice (id, account_id, kind, from_id, subject, post_id, created_at, span, lead) VALUES ` + strings.Join(rows, ","))
		return err
	}))
}

// A post that goes round the world does not hide what else happened, and costs a
// page no walk through its likes.
func TestGroups_Flood(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := seed.Post(t, w.Posts, w.ada, "Good morning")
		seed.Post(t, w.Posts, w.ben, "@ada how are you?")
		w.Clock.Add(time.Minute)
		w.flood(t, p, 100_000)
		w.like(t, w.ben, p)
		if d.Engine() == db.Postgres {
			w.Update(t, func(tx *db.Tx) error { _, err := tx.Exec(`ANALYZE notice`); return err })
		}
		started := time.Now()
		w.groups(t, w.ada, notice.GroupFilter{}, db.Page{}, "like 1000 ben", "mention 1 ben")
		if took := time.Since(started); took > 2*time.Second {
			t.Errorf("a page took %v", took)
		}
		// The mention is not swept away by them either.
		ok(t, w.Notices.Sweep(ctx, w.Clock.Now()))
		w.groups(t, w.ada, notice.GroupFilter{}, db.Page{}, "like 1000 ben", "mention 1 ben")
		var left int
		ok(t, d.Read(ctx).QueryRow(`SELECT COUNT(*) FROM notice WHERE account_id = $1`, w.ada.ID).Scan(&left))
		if left > 1100 {
			t.Errorf("%d notices are kept", left)
		}
	})
}

// What a server prepares for pages of groups does not grow with those who read.
func TestGroups_FewTexts(t *testing.T) {
	texts := map[string]bool{}
	for n := range 1000 {
		texts[notice.MembersSQL(n%17, n%9, id.ID(1000+n))] = true
	}
	if len(texts) > 6 {
		t.Errorf("%d texts for pages of up to 24 groups", len(texts))
	}
}

// The two queries behind a page are answered by indexes alone.
func TestGroups_Plan(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	for _, q := range []struct{ name, sql, index string }{
		{"walk", `SELECT n.id FROM notice n WHERE n.account_id = 1 AND n.lead AND NOT n.filtered AND n.id > 0 ORDER BY n.id DESC LIMIT 320`, "notice_lead"},
		{"of a post", `SELECT g.id FROM notice g WHERE g.account_id = 1 AND g.kind = 'like' AND g.span = 5 AND g.post_id = 7 ORDER BY g.id DESC LIMIT 8`, "notice_post"},
		{"of follows", `SELECT g.id FROM notice g WHERE g.account_id = 1 AND g.kind = 'follow' AND g.span = 5 AND g.post_id IS NULL ORDER BY g.id DESC LIMIT 8`, "notice_bare"},
	} {
		steps := does[[]string](t)(db.All(w.D.Read(ctx), func(r db.Row) (s string, err error) {
			var a, b, c int
			return s, r.Scan(&a, &b, &c, &s)
		}, `EXPLAIN QUERY PLAN `+q.sql))
		if plan := strings.Join(steps, "; "); !strings.Contains(plan, q.index) || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%s: %s", q.name, plan)
		}
	}
}
