package fundraiser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v85"
	"github.com/stripe/stripe-go/v85/webhook"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// EventMost is how large an event of Stripe's may be, in bytes.
const EventMost = 512 << 10

// Facts are what events and answers of Stripe's say, each true by itself whenever it
// comes and however often. What a gift counts for is computed from those that are
// known.
type (
	fact interface {
		apply(tx *db.Tx, s *Service) error
	}
	// sessionFact is how far a checkout's page is.
	sessionFact struct {
		checkout     id.ID
		session      string
		subscription string
		expired      bool
	}
	// paidFact is money that came.
	paidFact struct {
		checkout     id.ID
		subscription string // finds the checkout where it is not named
		key          string // the payment intent, or of monthly gifts the invoice
		intent       string // "" while not known
		unit         string
		amount       int64 // Stripe's
		at           time.Time
		mail         string
	}
	// failedFact is a month that could not be paid.
	failedFact struct {
		checkout     id.ID
		subscription string
		invoice      string
	}
	// endedFact is a monthly gift that ended.
	endedFact struct {
		checkout     id.ID
		subscription string
	}
	// linkFact says which intent paid an invoice.
	linkFact struct{ invoice, intent string }
	// paybackFact is a refund or a dispute as it stood at one time.
	paybackFact struct {
		id, intent string
		amount     int64 // Stripe's
		rank       int   // a later status never gives way to an earlier
		counts     bool
	}
)

// Hear takes an event that Stripe signed, once: a second time, and one that is about
// nothing of ours, changes nothing. Invalid for what Stripe did not sign, and for
// another version of its API, which Stripe sends again until the operator set it.
func (s *Service) Hear(ctx context.Context, payload []byte, signature string) error {
	if s.wire == nil || s.stripe.Webhook == "" {
		return problem.NotFound("page")
	}
	e, err := webhook.ConstructEventWithOptions(payload, signature, s.stripe.Webhook, webhook.ConstructEventOptions{IgnoreAPIVersionMismatch: true})
	if err == nil && !strings.HasSuffix(e.APIVersion, "."+stripe.APIMajorVersion) {
		s.log.ErrorContext(ctx, "Stripe's events are of an API version that cannot be read: set the endpoint's at Stripe; until then payments are only heard of by asking",
			"is", e.APIVersion, "wanted", stripe.APIVersion)
		return problem.Invalid("", "This server reads events of the API version %s.", stripe.APIVersion)
	}
	if err != nil {
		return &problem.Error{Kind: problem.KindInvalid, Format: "This event is not signed as it should be.", Err: err}
	}
	facts, err := factsOf(&e)
	if err != nil {
		return &problem.Error{Kind: problem.KindInvalid, Format: "This event cannot be read.", Err: err}
	}
	if len(facts) == 0 {
		return nil
	}
	return s.know(ctx, e.ID, facts)
}

// know keeps facts and what follows from them in one transaction; eventID is "" for
// an answer of Stripe's.
func (s *Service) know(ctx context.Context, eventID string, facts []fact) error {
	return s.d.Update(ctx, func(tx *db.Tx) error {
		// One at a time: each is to see what all before it said.
		_, err := tx.Exec(`INSERT INTO stripe_turn (id, turns) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET turns = stripe_turn.turns + 1`)
		if err != nil {
			return fmt.Errorf("wait for a turn: %w", err)
		}
		if eventID != "" {
			n, err := affected(tx.Exec(`INSERT INTO stripe_event (id, received_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING`, eventID, db.Millis(s.now())))
			if err != nil {
				return fmt.Errorf("note an event: %w", err)
			}
			if n == 0 {
				return nil
			}
		}
		for _, f := range facts {
			if err := f.apply(tx, s); err != nil {
				return err
			}
		}
		return nil
	})
}

// factsOf reads an event; none for a kind that says nothing about gifts.
func factsOf(e *stripe.Event) ([]fact, error) {
	if e.Data == nil {
		return nil, errors.New("an event without data")
	}
	at := time.Unix(e.Created, 0)
	switch e.Type {
	case "checkout.session.completed", "checkout.session.async_payment_succeeded", "checkout.session.expired":
		return read(e, func(c *stripe.CheckoutSession) []fact { return factsOfSession(c, at) })
	case "checkout.session.async_payment_failed":
		return read(e, func(c *stripe.CheckoutSession) []fact {
			return []fact{sessionFact{checkout: checkoutOf(c.Metadata), session: c.ID, expired: true}}
		})
	case "invoice.paid", "invoice.payment_succeeded":
		return read(e, func(i *stripe.Invoice) []fact { return factsOfInvoice(i, true) })
	case "invoice.payment_failed":
		return read(e, func(i *stripe.Invoice) []fact { return factsOfInvoice(i, false) })
	case "invoice_payment.paid":
		return read(e, factsOfLink)
	case "customer.subscription.deleted":
		return read(e, func(sub *stripe.Subscription) []fact { return []fact{endedFact{checkoutOf(sub.Metadata), sub.ID}} })
	case "refund.created", "refund.updated", "refund.failed", "charge.refund.updated":
		return read(e, factsOfRefund)
	case "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed", "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated":
		return read(e, factsOfDispute)
	}
	return nil, nil
}

