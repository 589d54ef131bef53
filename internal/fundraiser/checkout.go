package fundraiser

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/once"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// CheckoutState says how far somebody came who went to pay.
type CheckoutState string

// The states. What is once is paid or expired; what is monthly becomes active, fails
// now and then, and ends.
const (
	CheckoutNew     CheckoutState = "new" // Stripe may not know of it yet
	CheckoutOpen    CheckoutState = "open"
	CheckoutPaid    CheckoutState = "paid"
	CheckoutExpired CheckoutState = "expired"
	CheckoutActive  CheckoutState = "active"
	CheckoutFailing CheckoutState = "failing" // the last month could not be paid
	CheckoutEnded   CheckoutState = "ended"
)

// Checkout is a gift that is paid through Stripe, once or each month. Only its donor
// sees it.
type Checkout struct {
	ID        id.ID
	CallID    id.ID
	Monthly   bool
	Unit      string
	Amount    int64 // in the smallest unit, once or each month
	Shown     Shown
	PenName   string
	State     CheckoutState
	PayURL    string // Stripe's page, while it can be paid there
	Ending    bool   // its months end as soon as Stripe has heard of it
	CreatedAt time.Time
}

// checkout is one with what the room alone knows.
type checkout struct {
	Checkout
	AccountID             id.ID // 0 once deleted
	Payee                 id.ID // account: the call's beneficiary when it began
	Story                 string
	Via                   act.Source
	Language              string
	Session, Subscription string
}

const checkoutColumns = `id, call_id, account_id, payee_id, monthly, unit, amount, shown, pen_name, story, via_kind, via_id, language, state, session, subscription, pay_url, ending, created_at`

func scanCheckout(row db.Row) (*checkout, error) {
	c := new(checkout)
	var at int64
	err := row.Scan(&c.ID, &c.CallID, &c.AccountID, &c.Payee, &c.Monthly, &c.Unit, &c.Amount, &c.Shown, &c.PenName, &c.Story, &c.Via.Kind, &c.Via.ID, &c.Language,
		&c.State, &c.Session, &c.Subscription, &c.PayURL, &c.Ending, &at)
	c.CreatedAt = db.Time(at)
	return c, err
}

// PaidGift is what a donor chooses before they pay.
type PaidGift struct {
	Amount     *int64 // in the currency's smallest unit; needed
	Unit       string // ISO 4217; "" is the call's
	Monthly    bool
	Shown      Shown
	PenName    string
	Story      string
	InspiredBy act.Source
	Language   string // of the receipt
	Key        string `json:"-"`
}

// Checkout begins a payment: PayURL is where it goes on. Conflict where payments are
// not taken, Unavailable when Stripe cannot be reached; the errors of Give.
func (s *Service) Checkout(ctx context.Context, v account.Viewer, callID id.ID, g PaidGift) (Checkout, error) {
	if !v.SignedIn() {
		return Checkout{}, problem.Unauthorized("Sign in first.")
	}
	of, err := s.call(ctx, v, callID)
	if err != nil {
		return Checkout{}, err
	}
	takes, err := s.TakesPayments(ctx, of)
	if err == nil && !takes {
		err = problem.Conflict("", "Gifts for this call cannot be paid here.")
	}
	if err == nil {
		err = of.Takes()
	}
	if err != nil {
		return Checkout{}, err
	}
	said := struct {
		CallID id.ID
		PaidGift
	}{callID, g}
	if err := g.clean(of); err != nil {
		return Checkout{}, err
	}
	if err := s.mayName(ctx, v, g.InspiredBy); err != nil {
		return Checkout{}, err
	}
	var c *checkout
	err = s.d.Update(ctx, func(tx *db.Tx) error {
		i, err := once.Do(tx, v.ID(), "checkout", g.Key, said, func() (id.ID, error) { return s.begin(tx, v.ID(), callID, g) })
		if err != nil {
			return err
		}
		c, err = find(tx, i, "")
		return err
	})
	if err != nil {
		return Checkout{}, err
	}
	if c.State != CheckoutNew {
		return c.Checkout, nil // the same form once more
	}
	if err := s.openCheckout(ctx, c, of); err != nil {
		return Checkout{}, err
	}
	return c.Checkout, nil
}

// mayName says whether a donor may name what moved them: it is theirs to see now,
// and not asked again once the money came.
func (s *Service) mayName(ctx context.Context, v account.Viewer, src act.Source) error {
	if src.Kind == act.FromAct {
		_, err := s.rooms.Acts.Get(ctx, v, src.ID)
		if problem.Is(err, problem.KindNotFound) || problem.Is(err, problem.KindGone) {
			return problem.Invalid("inspired_by", "What inspired this act does not exist, or you may not see it.")
		}
		return err
	}
	return s.rooms.Acts.MayName(ctx, v, src)
}

func (g *PaidGift) clean(of *call.Call) (err error) {
	if g.Unit == "" {
		g.Unit = of.Unit
	}
	if g.Shown, g.PenName, err = cleanName(g.Shown, g.PenName); err != nil {
		return err
	}
	if g.Story, err = text.Block("story", g.Story, act.StoryMost); err != nil {
		return err
	}
	switch {
	case !call.IsCurrency(g.Unit):
		return problem.Invalid("unit", "“%s” is not a currency's code of three capital letters (ISO 4217).", g.Unit)
	case g.Amount == nil:
		return problem.Invalid("quantity", "Say how much was given.")
	case *g.Amount <= 0 || *g.Amount > act.QuantityMost:
		return problem.Invalid("quantity", "A gift is more than nothing.")
	}
	_, err = toStripe(*g.Amount, g.Unit)
	return err
}

