package journey

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v85"
	"github.com/stripe/stripe-go/v85/webhook"

	"goodturn/internal/fundraiser"
)

const (
	payee   = "soup_kitchen" // whose gifts can be paid by card
	paidAt  = "https://checkout.stripe.com/c/pay/cs_1"
	signing = "whsec_journey"
)

// till stands in for Stripe: it opens sessions, and says when they were paid.
type till struct{ *httptest.Server }

func newTill(t *testing.T) *till {
	s := &till{httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet { // a sweep asks what was given back
			fmt.Fprint(w, `{"object": "list", "data": []}`)
			return
		}
		fmt.Fprintf(w, `{"id": "cs_1", "object": "checkout.session", "url": %q}`, paidAt)
	}))}
	t.Cleanup(s.Close)
	return s
}

// stripe is what an operator would set.
func (s *till) stripe() fundraiser.Stripe {
	return fundraiser.Stripe{Key: "sk_test", Webhook: signing, Accounts: map[string]string{payee: ""}, API: s.URL}
}

// pays has Stripe tell a server that a checkout was paid in euros.
func (s *till) pays(t *testing.T, base, checkout string, cents int64) {
	t.Helper()
	event := fmt.Sprintf(`{"id": "evt_%s", "object": "event", "type": "checkout.session.completed", "api_version": %q, "created": %d, "data": {"object": {"id": "cs_1",
		"object": "checkout.session", "mode": "payment", "status": "complete", "payment_status": "paid", "payment_intent": "pi_%s", "amount_total": %d, "currency": "eur",
		"metadata": {"goodturn_checkout": %q}, "customer_details": {"email": "ben@example.org"}}}}`, checkout, stripe.APIVersion, time.Now().Unix(), checkout, cents, checkout)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/hooks/stripe", strings.NewReader(event))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Stripe-Signature", webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: []byte(event), Secret: signing}).Header)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if answer.Body.Close(); answer.StatusCode != http.StatusOK {
		t.Fatalf("Stripe is answered %d", answer.StatusCode)
	}
}
