package fundraiser

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v85"

	"goodturn/internal/call"
	"goodturn/internal/fetch"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// Stripe is what an operator sets to take payments; without Key there are none.
type Stripe struct {
	Key     string // the secret or restricted key
	Webhook string // the secret that signs events
	// Accounts are the organisations whose gifts are taken, by username, each with
	// the connected account that the money goes to, "" for the operator's own. No
	// other call takes payments, whatever its organisers write.
	Accounts map[string]string
	API      string // where Stripe's API lies, for tests; "" is Stripe
	URL      string // of this server: donors come back to it
}

// stripeWithin bounds one question to Stripe, retries included.
const stripeWithin = 25 * time.Second

// Pay has the room take payments, going out by that gate; before the start.
func (s *Service) Pay(c Stripe, gate *fetch.Gate, mailer Mailer) {
	s.stripe, s.mailer = c, mailer
	config := &stripe.BackendConfig{HTTPClient: gate.Client(), MaxNetworkRetries: stripe.Int64(2), EnableTelemetry: stripe.Bool(false),
		LeveledLogger: &stripe.LeveledLogger{Level: stripe.LevelNull}}
	if c.API != "" {
		config.URL = stripe.String(c.API)
	}
	s.wire = stripe.NewBackendsWithConfig(config)
}

// clientOf speaks to Stripe. Neither a field nor a method names its type: its
// generic lists would be compiled anew in every package that can see the room.
func clientOf(s *Service) *stripe.Client {
	return stripe.NewClient(s.stripe.Key, stripe.WithBackends(s.wire))
}

// TakesPayments says whether gifts for a call can be paid here: to an organisation
// that the operator named.
func (s *Service) TakesPayments(ctx context.Context, c *call.Call) (bool, error) {
	if s.wire == nil || c.Beneficiary == 0 || c.Kind != call.Fundraiser {
		return false, nil
	}
	_, takes, err := s.payee(ctx, c.Beneficiary)
	return takes, err
}

// payee is the connected account that gifts to somebody go to.
func (s *Service) payee(ctx context.Context, beneficiary id.ID) (connected string, takes bool, err error) {
	a, err := s.rooms.Accounts.Get(ctx, beneficiary)
	if problem.Is(err, problem.KindNotFound) || problem.Is(err, problem.KindGone) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	if !a.Local() || !a.Shown() {
		return "", false, nil
	}
	connected, takes = s.stripe.Accounts[a.Username]
	return connected, takes, nil
}

// What Stripe calls the smallest unit of a currency differs from ISO 4217 for some:
// see docs.stripe.com/currencies. ISK and UGX have no decimals, and are sent to Stripe
// with two.
var (
	withoutDecimals = strings.Fields("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF")
	threeDecimals   = strings.Fields("BHD JOD KWD OMR TND")
)

func stripeDecimals(unit string) int {
	switch {
	case slices.Contains(withoutDecimals, unit):
		return 0
	case slices.Contains(threeDecimals, unit):
		return 3
	}
	return 2
}

// toStripe is an amount as Stripe counts it. Invalid for one that it cannot say:
// parts of a unit that it takes whole, and thousandths that are not of ten.
func toStripe(amount int64, unit string) (int64, error) {
	for range stripeDecimals(unit) - call.Decimals(unit) {
		amount *= 10
	}
	for range call.Decimals(unit) - stripeDecimals(unit) {
		if amount%10 != 0 {
			return 0, problem.Invalid("quantity", "Payments in %s are in whole units.", unit)
		}
		amount /= 10
	}
	if stripeDecimals(unit) == 3 && amount%10 != 0 {
		return 0, problem.Invalid("quantity", "The last decimal of a payment in %s is 0.", unit)
	}
	return amount, nil
}

// fromStripe is an amount of Stripe's in the smallest unit by ISO 4217.
func fromStripe(amount int64, unit string) int64 {
	for range stripeDecimals(unit) - call.Decimals(unit) {
		amount /= 10
	}
	for range call.Decimals(unit) - stripeDecimals(unit) {
		amount *= 10
	}
	return amount
}

// giftKey names our checkout in what Stripe keeps.
const giftKey = "goodturn_checkout"

