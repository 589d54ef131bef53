package media_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

var ctx = context.Background()

func each(t *testing.T, f func(t *testing.T, g *seed.Ground, s *media.Service)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := seed.NewGround(t, d)
		f(t, g, seed.Media(t, g))
	})
}

// opens says whether the viewer is given the file, and whether everyone is.
func opens(t *testing.T, s *media.Service, v account.Viewer, key string) (opened, public bool) {
	t.Helper()
	f, err := s.Open(ctx, v, key)
	if problem.Is(err, problem.KindNotFound) {
		return false, false
	}
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(f)
	if err != nil || int64(len(data)) != f.Bytes || f.Close() != nil {
		t.Errorf("read %d bytes of %d, %v", len(data), f.Bytes, err)
	}
	return true, f.Public
}

func TestOpen(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *media.Service) {
		ada, lin := seed.Account(t, g, "ada"), seed.Account(t, g, "lin")
		s.Visible = func(_ context.Context, v account.Viewer, kind string, owner id.ID) (bool, bool, error) {
			if kind == media.OnAccount {
				a, err := g.Accounts.Get(ctx, owner)
				return v.Moderates(), err == nil && a.Shown(), err
			}
			return kind == media.OnPost && owner == 7 && v.Is(lin.ID), false, nil
		}
		m := seed.Picture(t, s, ada)
		check := func(v account.Viewer, want, wantPublic bool) {
			t.Helper()
			for _, key := range []string{m.Key, m.SmallKey} {
				if got, public := opens(t, s, v, key); got != want || public != wantPublic {
					t.Errorf("viewer %v: opened %t, public %t", v.ID(), got, public)
				}
			}
		}
		attach := func(kind string, owner id.ID) {
			t.Helper()
			g.Update(t, func(tx *db.Tx) error {
				if _, err := tx.Exec(`UPDATE media SET owner_id = NULL, owner_kind = ''`); err != nil {
					return err
				}
				_, err := s.AttachIn(tx, ada.ID, []id.ID{m.ID}, kind, owner)
				return err
			})
		}
		check(account.As(ada), true, false)
		check(account.As(lin), false, false)
		check(account.Nobody, false, false)
		attach(media.OnPost, 7)
		check(account.As(lin), true, false)
		check(account.Nobody, false, false)
		attach(media.OnAccount, ada.ID)
		check(account.Nobody, true, true)
		seed.Suspend(t, g, ada) // her portrait goes with her
		check(account.Nobody, false, false)
		check(account.System("test"), true, false)
		seed.Restore(t, g, ada)
		if got, _ := opens(t, s, account.Nobody, "../secret"); got {
			t.Error("opened a path")
		}
	})
}

func TestUpload_Refused(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *media.Service) {
		ada := account.As(seed.Account(t, g, "ada"))
		for name, c := range map[string]struct {
			v    account.Viewer
			data io.Reader
			u    media.Upload
			kind problem.Kind
		}{
			"nobody":      {account.Nobody, strings.NewReader(""), media.Upload{}, problem.KindUnauthorized},
			"no picture":  {ada, strings.NewReader("hello"), media.Upload{}, problem.KindInvalid},
			"too large":   {ada, io.LimitReader(zeros{}, media.MaxBytes+1), media.Upload{}, problem.KindTooLarge},
			"description": {ada, strings.NewReader(""), media.Upload{Description: strings.Repeat("x", media.MaxDescription+1)}, problem.KindInvalid},
			"focus":       {ada, strings.NewReader(""), media.Upload{FocusX: 2}, problem.KindInvalid},
		} {
			if _, err := s.Upload(ctx, c.v, c.data, c.u); !problem.Is(err, c.kind) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestAttachIn(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *media.Service) {
		ada, lin := seed.Account(t, g, "ada"), seed.Account(t, g, "lin")
		one, two, three := seed.Picture(t, s, ada), seed.Picture(t, s, ada), seed.Picture(t, s, lin)
		attach := func(owner id.ID, ids ...id.ID) error {
			return g.D.Update(ctx, func(tx *db.Tx) error {
				_, err := s.AttachIn(tx, ada.ID, ids, media.OnPost, owner)
				return err
			})
		}
		if err := attach(7, two.ID, one.ID); err != nil {
			t.Fatal(err)
		}
		for name, err := range map[string]error{
			"another's": attach(8, three.ID), "used elsewhere": attach(8, one.ID), "not there": attach(8, 5),
		} {
			if !problem.Is(err, problem.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		all, err := s.Of(g.D.Read(ctx), media.OnPost, []id.ID{7, 8})
		if err != nil || len(all[7]) != 2 || all[7][0].ID != two.ID || len(all[8]) != 0 {
			t.Fatalf("got %v, %v", all, err)
		}
		if err := attach(7, one.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Get(ctx, account.As(ada), two.ID); !problem.Is(err, problem.KindNotFound) {
			t.Errorf("what was taken off is still there: %v", err)
		}
		changed, err := s.Update(ctx, account.As(ada), one.ID, media.Upload{Description: "soup", FocusX: -0.5})
		if err != nil || changed.Description != "soup" || changed.FocusX != -0.5 {
			t.Errorf("got %+v, %v", changed, err)
		}
		if _, err := s.Update(ctx, account.As(lin), one.ID, media.Upload{}); !problem.Is(err, problem.KindNotFound) {
			t.Errorf("another's: %v", err)
		}
	})
}

func TestErase(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *media.Service) {
		ada, lin := seed.Account(t, g, "ada"), seed.Account(t, g, "lin")
		loose, used, theirs := seed.Picture(t, s, ada), seed.Picture(t, s, ada), seed.Picture(t, s, lin)
		g.Update(t, func(tx *db.Tx) error {
			_, err := s.AttachIn(tx, ada.ID, []id.ID{used.ID}, media.OnAccount, ada.ID)
			return err
		})
		g.Clock.Add(25 * time.Hour)
		fresh := seed.Picture(t, s, ada)
		if err := s.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		for m, want := range map[*media.Media]bool{loose: false, theirs: false, used: true, fresh: true} {
			if _, err := s.Get(ctx, account.System("test"), m.ID); err == nil {
				t.Error("a system viewer owns nothing")
			}
			_, err := s.Get(ctx, account.As(map[id.ID]*account.Account{ada.ID: ada, lin.ID: lin}[m.AccountID]), m.ID)
			if (err == nil) != want {
				t.Errorf("picture %v: %v", m.ID, err)
			}
		}
		g.Update(t, func(tx *db.Tx) error { return g.Accounts.DeleteIn(tx, ada.ID, g.Clock.Now()) })
		g.Work(t)
		deadline := time.After(20 * time.Second)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for seed.Stored(t, g) > 0 {
			select {
			case <-tick.C:
			case <-deadline:
				t.Fatal("files are left")
			}
		}
	})
}
