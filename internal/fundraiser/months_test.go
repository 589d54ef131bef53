package fundraiser_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v85"
	"github.com/stripe/stripe-go/v85/webhook"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/fundraiser"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

func (h *house) state(of id.ID) (state string) {
	h.t.Helper()
	h.ok(h.D.Read(h.ctx).QueryRow(`SELECT state FROM checkout WHERE id = $1`, of).Scan(&state))
	return state
}

func (s *till) told(ended string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Contains(strings.Join(s.ended, " "), ended)
}

// Whoever ends a monthly gift has ended it, though Stripe cannot be reached then and
// the job comes to nothing: the sweep tells Stripe.
func TestEndMonthly_withoutStripe(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s, _ := h.pay()
		c := h.checkout(h.ben, h.call, fundraiser.PaidGift{Amount: cents(7_00), Monthly: true})
		h.hear(heard("invoice.paid", invoice(c, "in_1", 7_00)))
		h.ok(h.funds.EndMonthly(h.ctx, account.As(h.ben), c.ID)) // no jobs run here
		s.down = true
		h.Clock.Add(2 * time.Hour)
		if err := h.funds.Ask(h.ctx, h.Clock.Now()); err == nil || h.state(c.ID) == "ended" {
			t.Errorf("it is %s though Stripe did not hear of it: %v", h.state(c.ID), err)
		}
		s.down = false
		h.Clock.Add(2 * time.Hour)
		h.ok(h.funds.Ask(h.ctx, h.Clock.Now()))
		if !s.told("sub_"+c.ID.String()) || h.state(c.ID) != "ended" {
			t.Errorf("the months go on: %s, %v", h.state(c.ID), s.ended)
		}
		h.Clock.Add(40 * 24 * time.Hour)
		s.ended = nil
		h.ok(h.funds.Ask(h.ctx, h.Clock.Now()))
		if len(s.ended) > 0 {
			t.Errorf("what has ended is ended again: %v", s.ended)
		}
		// Money all the same: it counts, and Stripe is told once more.
		h.Work(t)
		h.hear(heard("invoice.paid", invoice(c, "in_2", 7_00)))
		h.until(func() bool { return s.told("sub_" + c.ID.String()) })
		if got := h.amount("EUR", act.Confirmed); got != 14_00 || h.state(c.ID) != "ended" {
			t.Errorf("two months are %d, %s", got, h.state(c.ID))
		}
	})
}

// until waits for what a job does.
func (h *house) until(done func() bool) {
	h.t.Helper()
	deadline := time.After(20 * time.Second)
	for tick := time.NewTicker(20 * time.Millisecond); !done(); {
		select {
		case <-tick.C:
		case <-deadline:
			h.t.Fatal("it does not happen")
		}
	}
}

// A page that Stripe makes while its gift is ended is not handed out, and closed.
func TestEndMonthly_whileThePageOpens(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s, _ := h.pay()
		g := fundraiser.PaidGift{Amount: cents(7_00), Monthly: true, Key: "k"}
		s.down = true
		_, err := h.funds.Checkout(h.ctx, account.As(h.ben), h.call.ID, g)
		if !problem.Is(err, problem.KindUnavailable) {
			t.Fatal(err)
		}
		s.down = false
		list, err := h.funds.Checkouts(h.ctx, account.As(h.ben), db.Page{})
		h.ok(err)
		h.ok(h.funds.EndMonthly(h.ctx, account.As(h.ben), list[0].ID))
		if c, err := h.funds.Checkout(h.ctx, account.As(h.ben), h.call.ID, g); !problem.Is(err, problem.KindConflict) {
			t.Errorf("an ended gift can be paid: %+v, %v", c, err)
		}
		h.Work(t)
		h.until(func() bool { return s.told("cs_test_"+list[0].ID.String()) && h.state(list[0].ID) == "ended" })
	})
}

// A month that failed at first and was paid then did not fail, in whatever order it is
// heard of; and an attempt that failed links nothing.
func TestEvents_failedAndPaid(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.pay()
		c := h.checkout(h.ben, h.call, fundraiser.PaidGift{Amount: cents(7_00), Monthly: true})
		h.hear(heard("invoice.paid", invoice(c, "in_1", 7_00)))
		h.hear(heard("invoice.payment_failed", invoice(c, "in_2", 0)))
		if got := h.state(c.ID); got != "failing" {
			t.Errorf("after a month that failed it is %s", got)
		}
		h.hear(heard("invoice.paid", invoice(c, "in_2", 7_00)))
		h.hear(heard("invoice.paid", invoice(c, "in_3", 7_00)))
		h.hear(heard("invoice.payment_failed", invoice(c, "in_3", 0)))
		if got := h.state(c.ID); got != "active" {
			t.Errorf("after the month was paid it is %s", got)
		}
		failed := link("in_3", "pi_failed")
		failed["status"], failed["id"] = "canceled", "inpay_other"
		h.hear(heard("invoice_payment.paid", failed))
		h.hear(heard("invoice_payment.paid", link("in_3", "pi_3")))
		h.hear(heard("refund.created", refund("re_3", "pi_3", "succeeded", 7_00)))
		if got := h.amount("EUR", act.Confirmed); got != 14_00 {
			t.Errorf("after the refund of a month they are %d", got)
		}
	})
}

