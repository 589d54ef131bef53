package account_test

import (
	"context"
	"strings"
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
	"goodturn/internal/seed"
)

var ctx = context.Background()

// wants fails unless err is a problem of that kind with that field.
func wants(t *testing.T, err error, kind problem.Kind, field string) {
	t.Helper()
	if p, ok := problem.Of(err); !ok || p.Kind != kind || p.Field != field {
		t.Errorf("got %v; want a problem of kind %d with %q", err, kind, field)
	}
}

func TestService_CreateIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := seed.NewGround(t, d)
		create := func(dr account.Draft) (a *account.Account, err error) {
			err = d.Update(ctx, func(tx *db.Tx) (err error) {
				a, err = g.Accounts.CreateIn(tx, dr)
				return err
			})
			return a, err
		}
		t.Run("OK", func(t *testing.T) {
			made, err := create(account.Draft{Kind: account.KindPerson, Username: "Ada_L", Name: " Ada\nL. ", Note: "Bread."})
			if err != nil {
				t.Fatal(err)
			}
			got, err := g.Accounts.Get(ctx, made.ID)
			if err != nil {
				t.Fatal(err)
			}
			if got.Username != "Ada_L" || got.Title() != "Ada L." || got.Handle() != "Ada_L" || got.State != account.StateActive || !got.CreatedAt.Equal(g.Clock.Now()) {
				t.Errorf("got %+v", got)
			}
		})
		for name, c := range map[string]struct {
			username string
			kind     problem.Kind
		}{
			"taken":          {"ada_l", problem.KindConflict},
			"too short":      {"a", problem.KindInvalid},
			"too long":       {strings.Repeat("a", 31), problem.KindInvalid},
			"an id":          {"12345", problem.KindInvalid},
			"a space":        {"ada l", problem.KindInvalid},
			"not ASCII":      {"adä", problem.KindInvalid},
			"reserved":       {"Admin", problem.KindInvalid},
			"the server's":   {"goodturn", problem.KindInvalid},
			"not even UTF-8": {"ad\xff", problem.KindInvalid},
		} {
			t.Run("Err "+name, func(t *testing.T) {
				_, err := create(account.Draft{Kind: account.KindPerson, Username: c.username})
				wants(t, err, c.kind, "username")
			})
		}
		t.Run("in the past", func(t *testing.T) {
			at := g.Clock.Now().Add(-100 * 24 * time.Hour)
			a, err := create(account.Draft{Kind: account.KindPerson, Username: "old", At: at, Sample: true})
			if err != nil || !a.ID.Time().Equal(at) || !a.Sample {
				t.Errorf("got %+v, %v", a, err)
			}
		})
	})
}

// Of 32 who want one name at once, one gets it.
func TestService_CreateIn_atOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := seed.NewGround(t, d)
		var got, taken atomic.Int32
		atOnce(32, func(n int) {
			name := []string{"grace", "Grace", "GRACE"}[n%3]
			err := d.Update(ctx, func(tx *db.Tx) error {
				_, err := g.Accounts.CreateIn(tx, account.Draft{Kind: account.KindPerson, Username: name})
				return err
			})
			switch {
			case err == nil:
				got.Add(1)
			case problem.Is(err, problem.KindConflict):
				taken.Add(1)
			default:
				t.Error(err)
			}
		})
		if got.Load() != 1 || taken.Load() != 31 {
			t.Errorf("%d got the name, %d were told that it is taken", got.Load(), taken.Load())
		}
	})
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

func TestService_ByHandle(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := seed.NewGround(t, d)
		here := seed.Account(t, g, "Ada")
		there := seed.Account(t, g, "ada", func(dr *account.Draft) {
			dr.Domain, dr.URI = "there.example", "https://there.example/ada"
		})
		seed.Account(t, g, "waiting", func(dr *account.Draft) { dr.State = account.StateUnconfirmed })
		for text, want := range map[string]id.ID{
			"ada": here.ID, "@ADA": here.ID, "Ada@Here.Example": here.ID, " @ada@here.example ": here.ID,
			"ada@there.example": there.ID, "@Ada@THERE.example": there.ID,
			"nobody": 0, "ada@elsewhere.example": 0, "": 0, "@": 0, "waiting": 0, strings.Repeat("a", 500): 0,
		} {
			a, err := g.Accounts.ByHandle(ctx, text)
			if want == 0 {
				wants(t, err, problem.KindNotFound, "")
			} else if err != nil || a.ID != want {
				t.Errorf("%q: got %v, %v", text, a, err)
			}
		}
		found, err := g.Accounts.ByHandles(ctx, []string{"ada", "@ada@there.example", "nobody"})
		if err != nil || len(found) != 2 || found["ada"].ID != here.ID || found["@ada@there.example"].ID != there.ID {
			t.Errorf("got %v, %v", found, err)
		}
	})
}

func ptr[T any](v T) *T { return &v }

