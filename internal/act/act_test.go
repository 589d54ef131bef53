package act_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

var ctx = context.Background()

// world is a movement with an organiser, and people.
type world struct {
	*seed.Mission
	org, ada, ben, cat *account.Account
	soup               *movement.Movement
}

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	g := seed.NewGround(t, d)
	w := &world{Mission: seed.NewMission(t, g)}
	w.org, w.ada, w.ben, w.cat = seed.Account(t, g, "olga"), seed.Account(t, g, "ada"), seed.Account(t, g, "ben"), seed.Account(t, g, "cat")
	w.soup = seed.Movement(t, w.Movements, w.org, "SoupForAll")
	return w
}

func (w *world) call(t testing.TB, kind call.Kind, with ...func(*call.Draft)) *call.Call {
	t.Helper()
	return seed.Call(t, w.Calls, w.org, w.soup, kind, with...)
}

func (w *world) orgViewer() account.Viewer { return account.As(w.org) }

// total is what the scope has of one proof.
func (w *world) total(t *testing.T, scope id.ID, p act.Proof) call.Total {
	t.Helper()
	totals, err := w.Calls.Totals(ctx, []id.ID{scope})
	if err != nil {
		t.Fatal(err)
	}
	for _, each := range totals[scope].Each {
		if each.Proof == p {
			return each
		}
	}
	return call.Total{}
}

func wantProblem(t *testing.T, err error, kind problem.Kind, field string) {
	t.Helper()
	p, ok := problem.Of(err)
	if !ok || p.Kind != kind || p.Field != field {
		t.Fatalf("got %v; want a problem of kind %d with %q", err, kind, field)
	}
}

func quantity(n int64) *int64 { return &n }

