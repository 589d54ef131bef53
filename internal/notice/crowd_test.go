package notice_test

import (
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/notice"
	"goodturn/internal/post"
	"goodturn/internal/seed"
)

// More than are told in one transaction.
const many = 120

func TestNotices_PollEnded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := seed.Post(t, w.Posts, w.ada, "Soup or bread?", func(d *post.Draft) {
			d.Poll = &post.PollDraft{Options: []string{"Soup", "Bread"}, Lasts: time.Hour}
		})
		crowd := seed.Crowd(t, w.Ground, "voter", many)
		for _, a := range append(crowd, w.ben) {
			does[*post.Entry](t)(w.Posts.Vote(ctx, account.As(a), p.Poll.ID, []int{0}))
		}
		made := make(chan notice.Made, 2*many)
		seed.Notify(w.Ground, made)
		w.Work(t)
		w.Clock.Add(time.Hour)
		ok(t, w.Posts.EndPolls(ctx))
		for range many + 2 {
			<-made
		}
		w.told(t, w.ada, "poll ada")
		w.told(t, w.ben, "poll ada")
		w.told(t, w.cat)
		w.told(t, crowd[many-1], "poll ada")
	})
}

func TestNotices_SharedPostEdited(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := seed.Post(t, w.Posts, w.ada, "Soup at five")
		crowd := seed.Crowd(t, w.Ground, "fan", many)
		for _, a := range crowd {
			seed.Share(t, w.Posts, a, p)
		}
		edit := func(text string) {
			does[*post.Entry](t)(w.Posts.Edit(ctx, account.As(w.ada), p.ID, post.Draft{Text: text}))
			w.Clock.Add(time.Second)
		}
		tell := func() { ok(t, notice.TellSharers(ctx, w.Notices, p.ID, w.ada.ID)) }
		edit("Soup at six")
		first := w.told(t, crowd[0], "update ada")[0]
		w.told(t, crowd[many-1]) // by the job
		edit("Soup at seven")    // soon after, so it waits
		if still := w.told(t, crowd[0], "update ada")[0]; still.ID != first.ID {
			t.Error("each word that is mended is told")
		}
		tell()
		second := w.told(t, crowd[0], "update ada")[0]
		w.told(t, crowd[many-1], "update ada")
		if second.ID == first.ID {
			t.Error("the second edit is not told")
		}
		w.Clock.Add(time.Second)
		tell() // as a job that was broken off may
		if again := w.told(t, crowd[0], "update ada")[0]; again.ID != second.ID {
			t.Error("the same edit is told twice")
		}
		w.Clock.Add(2 * time.Minute)
		edit("Soup at eight")
		if third := w.told(t, crowd[0], "update ada")[0]; third.ID == second.ID {
			t.Error("the third edit is not told at once")
		}
		var jobs int
		ok(t, w.D.Read(ctx).QueryRow(`SELECT count(*) FROM job_waiting`).Scan(&jobs))
		if jobs != 1 {
			t.Errorf("%d jobs wait for one post", jobs)
		}
	})
}

func TestNotices_MutedThread(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := seed.Post(t, w.Posts, w.ada, "Good morning")
		does[*post.Entry](t)(w.Posts.MuteThread(ctx, account.As(w.ada), p.ID))
		reply := seed.Post(t, w.Posts, w.ben, "@ada good morning", seed.To(p))
		seed.Post(t, w.Posts, w.cat, "@ada @ben hello", seed.To(reply))
		seed.Like(t, w.Posts, w.ben, p)
		w.told(t, w.ada)
		w.told(t, w.ben, "reply cat")
		does[*post.Entry](t)(w.Posts.UnmuteThread(ctx, account.As(w.ada), reply.ID))
		seed.Post(t, w.Posts, w.cat, "@ada hello?", seed.To(reply))
		w.told(t, w.ada, "mention cat")
	})
}
