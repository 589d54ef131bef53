package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v85"
	"github.com/stripe/stripe-go/v85/webhook"

	"goodturn/internal/db"
	"goodturn/internal/fundraiser"
	"goodturn/internal/server"
	"goodturn/internal/server/servertest"
)

// From the form to Stripe's page, and by Stripe's report to a confirmed gift.
func TestFundraiser_pay(t *testing.T) {
	checkout := ""
	till := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet { // a sweep asks what was given back
			fmt.Fprint(w, `{"object": "list", "data": []}`)
			return
		}
		checkout = r.PostFormValue("client_reference_id")
		fmt.Fprint(w, `{"id": "cs_1", "object": "checkout.session", "url": "https://checkout.stripe.com/c/pay/cs_1"}`)
	}))
	defer till.Close()
	s := servertest.Start(t, db.SQLite, func(c *server.Config) {
		c.Stripe = fundraiser.Stripe{Key: "sk_test", Webhook: "whsec_1", Accounts: map[string]string{"kitchen": ""}, API: till.URL}
	})
	ada, benedikta := s.Person("ada"), s.Person("benedikta")
	s.Person("kitchen")
	m := startMovement(t, s, ada, "WarmSoup")
	organiser, donor, nobody := newBrowser(t, s).signIn(ada), newBrowser(t, s).signIn(benedikta), newBrowser(t, s)
	organiser.post("/movements/"+m.Slug+"/calls/new", "kind", "fundraiser", "title", "Pots", "unit", "EUR", "beneficiary", "@kitchen").shows(200)
	fund := organiser.at

	donor.get(fund+"/give").shows(200, "Pay by card", "this site never does")
	donor.post(fund+"/pay", "pay_quantity", "x", "pay_unit", "EUR", "pay_shown", "anonymous").shows(422, "[pay_quantity=x]")
	donor.post(fund+"/pay", "pay_quantity", "20", "pay_unit", "EUR", "pay_often", "once", "pay_shown", "pen").shows(422, "Say which name to show.")
	donor.post(fund+"/pay", "pay_quantity", "20", "pay_unit", "EUR", "pay_often", "once", "pay_shown", "anonymous").shows(200, "You give €20 to “Pots”.", "You leave this site to pay")
	if !strings.Contains(donor.page, `href="https://checkout.stripe.com/c/pay/cs_1"`) {
		t.Error("the page does not lead to Stripe")
	}
	donor.get(fund+"/paid/"+checkout).shows(200, "Stripe tells us in a moment")
	organiser.get(fund + "/paid/" + checkout).shows(404)

	event := []byte(fmt.Sprintf(`{"id": "evt_1", "object": "event", "type": "checkout.session.completed", "api_version": %q, "created": %d, "data": {"object": {"id": "cs_1",
		"object": "checkout.session", "mode": "payment", "status": "complete", "payment_status": "paid", "payment_intent": "pi_1", "amount_total": 2000, "currency": "eur",
		"metadata": {"goodturn_checkout": %q}, "customer_details": {"email": "b@example.org"}}}}`, stripe.APIVersion, time.Now().Unix(), checkout))
	report := func(signature string, status int) {
		t.Helper()
		r, err := http.NewRequest(http.MethodPost, s.URL()+"/hooks/stripe", strings.NewReader(string(event)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Stripe-Signature", signature)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if answer.Body.Close(); answer.StatusCode != status {
			t.Errorf("Stripe is answered %d instead of %d", answer.StatusCode, status)
		}
	}
	report("t=1,v1=00", 422)
	signed := webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: event, Secret: "whsec_1"}).Header
	report(signed, 200)
	report(signed, 200)
	donor.get(fund+"/paid/"+checkout).shows(200, "Your gift of €20 is received.")
	for _, b := range []*browser{nobody, organiser} {
		b.get(fund+"/acts").shows(200, "Anonymous gave €20").lacks("benedikta")
	}
	donor.get("/gifts").shows(200, "Anonymous gave €20")
}
