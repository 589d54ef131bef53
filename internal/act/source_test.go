package act_test

import (
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

func from(kind act.SourceKind, i id.ID) act.Source { return act.Source{Kind: kind, ID: i} }

func TestDo_InspiredBy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		deeds := w.call(t, call.Deed)
		parent := w.Do(t, w.ada, deeds)
		hidden := w.Do(t, w.ada, deeds, seed.Seen(act.Organisers))
		plain, err := w.Posts.Create(ctx, account.As(w.ada), post.Draft{Text: "Soup warms.", Visibility: post.Public})
		if err != nil {
			t.Fatal(err)
		}
		secret, err := w.Posts.Create(ctx, account.As(w.ada), post.Draft{Text: "Psst.", Visibility: post.Private})
		if err != nil {
			t.Fatal(err)
		}
		w.Clock.Add(time.Hour)
		do := func(src act.Source, with ...func(*act.Draft)) (*act.Act, error) {
			draft := act.Draft{CallID: deeds.ID, InspiredBy: src}
			for _, f := range with {
				f(&draft)
			}
			return w.Acts.Do(ctx, account.As(w.ben), draft)
		}

		t.Run("an act", func(t *testing.T) {
			a, err := do(from(act.FromAct, parent.ID))
			if err != nil || a.Parent != parent.ID || a.Root != parent.ID || a.Generation != 1 {
				t.Fatalf("got %+v, %v", a, err)
			}
			b := w.Do(t, w.cat, deeds, seed.InspiredBy(a))
			if b.Root != parent.ID || b.Generation != 2 {
				t.Fatalf("got %+v", b)
			}
		})
		t.Run("a post is a source without a parent", func(t *testing.T) {
			a, err := do(from(act.FromPost, plain.Post.ID))
			if err != nil || a.Parent != 0 || a.Root != a.ID || a.Via.ID != plain.Post.ID {
				t.Fatalf("got %+v, %v", a, err)
			}
		})
		t.Run("an act of another movement", func(t *testing.T) {
			other := seed.Movement(t, w.Movements, w.org, "BreadForAll")
			a, err := w.Acts.Do(ctx, account.As(w.ben), act.Draft{MovementID: other.ID, Story: "Bread.", InspiredBy: from(act.FromAct, parent.ID)})
			if err != nil || a.Parent != parent.ID || a.Root != a.ID || a.Generation != 0 {
				t.Fatalf("got %+v, %v", a, err)
			}
		})
		t.Run("itself", func(t *testing.T) {
			a, err := do(act.Source{})
			if err != nil {
				t.Fatal(err)
			}
			_, err = w.Acts.ChangeSource(ctx, account.As(w.ben), a.ID, from(act.FromAct, a.ID))
			if p, _ := problem.Of(err); p == nil || p.Text() != "An act cannot inspire itself." {
				t.Errorf("got %v", err)
			}
		})
		t.Run("what one may not see", func(t *testing.T) {
			for _, src := range []act.Source{from(act.FromAct, hidden.ID), from(act.FromPost, secret.Post.ID), from(act.FromPost, 5), from(act.FromNomination, 5)} {
				_, err := do(src)
				wantProblem(t, err, problem.KindInvalid, "inspired_by")
			}
		})
		t.Run("something newer", func(t *testing.T) {
			for _, src := range []act.Source{from(act.FromAct, parent.ID), from(act.FromPost, plain.Post.ID)} {
				_, err := do(src, func(d *act.Draft) { d.DoneAt = w.Clock.Now().Add(-2 * time.Hour) })
				wantProblem(t, err, problem.KindInvalid, "inspired_by")
			}
		})
		w.Counted(t)
	})
}

// chain does n acts, each inspired by the one before.
func (w *world) chain(t *testing.T, c *call.Call, n int) []*act.Act {
	t.Helper()
	acts := []*act.Act{w.Do(t, w.ada, c)}
	for len(acts) < n {
		w.Clock.Add(time.Second)
		acts = append(acts, w.Do(t, w.ada, c, seed.InspiredBy(acts[len(acts)-1])))
	}
	return acts
}