func TestDo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		gifts, run := w.call(t, call.Fundraiser), w.call(t, call.Challenge)
		done := seed.Events[act.Done](w.Ground)

		t.Run("OK", func(t *testing.T) {
			a, err := w.Acts.Do(ctx, account.As(w.ada), act.Draft{CallID: gifts.ID, Quantity: quantity(500), Story: " I gave five euros. "})
			if err != nil {
				t.Fatal(err)
			}
			if a.Unit != "EUR" || a.Quantity != 500 || a.Story != "I gave five euros." || a.Proof != act.Told || a.Root != a.ID || a.MovementID != w.soup.ID {
				t.Fatalf("got %+v", a)
			}
			got, err := w.Acts.Get(ctx, account.Nobody, a.ID)
			if err != nil || got.Story != a.Story || !got.DoneAt.Equal(w.Clock.Now()) {
				t.Fatalf("got %+v, %v", got, err)
			}
			if e := done(); len(e) != 1 || e[0].ActID != a.ID || e[0].Generation != 0 {
				t.Fatalf("got %+v", e)
			}
			for _, scope := range []id.ID{gifts.ID, w.soup.ID} {
				if got := w.total(t, scope, act.Told); got.Amount != 500 || got.Acts != 1 || got.People != 1 {
					t.Fatalf("got %+v", got)
				}
			}
		})
		t.Run("people are counted once", func(t *testing.T) {
			w.Do(t, w.ada, gifts, seed.Of(300))
			w.Do(t, w.ben, gifts, seed.Of(200))
			if got := w.total(t, gifts.ID, act.Told); got.Amount != 1000 || got.Acts != 3 || got.People != 2 {
				t.Fatalf("got %+v", got)
			}
		})
		t.Run("the same key", func(t *testing.T) {
			draft := act.Draft{CallID: gifts.ID, Quantity: quantity(1), Key: "k"}
			first, err := w.Acts.Do(ctx, account.As(w.cat), draft)
			if err != nil {
				t.Fatal(err)
			}
			w.Clock.Add(time.Second)
			again, err := w.Acts.Do(ctx, account.As(w.cat), draft)
			if err != nil || again.ID != first.ID {
				t.Fatalf("got %v, %v; want %s", again, err, first.ID)
			}
			draft.Quantity = quantity(2)
			_, err = w.Acts.Do(ctx, account.As(w.cat), draft)
			wantProblem(t, err, problem.KindInvalid, "Idempotency-Key")
		})
		t.Run("a deed of one's own", func(t *testing.T) {
			a, err := w.Acts.Do(ctx, account.As(w.ada), act.Draft{Story: "Carried bags."})
			if err != nil || a.Kind != call.Deed || a.Unit != "deeds" || a.Quantity != 1 {
				t.Fatalf("got %+v, %v", a, err)
			}
		})

		t.Run("told by a link, which then must stay", func(t *testing.T) {
			none, words, seen := "", "Swept the stairs.", []string{"https://a.example/stairs"}
			a, err := w.Acts.Do(ctx, account.As(w.ada), act.Draft{Links: seen})
			if err != nil {
				t.Fatal(err)
			}
			_, err = w.Acts.Edit(ctx, account.As(w.ada), a.ID, act.Change{Story: &none, Links: &[]string{}})
			wantProblem(t, err, problem.KindInvalid, "story")
			for _, c := range []act.Change{{Story: &none}, {Story: &words, Links: &[]string{}}, {Links: &seen}, {Story: &none}} {
				if _, err := w.Acts.Edit(ctx, account.As(w.ada), a.ID, c); err != nil {
					t.Errorf("%+v: %v", c, err)
				}
			}
		})

		first := w.Do(t, w.ada, run)
		later, long := w.Clock.Now().Add(time.Hour), make([]byte, act.StoryMost+1)
		for i := range long {
			long[i] = 'a'
		}
		for name, c := range map[string]struct {
			draft act.Draft
			kind  problem.Kind
			field string
		}{
			"negative":          {act.Draft{CallID: gifts.ID, Quantity: quantity(-1)}, problem.KindInvalid, "quantity"},
			"beyond reason":     {act.Draft{CallID: gifts.ID, Quantity: quantity(act.QuantityMost + 1)}, problem.KindInvalid, "quantity"},
			"nothing given":     {act.Draft{CallID: gifts.ID}, problem.KindInvalid, "quantity"},
			"two at once":       {act.Draft{CallID: run.ID, Quantity: quantity(2)}, problem.KindInvalid, "quantity"},
			"twice":             {act.Draft{CallID: run.ID}, problem.KindConflict, "call_id"},
			"not yet":           {act.Draft{Story: "x", DoneAt: later}, problem.KindInvalid, "done_at"},
			"no such call":      {act.Draft{CallID: 7}, problem.KindNotFound, ""},
			"no such movement":  {act.Draft{Story: "x", MovementID: 7}, problem.KindNotFound, ""},
			"too long":          {act.Draft{Story: string(long)}, problem.KindInvalid, "story"},
			"not UTF-8":         {act.Draft{Story: "\xff"}, problem.KindInvalid, "story"},
			"nothing told":      {act.Draft{MovementID: w.soup.ID, Story: " \n"}, problem.KindInvalid, "story"},
			"odd visibility":    {act.Draft{Visibility: "friends"}, problem.KindInvalid, "visibility"},
			"nobody's movement": {act.Draft{Story: "x", Visibility: act.Organisers}, problem.KindInvalid, "visibility"},
			"odd source":        {act.Draft{Story: "x", InspiredBy: act.Source{Kind: "song", ID: 1}}, problem.KindInvalid, "inspired_by"},
			"no such source":    {act.Draft{Story: "x", InspiredBy: act.Source{Kind: act.FromAct, ID: 1}}, problem.KindInvalid, "inspired_by"},
			"own witness":       {act.Draft{Story: "x", Witnesses: []string{"ada"}}, problem.KindInvalid, "witnesses"},
			"unknown witness":   {act.Draft{Story: "x", Witnesses: []string{"zoe"}}, problem.KindInvalid, "witnesses"},
			"no turn to pass":   {act.Draft{CallID: gifts.ID, Quantity: quantity(1), Nominees: []string{"ben"}}, problem.KindInvalid, "nominees"},
			"told in secret":    {act.Draft{Visibility: act.Me, TellAs: post.Public, Story: "x"}, problem.KindInvalid, "tell_as"},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := w.Acts.Do(ctx, account.As(w.ada), c.draft)
				wantProblem(t, err, c.kind, c.field)
			})
		}
		t.Run("the second challenge names the first", func(t *testing.T) {
			_, err := w.Acts.Do(ctx, account.As(w.ada), act.Draft{CallID: run.ID})
			if p, _ := problem.Of(err); p == nil || len(p.Args) != 1 || p.Args[0] != first.ID {
				t.Fatalf("got %v", err)
			}
		})
		t.Run("a witness without a name", func(t *testing.T) {
			err := w.Acts.NameWitness(ctx, account.As(w.ada), first.ID, "")
			if p, _ := problem.Of(err); p == nil || p.Field != "witness" || p.Text() != "Say who, by their name here." {
				t.Errorf("got %v", err)
			}
		})
		t.Run("again once withdrawn", func(t *testing.T) {
			if err := w.Acts.Withdraw(ctx, account.As(w.ada), first.ID); err != nil {
				t.Fatal(err)
			}
			w.Do(t, w.ada, run)
		})
		t.Run("nobody", func(t *testing.T) {
			_, err := w.Acts.Do(ctx, account.Nobody, act.Draft{})
			wantProblem(t, err, problem.KindUnauthorized, "")
		})
		t.Run("removed", func(t *testing.T) {
			seed.Join(t, w.Movements, w.soup, w.cat)
			if err := w.Movements.RemoveMember(ctx, account.As(w.org), w.soup.ID, w.cat.ID); err != nil {
				t.Fatal(err)
			}
			_, err := w.Acts.Do(ctx, account.As(w.cat), act.Draft{MovementID: w.soup.ID, Story: "Soup."})
			wantProblem(t, err, problem.KindForbidden, "")
		})
		t.Run("closed", func(t *testing.T) {
			if err := w.Calls.Close(ctx, account.As(w.org), gifts.ID); err != nil {
				t.Fatal(err)
			}
			_, err := w.Acts.Do(ctx, account.As(w.ben), act.Draft{CallID: gifts.ID, Quantity: quantity(1)})
			wantProblem(t, err, problem.KindConflict, "call")
		})
		w.Counted(t)
	})
}

