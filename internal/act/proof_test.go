package act_test

import (
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

func TestWitness(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		deeds := w.call(t, call.Deed)
		ada, ben, cat := account.As(w.ada), account.As(w.ben), account.As(w.cat)
		asked, stood := seed.Events[act.WitnessAsked](w.Ground), seed.Events[act.WitnessStands](w.Ground)
		a := w.Do(t, w.ada, deeds, func(d *act.Draft) { d.Witnesses = []string{"ben"} })
		proof := func(want act.Proof) {
			t.Helper()
			if got := w.get(t, a.ID).Proof; got != want {
				t.Fatalf("it is %s; want %s", got, want)
			}
		}
		ok := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}

		proof(act.Told)
		if e := asked(); len(e) != 1 || e[0].WitnessID != w.ben.ID || e[0].Offered {
			t.Fatalf("got %+v", e)
		}
		wantProblem(t, w.Acts.AcceptWitness(ctx, cat, a.ID, w.ben.ID), problem.KindNotFound, "")
		wantProblem(t, w.Acts.AcceptWitness(ctx, ada, a.ID, w.ben.ID), problem.KindNotFound, "")
		ok(w.Acts.AcceptWitness(ctx, ben, a.ID, w.ben.ID))
		proof(act.Witnessed)
		ok(w.Acts.OfferWitness(ctx, cat, a.ID))
		wantProblem(t, w.Acts.AcceptWitness(ctx, cat, a.ID, w.cat.ID), problem.KindNotFound, "")
		ok(w.Acts.AcceptWitness(ctx, ada, a.ID, w.cat.ID))
		if e := stood(); len(e) != 2 || !e[1].Offered {
			t.Fatalf("got %+v", e)
		}
		wantProblem(t, w.Acts.OfferWitness(ctx, ada, a.ID), problem.KindForbidden, "")
		if all, err := w.Acts.Witnesses(ctx, account.Nobody, a.ID); err != nil || len(all) != 2 {
			t.Fatalf("got %+v, %v", all, err)
		}
		ok(w.Acts.WithdrawWitness(ctx, ben, a.ID, w.ben.ID))
		proof(act.Witnessed)
		ok(w.Acts.WithdrawWitness(ctx, ada, a.ID, w.cat.ID))
		proof(act.Told)
		wantProblem(t, w.Acts.WithdrawWitness(ctx, ada, a.ID, w.cat.ID), problem.KindNotFound, "")

		ok(w.Acts.OfferWitness(ctx, cat, a.ID))
		ok(w.Acts.NameWitness(ctx, ada, a.ID, "cat"))
		proof(act.Witnessed)
		w.Counted(t)
	})
}

func TestConfirm(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		partner := seed.Account(t, w.Ground, "hospice")
		gifts := w.call(t, call.Fundraiser, func(d *call.Draft) { d.Beneficiary = partner.ID })
		a, own := w.Do(t, w.ada, gifts, seed.Of(700)), w.Do(t, w.org, gifts, seed.Of(5))

		for _, v := range []account.Viewer{account.As(w.ben), account.As(w.ada), account.Nobody} {
			_, err := w.Acts.Confirm(ctx, v, a.ID, "")
			wantProblem(t, err, problem.KindForbidden, "")
		}
		_, err := w.Acts.Confirm(ctx, account.As(w.org), own.ID, "")
		wantProblem(t, err, problem.KindForbidden, "")
		for range 2 {
			got, err := w.Acts.Confirm(ctx, account.As(partner), a.ID, "on the bank statement")
			if err != nil || got.Proof != act.Confirmed || got.ConfirmedHow == "" && got.ConfirmedBy != partner.ID {
				t.Fatalf("got %+v, %v", got, err)
			}
		}
		if got := w.total(t, gifts.ID, act.Confirmed); got.Amount != 700 || got.Acts != 1 || got.People != 1 {
			t.Fatalf("got %+v", got)
		}
		_, err = w.Acts.Edit(ctx, account.As(w.ada), a.ID, act.Change{Quantity: quantity(7000)})
		wantProblem(t, err, problem.KindConflict, "quantity")
		got, err := w.Acts.Unconfirm(ctx, account.As(w.org), a.ID)
		if err != nil || got.Proof != act.Told {
			t.Fatalf("got %+v, %v", got, err)
		}
		if got := w.total(t, gifts.ID, act.Told); got.Amount != 705 || got.Acts != 2 {
			t.Fatalf("got %+v", got)
		}
		seed.Suspend(t, w.Ground, w.ada)
		_, err = w.Acts.Confirm(ctx, account.System("test"), a.ID, "")
		wantProblem(t, err, problem.KindConflict, "")
		w.Counted(t)
	})
}

// Totals are exact whatever happens to an act at once.
func TestTotals_32Callers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		gifts := w.call(t, call.Fundraiser)
		acts := []*act.Act{w.Do(t, w.ada, gifts, seed.Of(10)), w.Do(t, w.ada, gifts, seed.Of(20)), w.Do(t, w.ben, gifts, seed.Of(30))}
		for _, err := range seed.AtOnce(32, func(i int) error {
			a := acts[i%3]
			var err error
			switch i % 8 {
			case 0, 1:
				_, err = w.Acts.Confirm(ctx, account.As(w.org), a.ID, "")
			case 2:
				_, err = w.Acts.Unconfirm(ctx, account.As(w.org), a.ID)
			case 3:
				err = w.Acts.OfferWitness(ctx, account.As(w.cat), a.ID)
			case 4:
				err = w.Acts.NameWitness(ctx, account.As(w.ada), acts[i%2].ID, "cat")
			case 5:
				_, err = w.Acts.Edit(ctx, account.As(w.ben), acts[2].ID, act.Change{Quantity: quantity(int64(i))})
			case 6:
				_, err = w.Acts.Do(ctx, account.As(w.cat), act.Draft{CallID: gifts.ID, Quantity: quantity(1)})
			case 7:
				if i == 31 {
					err = w.Acts.Withdraw(ctx, account.As(w.ada), acts[1].ID)
				}
			}
			return err
		}) {
			if err == nil || problem.Is(err, problem.KindConflict) || problem.Is(err, problem.KindGone) {
				continue
			}
			t.Error(err)
		}
		w.Counted(t)
	})
}

// A co-organiser confirms the acts of their call, and of no other.
func TestService_Confirm_CoOrganiser(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		mine, other := w.call(t, call.Deed), w.call(t, call.Deed)
		if err := w.Calls.Invite(ctx, account.As(w.org), mine.ID, w.ben.ID); err != nil {
			t.Fatal(err)
		}
		ben := account.As(w.ben)
		a := w.Do(t, w.ada, mine)
		if _, err := w.Acts.Confirm(ctx, ben, a.ID, ""); !problem.Is(err, problem.KindForbidden) {
			t.Errorf("the invited: %v", err)
		}
		if err := w.Calls.AcceptInvitation(ctx, ben, mine.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Acts.Confirm(ctx, ben, a.ID, "Ben was there"); err != nil {
			t.Error(err)
		}
		if _, err := w.Acts.Confirm(ctx, ben, w.Do(t, w.ada, other).ID, ""); !problem.Is(err, problem.KindForbidden) {
			t.Errorf("of another call: %v", err)
		}
	})
}
