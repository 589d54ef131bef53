package fundraiser_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/fundraiser"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

// paid has somebody give by card, and gives the act of it.
func (h *house) paid(by *account.Account, intent string, g fundraiser.PaidGift) *act.Act {
	h.t.Helper()
	c := h.checkout(by, h.call, g)
	h.hear(heard("checkout.session.completed", session(c, "payment", "paid", object{"payment_intent": intent})))
	var actID id.ID
	h.ok(h.D.Read(h.ctx).QueryRow(`SELECT act_id FROM payment WHERE checkout_id = $1`, c.ID).Scan(&actID))
	a, err := h.Acts.Get(h.ctx, account.As(by), actID)
	h.ok(err)
	return a
}

// What came of a payment is nobody's to say: not the donor's, the charity's or an
// organiser's, before or after a refund.
func TestPaid_settledByPaymentsAlone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.pay()
		a := h.paid(h.ben, "pi_a", fundraiser.PaidGift{Amount: cents(50_00)})
		conflicts := func(when string, count int64) {
			_, edit := h.Acts.Edit(h.ctx, account.As(h.ben), a.ID, act.Change{Quantity: cents(1_000_000_00)})
			_, confirm := h.Acts.Confirm(h.ctx, account.As(h.kitchen), a.ID, "")
			_, unconfirm := h.Acts.Unconfirm(h.ctx, account.As(h.ada), a.ID)
			for what, err := range map[string]error{"edit": edit, "confirm": confirm, "unconfirm": unconfirm,
				"doubt": h.funds.Doubt(h.ctx, account.As(h.kitchen), a.ID, "Who is this?")} {
				if !problem.Is(err, problem.KindConflict) {
					t.Errorf("%s once %s: %v", what, when, err)
				}
			}
			if got := h.amount("EUR", act.Told); got != count {
				t.Errorf("once %s it counts for %d, not %d", when, got, count)
			}
		}
		conflicts("paid", 50_00)
		h.hear(heard("charge.dispute.created", dispute("du_a", "pi_a", "needs_response", 50_00)))
		conflicts("disputed", 0)
		h.hear(heard("charge.dispute.closed", dispute("du_a", "pi_a", "won", 50_00)))
		conflicts("won", 50_00)
		h.hear(heard("refund.created", refund("re_a", "pi_a", "succeeded", 50_00)))
		conflicts("refunded", 0)
		// Its story is the donor's all the same.
		story := "For the soup."
		_, err := h.Acts.Edit(h.ctx, account.As(h.ben), a.ID, act.Change{Story: &story})
		h.ok(err)
	})
}

// A gift that its donor took back, or whose donor left, counts for what came of its
// payment, whenever which was heard of.
func TestEvents_withdrawnInAnyOrder(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.pay()
		rng := rand.New(rand.NewPCG(3, 3))
		for round := range 20 {
			h.call = seed.Call(t, h.Calls, h.ada, h.movement, call.Fundraiser, func(d *call.Draft) { d.Beneficiary = h.kitchen.ID })
			donor, n := seed.Account(t, h.Ground, fmt.Sprint("donor", round)), fmt.Sprint(round)
			a := h.paid(donor, "pi_"+n, fundraiser.PaidGift{Amount: cents(50_00), Story: "periwinkle" + n, Shown: fundraiser.PenName, PenName: "Owl" + n})
			steps := []func(){
				func() { h.hear(heard("charge.dispute.created", dispute("du_"+n, "pi_"+n, "needs_response", 50_00))) },
				func() { h.hear(heard("charge.dispute.closed", dispute("du_"+n, "pi_"+n, "won", 50_00))) },
				func() { h.hear(heard("refund.created", refund("re_"+n, "pi_"+n, "succeeded", 10_00))) },
				func() {
					if round%2 == 0 {
						h.ok(h.Acts.Withdraw(h.ctx, account.As(donor), a.ID))
					} else {
						h.Update(t, func(tx *db.Tx) error { return h.Accounts.DeleteIn(tx, donor.ID, h.Clock.Now()) })
					}
				},
			}
			rng.Shuffle(len(steps), func(i, j int) { steps[i], steps[j] = steps[j], steps[i] })
			for _, step := range steps {
				step()
			}
			totals, err := h.Calls.Totals(h.ctx, []id.ID{h.call.ID})
			h.ok(err)
			if got := totals[h.call.ID]; got.Amount("EUR", act.Confirmed) != 40_00 || got.Amount("EUR", act.Told) != 40_00 || got.People != 0 {
				t.Fatalf("in round %d gifts add up to %+v", round, got)
			}
			var left int
			h.ok(h.D.Read(h.ctx).QueryRow(`SELECT COUNT(*) FROM checkout WHERE story = $1 OR pen_name = $2`, "periwinkle"+n, "Owl"+n).Scan(&left))
			if left != 0 {
				t.Error("the payment still tells what the donor took back")
			}
		}
	})
}

