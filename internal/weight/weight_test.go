package weight_test

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
	"goodturn/internal/weight"
)

var ctx = context.Background()

var home = netip.MustParseAddr("192.0.2.17")

// world is a movement of ada's with a call for deeds.
type world struct {
	*seed.Mission
	*testing.T
	weights       *weight.Service
	ada, ben, cat *account.Account
	movement      *movement.Movement
	deeds         *call.Call
	lowered       []weight.Lowered // what doers were told
}

func each(t *testing.T, f func(w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &world{Mission: seed.NewMission(t, seed.NewGround(t, d)), T: t}
		w.weights = seed.Weights(w.Mission)
		event.On(w.Hub, func(_ *db.Tx, e weight.Lowered) error {
			w.lowered = append(w.lowered, e)
			return nil
		})
		w.ada, w.ben = seed.Account(t, w.Ground, "ada"), seed.Account(t, w.Ground, "ben")
		w.movement = seed.Movement(t, w.Movements, w.ada, "SoupForAll")
		w.deeds = seed.Call(t, w.Calls, w.ada, w.movement, call.Deed)
		w.Clock.Add(60 * day)
		w.cat = seed.Account(t, w.Ground, "cat") // who is new
		w.ok(w.weights.Sweep(ctx))               // makes the week's key
		f(w)
	})
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) refused(err error, kind problem.Kind) {
	w.Helper()
	if !problem.Is(err, kind) {
		w.Fatalf("got %v; want a problem of kind %v", err, kind)
	}
}

// witnessed is an act of doer's with somebody who says that they were there.
func (w *world) witnessed(doer, witness *account.Account, from netip.Addr) *act.Act {
	w.Helper()
	w.weights.Seen(doer.ID, from)
	a := w.Do(w.T, doer, w.deeds, func(d *act.Draft) { d.Witnesses = []string{witness.Username} })
	w.weights.Seen(witness.ID, from)
	w.ok(w.Acts.AcceptWitness(ctx, account.As(witness), a.ID, witness.ID))
	return a
}

// weigh lets time pass until the movement is due, and sweeps.
func (w *world) weigh() {
	w.Helper()
	w.Clock.Add(11 * time.Minute)
	w.ok(w.weights.Sweep(ctx))
}

// proofs is how many acts the movement counts as told, witnessed and confirmed.
func (w *world) proofs() (n [3]int64) {
	w.Helper()
	w.ok(w.Book.Fold(ctx))
	totals, err := w.Calls.Totals(ctx, []id.ID{w.movement.ID})
	w.ok(err)
	for _, t := range totals[w.movement.ID].Each {
		n[t.Proof] += t.Acts
	}
	w.Counted(w.T)
	return n
}

func (w *world) is(told, witnessed, confirmed int64) {
	w.Helper()
	if got := w.proofs(); got != [3]int64{told, witnessed, confirmed} {
		w.Fatalf("%d acts are told, %d witnessed, %d confirmed; want %d, %d, %d", got[0], got[1], got[2], told, witnessed, confirmed)
	}
}

func (w *world) second(n int) (acts []*act.Act) {
	w.Helper()
	for range n {
		acts = append(acts, w.witnessed(w.ben, w.cat, home))
	}
	return acts
}

// TestSweep_SecondAccount: ben has cat, who is new and does nothing else, witness
// twelve acts from home. They count as told, until somebody else was there too.
func TestSweep_SecondAccount(t *testing.T) {
	each(t, func(w *world) {
		acts := w.second(12)
		w.is(0, 12, 0)
		w.ok(w.weights.Sweep(ctx)) // too soon
		w.is(0, 12, 0)
		w.weigh()
		w.is(12, 0, 0)
		if len(w.lowered) != 1 || w.lowered[0].DoerID != w.ben.ID || w.lowered[0].ActID != acts[11].ID || w.lowered[0].Acts != 12 {
			t.Fatalf("ben is told %+v", w.lowered)
		}

		found, err := w.weights.Unusual(ctx, account.As(w.ada), w.movement.ID, db.Page{})
		w.ok(err)
		if len(found) != 12 || found[0].Reason != weight.Second || found[0].Acts != 12 || found[0].Of != 12 || found[0].Witness != w.cat.ID {
			t.Fatalf("got %+v", found)
		}

		dan := seed.Account(t, w.Ground, "dan")
		w.ok(w.Acts.OfferWitness(ctx, account.As(dan), acts[0].ID))
		w.ok(w.Acts.AcceptWitness(ctx, account.As(w.ben), acts[0].ID, dan.ID))
		w.is(11, 1, 0)
		_, err = w.Acts.Confirm(ctx, account.As(w.ada), acts[1].ID, "")
		w.ok(err)
		w.is(10, 1, 1)
		w.weigh()
		w.is(10, 1, 1)
		if len(w.lowered) != 1 {
			t.Fatalf("ben is told again: %+v", w.lowered)
		}
		w.ok(w.Acts.WithdrawWitness(ctx, account.As(w.cat), acts[2].ID, w.cat.ID))
		w.ok(w.Acts.Withdraw(ctx, account.As(w.ben), acts[3].ID))
		if found, err = w.weights.Unusual(ctx, account.As(w.ada), w.movement.ID, db.Page{}); err != nil || len(found) != 9 {
			t.Fatalf("got %+v, %v", found, err)
		}
	})
}