func TestService_Update(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := seed.NewGround(t, d)
		ada := seed.Account(t, g, "ada")
		if _, err := g.Accounts.Get(ctx, ada.ID); err != nil { // now it is in memory
			t.Fatal(err)
		}
		t.Run("OK", func(t *testing.T) {
			_, err := g.Accounts.Update(ctx, account.As(ada), account.Change{
				Name: ptr("Ada L."), Note: ptr("Bread\r\nand soup"), Fields: &[]account.Field{{Name: "Town", Value: "Bath"}, {}},
				AvatarID: ptr(id.ID(99)), Locked: ptr(true), DefaultVisibility: ptr("private"), Language: ptr("de"),
			})
			if err != nil {
				t.Fatal(err)
			}
			got, err := g.Accounts.Get(ctx, ada.ID)
			if err != nil {
				t.Fatal(err)
			}
			if got.Name != "Ada L." || got.Note != "Bread\nand soup" || len(got.Fields) != 1 || got.AvatarID != 99 || !got.Locked ||
				got.DefaultVisibility != "private" || got.Language != "de" || got.Username != "ada" || !got.Discoverable {
				t.Errorf("got %+v", got)
			}
			if !got.ChangedAt.After(ada.ChangedAt) {
				t.Error("the version did not grow")
			}
		})
		t.Run("a picture taken away", func(t *testing.T) {
			got, err := g.Accounts.Update(ctx, account.As(ada), account.Change{AvatarID: ptr(id.ID(0))})
			if err != nil || got.AvatarID != 0 || got.Name != "Ada L." {
				t.Errorf("got %+v, %v", got, err)
			}
		})
		five := make([]account.Field, 5)
		for n := range five {
			five[n] = account.Field{Name: "n", Value: "v"}
		}
		for field, c := range map[string]account.Change{
			"name":               {Name: ptr(strings.Repeat("x", 61))},
			"note":               {Note: ptr("a\x00b")},
			"fields":             {Fields: &five},
			"default_visibility": {DefaultVisibility: ptr("everyone")},
			"language":           {Language: ptr("<b>")},
		} {
			t.Run("Err "+field, func(t *testing.T) {
				_, err := g.Accounts.Update(ctx, account.As(ada), c)
				wants(t, err, problem.KindInvalid, field)
			})
		}
		t.Run("ErrNobody", func(t *testing.T) {
			_, err := g.Accounts.Update(ctx, account.Nobody, account.Change{Name: ptr("x")})
			wants(t, err, problem.KindUnauthorized, "")
		})
	})
}

func TestService_Interests(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := seed.NewGround(t, d)
		ada := account.As(seed.Account(t, g, "ada"))
		if in, err := g.Accounts.Interests(ctx, ada); err != nil || !in.Empty() {
			t.Fatalf("got %+v, %v", in, err)
		}
		told := account.Interests{Causes: []string{"climate", "animals", "climate"}, Minutes: 90, Town: " Bath ", Mode: account.Together}
		if err := g.Accounts.SetInterests(ctx, ada, told); err != nil {
			t.Fatal(err)
		}
		in, err := g.Accounts.Interests(ctx, ada)
		if err != nil || len(in.Causes) != 2 || in.Minutes != 90 || in.Town != "Bath" || in.Mode != account.Together {
			t.Errorf("got %+v, %v", in, err)
		}
		six := []string{"climate", "animals", "health", "education", "refugees", "clean-water"}
		for field, bad := range map[string]account.Interests{
			"causes":  {Causes: six},
			"minutes": {Minutes: -1},
			"town":    {Town: strings.Repeat("x", 101)},
			"mode":    {Mode: "alone"},
		} {
			wants(t, g.Accounts.SetInterests(ctx, ada, bad), problem.KindInvalid, field)
		}
		wants(t, g.Accounts.SetInterests(ctx, ada, account.Interests{Causes: []string{"golf"}}), problem.KindInvalid, "causes")
		if err := g.Accounts.ForgetInterests(ctx, ada); err != nil {
			t.Fatal(err)
		}
		if in, err := g.Accounts.Interests(ctx, ada); err != nil || !in.Empty() {
			t.Errorf("not forgotten: %+v, %v", in, err)
		}
		_, err = g.Accounts.Interests(ctx, account.Nobody)
		wants(t, err, problem.KindUnauthorized, "")
	})
}

