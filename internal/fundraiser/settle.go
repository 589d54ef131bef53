package fundraiser

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// monthAndSome is after how long without a word Stripe is asked about a monthly gift.
const monthAndSome = 35 * 24 * time.Hour

func (f sessionFact) apply(tx *db.Tx, s *Service) error {
	_, err := tx.Exec(`UPDATE checkout SET session = $1, subscription = CASE WHEN $2 <> '' THEN $3 ELSE subscription END,
			state = CASE WHEN $4 AND state IN ('new', 'open') THEN 'expired' WHEN NOT $5 AND $6 <> '' AND state IN ('new', 'open', 'expired') THEN 'active' ELSE state END,
			pay_url = CASE WHEN $7 THEN '' ELSE pay_url END,
			ask_at = CASE WHEN ending AND monthly THEN ask_at WHEN $8 AND state IN ('new', 'open') THEN NULL WHEN $9 <> '' AND state IN ('new', 'open') THEN $10 ELSE ask_at END, changed_at = $11
		WHERE id = $12`, f.session, f.subscription, f.subscription, f.expired, f.expired, f.subscription, f.expired || f.subscription != "",
		f.expired, f.subscription, db.Millis(s.now().Add(monthAndSome)), db.Millis(s.now()), f.checkout)
	if err != nil {
		return fmt.Errorf("note how far a checkout is: %w", err)
	}
	return nil
}

// find is the checkout that a fact is about, nil for none of ours.
func find(tx *db.Tx, checkoutID id.ID, subscription string) (*checkout, error) {
	where, arg := "id = $1", any(int64(checkoutID))
	if checkoutID == 0 {
		if subscription == "" {
			return nil, nil
		}
		where, arg = "subscription = $1", any(subscription)
	}
	c, err := db.One(tx, scanCheckout, `SELECT `+checkoutColumns+` FROM checkout WHERE `+where, arg)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find a checkout: %w", err)
	}
	return c, nil
}

func (f paidFact) apply(tx *db.Tx, s *Service) error {
	c, err := find(tx, f.checkout, f.subscription)
	if c == nil || err != nil {
		return err
	}
	if f.unit != c.Unit {
		return fmt.Errorf("checkout %s in %s was paid in %s", c.ID, c.Unit, f.unit)
	}
	n, err := affected(tx.Exec(`INSERT INTO payment (id, stripe_key, checkout_id, intent, amount, paid_at, mail) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (stripe_key) DO NOTHING`, s.ids.New(), f.key, c.ID, f.intent, fromStripe(f.amount, f.unit), db.Millis(f.at), f.mail))
	if err != nil {
		return fmt.Errorf("note a payment: %w", err)
	}
	if n == 1 {
		if err := s.paid(tx, c, f.subscription); err != nil {
			return err
		}
	}
	if err := link(tx); err != nil {
		return err
	}
	return s.settle(tx, `stripe_key = $1`, f.key)
}

// paid notes that money came for a checkout: it is paid, whatever was said before.
// What has ended stays so, and Stripe is told once more, as it seems not to know.
func (s *Service) paid(tx *db.Tx, c *checkout, subscription string) error {
	now := s.now()
	state, ask := CheckoutPaid, sql.NullInt64{}
	if c.Monthly {
		state, ask = CheckoutActive, sql.NullInt64{Int64: db.Millis(now.Add(monthAndSome)), Valid: true}
	}
	if c.Monthly && (c.Ending || c.State == CheckoutEnded) {
		state, ask.Int64 = c.State, db.Millis(now.Add(askAfter))
		if err := s.jobs.Enqueue(tx, endArgs{Checkout: c.ID}); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`UPDATE checkout SET state = $1, ask_at = $2, subscription = CASE WHEN subscription = '' THEN $3 ELSE subscription END, pay_url = '', changed_at = $4
		WHERE id = $5`, string(state), ask, subscription, db.Millis(now), c.ID)
	if err != nil {
		return fmt.Errorf("note that a checkout was paid: %w", err)
	}
	return nil
}

func (f failedFact) apply(tx *db.Tx, s *Service) error {
	c, err := find(tx, f.checkout, f.subscription)
	if c == nil || err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE checkout SET state = 'failing', changed_at = $1 WHERE id = $2 AND state = 'active'
		AND NOT EXISTS (SELECT 1 FROM payment WHERE stripe_key = $3)`, db.Millis(s.now()), c.ID, f.invoice) // it may have been paid since
	if err != nil {
		return fmt.Errorf("note a month that was not paid: %w", err)
	}
	return nil
}

func (f endedFact) apply(tx *db.Tx, s *Service) error {
	c, err := find(tx, f.checkout, f.subscription)
	if c == nil || err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE checkout SET state = 'ended', ask_at = NULL, changed_at = $1 WHERE id = $2`, db.Millis(s.now()), c.ID)
	if err != nil {
		return fmt.Errorf("note that a monthly gift ended: %w", err)
	}
	return nil
}

