package fundraiser_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v85"
	"github.com/stripe/stripe-go/v85/webhook"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/fetch"
	"goodturn/internal/fundraiser"
	"goodturn/internal/id"
	"goodturn/internal/mail"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

type object = map[string]any

// till is what Stripe's API answers in these tests, in the shapes of its documents.
type till struct {
	t        testing.TB
	mu       sync.Mutex
	keys     map[string]string // sessions by idempotency key
	sessions map[string]object
	invoices []object
	paybacks map[string][]object // refunds and disputes by their paths
	ended    []string
	down     bool
	refuses  bool
}

func (s *till) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		http.Error(w, `{"error": {"type": "api_error"}}`, http.StatusServiceUnavailable)
		return
	}
	if s.refuses && r.Method == http.MethodPost {
		http.Error(w, `{"error": {"type": "invalid_request_error", "code": "amount_too_small"}}`, http.StatusBadRequest)
		return
	}
	if r.Header.Get("Authorization") != "Bearer sk_test_house" {
		s.t.Errorf("a request with the key %q", r.Header.Get("Authorization"))
	}
	answer := func(v any) { _ = json.NewEncoder(w).Encode(v) }
	session, one := strings.CutPrefix(r.URL.Path, "/v1/checkout/sessions/")
	switch {
	case r.Method == http.MethodPost && r.URL.Path == "/v1/checkout/sessions":
		if err := r.ParseForm(); err != nil {
			s.t.Error(err)
		}
		key := r.Header.Get("Idempotency-Key")
		checkout := r.PostForm.Get("metadata[goodturn_checkout]")
		if key != "goodturn-checkout-"+checkout || checkout == "" {
			s.t.Errorf("a session of %q is asked for under the key %q", checkout, key)
		}
		i := "cs_test_" + checkout
		s.keys[key] = i
		s.sessions[i] = object{"id": i, "object": "checkout.session", "url": "https://checkout.stripe.com/c/pay/" + i, "status": "open", "payment_status": "unpaid",
			"mode": r.PostForm.Get("mode"), "metadata": object{"goodturn_checkout": checkout}, "amount_total": 0, "currency": r.PostForm.Get("line_items[0][price_data][currency]"),
			"asked": r.PostForm.Get("line_items[0][price_data][unit_amount]"), "to": r.PostForm.Get("payment_intent_data[transfer_data][destination]")}
		answer(s.sessions[i])
	case strings.HasSuffix(session, "/expire"):
		i := strings.TrimSuffix(session, "/expire")
		s.ended = append(s.ended, i)
		answer(s.sessions[i])
	case one && s.sessions[session] != nil:
		answer(s.sessions[session])
	case r.Method == http.MethodGet && r.URL.Path == "/v1/invoices":
		answer(object{"object": "list", "has_more": false, "data": s.invoices, "url": "/v1/invoices"})
	case r.Method == http.MethodGet && (r.URL.Path == "/v1/refunds" || r.URL.Path == "/v1/disputes"):
		answer(object{"object": "list", "has_more": false, "data": s.paybacks[r.URL.Path], "url": r.URL.Path})
	case r.Method == http.MethodDelete && strings.HasPrefix(r.URL.Path, "/v1/subscriptions/"):
		s.ended = append(s.ended, strings.TrimPrefix(r.URL.Path, "/v1/subscriptions/"))
		answer(object{"id": "sub", "object": "subscription", "status": "canceled"})
	default:
		w.WriteHeader(http.StatusNotFound)
		answer(object{"error": object{"type": "invalid_request_error", "code": "resource_missing"}})
	}
}

type post struct{ sent chan mail.Message }

func (p post) Send(_ context.Context, m mail.Message) error { p.sent <- m; return nil }

const signing = "whsec_house"

