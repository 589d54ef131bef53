package act_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
	"goodturn/internal/seed"
)

func nominees(handles ...string) func(*act.Draft) {
	return func(d *act.Draft) { d.Nominees = handles }
}

func mine(t *testing.T, w *world, a *account.Account) []*act.Nomination {
	t.Helper()
	all, err := w.Acts.Mine(ctx, account.As(a), db.Page{})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// byMe is what the nominator sees, as the bytes that a door would send, without
// what must differ: whose nomination it is.
func byMe(t *testing.T, w *world, a *account.Account) map[id.ID]string {
	t.Helper()
	all, err := w.Acts.ByMe(ctx, account.As(a), db.Page{})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[id.ID]string{}
	for _, g := range all {
		nominee := g.NomineeID
		g.ID, g.NomineeID = 0, 0
		b, err := json.Marshal(g)
		if err != nil {
			t.Fatal(err)
		}
		seen[nominee] = string(b)
	}
	return seen
}

// A nomination shames nobody: whatever a nominee does or wishes looks the same
// to the nominator, before and after the deadline.
func TestNominate_Indistinguishable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		g := w.Ground
		run := w.call(t, call.Challenge, func(d *call.Draft) { n := 10; d.Nominees = &n })
		names := []string{"waits", "declines", "unwished", "blocks", "mutes", "rests", "taken", "did"}
		who := map[string]*account.Account{}
		for _, name := range names {
			who[name] = seed.Account(t, g, "x"+name)
		}
		w.Acts.OnBreak = func(_ db.Reader, i id.ID) (bool, error) { return i == who["rests"].ID, nil }
		no := false
		if _, err := w.Accounts.Update(ctx, account.As(who["unwished"]), account.Change{Nominable: &no}); err != nil {
			t.Fatal(err)
		}
		seed.Block(t, g, who["blocks"], w.ada)
		if _, err := w.Relations.Mute(ctx, account.As(who["mutes"]), w.ada.ID, relation.MuteOptions{}); err != nil {
			t.Fatal(err)
		}
		w.Do(t, w.ben, run, nominees("xtaken"))
		w.Do(t, who["did"], run)
		told, missed := seed.Events[act.Nominated](g), seed.Events[act.NominationMissed](g)
		handles := make([]string, len(names))
		for i, name := range names {
			handles[i] = "x" + name
		}
		a := w.Do(t, w.ada, run, nominees(handles...))
		if a.Nominated != len(names) {
			t.Fatalf("got %d", a.Nominated)
		}
		if e := told(); len(e) != 2 {
			t.Fatalf("%d heard of it, want those who wait and who decline: %+v", len(e), e)
		}
		for _, name := range []string{"unwished", "blocks", "mutes", "rests", "did"} {
			if all := mine(t, w, who[name]); len(all) != 0 {
				t.Errorf("%s sees %+v", name, all)
			}
		}
		if _, err := w.Acts.Decline(ctx, account.As(who["declines"]), mine(t, w, who["declines"])[0].ID); err != nil {
			t.Fatal(err)
		}

		same := func(state act.GivenState) {
			t.Helper()
			seen := byMe(t, w, w.ada)
			first := seen[who["waits"].ID]
			for name, a := range who {
				if seen[a.ID] != first {
					t.Errorf("%s looks like\n%s, and somebody who waits like\n%s", name, seen[a.ID], first)
				}
			}
			var g act.Given
			if err := json.Unmarshal([]byte(first), &g); err != nil || g.State != state {
				t.Fatalf("got %q, %v; want %s", g.State, err, state)
			}
		}
		same(act.GivenOpen)
		w.Clock.Add(24*time.Hour - time.Millisecond)
		if err := w.Acts.Sweep(ctx, w.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		same(act.GivenOpen)
		w.Clock.Add(time.Millisecond)
		same(act.GivenNotNow) // also before the sweep comes by
		if err := w.Acts.Sweep(ctx, w.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		same(act.GivenNotNow)
		heard := map[id.ID]int{}
		for _, e := range missed() {
			if e.NominatorID == w.ada.ID {
				heard[e.NomineeID]++
			}
		}
		if len(heard) != len(names) {
			t.Fatalf("the nominator heard of %d of %d", len(heard), len(names))
		}
	})
}

func TestNomination_AcceptedAndAnswered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		run := w.call(t, call.Challenge)
		accepted, answered := seed.Events[act.NominationAcceptance](w.Ground), seed.Events[act.NominationAnswer](w.Ground)
		reminded := seed.Events[act.NominationReminder](w.Ground)
		a := w.Do(t, w.ada, run, nominees("ben", "cat"))
		ben, cat := mine(t, w, w.ben)[0], mine(t, w, w.cat)[0]

		_, err := w.Acts.Accept(ctx, account.As(w.cat), ben.ID)
		wantProblem(t, err, problem.KindNotFound, "")
		for range 2 {
			if n, err := w.Acts.Accept(ctx, account.As(w.ben), ben.ID); err != nil || n.State != act.NominationAccepted {
				t.Fatalf("got %+v, %v", n, err)
			}
		}
		if e := accepted(); len(e) != 1 {
			t.Fatalf("got %+v", e)
		}
		w.Clock.Add(13 * time.Hour)
		for range 2 {
			if err := w.Acts.Sweep(ctx, w.Clock.Now()); err != nil {
				t.Fatal(err)
			}
		}
		if e := reminded(); len(e) != 1 || e[0].NomineeID != w.cat.ID {
			t.Fatalf("who accepted needs no reminder, and one is enough: %+v", e)
		}
		b := w.Do(t, w.ben, run, func(d *act.Draft) { d.InspiredBy = from(act.FromNomination, ben.ID) })
		if b.Parent != a.ID || b.Generation != 1 {
			t.Fatalf("got %+v", b)
		}

		w.Clock.Add(48 * time.Hour)
		if err := w.Acts.Sweep(ctx, w.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		_, err = w.Acts.Accept(ctx, account.As(w.cat), cat.ID)
		wantProblem(t, err, problem.KindConflict, "")
		late := w.Do(t, w.cat, run, func(d *act.Draft) { d.InspiredBy = from(act.FromNomination, cat.ID) })
		if late.Parent != a.ID {
			t.Fatalf("a late act is still its child: %+v", late)
		}
		if e := answered(); len(e) != 2 || !e[0].InTime || e[1].InTime {
			t.Fatalf("got %+v", e)
		}
		if p, err := w.Acts.AnsweredInTime(ctx, w.soup.ID); err != nil || p != nil {
			t.Fatalf("two nominations are too few for a proportion: %v, %v", p, err)
		}
		_, err = w.Acts.Do(ctx, account.As(seed.Account(t, w.Ground, "dan")), act.Draft{CallID: run.ID, InspiredBy: from(act.FromNomination, ben.ID)})
		wantProblem(t, err, problem.KindInvalid, "inspired_by")
	})
}

