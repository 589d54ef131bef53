package api_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"goodturn/internal/call"
	"goodturn/internal/fetch"
	"goodturn/internal/fundraiser"
	"goodturn/internal/seed"
)

// A payment is its donor's alone, and ends with a word.
func TestCheckouts(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		till := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(`{"id": "cs_1", "object": "checkout.session", "url": "https://checkout.stripe.com/c/pay/cs_1"}`))
		}))
		defer till.Close()
		gate := fetch.New(fetch.Config{Allow: netip.Addr.IsLoopback})
		defer gate.Close()
		ada, ben, kitchen := h.person("ada"), h.person("ben"), h.person("kitchen")
		m := seed.Movement(t, h.Movements, ada.Account, "SoupForAll")
		c := seed.Call(t, h.Calls, ada.Account, m, call.Fundraiser, func(d *call.Draft) { d.Beneficiary = kitchen.ID })
		path := "/calls/" + c.ID.String() + "/checkouts"
		ben.post(path, object{"amount": 2000}).ok(409)
		h.funds.Pay(fundraiser.Stripe{Key: "sk_test", Webhook: "whsec", Accounts: map[string]string{"kitchen": ""}, API: till.URL, URL: home}, gate, noMail{})
		ben.post(path, object{}).wrong(422, "quantity")
		ben.post(path, object{"amount": 1234, "currency": "KWD"}).wrong(422, "quantity")
		i := ben.post(path, object{"amount": 2000, "monthly": true, "shown": "anonymous"}).ok(201).has("state", "open", "pay_url", "https://checkout.stripe.com/c/pay/cs_1").text("id")
		if n := ben.get("/checkouts").ok(200).len(); n != 1 {
			t.Errorf("ben has %d payments", n)
		}
		if n := ada.get("/checkouts").ok(200).len(); n != 0 {
			t.Errorf("ada has %d payments", n)
		}
		ada.post("/checkouts/"+i+"/end", nil).ok(404)
		ben.post("/checkouts/"+i+"/end", nil).ok(200).has("pay_url", "")
		h.nobody().get("/checkouts").ok(401)
	})
}