func (s *Service) begin(tx *db.Tx, donor, callID id.ID, g PaidGift) (id.ID, error) {
	// From here on the call's beneficiary stays.
	if err := call.SettleIn(tx, callID); err != nil {
		return 0, err
	}
	of, err := call.GetIn(tx, callID)
	if err != nil {
		return 0, err
	}
	i, now := s.ids.New(), s.now()
	_, err = tx.Exec(`INSERT INTO checkout (id, call_id, account_id, payee_id, monthly, unit, amount, shown, pen_name, story, via_kind, via_id, language, state, ask_at, created_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'new', $14, $15, $16)`, i, callID, donor, of.Beneficiary, g.Monthly, g.Unit, *g.Amount, string(g.Shown), g.PenName,
		g.Story, string(g.InspiredBy.Kind), g.InspiredBy.ID, g.Language, db.Millis(now.Add(askAfter)), db.Millis(now), db.Millis(now))
	if err != nil {
		return 0, fmt.Errorf("begin a payment: %w", err)
	}
	return i, nil
}

// openCheckout asks for the page to pay on, and keeps where it is. Conflict for what
// was ended in the meantime: the page that came too late is closed again.
func (s *Service) openCheckout(ctx context.Context, c *checkout, of *call.Call) error {
	session, err := s.openSession(ctx, c, of)
	if err != nil {
		return err
	}
	err = s.d.Update(ctx, func(tx *db.Tx) error {
		is, err := db.One(tx, scanCheckout, `UPDATE checkout SET session = $1, pay_url = CASE WHEN state = 'new' AND NOT ending THEN $2 ELSE pay_url END,
			state = CASE WHEN state = 'new' THEN 'open' ELSE state END, changed_at = $3 WHERE id = $4 RETURNING `+checkoutColumns,
			session.ID, session.URL, db.Millis(s.now()), c.ID)
		if err != nil {
			return fmt.Errorf("keep where to pay: %w", err)
		}
		*c = *is
		if !c.Ending {
			return nil
		}
		return s.jobs.Enqueue(tx, endArgs{Checkout: c.ID})
	})
	if err == nil && c.Ending {
		err = problem.Conflict("", "This payment was ended before it began.")
	}
	return err
}

// Checkouts are v's own payments, the newest first.
func (s *Service) Checkouts(ctx context.Context, v account.Viewer, p db.Page) ([]Checkout, error) {
	return s.checkouts(ctx, v, "TRUE", p)
}

// Monthly are v's own gifts that are paid each month, the newest first.
func (s *Service) Monthly(ctx context.Context, v account.Viewer) ([]Checkout, error) {
	return s.checkouts(ctx, v, "monthly AND state IN ('active', 'failing')", db.Page{Limit: monthlyMost, Most: monthlyMost})
}

// monthlyMost is how many monthly gifts of one's own are listed.
const monthlyMost = 200

func (s *Service) checkouts(ctx context.Context, v account.Viewer, which string, p db.Page) ([]Checkout, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in first.")
	}
	page, args, tail := p.SQL("id", 2)
	rows, err := db.All(s.d.Read(ctx), scanCheckout, `SELECT `+checkoutColumns+` FROM checkout WHERE account_id = $1 AND `+which+` AND `+page+tail, append([]any{int64(v.ID())}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("list payments: %w", err)
	}
	rows = db.Newest(p, rows)
	list := make([]Checkout, len(rows))
	for i, c := range rows {
		list[i] = c.Checkout
	}
	return list, nil
}

// CheckoutOf is one payment of v's; NotFound for others'.
func (s *Service) CheckoutOf(ctx context.Context, v account.Viewer, checkoutID id.ID) (Checkout, error) {
	if !v.SignedIn() {
		return Checkout{}, problem.Unauthorized("Sign in first.")
	}
	c, err := db.One(s.d.Read(ctx), scanCheckout, `SELECT `+checkoutColumns+` FROM checkout WHERE id = $1 AND account_id = $2`, checkoutID, v.ID())
	if errors.Is(err, sql.ErrNoRows) {
		return Checkout{}, problem.NotFound("payment")
	}
	if err != nil {
		return Checkout{}, fmt.Errorf("read a payment: %w", err)
	}
	return c.Checkout, nil
}

// eventsFor is how long events are remembered; Stripe repeats one for three days.
const eventsFor = 30 * 24 * time.Hour

// Forget forgets old events: a sweep.
func (s *Service) Forget(ctx context.Context, now time.Time) error {
	return s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM stripe_event WHERE received_at < $1`, db.Millis(now.Add(-eventsFor)))
		return err
	})
}

// forgetDonor ends the payments of a deleted account, and forgets whose they were.
func (s *Service) forgetDonor(tx *db.Tx, gone id.ID) error {
	if err := s.endIn(tx, "account_id", gone); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE payment SET mail = '' WHERE checkout_id IN (SELECT id FROM checkout WHERE account_id = $1)`, gone)
	if err == nil {
		_, err = tx.Exec(`UPDATE checkout SET account_id = NULL, story = '', pen_name = '', shown = 'anonymous', via_kind = '', via_id = NULL WHERE account_id = $1`, gone)
	}
	if err != nil {
		return fmt.Errorf("forget whose payments these were: %w", err)
	}
	return nil
}