// pay has the house take payments for the kitchen.
func (h *house) pay() (*till, post) {
	h.t.Helper()
	s := &till{t: h.t, keys: map[string]string{}, sessions: map[string]object{}}
	server := httptest.NewServer(s)
	h.t.Cleanup(server.Close)
	gate := fetch.New(fetch.Config{Allow: netip.Addr.IsLoopback})
	h.t.Cleanup(gate.Close)
	p := post{make(chan mail.Message, 10)}
	h.funds.Pay(fundraiser.Stripe{Key: "sk_test_house", Webhook: signing, Accounts: map[string]string{"kitchen": "acct_kitchen"}, API: server.URL, URL: "https://here.example"},
		gate, p)
	return s, p
}

func (h *house) checkout(by *account.Account, c *call.Call, g fundraiser.PaidGift) fundraiser.Checkout {
	h.t.Helper()
	is, err := h.funds.Checkout(h.ctx, account.As(by), c.ID, g)
	if err != nil {
		h.t.Fatal(err)
	}
	return is
}

// heard is an event of Stripe's, of which the same is always the same.
func heard(kind string, about object) []byte {
	raw, err := json.Marshal(object{"id": "evt_" + kind + fmt.Sprint(about["id"]) + fmt.Sprint(about["status"]), "object": "event", "type": kind,
		"api_version": stripe.APIVersion, "created": time.Now().Unix(), "data": object{"object": about}})
	if err != nil {
		panic(err)
	}
	return raw
}

func (h *house) hear(payload []byte) {
	h.t.Helper()
	signed := webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: payload, Secret: signing})
	if err := h.funds.Hear(h.ctx, payload, signed.Header); err != nil {
		h.t.Fatal(err)
	}
}

func session(c fundraiser.Checkout, mode, paid string, more object) object {
	o := object{"id": "cs_test_" + c.ID.String(), "object": "checkout.session", "mode": mode, "status": "complete", "payment_status": paid, "currency": strings.ToLower(c.Unit),
		"amount_total": c.Amount, "metadata": object{"goodturn_checkout": c.ID.String()}, "customer_details": object{"email": "owl@example.org"}}
	for k, v := range more {
		o[k] = v
	}
	return o
}

func invoice(c fundraiser.Checkout, i string, amount int64) object {
	return object{"id": i, "object": "invoice", "currency": strings.ToLower(c.Unit), "amount_paid": amount, "created": time.Now().Unix(), "customer_email": "owl@example.org",
		"parent": object{"type": "subscription_details", "subscription_details": object{"subscription": "sub_" + c.ID.String(), "metadata": object{"goodturn_checkout": c.ID.String()}}}}
}

func link(i, intent string) object {
	return object{"id": "inpay_" + i, "object": "invoice_payment", "status": "paid", "invoice": i, "payment": object{"type": "payment_intent", "payment_intent": intent}}
}

func refund(i, intent, status string, amount int64) object {
	return object{"id": i, "object": "refund", "payment_intent": intent, "status": status, "amount": amount, "currency": "eur"}
}

func dispute(i, intent, status string, amount int64) object {
	return object{"id": i, "object": "dispute", "payment_intent": intent, "status": status, "amount": amount, "currency": "eur"}
}