// Refunds that no event told of are found, as is a subscription that ended.
func TestAsk_refundsAndEnds(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s, _ := h.pay()
		h.paid(h.ben, "pi_a", fundraiser.PaidGift{Amount: cents(50_00)})
		s.paybacks = map[string][]object{"/v1/refunds": {refund("re_a", "pi_a", "succeeded", 10_00), refund("re_other", "pi_other", "succeeded", 5_00)},
			"/v1/disputes": {dispute("du_a", "pi_a", "lost", 5_00)}}
		for range 2 {
			h.ok(h.funds.AskPaybacks(h.ctx, h.Clock.Now()))
			if got := h.amount("EUR", act.Confirmed); got != 35_00 {
				t.Errorf("it counts for %d", got)
			}
		}
		c := h.checkout(h.carl, h.call, fundraiser.PaidGift{Amount: cents(7_00), Monthly: true})
		h.hear(heard("invoice.paid", invoice(c, "in_1", 7_00)))
		s.sessions["cs_test_"+c.ID.String()] = session(c, "subscription", "paid", object{"subscription": object{"id": "sub_" + c.ID.String(), "object": "subscription", "status": "canceled"}})
		h.Clock.Add(36 * 24 * time.Hour)
		h.ok(h.funds.Ask(h.ctx, h.Clock.Now()))
		h.Clock.Add(36 * 24 * time.Hour)
		h.ok(h.funds.Ask(h.ctx, h.Clock.Now()))
		if got := h.state(c.ID); got != "ended" {
			t.Errorf("a subscription that ended at Stripe is %s", got)
		}
	})
}

// What Stripe refuses for good is not asked for every hour.
func TestAsk_givesUp(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s, _ := h.pay()
		s.down = true
		_, err := h.funds.Checkout(h.ctx, account.As(h.ben), h.call.ID, fundraiser.PaidGift{Amount: cents(1)})
		if !problem.Is(err, problem.KindUnavailable) {
			t.Fatal(err)
		}
		s.down, s.refuses = false, true
		h.Clock.Add(2 * time.Hour)
		h.ok(h.funds.Ask(h.ctx, h.Clock.Now()))
		list, err := h.funds.Checkouts(h.ctx, account.As(h.ben), db.Page{})
		h.ok(err)
		if list[0].State != fundraiser.CheckoutExpired {
			t.Errorf("what Stripe does not take is %s", list[0].State)
		}
	})
}

// An event of another version of Stripe's API is refused, and said to the operator.
func TestHear_anotherVersion(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.pay()
		c := h.checkout(h.ben, h.call, fundraiser.PaidGift{Amount: cents(50_00)})
		var e object
		h.ok(json.Unmarshal(heard("checkout.session.completed", session(c, "payment", "paid", object{"payment_intent": "pi_v"})), &e))
		send := func(version string) error {
			e["api_version"] = version
			payload, err := json.Marshal(e)
			h.ok(err)
			return h.funds.Hear(h.ctx, payload, webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: payload, Secret: signing}).Header)
		}
		for _, old := range []string{"2019-05-16", "2024-09-30.acacia", ""} {
			if err := send(old); !problem.Is(err, problem.KindInvalid) || !strings.Contains(err.Error(), "version") {
				t.Errorf("an event of version %q: %v", old, err)
			}
		}
		h.ok(send("2026-04-01." + stripe.APIMajorVersion))
		if got := h.amount("EUR", act.Confirmed); got != 50_00 {
			t.Errorf("it counts for %d", got)
		}
	})
}

// A donor names only what they may see.
func TestCheckout_inspiredBy(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.pay()
		secret := h.Do(t, h.carl, seed.Call(t, h.Calls, h.ada, h.movement, "deed"), seed.Seen(act.Me))
		_, err := h.funds.Checkout(h.ctx, account.As(h.ben), h.call.ID, fundraiser.PaidGift{Amount: cents(1_00), InspiredBy: act.Source{Kind: act.FromAct, ID: secret.ID}})
		if p, _ := problem.Of(err); p == nil || p.Field != "inspired_by" {
			t.Errorf("a secret act moves a stranger: %v", err)
		}
		h.checkout(h.carl, h.call, fundraiser.PaidGift{Amount: cents(1_00), InspiredBy: act.Source{Kind: act.FromAct, ID: secret.ID}})
	})
}

// A monthly gift is there to be ended however much was given since.
func TestMonthly(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.pay()
		c := h.checkout(h.ben, h.call, fundraiser.PaidGift{Amount: cents(7_00), Monthly: true})
		h.hear(heard("invoice.paid", invoice(c, "in_1", 7_00)))
		for range 41 {
			h.checkout(h.ben, h.call, fundraiser.PaidGift{Amount: cents(1_00)})
		}
		months, err := h.funds.Monthly(h.ctx, account.As(h.ben))
		h.ok(err)
		if len(months) != 1 || months[0].ID != c.ID {
			t.Errorf("the months are %+v", months)
		}
		first, err := h.funds.Checkouts(h.ctx, account.As(h.ben), db.Page{Limit: 40})
		h.ok(err)
		second, err := h.funds.Checkouts(h.ctx, account.As(h.ben), db.Page{Limit: 40, Max: first[len(first)-1].ID})
		h.ok(err)
		if len(first) != 40 || len(second) != 2 || second[1].ID != c.ID {
			t.Errorf("%d and %d payments are listed", len(first), len(second))
		}
	})
}