// TestWeigh_ForgetsAddresses: the key goes with its week, marks after five, and
// what was found stays, until figures that are still known say otherwise.
func TestWeigh_ForgetsAddresses(t *testing.T) {
	each(t, func(w *world) {
		w.second(10)
		w.weigh()
		count := func(table string) (n int) {
			w.ok(w.D.Read(ctx).QueryRow("SELECT COUNT(*) FROM " + table).Scan(&n))
			return n
		}
		var before, after int64
		w.ok(w.D.Read(ctx).QueryRow("SELECT MIN(week) FROM weight_key").Scan(&before))
		w.Clock.Add(8 * day)
		w.weigh()
		w.ok(w.D.Read(ctx).QueryRow("SELECT MIN(week) FROM weight_key").Scan(&after))
		if n := count("weight_key"); n != 1 || after == before {
			t.Errorf("%d keys are kept, the first of week %d; it was %d", n, after, before)
		}
		if n := count("weight_mark"); n != 20 {
			t.Errorf("%d marks are kept; want 20", n)
		}
		w.Clock.Add(8 * 7 * day)
		w.weigh()
		if n := count("weight_mark"); n != 0 {
			t.Errorf("%d marks are kept", n)
		}
		w.ok(w.weights.Weigh(ctx, w.movement.ID))
		w.is(10, 0, 0)
		w.Do(t, w.cat, w.deeds) // so she is somebody of her own, after all
		w.ok(w.weights.Weigh(ctx, w.movement.ID))
		w.is(1, 10, 0)
	})
}

// TestWeigh_LeavesOthersAlone: from elsewhere, or by somebody who does things
// themselves, the same words count.
func TestWeigh_LeavesOthersAlone(t *testing.T) {
	each(t, func(w *world) {
		for range 10 {
			w.witnessed(w.ben, w.cat, netip.Addr{})
		}
		w.weigh()
		w.is(0, 10, 0)
		w.second(10)
		w.Do(t, w.cat, w.deeds)
		w.weigh()
		w.is(1, 20, 0)
	})
}

func TestFine(t *testing.T) {
	each(t, func(w *world) {
		acts := w.second(10)
		w.weigh()
		dan := seed.Account(t, w.Ground, "dan")
		seed.Join(t, w.Movements, w.movement, dan, w.ben)
		for _, who := range []account.Viewer{account.As(dan), account.As(w.ben), account.As(w.cat), account.Nobody} {
			w.refused(w.weights.Fine(ctx, who, acts[0].ID, false), problem.KindNotFound)
			if _, err := w.weights.Unusual(ctx, who, w.movement.ID, db.Page{}); err == nil {
				t.Error("somebody who does not organise sees what is unusual")
			}
		}
		for who, want := range map[*account.Account]int{w.ada: 1, w.ben: 1, w.cat: 0, dan: 0} {
			if found, err := w.weights.Of(ctx, account.As(who), acts[0]); err != nil || len(found) != want {
				t.Errorf("%s sees %+v, %v; want %d", who.Username, found, err, want)
			}
		}
		w.ok(w.weights.Fine(ctx, account.As(w.ada), acts[0].ID, false))
		w.is(9, 1, 0)
		w.ok(w.weights.Fine(ctx, account.As(w.ada), acts[0].ID, false))
		w.weigh()
		w.is(9, 1, 0)
		w.ok(w.weights.Fine(ctx, account.As(w.ada), acts[1].ID, true))
		w.is(0, 10, 0)
		w.second(2)
		w.weigh()
		w.is(0, 12, 0)
		w.refused(w.weights.Fine(ctx, account.As(w.ada), 12345, false), problem.KindNotFound)
	})
}

// TestFine_NotOneself: an organiser does not decide about their own witnesses.
func TestFine_NotOneself(t *testing.T) {
	each(t, func(w *world) {
		var last *act.Act
		for range 10 {
			last = w.witnessed(w.ada, w.cat, home)
		}
		w.weigh()
		w.is(10, 0, 0)
		w.refused(w.weights.Fine(ctx, account.As(w.ada), last.ID, false), problem.KindForbidden)
	})
}

// TestOnAccountDeleted: nothing is left of who leaves, and what they said.
func TestOnAccountDeleted(t *testing.T) {
	each(t, func(w *world) {
		acts := w.second(10)
		w.weigh()
		w.ok(w.weights.Fine(ctx, account.As(w.ada), acts[0].ID, false))
		w.ok(w.D.Update(ctx, func(tx *db.Tx) error { return w.weights.OnAccountDeleted(tx, account.Deleted{ID: w.ben.ID}) }))
		w.ok(w.D.Update(ctx, func(tx *db.Tx) error { return w.weights.OnAccountDeleted(tx, account.Deleted{ID: w.cat.ID}) }))
		for _, table := range []string{"weight", "weight_mark", "weight_fine"} {
			var n int
			w.ok(w.D.Read(ctx).QueryRow("SELECT COUNT(*) FROM " + table).Scan(&n))
			if n != 0 {
				t.Errorf("%s has %d rows left", table, n)
			}
		}
	})
}