// TestEvents_anyOrder: whatever order events come in, and however often, what gifts
// add up to is the same.
func TestEvents_anyOrder(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.pay()
		rng := rand.New(rand.NewPCG(7, 7))
		for round := range 25 {
			c := seed.Call(t, h.Calls, h.ada, h.movement, call.Fundraiser, func(d *call.Draft) { d.Beneficiary = h.kitchen.ID })
			once := h.checkout(h.ben, c, fundraiser.PaidGift{Amount: cents(50_00), Shown: fundraiser.Anonymous})
			monthly := h.checkout(h.carl, c, fundraiser.PaidGift{Amount: cents(7_00), Monthly: true})
			n := fmt.Sprint(round)
			all := [][]byte{
				heard("checkout.session.completed", session(once, "payment", "unpaid", object{"payment_intent": "pi_once" + n})),
				heard("checkout.session.async_payment_succeeded", session(once, "payment", "paid", object{"payment_intent": "pi_once" + n})),
				heard("refund.created", refund("re_a"+n, "pi_once"+n, "pending", 10_00)),
				heard("refund.updated", refund("re_a"+n, "pi_once"+n, "succeeded", 10_00)),
				heard("refund.created", refund("re_b"+n, "pi_once"+n, "pending", 5_00)),
				heard("refund.failed", refund("re_b"+n, "pi_once"+n, "failed", 5_00)),
				heard("charge.dispute.created", dispute("du_a"+n, "pi_once"+n, "needs_response", 40_00)),
				heard("charge.dispute.updated", dispute("du_a"+n, "pi_once"+n, "under_review", 40_00)),
				heard("charge.dispute.closed", dispute("du_a"+n, "pi_once"+n, "won", 40_00)),
				heard("checkout.session.completed", session(monthly, "subscription", "paid", object{"subscription": "sub_" + monthly.ID.String(), "invoice": "in_1" + n})),
				heard("invoice.paid", invoice(monthly, "in_1"+n, 7_00)),
				heard("invoice_payment.paid", link("in_1"+n, "pi_1"+n)),
				heard("invoice.paid", invoice(monthly, "in_2"+n, 7_00)),
				heard("invoice_payment.paid", link("in_2"+n, "pi_2"+n)),
				heard("invoice.payment_failed", invoice(monthly, "in_3"+n, 0)),
				heard("charge.dispute.closed", dispute("du_b"+n, "pi_1"+n, "lost", 2_00)),
				heard("refund.created", refund("re_c"+n, "pi_2"+n, "succeeded", 7_00)),
				heard("customer.subscription.deleted", object{"id": "sub_" + monthly.ID.String(), "object": "subscription", "metadata": object{"goodturn_checkout": monthly.ID.String()}}),
			}
			for range 8 {
				all = append(all, all[rng.IntN(len(all))])
			}
			rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
			for _, e := range all {
				h.hear(e)
			}
			totals, err := h.Calls.Totals(h.ctx, []id.ID{c.ID})
			h.ok(err)
			if got := totals[c.ID]; got.Amount("EUR", act.Confirmed) != 40_00+5_00 || got.Amount("EUR", act.Told) != 45_00 || got.Acts != 3 || got.People != 2 {
				t.Fatalf("in round %d gifts add up to %+v", round, got)
			}
		}
	})
}

func TestHear_refuses(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.pay()
		c := h.checkout(h.ben, h.call, fundraiser.PaidGift{Amount: cents(50_00)})
		payload := heard("checkout.session.completed", session(c, "payment", "paid", object{"payment_intent": "pi_x"}))
		for name, header := range map[string]string{
			"nothing":           "",
			"another secret":    webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: payload, Secret: "whsec_other"}).Header,
			"another body":      webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: append(payload, ' '), Secret: signing}).Header,
			"another day":       webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: payload, Secret: signing, Timestamp: time.Now().Add(-time.Hour)}).Header,
			"nobody's language": "t=x,v1=zz",
		} {
			if err := h.funds.Hear(h.ctx, payload, header); !problem.Is(err, problem.KindInvalid) {
				t.Errorf("signed by %s it is taken: %v", name, err)
			}
		}
		// What is about nothing of ours is no fault, and changes nothing.
		h.hear(heard("invoice.paid", object{"id": "in_other", "object": "invoice", "amount_paid": 5, "currency": "eur"}))
		h.hear(heard("product.created", object{"id": "prod_1", "object": "product"}))
		h.hear(heard("checkout.session.completed", object{"id": "cs_other", "object": "checkout.session", "mode": "payment", "payment_status": "paid", "payment_intent": "pi_o",
			"metadata": object{"goodturn_checkout": "12345"}, "currency": "eur", "amount_total": 100}))
		if got := h.amount("EUR", act.Told); got != 0 {
			t.Errorf("gifts add up to %d", got)
		}
	})
}

