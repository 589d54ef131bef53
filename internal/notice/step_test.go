package notice_test

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/media"
	"goodturn/internal/notice"
	"goodturn/internal/post"
	"goodturn/internal/relation"
	"goodturn/internal/seed"
)

func (w *world) offer(t *testing.T, to *account.Account, liked *post.Post) {
	t.Helper()
	ok(t, w.Notices.OfferStep(ctx, account.As(to), liked))
}

func TestService_OfferStep(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ladle := seed.Call(t, w.Calls, w.org, w.soup, call.Deed, func(d *call.Draft) { d.Title = "Lend a ladle" })
		liked := &post.Post{ID: w.IDs.New(), Tags: []string{"SoupForAll"}}

		w.offer(t, w.ada, liked)
		n := w.told(t, w.ada, "step SoupForAll")[0]
		if n.Subject != ladle.ID {
			t.Errorf("offered %s, want %s", n.Subject, ladle.ID)
		}
		words := n.Post.Post.Text
		for _, want := range []string{"Lend a ladle", "/calls/" + ladle.ID.String() + "?via=post-" + liked.ID.String(), "what the post you liked is about"} {
			if !strings.Contains(words, want) {
				t.Errorf("%q does not say %q", words, want)
			}
		}
		if n.Post.Visible(account.As(w.ben), nil) {
			t.Error("somebody else sees the offer")
		}

		bowls := seed.Call(t, w.Calls, w.org, w.soup, call.Deed, func(d *call.Draft) { d.Title = "Wash bowls" })
		w.Clock.Add(3 * time.Hour)
		w.offer(t, w.ada, liked)
		w.told(t, w.ada, "step SoupForAll")
		w.Clock.Add(22 * time.Hour)
		w.offer(t, w.ada, liked)
		if next := w.told(t, w.ada, "step SoupForAll", "step SoupForAll")[0]; next.Subject != bowls.ID {
			t.Errorf("the next day offers %s, want %s", next.Subject, bowls.ID)
		}
		w.Clock.Add(48 * time.Hour)
		w.offer(t, w.ada, liked) // each call once
		w.told(t, w.ada, "step SoupForAll", "step SoupForAll")
		if steps, err := w.Calls.Steps(ctx, w.soup.ID); err != nil || steps.Offered != 2 {
			t.Errorf("steps %+v, %v; want 2 offered", steps, err)
		}
		ok(t, w.Notices.Sweep(ctx, w.Clock.Now().Add(25*time.Hour)))
	})
}

// An organiser's title names nobody: else those would learn who likes what.
func TestService_OfferStep_TitleNames(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		seed.Call(t, w.Calls, w.org, w.soup, call.Deed, func(d *call.Draft) { d.Title = "Join in @ben, @cat@here.example and #spies: https://spy.example/" })
		w.offer(t, w.ada, &post.Post{ID: w.IDs.New(), Tags: []string{"SoupForAll"}})
		step := w.told(t, w.ada, "step SoupForAll")[0].Post
		w.told(t, w.ben)
		w.told(t, w.cat)
		for _, other := range []*account.Account{w.ben, w.cat} {
			if step.Visible(account.As(other), nil) {
				t.Errorf("%s sees the step of ada", other.Username)
			}
		}
		// As it is read anew, too.
		again := does[*post.Entry](t)(w.Posts.Get(ctx, account.As(w.ada), step.Post.ID)).Post
		if len(again.Mentions) != 1 || len(step.Post.Mentions) != 1 || len(step.Post.Tags) != 0 {
			t.Errorf("mentions %v, hashtags %q", again.Mentions, step.Post.Tags)
		}
		for _, table := range []string{"post_tag", "post_card"} {
			var used int
			ok(t, w.D.Read(ctx).QueryRow(`SELECT count(*) FROM `+table+` WHERE post_id = $1`, step.Post.ID).Scan(&used))
			if used != 0 {
				t.Errorf("a notice is in %s", table)
			}
		}
	})
}

func TestService_OfferStep_NotWished(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		seed.Call(t, w.Calls, w.org, w.soup, call.Deed)
		liked := &post.Post{ID: w.IDs.New(), Tags: []string{"SoupForAll"}}
		off := false
		ada, err := w.Accounts.Update(ctx, account.As(w.ada), account.Change{NextSteps: &off})
		ok(t, err)
		w.offer(t, ada, liked)
		w.told(t, w.ada)
		does[relation.Relationship](t)(w.Relations.Block(ctx, account.As(w.ben), w.soup.ID))
		w.offer(t, w.ben, liked)
		w.told(t, w.ben)
	})
}

// An answer with a picture to a nomination's post may become an act.
func TestNotices_ActOffered(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		run := seed.Call(t, w.Calls, w.org, w.soup, call.Challenge)
		w.Do(t, w.ada, run, func(d *act.Draft) { d.Nominees = []string{"ben"} })
		asked := w.told(t, w.ben, "nomination ada")[0]
		if !strings.Contains(asked.Post.Post.Text, "/nominations/"+asked.Subject.String()) {
			t.Errorf("%q does not lead to the nomination", asked.Post.Post.Text)
		}
		answer := func(pictures ...media.Media) *post.Entry {
			d := post.Draft{Text: "@soupforall There!", Visibility: post.Direct, ReplyTo: asked.Post.Post.ID}
			for _, m := range pictures {
				d.MediaIDs = append(d.MediaIDs, m.ID)
			}
			return does[*post.Entry](t)(w.Posts.Create(ctx, account.As(w.ben), d))
		}
		answer()
		w.told(t, w.ben, "nomination ada")
		shown := answer(*does[*media.Media](t)(w.Media.Upload(ctx, account.As(w.ben), dot(t), media.Upload{})))
		offered := w.told(t, w.ben, "act_offered SoupForAll", "nomination ada")[0]
		if want := "/nominations/" + asked.Subject.String() + "/act?of=" + shown.Post.ID.String(); !strings.Contains(offered.Post.Post.Text, want) {
			t.Errorf("%q does not lead to %s", offered.Post.Post.Text, want)
		}
		acts, err := w.Acts.Of(ctx, account.As(w.ben), act.Filter{Call: run.ID}, db.Page{})
		if err != nil || len(acts) != 1 {
			t.Errorf("%d acts, %v: an answer is no act by itself", len(acts), err)
		}
	})
}

func TestNotices_InTheirLanguage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		german := "de"
		does[*account.Account](t)(w.Accounts.Update(ctx, account.As(w.ben), account.Change{Language: &german}))
		run := seed.Call(t, w.Calls, w.org, w.soup, call.Challenge)
		w.Do(t, w.ada, run, func(d *act.Draft) { d.Nominees = []string{"ben"} })
		p := w.list(t, w.ben, notice.Filter{}, db.Page{})[0].Post.Post
		if p.Language != "de" || !strings.Contains(p.Text, "hat dich für die Herausforderung nominiert") {
			t.Errorf("%s: %q", p.Language, p.Text)
		}
	})
}

func dot(t testing.TB) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	return &b
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, newWorld(t, d)) })
}