func TestService_DeleteIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := seed.NewGround(t, d)
		var told []account.Deleted
		event.On(g.Hub, func(_ *db.Tx, e account.Deleted) error { told = append(told, e); return nil })
		ada := seed.Account(t, g, "ada")
		v := account.As(ada)
		if _, err := g.Accounts.Update(ctx, v, account.Change{Name: ptr("Ada Secretname"), Note: ptr("Secretname"), Fields: &[]account.Field{{Name: "Secretname", Value: "Secretname"}}}); err != nil {
			t.Fatal(err)
		}
		if err := g.Accounts.SetInterests(ctx, v, account.Interests{Town: "Secretname"}); err != nil {
			t.Fatal(err)
		}
		remove := func() error {
			return d.Update(ctx, func(tx *db.Tx) error { return g.Accounts.DeleteIn(tx, ada.ID, g.Clock.Now()) })
		}
		if err := remove(); err != nil {
			t.Fatal(err)
		}
		got, err := g.Accounts.Get(ctx, ada.ID)
		if err != nil || got.State != account.StateDeleted || got.Shown() || got.Title() != "" || got.Note != "" || len(got.Fields) != 0 {
			t.Errorf("got %+v, %v", got, err)
		}
		if in, err := g.Accounts.Interests(ctx, v); err != nil || !in.Empty() {
			t.Errorf("interests are left: %+v, %v", in, err)
		}
		if len(told) != 1 || told[0].ID != ada.ID || told[0].Kind != account.KindPerson {
			t.Errorf("told %+v", told)
		}
		_, err = g.Accounts.ByHandle(ctx, "ada")
		wants(t, err, problem.KindGone, "")
		wants(t, remove(), problem.KindNotFound, "")
		err = d.Update(ctx, func(tx *db.Tx) error {
			_, err := g.Accounts.CreateIn(tx, account.Draft{Kind: account.KindPerson, Username: "Ada"})
			return err
		})
		wants(t, err, problem.KindConflict, "username")
	})
}

func TestService_MoveIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := seed.NewGround(t, d)
		ada := seed.Account(t, g, "ada")
		seed.Suspend(t, g, ada)
		if a, err := g.Accounts.Get(ctx, ada.ID); err != nil || a.Shown() {
			t.Errorf("still shown: %+v, %v", a, err)
		}
		_, err := g.Accounts.ByHandle(ctx, "ada")
		wants(t, err, problem.KindGone, "")
		g.Update(t, func(tx *db.Tx) error {
			if moved, err := g.Accounts.MoveIn(tx, ada.ID, account.StateActive, account.StateSuspended, g.Clock.Now()); err != nil || moved {
				t.Errorf("suspended twice: %v, %v", moved, err)
			}
			return nil
		})
		seed.Restore(t, g, ada)
		if a, err := g.Accounts.ByHandle(ctx, "ada"); err != nil || !a.Shown() {
			t.Errorf("not back: %+v, %v", a, err)
		}
	})
}

func TestService_EnsureServer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := seed.NewGround(t, d)
		atOnce(8, func(int) {
			if err := g.Accounts.EnsureServer(ctx, "Goodturn here"); err != nil {
				t.Error(err)
			}
		})
		if a := g.Accounts.Server(); a.Kind != account.KindServer || a.Handle() != "goodturn" {
			t.Errorf("got %+v", a)
		}
	})
}

func TestCauses(t *testing.T) {
	seen := map[string]bool{}
	for n, c := range account.Causes {
		if n < 17 != (c.Goal == n+1) {
			t.Errorf("%s has the goal %d", c.Slug, c.Goal)
		}
		if got, ok := account.CauseBySlug(c.Slug); !ok || got != c || seen[c.Slug] {
			t.Errorf("%s is not found, or twice", c.Slug)
		}
		seen[c.Slug] = true
	}
}

func BenchmarkService_Get(b *testing.B) {
	g := seed.NewGround(b, dbtest.Open(b, db.SQLite))
	ada := seed.Account(b, g, "ada")
	for b.Loop() {
		if _, err := g.Accounts.Get(ctx, ada.ID); err != nil {
			b.Fatal(err)
		}
	}
}

// Of many who lay the same curb, one did it; so with taking it off.
func TestService_CurbIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := seed.NewGround(t, d)
		ada := seed.Account(t, g, "ada")
		for _, c := range []account.Curb{account.CurbLimited, account.CurbSensitive, account.CurbDisabled} {
			for _, on := range []bool{true, false} {
				var changed atomic.Int64
				for _, err := range seed.AtOnce(32, func(int) error {
					var did bool
					err := d.Update(ctx, func(tx *db.Tx) (err error) {
						did, err = g.Accounts.CurbIn(tx, ada.ID, c, on, g.Clock.Now())
						return err
					})
					if did {
						changed.Add(1)
					}
					return err
				}) {
					if err != nil {
						t.Fatal(err)
					}
				}
				a, err := g.Accounts.Get(ctx, ada.ID)
				if err != nil {
					t.Fatal(err)
				}
				is := map[account.Curb]bool{account.CurbLimited: a.Curbs.Limited, account.CurbSensitive: a.Curbs.Sensitive, account.CurbDisabled: a.Curbs.Disabled}[c]
				if changed.Load() != 1 || is != on {
					t.Errorf("%s to %v: changed %d times, and is %v", c, on, changed.Load(), is)
				}
			}
		}
	})
}