func read[T any](e *stripe.Event, f func(*T) []fact) ([]fact, error) {
	v := new(T)
	if err := json.Unmarshal(e.Data.Raw, v); err != nil {
		return nil, fmt.Errorf("read a %s: %w", e.Type, err)
	}
	return f(v), nil
}

func unitOf(c stripe.Currency) string { return strings.ToUpper(string(c)) }

func factsOfSession(c *stripe.CheckoutSession, at time.Time) []fact {
	is := sessionFact{checkout: checkoutOf(c.Metadata), session: c.ID, expired: c.Status == stripe.CheckoutSessionStatusExpired}
	if is.checkout == 0 {
		return nil
	}
	if c.Subscription != nil {
		is.subscription = c.Subscription.ID
	}
	facts := []fact{is}
	if c.PaymentIntent == nil || c.Mode != stripe.CheckoutSessionModePayment || c.PaymentStatus != stripe.CheckoutSessionPaymentStatusPaid {
		return facts
	}
	paid := paidFact{checkout: is.checkout, key: c.PaymentIntent.ID, intent: c.PaymentIntent.ID, unit: unitOf(c.Currency), amount: c.AmountTotal, at: at}
	if c.CustomerDetails != nil {
		paid.mail = c.CustomerDetails.Email
	}
	return append(facts, paid)
}

func factsOfInvoice(i *stripe.Invoice, paid bool) []fact {
	if i.Parent == nil || i.Parent.SubscriptionDetails == nil {
		return nil
	}
	of := i.Parent.SubscriptionDetails
	checkout, subscription := checkoutOf(of.Metadata), ""
	if of.Subscription != nil {
		subscription = of.Subscription.ID
	}
	if !paid {
		return []fact{failedFact{checkout, subscription, i.ID}}
	}
	if i.AmountPaid <= 0 {
		return nil
	}
	f := paidFact{checkout: checkout, subscription: subscription, key: i.ID, unit: unitOf(i.Currency), amount: i.AmountPaid, at: time.Unix(i.Created, 0), mail: i.CustomerEmail}
	if i.StatusTransitions != nil && i.StatusTransitions.PaidAt > 0 {
		f.at = time.Unix(i.StatusTransitions.PaidAt, 0)
	}
	facts := []fact{f}
	if i.Payments != nil {
		for _, p := range i.Payments.Data {
			facts = append(facts, linkOf(i.ID, p)...)
		}
	}
	return facts
}

func factsOfLink(p *stripe.InvoicePayment) []fact {
	if p.Invoice == nil {
		return nil
	}
	return linkOf(p.Invoice.ID, p)
}

// linkOf is nothing for an attempt that failed: another intent pays the invoice then.
func linkOf(invoice string, p *stripe.InvoicePayment) []fact {
	if p.Status != "paid" || p.Payment == nil || p.Payment.PaymentIntent == nil {
		return nil
	}
	return []fact{linkFact{invoice, p.Payment.PaymentIntent.ID}}
}

func factsOfRefund(r *stripe.Refund) []fact {
	if r.PaymentIntent == nil {
		return nil
	}
	f := paybackFact{id: r.ID, intent: r.PaymentIntent.ID, amount: r.Amount, counts: true}
	switch r.Status {
	case stripe.RefundStatusSucceeded:
		f.rank = 1
	case stripe.RefundStatusFailed, stripe.RefundStatusCanceled:
		f.rank, f.counts = 2, false
	}
	return []fact{f}
}

func factsOfDispute(d *stripe.Dispute) []fact {
	if d.PaymentIntent == nil {
		return nil
	}
	f := paybackFact{id: d.ID, intent: d.PaymentIntent.ID, amount: d.Amount, counts: true}
	switch d.Status {
	case stripe.DisputeStatusWarningNeedsResponse:
		f.counts = false // an inquiry: nothing was taken back
	case stripe.DisputeStatusWarningUnderReview:
		f.rank, f.counts = 1, false
	case stripe.DisputeStatusNeedsResponse:
		f.rank = 2
	case stripe.DisputeStatusUnderReview:
		f.rank = 3
	case stripe.DisputeStatusLost:
		f.rank = 4
	case stripe.DisputeStatusWon, stripe.DisputeStatusWarningClosed, stripe.DisputeStatusPrevented:
		f.rank, f.counts = 4, false
	}
	return []fact{f}
}
