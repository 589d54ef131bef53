package post_test

import (
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

func TestSchedule(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada, lin := seed.Account(t, g, "ada"), seed.Account(t, g, "lin")
		v, made := account.As(ada), seed.Events[post.Created](g)
		asked := seed.Post(t, s, lin, "When is there soup?")
		picture := seed.Picture(t, g.Pictures, ada)
		d := post.Draft{Text: "Soup is ready, @lin #soup", MediaIDs: []id.ID{picture.ID}, ReplyTo: asked.ID, Key: "soup"}
		p, err := s.Schedule(ctx, v, d, g.Clock.Now().Add(48*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		if again, err := s.Schedule(ctx, v, d, g.Clock.Now().Add(48*time.Hour)); err != nil || again.ID != p.ID {
			t.Errorf("sent twice: %v, %v", again, err)
		}
		_, err = s.Schedule(ctx, v, d, g.Clock.Now().Add(49*time.Hour))
		wantKind(t, err, problem.KindInvalid)
		if len(p.Media) != 1 || p.Draft.Text != d.Text || p.Draft.Visibility != post.Public {
			t.Errorf("kept %+v", p)
		}
		_, err = s.ScheduledBy(ctx, account.As(lin), p.ID)
		wantKind(t, err, problem.KindNotFound)

		g.Clock.Add(47 * time.Hour)
		if err := g.Pictures.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		publish := func() error { return s.Publish(ctx) }
		if err := publish(); err != nil || len(made()) != 1 {
			t.Fatalf("published too soon: %+v, %v", made(), err)
		}
		g.Clock.Add(time.Hour)
		for _, err := range seed.AtOnce(32, func(int) error { return publish() }) {
			if err != nil {
				t.Error(err)
			}
		}
		all := made()
		if len(all) != 2 {
			t.Fatalf("published: %+v", all)
		}
		e, err := s.Get(ctx, account.Nobody, all[1].PostID)
		if err != nil {
			t.Fatal(err)
		}
		if n := e.Post; n.ReplyTo != asked.ID || len(n.Media) != 1 || n.Media[0].ID != picture.ID || !n.Tells(lin.ID) || !n.CreatedAt.Equal(g.Clock.Now()) {
			t.Errorf("published %+v", n)
		}
		if list, err := s.AllScheduled(ctx, v, db.Page{}); err != nil || len(list) != 0 {
			t.Errorf("still waiting: %+v, %v", list, err)
		}
	})
}

func TestSchedule_Moved(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada := seed.Account(t, g, "ada")
		v, picture := account.As(ada), seed.Picture(t, g.Pictures, ada)
		soon := g.Clock.Now().Add(post.ScheduleAhead)
		_, err := s.Schedule(ctx, v, post.Draft{Text: "x"}, soon.Add(-time.Second))
		wantKind(t, err, problem.KindInvalid)
		_, err = s.Schedule(ctx, v, post.Draft{}, soon)
		wantKind(t, err, problem.KindInvalid)
		p, err := s.Schedule(ctx, v, post.Draft{Text: "x", MediaIDs: []id.ID{picture.ID}}, soon)
		if err != nil {
			t.Fatal(err)
		}
		later := g.Clock.Now().Add(time.Hour)
		if p, err = s.Reschedule(ctx, v, p.ID, later); err != nil || !p.At.Equal(later) {
			t.Errorf("moved to %v, %v", p, err)
		}
		_, err = s.Reschedule(ctx, v, p.ID, g.Clock.Now())
		wantKind(t, err, problem.KindInvalid)
		wantKind(t, s.Unschedule(ctx, account.As(seed.Account(t, g, "lin")), p.ID), problem.KindNotFound)
		if err := s.Unschedule(ctx, v, p.ID); err != nil {
			t.Fatal(err)
		}
		wantKind(t, s.Unschedule(ctx, v, p.ID), problem.KindNotFound)
		seed.Post(t, s, ada, "now", seed.With(picture))
	})
}

func TestSchedule_Limits(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		v := account.As(seed.Account(t, g, "ada"))
		day := g.Clock.Now().UTC().Truncate(24 * time.Hour).Add(48 * time.Hour)
		made := 0
		for _, err := range seed.AtOnce(32, func(i int) error {
			_, err := s.Schedule(ctx, v, post.Draft{Text: "x"}, day.Add(time.Duration(i)*time.Minute))
			return err
		}) {
			if err == nil {
				made++
			} else {
				wantKind(t, err, problem.KindInvalid)
			}
		}
		if made != post.ScheduledADay {
			t.Errorf("%d of 32 were taken", made)
		}
		if _, err := s.Schedule(ctx, v, post.Draft{Text: "x"}, day.Add(24*time.Hour)); err != nil {
			t.Error(err)
		}
	})
}

// A post whose account is suspended waits; what it answered may go meanwhile.
func TestPublish_WhatChanged(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada, lin := seed.Account(t, g, "ada"), seed.Account(t, g, "lin")
		made := seed.Events[post.Created](g)
		asked := seed.Post(t, s, lin, "When is there soup?")
		if _, err := s.Schedule(ctx, account.As(ada), post.Draft{Text: "soon", ReplyTo: asked.ID}, g.Clock.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Delete(ctx, account.As(lin), asked.ID); err != nil {
			t.Fatal(err)
		}
		g.Clock.Add(time.Hour)
		if err := s.Publish(ctx); err != nil {
			t.Fatal(err)
		}
		if all := made(); len(all) != 2 || all[1].ReplyTo != 0 {
			t.Errorf("published %+v", all)
		}
		if _, err := s.Schedule(ctx, account.As(ada), post.Draft{Text: "soon"}, g.Clock.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		g.Update(t, func(tx *db.Tx) error { return g.Accounts.DeleteIn(tx, ada.ID, g.Clock.Now()) })
		g.Clock.Add(time.Hour)
		if err := s.Publish(ctx); err != nil || len(made()) != 2 {
			t.Errorf("the deleted one published %+v, %v", made(), err)
		}
	})
}