func (w *world) get(t *testing.T, actID id.ID) *act.Act {
	t.Helper()
	a, err := act.GetIn(w.D.Read(ctx), actID)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestRemoveSource(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		acts := w.chain(t, w.call(t, call.Deed), 5)
		moved, rerooted := seed.Events[act.Resourced](w.Ground), seed.Events[act.Rerooted](w.Ground)

		_, err := w.Acts.RemoveSource(ctx, account.As(w.ben), acts[2].ID)
		wantProblem(t, err, problem.KindForbidden, "")
		for range 2 {
			a, err := w.Acts.RemoveSource(ctx, account.As(w.ada), acts[2].ID)
			if err != nil || a.Parent != 0 || a.Root != a.ID || a.Generation != 0 || !a.Via.None() {
				t.Fatalf("got %+v, %v", a, err)
			}
		}
		for i, want := range []struct {
			root       id.ID
			generation int
		}{{acts[0].ID, 0}, {acts[0].ID, 1}, {acts[2].ID, 0}, {acts[2].ID, 1}, {acts[2].ID, 2}} {
			if a := w.get(t, acts[i].ID); a.Root != want.root || a.Generation != want.generation {
				t.Errorf("act %d: root %s, generation %d; want %+v", i, a.Root, a.Generation, want)
			}
		}
		if e := moved(); len(e) != 1 || e[0].OldParent != acts[1].ID || e[0].OldRoot != acts[0].ID || e[0].OldGeneration != 2 {
			t.Fatalf("got %+v", e)
		}
		if e := rerooted(); len(e) != 1 || e[0].Roots[0] != acts[0].ID || e[0].Roots[1] != acts[2].ID {
			t.Fatalf("got %+v", e)
		}
	})
}

func TestChangeSource(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		deeds := w.call(t, call.Deed)
		acts, other := w.chain(t, deeds, 3), w.Do(t, w.ben, deeds)
		w.Clock.Add(time.Second)
		newer := w.Do(t, w.ben, deeds)

		_, err := w.Acts.ChangeSource(ctx, account.As(w.ada), acts[1].ID, from(act.FromAct, other.ID))
		wantProblem(t, err, problem.KindConflict, "inspired_by")
		_, err = w.Acts.ChangeSource(ctx, account.As(w.ada), acts[2].ID, from(act.FromAct, newer.ID))
		wantProblem(t, err, problem.KindInvalid, "inspired_by")
		_, err = w.Acts.ChangeSource(ctx, account.As(w.ada), acts[2].ID, from(act.FromAct, acts[2].ID))
		wantProblem(t, err, problem.KindInvalid, "inspired_by")
		a, err := w.Acts.ChangeSource(ctx, account.As(w.ada), acts[2].ID, from(act.FromAct, acts[0].ID))
		if err != nil || a.Parent != acts[0].ID || a.Generation != 1 || a.Root != acts[0].ID {
			t.Fatalf("got %+v, %v", a, err)
		}
	})
}

func TestRemoveSource_LargeTree(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		deeds := w.call(t, call.Deed)
		acts := w.chain(t, deeds, 3)
		w.Update(t, func(tx *db.Tx) error {
			for range 700 {
				parent := acts[2].ID
				a, err := w.Acts.DoIn(tx, w.ben, act.Draft{CallID: deeds.ID, InspiredBy: from(act.FromAct, parent)}, w.Clock.Now())
				if err != nil {
					return err
				}
				if _, err := w.Acts.DoIn(tx, w.cat, act.Draft{CallID: deeds.ID, InspiredBy: from(act.FromAct, a.ID)}, w.Clock.Now()); err != nil {
					return err
				}
			}
			return nil
		})
		done := make(chan act.Rerooted, 1)
		seed.Notify(w.Ground, done)
		w.Work(t)
		if _, err := w.Acts.RemoveSource(ctx, account.As(w.ada), acts[1].ID); err != nil {
			t.Fatal(err)
		}
		<-done
		var wrong int
		err := d.Read(ctx).QueryRow(`SELECT COUNT(*) FROM act AS c JOIN act AS p ON p.id = c.parent_id
			WHERE c.root_id <> p.root_id OR c.generation <> p.generation + 1`).Scan(&wrong)
		if err != nil || wrong > 0 {
			t.Fatalf("%d acts are not where their parent is, %v", wrong, err)
		}
		w.Counted(t)
	})
}

// Acts that are added while their tree gets another root end up in it.
func TestRemoveSource_WhileOthersAct(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		deeds := w.call(t, call.Deed)
		acts := w.chain(t, deeds, 6)
		for _, err := range seed.AtOnce(32, func(i int) error {
			if i < 4 {
				_, err := w.Acts.RemoveSource(ctx, account.As(w.ada), acts[1+i].ID)
				return err
			}
			_, err := w.Acts.Do(ctx, account.As(w.ben), act.Draft{CallID: deeds.ID, InspiredBy: from(act.FromAct, acts[i%6].ID)})
			return err
		}) {
			if err != nil {
				t.Error(err)
			}
		}
		var wrong int
		err := d.Read(ctx).QueryRow(`SELECT COUNT(*) FROM act AS c JOIN act AS p ON p.id = c.parent_id
			WHERE c.root_id <> p.root_id OR c.generation <> p.generation + 1`).Scan(&wrong)
		if err != nil || wrong > 0 {
			t.Fatalf("%d acts are not where their parent is, %v", wrong, err)
		}
		w.Counted(t)
	})
}