// openSession asks Stripe for the page on which a checkout is paid. Asked twice, it
// gives the same page.
func (s *Service) openSession(ctx context.Context, c *checkout, of *call.Call) (*stripe.CheckoutSession, error) {
	ctx, cancel := context.WithTimeout(ctx, stripeWithin)
	defer cancel()
	amount, err := toStripe(c.Amount, c.Unit)
	if err != nil {
		return nil, err
	}
	connected, takes, err := s.payee(ctx, c.Payee)
	if err != nil {
		return nil, err
	}
	if !takes {
		return nil, problem.Conflict("", "Gifts for this call cannot be paid here.")
	}
	beneficiary, err := s.rooms.Accounts.Get(ctx, c.Payee)
	if err != nil {
		return nil, err
	}
	about := map[string]string{giftKey: c.ID.String()}
	back := s.stripe.URL + "/calls/" + of.ID.String()
	price := &stripe.CheckoutSessionCreateLineItemPriceDataParams{
		Currency: stripe.String(strings.ToLower(c.Unit)), UnitAmount: stripe.Int64(amount),
		ProductData: &stripe.CheckoutSessionCreateLineItemPriceDataProductDataParams{Name: stripe.String(of.Title), Description: stripe.String(beneficiary.Title())},
	}
	p := &stripe.CheckoutSessionCreateParams{
		Mode: stripe.String(string(stripe.CheckoutSessionModePayment)), ClientReferenceID: stripe.String(c.ID.String()), Metadata: maps.Clone(about),
		SuccessURL: stripe.String(back + "/paid/" + c.ID.String()), CancelURL: stripe.String(back + "/give"),
		LineItems: []*stripe.CheckoutSessionCreateLineItemParams{{Quantity: stripe.Int64(1), PriceData: price}},
	}
	if c.Monthly {
		p.Mode = stripe.String(string(stripe.CheckoutSessionModeSubscription))
		price.Recurring = &stripe.CheckoutSessionCreateLineItemPriceDataRecurringParams{Interval: stripe.String(string(stripe.PriceRecurringIntervalMonth))}
		p.SubscriptionData = &stripe.CheckoutSessionCreateSubscriptionDataParams{Metadata: maps.Clone(about), Description: stripe.String(beneficiary.Title())}
		if connected != "" {
			p.SubscriptionData.OnBehalfOf = stripe.String(connected)
			p.SubscriptionData.TransferData = &stripe.CheckoutSessionCreateSubscriptionDataTransferDataParams{Destination: stripe.String(connected)}
		}
	} else {
		p.SubmitType = stripe.String(string(stripe.CheckoutSessionSubmitTypeDonate))
		p.PaymentIntentData = &stripe.CheckoutSessionCreatePaymentIntentDataParams{Metadata: maps.Clone(about), Description: stripe.String(beneficiary.Title())}
		if connected != "" {
			p.PaymentIntentData.OnBehalfOf = stripe.String(connected)
			p.PaymentIntentData.TransferData = &stripe.CheckoutSessionCreatePaymentIntentDataTransferDataParams{Destination: stripe.String(connected)}
		}
	}
	p.SetIdempotencyKey("goodturn-checkout-" + c.ID.String())
	session, err := clientOf(s).V1CheckoutSessions.Create(ctx, p)
	if err != nil {
		return nil, s.stripeProblem(err)
	}
	return session, nil
}

// stripeProblem is what Stripe refused as a sentence, or that it cannot be reached.
func (s *Service) stripeProblem(err error) error {
	var e *stripe.Error
	if errors.As(err, &e) && e.HTTPStatusCode == http.StatusBadRequest {
		return &problem.Error{Kind: problem.KindConflict, Field: "quantity", Format: "Stripe does not take this payment. Perhaps the amount is too small or too large, or the currency is not taken.", Err: err}
	}
	return problem.Unavailable(err, "Payments cannot be reached right now. Try again in a minute.")
}

// missing says that Stripe knows no such thing.
func missing(err error) bool {
	var e *stripe.Error
	return errors.As(err, &e) && e.HTTPStatusCode == http.StatusNotFound
}

// asked is how far a session is.
type asked struct {
	facts   []fact
	open    bool // its page can still be paid
	pending bool // a bank is at it
}