func TestCheckout(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		other := seed.Call(t, h.Calls, h.ada, h.movement, call.Fundraiser, func(d *call.Draft) { d.Beneficiary = h.carl.ID })
		if _, err := h.funds.Checkout(h.ctx, account.As(h.ben), h.call.ID, fundraiser.PaidGift{Amount: cents(1)}); !problem.Is(err, problem.KindConflict) {
			t.Errorf("without Stripe one pays: %v", err)
		}
		s, letters := h.pay()
		h.Work(t)
		if _, err := h.funds.Checkout(h.ctx, account.As(h.ben), other.ID, fundraiser.PaidGift{Amount: cents(1)}); !problem.Is(err, problem.KindConflict) {
			t.Errorf("one pays to whom the operator did not name: %v", err)
		}
		for unit, want := range map[string]struct {
			amount int64
			stripe string // "" is refused
		}{"EUR": {12_34, "1234"}, "JPY": {500, "500"}, "KWD": {1_230, "1230"}, "BHD": {1_234, ""}, "ISK": {50, "5000"}, "UGX": {5, "500"}} {
			c, err := h.funds.Checkout(h.ctx, account.As(h.ben), h.call.ID, fundraiser.PaidGift{Amount: cents(want.amount), Unit: unit})
			if want.stripe == "" {
				if !problem.Is(err, problem.KindInvalid) {
					t.Errorf("%d %s is taken: %v", want.amount, unit, err)
				}
				continue
			}
			h.ok(err)
			if got := s.sessions["cs_test_"+c.ID.String()]; got["asked"] != want.stripe || got["to"] != "acct_kitchen" || c.PayURL == "" {
				t.Errorf("%d %s is asked for as %v", want.amount, unit, got)
			}
		}
		// Paid, with its receipt, by somebody whom nobody is told of; in thousandths.
		c := h.checkout(h.ben, h.call, fundraiser.PaidGift{Amount: cents(12_340), Unit: "KWD", Shown: fundraiser.PenName, PenName: "Owl"})
		h.Update(t, func(tx *db.Tx) error { return nil })
		h.ok(h.Calls.Close(h.ctx, account.As(h.ada), h.call.ID)) // money that came counts all the same
		h.hear(heard("checkout.session.completed", session(c, "payment", "paid", object{"payment_intent": "pi_k"})))
		if got := h.amount("KWD", act.Confirmed); got != 12_340 {
			t.Errorf("it counts for %d", got)
		}
		m := <-letters.sent
		if m.To != "owl@example.org" || !strings.Contains(m.Text, "12.340") || !strings.Contains(m.Text, "kitchen") {
			t.Errorf("the receipt is %+v", m)
		}
		list, err := h.Acts.Of(h.ctx, account.As(h.ada), act.Filter{Call: h.call.ID}, db.Page{})
		h.ok(err)
		if len(list) != 1 || !list[0].Outside || list[0].Proof != act.Confirmed {
			t.Errorf("the organiser sees %+v", list)
		}
		if _, err := h.funds.CheckoutOf(h.ctx, account.As(h.ada), c.ID); !problem.Is(err, problem.KindNotFound) {
			t.Errorf("the organiser sees the payment: %v", err)
		}
	})
}