// Stripe's clock, an hour behind here, does not take from a gift what moved its donor.
func TestEvents_clockBehind(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.pay()
		h.Clock.Add(time.Hour)
		first := h.give(h.ben, fundraiser.Gift{Amount: cents(10_00)})
		c := h.checkout(h.carl, h.call, fundraiser.PaidGift{Amount: cents(5_00), InspiredBy: act.Source{Kind: act.FromAct, ID: first.ID}})
		h.hear(heard("checkout.session.completed", session(c, "payment", "paid", object{"payment_intent": "pi_late"})))
		mine, err := h.funds.Mine(h.ctx, account.As(h.carl), db.Page{Limit: 1})
		h.ok(err)
		if len(mine) != 1 || mine[0].Parent != first.ID || mine[0].DoneAt.Before(first.DoneAt) {
			t.Errorf("the gift is %+v", mine)
		}
	})
}

// A key stands for one payment of one call: with another call it is another thing, and
// never leads to the first one's page.
func TestCheckout_keyOfAnotherCall(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s, _ := h.pay()
		other := seed.Call(t, h.Calls, h.ada, h.movement, call.Fundraiser, func(d *call.Draft) { d.Beneficiary = h.kitchen.ID })
		g := fundraiser.PaidGift{Amount: cents(5_00), Key: "k"}
		s.down = true
		if _, err := h.funds.Checkout(h.ctx, account.As(h.ben), h.call.ID, g); !problem.Is(err, problem.KindUnavailable) {
			t.Fatalf("without Stripe: %v", err)
		}
		s.down = false
		if c, err := h.funds.Checkout(h.ctx, account.As(h.ben), other.ID, g); err == nil {
			t.Errorf("the key of one call opens %+v for another", c)
		}
		first := h.checkout(h.ben, h.call, g)
		if again := h.checkout(h.ben, h.call, g); again.ID != first.ID || again.CallID != h.call.ID || again.PayURL == "" {
			t.Errorf("the same form once more is %+v", again)
		}
	})
}

// Whom gifts go to stays from the first payment on, and the receipt names them.
func TestCheckout_beneficiaryStays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, letters := h.pay()
		h.Work(t)
		later := seed.Account(t, h.Ground, "later", func(d *account.Draft) { d.Kind = account.KindOrganisation })
		draft := func(beneficiary id.ID) call.Draft {
			return call.Draft{Kind: call.Fundraiser, Title: h.call.Title, Unit: h.call.Unit, Beneficiary: beneficiary}
		}
		edit := func(beneficiary id.ID) error {
			_, err := h.Calls.Edit(h.ctx, account.As(h.ada), h.call.ID, draft(beneficiary))
			return err
		}
		h.ok(edit(later.ID))
		h.ok(edit(h.kitchen.ID))
		c := h.checkout(h.ben, h.call, fundraiser.PaidGift{Amount: cents(5_00), Monthly: true})
		for _, to := range []id.ID{later.ID, 0} {
			if p, _ := problem.Of(edit(to)); p == nil || p.Kind != problem.KindConflict || p.Field != "beneficiary" {
				t.Errorf("gifts under way go to somebody else: %v", p)
			}
		}
		h.ok(edit(h.kitchen.ID))
		h.Update(t, func(tx *db.Tx) error { return h.Accounts.DeleteIn(tx, h.kitchen.ID, h.Clock.Now()) })
		h.hear(heard("invoice.paid", invoice(c, "in_1", 5_00)))
		if m := <-letters.sent; !strings.Contains(m.Text, h.call.Title) {
			t.Errorf("after the kitchen left the receipt is %+v", m)
		}
	})
}