// Who answers at once is not counted before those whose time is still running.
func TestAnsweredInTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		run := w.call(t, call.Challenge)
		givers, asked := seed.Crowd(t, w.Ground, "giver", 4), seed.Crowd(t, w.Ground, "asked", 12)
		for i, g := range givers {
			w.Do(t, g, run, nominees(asked[3*i].Username, asked[3*i+1].Username, asked[3*i+2].Username))
		}
		answers := func(a *account.Account) {
			t.Helper()
			mine, err := w.Acts.Mine(ctx, account.As(a), db.Page{})
			if err != nil || len(mine) != 1 {
				t.Fatalf("%s was asked %d times, %v", a.Username, len(mine), err)
			}
			w.Do(t, a, run, func(d *act.Draft) { d.InspiredBy = from(act.FromNomination, mine[0].ID) })
		}
		for _, a := range asked[:9] {
			answers(a)
		}
		if p, err := w.Acts.AnsweredInTime(ctx, run.MovementID); err != nil || p != nil {
			t.Fatalf("before a deadline is over, %v, %v", p, err)
		}
		w.Clock.Add(48 * time.Hour)
		answers(asked[9])
		if p, err := w.Acts.AnsweredInTime(ctx, run.MovementID); err != nil || p == nil || *p != 0.75 {
			t.Fatalf("nine of twelve in time are %v, %v", p, err)
		}
	})
}

func TestNominate_Limits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		run := w.call(t, call.Challenge)
		seed.Crowd(t, w.Ground, "x", 32)
		a := w.Do(t, w.ada, run, nominees("x1"))
		nominate := func(handles ...string) error { return w.Acts.Nominate(ctx, account.As(w.ada), a.ID, handles) }

		wantProblem(t, nominate(), problem.KindInvalid, "nominees")
		wantProblem(t, nominate("ada"), problem.KindInvalid, "nominees")
		wantProblem(t, nominate("nobody_here"), problem.KindInvalid, "nominees")
		wantProblem(t, nominate(w.soup.Slug), problem.KindInvalid, "nominees")
		wantProblem(t, nominate("x1"), problem.KindConflict, "nominees")
		wantProblem(t, w.Acts.Nominate(ctx, account.As(w.ben), a.ID, []string{"x2"}), problem.KindForbidden, "")
		for _, err := range seed.AtOnce(31, func(i int) error { return nominate(fmt.Sprintf("x%d", i+2)) }) {
			if err != nil && !problem.Is(err, problem.KindInvalid) {
				t.Error(err)
			}
		}
		var n, counted int
		if err := d.Read(ctx).QueryRow("SELECT COUNT(*), MAX((SELECT nominated FROM act WHERE id = $1)) FROM nomination WHERE act_id = $2", a.ID, a.ID).Scan(&n, &counted); err != nil || n != 3 || counted != 3 {
			t.Fatalf("%d nominations, %d counted, %v; want 3", n, counted, err)
		}
	})
}

// Of many who nominate the same person at once, one is heard.
func TestNominate_OnePlaceFor32Callers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		run := w.call(t, call.Challenge)
		crowd := seed.Crowd(t, w.Ground, "x", 32)
		told := seed.Events[act.Nominated](w.Ground)
		for _, err := range seed.AtOnce(32, func(i int) error {
			_, err := w.Acts.Do(ctx, account.As(crowd[i]), act.Draft{CallID: run.ID, Nominees: []string{"ada"}})
			return err
		}) {
			if err != nil {
				t.Fatal(err)
			}
		}
		all := mine(t, w, w.ada)
		if len(all) != 1 || len(told()) != 1 {
			t.Fatalf("%d nominations were heard, %d told", len(all), len(told()))
		}
		// Taken back, or over, somebody else can nominate her.
		nominator, err := w.Accounts.Get(ctx, all[0].NominatorID)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Acts.WithdrawNomination(ctx, account.As(nominator), all[0].ID); err != nil {
			t.Fatal(err)
		}
		w.Do(t, w.ben, run, nominees("ada"))
		again := mine(t, w, w.ada)
		if len(again) != 1 || again[0].NominatorID != w.ben.ID {
			t.Fatalf("got %+v", again)
		}
		if _, err := w.Acts.Accept(ctx, account.As(w.ada), all[0].ID); !problem.Is(err, problem.KindNotFound) {
			t.Fatalf("a withdrawn nomination is gone: %v", err)
		}
		w.Counted(t)
	})
}
