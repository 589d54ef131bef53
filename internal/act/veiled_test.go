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

// A veiled gift names nobody, and so nobody names who gave it.
func TestVeiled_passesNothingOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		three := 3
		gifts := w.call(t, call.Fundraiser, func(d *call.Draft) { d.Nominees = &three })
		a := w.Do(t, w.ada, gifts, seed.Of(500), func(d *act.Draft) { d.Veiled = true })
		wantProblem(t, w.Acts.NameWitness(ctx, account.As(w.ada), a.ID, "ben"), problem.KindInvalid, "shown")
		wantProblem(t, w.Acts.Nominate(ctx, account.As(w.ada), a.ID, []string{"ben"}), problem.KindInvalid, "shown")
		w.Update(t, func(tx *db.Tx) error {
			_, _, err := w.Acts.PlaceIn(tx, account.As(w.ada), a.ID)
			wantProblem(t, err, problem.KindInvalid, "shown")
			return nil
		})
	})
}

// However many offer, an act has so many who wait to be its witnesses, and its doer
// can still name who was there.
func TestOfferWitness_most(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		a := w.Do(t, w.ada, w.call(t, call.Deed))
		crowd := seed.Crowd(t, w.Ground, "w", 40)
		taken := 0
		for _, err := range seed.AtOnce(len(crowd), func(i int) error { return w.Acts.OfferWitness(ctx, account.As(crowd[i]), a.ID) }) {
			if err == nil {
				taken++
			} else if !problem.Is(err, problem.KindConflict) {
				t.Error(err)
			}
		}
		list, err := w.Acts.Witnesses(ctx, account.As(w.ada), a.ID)
		if taken != 30 || len(list) != 30 || err != nil {
			t.Errorf("%d offers were taken, %d are listed: %v", taken, len(list), err)
		}
		if err := w.Acts.NameWitness(ctx, account.As(w.ada), a.ID, "ben"); err != nil {
			t.Error(err)
		}
	})
}

// An act stays confirmed when who confirmed it leaves, by nobody and without words.
func TestOnAccountDeleted_Confirmer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ally := seed.Account(t, w.Ground, "ally", func(d *account.Draft) { d.Kind = account.KindOrganisation })
		a := w.Do(t, w.ada, w.call(t, call.Fundraiser, func(d *call.Draft) { d.Beneficiary = ally.ID }), seed.Of(500))
		if _, err := w.Acts.Confirm(ctx, account.As(ally), a.ID, "by periwinkle"); err != nil {
			t.Fatal(err)
		}
		w.Update(t, func(tx *db.Tx) error { return w.Accounts.DeleteIn(tx, ally.ID, w.Clock.Now()) })
		if is := w.get(t, a.ID); is.Proof != act.Confirmed || is.ConfirmedBy != 0 || is.ConfirmedHow != "" {
			t.Errorf("got %+v", is)
		}
		w.Counted(t)
	})
}