func TestDo_ErrMovementSuspended(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		run := w.call(t, call.Challenge)
		told := w.Do(t, w.ada, run)
		seed.Suspend(t, w.Ground, w.soup.Account)
		_, err := w.Acts.Do(ctx, account.As(w.ben), act.Draft{CallID: run.ID})
		wantProblem(t, err, problem.KindNotFound, "")
		_, err = w.Acts.Do(ctx, account.As(w.ben), act.Draft{MovementID: w.soup.ID, Story: "Soup."})
		wantProblem(t, err, problem.KindNotFound, "")
		wantProblem(t, w.Acts.Nominate(ctx, account.As(w.ada), told.ID, []string{"cat"}), problem.KindNotFound, "")
	})
}

func TestDo_ToldInAPost(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.call(t, call.Challenge)
		a := w.Do(t, w.ada, c, func(d *act.Draft) { d.Story, d.TellAs = "Cold!", post.Public })
		p, err := w.Posts.Get(ctx, account.As(w.ben), a.PostID)
		if err != nil || p.Post.ActID != a.ID || p.Post.Text != "Cold!\n\n#SoupForAll" {
			t.Fatalf("got %+v, %v", p, err)
		}
		w.Clock.Add(time.Minute)

		b := w.Do(t, w.ben, c, func(d *act.Draft) { d.InspiredBy = act.Source{Kind: act.FromPost, ID: a.PostID} })
		if b.Parent != a.ID || b.Root != a.ID || b.Generation != 1 || b.Via != (act.Source{Kind: act.FromPost, ID: a.PostID}) {
			t.Fatalf("got %+v", b)
		}
		if err := w.Acts.Withdraw(ctx, account.As(w.ada), a.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Posts.Get(ctx, account.As(w.ben), a.PostID); !problem.Is(err, problem.KindNotFound) {
			t.Fatalf("the post still tells of it: %v", err)
		}
		w.Counted(t)
	})
}

func TestDo_OnceFor32Callers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.call(t, call.Petition)
		errs := seed.AtOnce(32, func(int) error {
			_, err := w.Acts.Do(ctx, account.As(w.ada), act.Draft{CallID: c.ID})
			return err
		})
		var ok int
		for _, err := range errs {
			if err == nil {
				ok++
				continue
			}
			wantProblem(t, err, problem.KindConflict, "call_id")
		}
		if got := w.total(t, c.ID, act.Told); ok != 1 || got.Acts != 1 || got.People != 1 {
			t.Fatalf("%d of them signed, %+v", ok, got)
		}
		w.Counted(t)
	})
}