func (f linkFact) apply(tx *db.Tx, s *Service) error {
	_, err := tx.Exec(`INSERT INTO invoice_intent (invoice, intent) VALUES ($1, $2) ON CONFLICT (invoice) DO NOTHING`, f.invoice, f.intent)
	if err != nil {
		return fmt.Errorf("note what paid an invoice: %w", err)
	}
	if err := link(tx); err != nil {
		return err
	}
	return s.settle(tx, `stripe_key = $1`, f.invoice)
}

// link tells payments of invoices their intents, as soon as both are known.
func link(tx *db.Tx) error {
	_, err := tx.Exec(`UPDATE payment SET intent = (SELECT intent FROM invoice_intent WHERE invoice = payment.stripe_key)
		WHERE intent = '' AND EXISTS (SELECT 1 FROM invoice_intent WHERE invoice = payment.stripe_key)`)
	if err != nil {
		return fmt.Errorf("link payments: %w", err)
	}
	return nil
}

func (f paybackFact) apply(tx *db.Tx, s *Service) error {
	_, err := tx.Exec(`INSERT INTO payback (stripe_id, intent, amount, rank, counts) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (stripe_id) DO UPDATE SET amount = excluded.amount, rank = excluded.rank, counts = excluded.counts WHERE payback.rank < excluded.rank`,
		f.id, f.intent, f.amount, f.rank, f.counts)
	if err != nil {
		return fmt.Errorf("note what was paid back: %w", err)
	}
	return s.settle(tx, `intent = $1`, f.intent)
}

// paidThrough is how a payment is known.
const paidThrough = "Paid through Stripe."

// settle brings the gift of a payment in line with all that is known of it.
func (s *Service) settle(tx *db.Tx, where string, arg any) error {
	type paid struct {
		id, checkout, act id.ID
		intent, mail      string
		amount, at        int64
	}
	p, err := db.One(tx, func(row db.Row) (p paid, err error) {
		return p, row.Scan(&p.id, &p.checkout, &p.act, &p.intent, &p.mail, &p.amount, &p.at)
	}, `SELECT id, checkout_id, act_id, intent, mail, amount, paid_at FROM payment WHERE `+where, arg)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // it was not heard of yet
	}
	if err != nil {
		return fmt.Errorf("read a payment: %w", err)
	}
	c, err := find(tx, p.checkout, "")
	if c == nil || err != nil {
		return errors.Join(err, fmt.Errorf("payment %s has no checkout", p.id))
	}
	counted := p.amount
	if p.intent != "" {
		var back int64
		if err := tx.QueryRow(`SELECT COALESCE(SUM(amount), 0) FROM payback WHERE intent = $1 AND counts`, p.intent).Scan(&back); err != nil {
			return fmt.Errorf("add up what was paid back: %w", err)
		}
		counted = max(0, p.amount-fromStripe(back, c.Unit))
	}
	if p.act == 0 {
		if p.act, err = s.paidGift(tx, c, counted, db.Time(p.at)); err != nil {
			return err
		}
		if p.mail != "" {
			if err := s.jobs.Enqueue(tx, receiptArgs{Payment: p.id}); err != nil {
				return err
			}
		}
	}
	if _, err := tx.Exec(`UPDATE payment SET act_id = $1, counted = $2 WHERE id = $3`, p.act, counted, p.id); err != nil {
		return fmt.Errorf("note what a payment counts for: %w", err)
	}
	to := act.Settled{Quantity: counted, Proof: act.Confirmed, How: paidThrough}
	if counted == 0 {
		to.Proof = act.Told
	}
	return s.rooms.Acts.SettleIn(tx, p.act, to, s.now())
}

// paidGift is the act of a payment. The money came, so nothing keeps it from
// counting: not a call that is over by now, nor a source that is gone, nor that the
// donor left in the meantime. Stripe's clock is its own and tells whole seconds:
// nothing was paid before its donor went to pay, so what moved them is older.
func (s *Service) paidGift(tx *db.Tx, c *checkout, amount int64, at time.Time) (id.ID, error) {
	if at.Before(c.CreatedAt) {
		at = c.CreatedAt
	}
	if now := s.now(); at.After(now) {
		at = now
	}
	d := act.Draft{CallID: c.CallID, DoneAt: at, Quantity: &amount, Unit: c.Unit, Story: c.Story, InspiredBy: c.Via, Veiled: c.Shown != Named, PenName: c.PenName, Paid: true}
	var donor *account.Account
	if c.AccountID != 0 {
		held, err := account.HoldIn(tx, c.AccountID) // against being deleted at the same time
		if err != nil {
			return 0, err
		}
		if donor = held[c.AccountID]; donor != nil && donor.State == account.StateDeleted {
			donor = nil
		}
	}
	if donor == nil {
		d.Veiled = true
	}
	a, err := s.rooms.Acts.DoIn(tx, donor, d, s.now())
	if problem.Is(err, problem.KindInvalid) && !d.InspiredBy.None() {
		d.InspiredBy = act.Source{}
		a, err = s.rooms.Acts.DoIn(tx, donor, d, s.now())
	}
	if err != nil {
		return 0, fmt.Errorf("tell of a paid gift: %w", err)
	}
	return a.ID, nil
}
