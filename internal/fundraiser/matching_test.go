package fundraiser_test

import (
	"fmt"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/fundraiser"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

func TestPromise_AtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		until := h.Clock.Now().AddDate(0, 0, 7)
		made := 0
		for _, err := range seed.AtOnce(32, func(int) error {
			_, err := h.funds.Promise(h.ctx, account.As(h.carl), h.call.ID, fundraiser.Promise{Most: 50_00, Until: until})
			return err
		}) {
			if err == nil {
				made++
			} else if !problem.Is(err, problem.KindConflict) {
				t.Error(err)
			}
		}
		if made != 1 {
			t.Errorf("carl offers %d times at once", made)
		}
		crowd := seed.Crowd(t, h.Ground, "p", 49+16)
		errs := seed.AtOnce(len(crowd), func(i int) error {
			_, err := h.funds.Promise(h.ctx, account.As(crowd[i]), h.call.ID, fundraiser.Promise{Most: 50_00, Until: until})
			return err
		})
		made = 1
		for _, err := range errs {
			if err == nil {
				made++
			}
		}
		if shown, err := h.funds.Matchings(h.ctx, account.As(h.ada), h.call); made != 50 || len(shown) != 50 || err != nil {
			t.Errorf("%d promises were made, and %d are shown: %v", made, len(shown), err)
		}
	})
}

// A promise stands on what others give, and not once its day is over.
func TestPromise_othersGifts(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		confirmed := func(by *account.Account, amount int64) {
			_, err := h.Acts.Confirm(h.ctx, account.As(h.kitchen), h.give(by, fundraiser.Gift{Amount: cents(amount)}).ID, "")
			h.ok(err)
		}
		confirmed(h.carl, 1_00)
		i, err := h.funds.Promise(h.ctx, account.As(h.carl), h.call.ID, fundraiser.Promise{Most: 50_00, Until: h.Clock.Now().AddDate(0, 0, 7)})
		h.ok(err)
		h.ok(h.funds.AnswerPromise(h.ctx, account.As(h.ada), h.call.ID, i, true))
		confirmed(h.carl, 20_00)
		confirmed(h.ben, 5_00)
		due := func() string {
			list, err := h.funds.Matchings(h.ctx, account.Nobody, h.call)
			h.ok(err)
			return fmt.Sprint(list[0].Due)
		}
		if got := due(); got != "500" {
			t.Errorf("it comes to %s", got)
		}
		late, err := h.funds.Promise(h.ctx, account.As(h.ben), h.call.ID, fundraiser.Promise{Most: 50_00, Until: h.Clock.Now().AddDate(0, 0, 7)})
		h.ok(err)
		h.Clock.Add(8 * 24 * time.Hour)
		if err := h.funds.AnswerPromise(h.ctx, account.As(h.ada), h.call.ID, late, true); !problem.Is(err, problem.KindConflict) {
			t.Errorf("a promise stands whose day is over: %v", err)
		}
		h.ok(h.funds.EndMatchings(h.ctx, h.Clock.Now()))
		if got := due(); got != "500" {
			t.Errorf("in the end it comes to %s", got)
		}
	})
}

// Of a doubt and a confirmation at once one holds, and the gift counts for all or
// nothing.
func TestDoubt_besideConfirm(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.give(h.ben, fundraiser.Gift{Amount: cents(50_00)})
		for _, err := range seed.AtOnce(32, func(i int) error {
			if i%2 == 0 {
				return h.funds.Doubt(h.ctx, account.As(h.kitchen), a.ID, "Not on our account.")
			}
			_, err := h.Acts.Confirm(h.ctx, account.As(h.kitchen), a.ID, "")
			return err
		}) {
			if err != nil && !problem.Is(err, problem.KindConflict) {
				t.Error(err)
			}
		}
		is, err := h.Acts.Get(h.ctx, account.Nobody, a.ID)
		h.ok(err)
		if is.Proof != act.Confirmed || is.Quantity != 50_00 || h.amount("EUR", act.Confirmed) != 50_00 {
			t.Errorf("after the last confirmation it is %s, with %d", is.Proof, is.Quantity)
		}
		if doubts, err := h.funds.Doubted(h.ctx, []*act.Act{is}); len(doubts) > 0 || err != nil {
			t.Errorf("and still doubted: %v", err)
		}
	})
}