// TestAsk: what got lost on the way is found by asking.
func TestAsk(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s, _ := h.pay()
		c := h.checkout(h.ben, h.call, fundraiser.PaidGift{Amount: cents(50_00)})
		s.mu.Lock()
		s.sessions["cs_test_"+c.ID.String()] = session(c, "payment", "paid", object{"payment_intent": "pi_lost"})
		s.down = true
		s.mu.Unlock()
		// A crash, or a Stripe that cannot be reached, after the row and before its session.
		if _, err := h.funds.Checkout(h.ctx, account.As(h.carl), h.call.ID, fundraiser.PaidGift{Amount: cents(7_00), Monthly: true}); !problem.Is(err, problem.KindUnavailable) {
			t.Errorf("without Stripe: %v", err)
		}
		s.mu.Lock()
		s.down = false
		s.mu.Unlock()
		h.ok(h.funds.Ask(h.ctx, h.Clock.Now()))
		if got := h.amount("EUR", act.Told); got != 0 {
			t.Errorf("asked too soon: %d", got)
		}
		h.Clock.Add(2 * time.Hour)
		h.ok(h.funds.Ask(h.ctx, h.Clock.Now()))
		if got := h.amount("EUR", act.Confirmed); got != 50_00 {
			t.Errorf("the payment that nobody reported counts for %d", got)
		}
		mine, err := h.funds.Checkouts(h.ctx, account.As(h.carl), db.Page{})
		h.ok(err)
		if len(mine) != 1 || mine[0].State != fundraiser.CheckoutOpen || mine[0].PayURL == "" {
			t.Errorf("the payment that broke off is %+v", mine)
		}
		h.hear(heard("checkout.session.completed", session(c, "payment", "paid", object{"payment_intent": "pi_lost"})))
		if got := h.amount("EUR", act.Confirmed); got != 50_00 {
			t.Errorf("heard of late it counts again: %d", got)
		}
	})
}

// TestEndMonthly: a monthly gift ends with a button, and with its donor's account.
func TestEndMonthly(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s, _ := h.pay()
		h.Work(t)
		begin := func(by *account.Account) fundraiser.Checkout {
			c := h.checkout(by, h.call, fundraiser.PaidGift{Amount: cents(7_00), Monthly: true, Shown: fundraiser.PenName, PenName: "Marzipan", Story: "periwinkle"})
			h.hear(heard("invoice.paid", invoice(c, "in_"+c.ID.String(), 7_00)))
			return c
		}
		ended := func(c fundraiser.Checkout) {
			deadline := time.After(20 * time.Second)
			for tick := time.NewTicker(20 * time.Millisecond); ; {
				var state string
				h.ok(h.D.Read(h.ctx).QueryRow(`SELECT state FROM checkout WHERE id = $1`, c.ID).Scan(&state))
				s.mu.Lock()
				told := strings.Contains(strings.Join(s.ended, " "), "sub_"+c.ID.String())
				s.mu.Unlock()
				if state == "ended" && told {
					return
				}
				select {
				case <-tick.C:
				case <-deadline:
					t.Fatalf("the months go on: %s, and Stripe was told %v", state, told)
				}
			}
		}
		first, second := begin(h.ben), begin(h.carl)
		if err := h.funds.EndMonthly(h.ctx, account.As(h.carl), first.ID); !problem.Is(err, problem.KindNotFound) {
			t.Errorf("carl ends ben's: %v", err)
		}
		h.ok(h.funds.EndMonthly(h.ctx, account.As(h.ben), first.ID))
		ended(first)
		h.Update(t, func(tx *db.Tx) error { return h.Accounts.DeleteIn(tx, h.carl.ID, h.Clock.Now()) })
		ended(second)
		// A month that was under way counts, as nobody's; a refund of it lowers the sum.
		h.hear(heard("invoice.paid", invoice(second, "in_late", 7_00)))
		h.hear(heard("invoice_payment.paid", link("in_late", "pi_late")))
		if got := h.amount("EUR", act.Confirmed); got != 21_00 {
			t.Errorf("three months add up to %d", got)
		}
		h.hear(heard("refund.created", refund("re_late", "pi_late", "succeeded", 7_00)))
		h.hear(heard("invoice_payment.paid", link("in_"+second.ID.String(), "pi_gone")))
		h.hear(heard("refund.created", refund("re_gone", "pi_gone", "succeeded", 3_00)))
		if got := h.amount("EUR", act.Confirmed); got != 11_00 {
			t.Errorf("after refunds they add up to %d", got)
		}
		var left int
		h.ok(h.D.Read(h.ctx).QueryRow(`SELECT COUNT(*) FROM checkout WHERE account_id = $1 OR story <> '' AND id = $2`, h.carl.ID, second.ID).Scan(&left))
		if left != 0 {
			t.Error("the payment still tells of who left")
		}
	})
}