// askSession is how far a session is, and of a subscription what was paid and whether
// it ended.
func (s *Service) askSession(ctx context.Context, session string) (asked, error) {
	ctx, cancel := context.WithTimeout(ctx, stripeWithin)
	defer cancel()
	got, err := clientOf(s).V1CheckoutSessions.Retrieve(ctx, session, &stripe.CheckoutSessionRetrieveParams{
		Expand: []*string{stripe.String("subscription"), stripe.String("payment_intent.latest_charge")}})
	if err != nil {
		return asked{}, fmt.Errorf("ask about a session: %w", err)
	}
	at := s.now()
	if p := got.PaymentIntent; p != nil && p.LatestCharge != nil && p.LatestCharge.Created > 0 {
		at = time.Unix(p.LatestCharge.Created, 0)
	}
	facts := factsOfSession(got, at)
	is := asked{facts: facts, open: got.Status == stripe.CheckoutSessionStatusOpen,
		pending: got.Status == stripe.CheckoutSessionStatusComplete && got.PaymentStatus == stripe.CheckoutSessionPaymentStatusUnpaid}
	if got.Subscription == nil {
		return is, nil
	}
	list := clientOf(s).V1Invoices.List(ctx, &stripe.InvoiceListParams{Subscription: stripe.String(got.Subscription.ID), Status: stripe.String("paid"),
		Expand: []*string{stripe.String("data.payments")}})
	for invoice, err := range list.All(ctx) {
		if err != nil {
			return asked{}, fmt.Errorf("ask about a monthly gift: %w", err)
		}
		is.facts = append(is.facts, factsOfInvoice(invoice, true)...)
	}
	switch got.Subscription.Status {
	case stripe.SubscriptionStatusCanceled, stripe.SubscriptionStatusIncompleteExpired:
		is.facts = append(is.facts, endedFact{checkoutOf(got.Metadata), got.Subscription.ID})
	}
	return is, nil
}

// askPaybacks are the refunds and disputes since a time.
func (s *Service) askPaybacks(ctx context.Context, since time.Time) ([]fact, error) {
	ctx, cancel := context.WithTimeout(ctx, stripeWithin)
	defer cancel()
	created := &stripe.RangeQueryParams{GreaterThanOrEqual: since.Unix()}
	var facts []fact
	for refund, err := range clientOf(s).V1Refunds.List(ctx, &stripe.RefundListParams{CreatedRange: created}).All(ctx) {
		if err != nil {
			return nil, fmt.Errorf("ask about refunds: %w", err)
		}
		if facts = append(facts, factsOfRefund(refund)...); len(facts) >= paybackMost {
			break
		}
	}
	for dispute, err := range clientOf(s).V1Disputes.List(ctx, &stripe.DisputeListParams{CreatedRange: created}).All(ctx) {
		if err != nil {
			return nil, fmt.Errorf("ask about disputes: %w", err)
		}
		if facts = append(facts, factsOfDispute(dispute)...); len(facts) >= 2*paybackMost {
			break
		}
	}
	return facts, nil
}

// expireSession closes the page on which a gift was to be paid.
func (s *Service) expireSession(ctx context.Context, c *checkout) error {
	ctx, cancel := context.WithTimeout(ctx, stripeWithin)
	defer cancel()
	p := &stripe.CheckoutSessionExpireParams{}
	p.SetIdempotencyKey("goodturn-expire-" + c.ID.String())
	_, err := clientOf(s).V1CheckoutSessions.Expire(ctx, c.Session, p)
	return err
}

// endSubscription ends the months of a gift.
func (s *Service) endSubscription(ctx context.Context, c *checkout) error {
	ctx, cancel := context.WithTimeout(ctx, stripeWithin)
	defer cancel()
	p := &stripe.SubscriptionCancelParams{}
	p.SetIdempotencyKey("goodturn-end-" + c.ID.String())
	_, err := clientOf(s).V1Subscriptions.Cancel(ctx, c.Subscription, p)
	if missing(err) {
		return nil
	}
	return err
}

// checkoutOf is the checkout that Stripe's notes name, 0 for none of ours.
func checkoutOf(notes map[string]string) id.ID {
	i, err := id.Parse(notes[giftKey])
	if err != nil {
		return 0
	}
	return i
}