func TestEdit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.call(t, call.Volunteering)
		a := w.Do(t, w.ada, c, seed.Of(30))
		story, seen := "Peeled onions.", act.Movement
		got, err := w.Acts.Edit(ctx, account.As(w.ada), a.ID, act.Change{Quantity: quantity(45), Story: &story, Visibility: &seen})
		if err != nil || got.Quantity != 45 || got.Story != story || got.Visibility != seen || got.EditedAt.IsZero() {
			t.Fatalf("got %+v, %v", got, err)
		}
		if got := w.total(t, c.ID, act.Told); got.Amount != 45 || got.Acts != 1 {
			t.Fatalf("got %+v", got)
		}
		_, err = w.Acts.Edit(ctx, account.As(w.ada), a.ID, act.Change{Quantity: quantity(-5)})
		wantProblem(t, err, problem.KindInvalid, "quantity")
		_, err = w.Acts.Edit(ctx, account.As(w.org), a.ID, act.Change{Story: &story})
		wantProblem(t, err, problem.KindForbidden, "")
		_, err = w.Acts.Edit(ctx, account.As(w.ben), a.ID, act.Change{Story: &story})
		wantProblem(t, err, problem.KindNotFound, "")
		w.Counted(t)
	})
}

func TestWithdraw(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		gifts := w.call(t, call.Fundraiser)
		told, confirmed := w.Do(t, w.ada, gifts, seed.Of(100)), w.Do(t, w.ada, gifts, seed.Of(900))
		if _, err := w.Acts.Confirm(ctx, account.As(w.org), confirmed.ID, "bank"); err != nil {
			t.Fatal(err)
		}
		gone := seed.Events[act.Withdrawn](w.Ground)
		for _, a := range []*act.Act{told, confirmed} {
			if err := w.Acts.Withdraw(ctx, account.As(w.ada), a.ID); err != nil {
				t.Fatal(err)
			}
		}
		if e := gone(); len(e) != 2 || e[0].DoerID != w.ada.ID {
			t.Fatalf("got %+v", e)
		}
		if got := w.total(t, gifts.ID, act.Told); got != (call.Total{}) {
			t.Fatalf("a withdrawn act still counts: %+v", got)
		}
		if got := w.total(t, gifts.ID, act.Confirmed); got.Amount != 900 || got.People != 0 {
			t.Fatalf("a confirmed gift stays without its donor: %+v", got)
		}
		if all, _ := w.Calls.Totals(ctx, []id.ID{gifts.ID}); all[gifts.ID].Acts != 2 || all[gifts.ID].People != 0 {
			t.Fatalf("got %+v", all)
		}
		_, err := w.Acts.Get(ctx, account.As(w.ada), told.ID)
		wantProblem(t, err, problem.KindGone, "")
		wantProblem(t, w.Acts.Withdraw(ctx, account.As(w.ada), told.ID), problem.KindGone, "")
		var doers int
		if err := d.Read(ctx).QueryRow("SELECT COUNT(*) FROM act WHERE doer_id = $1", w.ada.ID).Scan(&doers); err != nil || doers != 0 {
			t.Fatalf("%d rows still name the doer, %v", doers, err)
		}
		if err := d.Read(ctx).QueryRow("SELECT COUNT(*) FROM taken_part WHERE doer_id = $1", w.ada.ID).Scan(&doers); err != nil || doers != 0 {
			t.Fatalf("%d rows still say who took part, %v", doers, err)
		}
		w.Counted(t)
	})
}

// BenchmarkDo is an act that another inspired, by one of sixteen people at once.
func BenchmarkDo(b *testing.B) {
	w := newWorld(b, dbtest.Open(b, db.SQLite))
	deeds := w.call(b, call.Deed)
	parent := w.Do(b, w.ada, deeds)
	crowd := seed.Crowd(b, w.Ground, "x", 16)
	var n atomic.Int64
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		who := account.As(crowd[n.Add(1)%16])
		for pb.Next() {
			draft := act.Draft{CallID: deeds.ID, Story: "Soup for a neighbour.", InspiredBy: act.Source{Kind: act.FromAct, ID: parent.ID}}
			if _, err := w.Acts.Do(ctx, who, draft); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "acts/s")
}
