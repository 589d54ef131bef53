package fundraiser

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// How long until Stripe is asked about what nobody reported: a page that was paid, or
// one that the answer to got lost. Each time it takes twice as long.
const (
	askAfter    = time.Hour
	askLast     = 26 * time.Hour      // Stripe's pages are open for a day
	pendingLast = 20 * 24 * time.Hour // what a bank is at
)

// endArgs is the job that tells Stripe that a gift's months end, or that its page is
// not to be paid any more.
type endArgs struct{ Checkout id.ID }

// Kind names the job.
func (endArgs) Kind() string { return "fundraiser_end" }

// EndMonthly ends v's own monthly gift: what was given stays. NotFound for others'.
func (s *Service) EndMonthly(ctx context.Context, v account.Viewer, checkoutID id.ID) error {
	if _, err := s.CheckoutOf(ctx, v, checkoutID); err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error { return s.endIn(tx, "id", checkoutID) })
}

// endIn has months end, and open pages closed. Should the job not come through, the
// sweep tries until Stripe has heard of it.
func (s *Service) endIn(tx *db.Tx, column string, of id.ID) error {
	now := s.now()
	ending, err := db.All(tx, db.ScanID, `UPDATE checkout SET ending = TRUE, pay_url = '', changed_at = $1, ask_at = CASE WHEN monthly THEN $2 ELSE ask_at END
		WHERE state IN ('new', 'open', 'active', 'failing') AND `+column+` = $3 RETURNING id`, db.Millis(now), db.Millis(now.Add(askAfter)), of)
	if err != nil {
		return fmt.Errorf("end payments: %w", err)
	}
	for _, i := range ending {
		if err := s.jobs.Enqueue(tx, endArgs{Checkout: i}); err != nil {
			return err
		}
	}
	return nil
}

// tellEnd ends what is to end, as far as Stripe knows of it: also what ended before,
// for money that came all the same.
func (s *Service) tellEnd(ctx context.Context, e endArgs) error {
	if s.wire == nil {
		return errors.New("end a payment: payments are not set up")
	}
	read := func() (c *checkout, err error) {
		c, err = db.One(s.d.Read(ctx), scanCheckout, `SELECT `+checkoutColumns+` FROM checkout WHERE id = $1`, e.Checkout)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			err = fmt.Errorf("read a payment: %w", err)
		}
		return c, err
	}
	c, err := read()
	if err != nil {
		return err
	}
	open := false
	if c.Session != "" && c.Subscription == "" { // it may have been paid since
		is, err := s.askSession(ctx, c.Session)
		if err != nil && !missing(err) {
			return err
		}
		if err := s.know(ctx, "", is.facts); err != nil {
			return err
		}
		if c, err = read(); err != nil {
			return err
		}
		open = is.open
	}
	switch {
	case c.State == CheckoutPaid:
		return nil
	case c.Subscription != "":
		err = s.endSubscription(ctx, c)
	case open:
		err = s.expireSession(ctx, c)
	case !c.Monthly && c.Session != "":
		return nil // paid by a way that takes days, or closed
	}
	if err != nil {
		return fmt.Errorf("end payment %s: %w", c.ID, err)
	}
	return s.know(ctx, "", []fact{endedFact{checkout: c.ID}})
}

// askBatch is how many payments are asked about in a row.
const askBatch = 20

// Ask asks Stripe about payments that nobody reported, and keeps what it says: a
// sweep. So whatever is lost between any two steps is found again.
func (s *Service) Ask(ctx context.Context, now time.Time) error {
	if s.wire == nil {
		return nil
	}
	due, err := db.All(s.d.Read(ctx), scanCheckout, `SELECT `+checkoutColumns+` FROM checkout WHERE ask_at <= $1 ORDER BY ask_at LIMIT $2`, db.Millis(now), askBatch)
	if err != nil {
		return fmt.Errorf("find payments to ask about: %w", err)
	}
	var errs []error
	for _, c := range due {
		errs = append(errs, s.ask(ctx, c, now))
	}
	return errors.Join(errs...)
}

func (s *Service) ask(ctx context.Context, c *checkout, now time.Time) error {
	next, age := now.Add(max(askAfter, now.Sub(c.CreatedAt))), now.Sub(c.CreatedAt)
	paying := c.Monthly && c.State != CheckoutNew && c.State != CheckoutOpen
	switch {
	case c.Ending:
		next = now.Add(askAfter)
	case paying:
		next = now.Add(monthAndSome)
	}
	if err := s.write(ctx, "note when to ask again", `UPDATE checkout SET ask_at = $1 WHERE id = $2`, db.Millis(next), c.ID); err != nil {
		return err
	}
	if c.Ending && c.Monthly {
		return s.tellEnd(ctx, endArgs{Checkout: c.ID})
	}
	if c.Session == "" {
		if age > askLast {
			return s.giveUp(ctx, c)
		}
		of, err := call.GetIn(s.d.Read(ctx), c.CallID)
		if err != nil {
			return err
		}
		err = s.openCheckout(ctx, c, of)
		if problem.Is(err, problem.KindConflict) { // Stripe does not take it, now or later
			return s.giveUp(ctx, c)
		}
		if err != nil {
			return err
		}
	}
	is, err := s.askSession(ctx, c.Session)
	if missing(err) {
		return s.giveUp(ctx, c)
	}
	if err != nil {
		return err
	}
	if err := s.know(ctx, "", is.facts); err != nil {
		return err
	}
	if age <= askLast || is.pending && age <= pendingLast {
		return nil
	}
	return s.write(ctx, "ask no more", `UPDATE checkout SET ask_at = NULL WHERE id = $1 AND state NOT IN ('active', 'failing')`, c.ID)
}

// giveUp ends what has no page at Stripe.
func (s *Service) giveUp(ctx context.Context, c *checkout) error {
	return s.write(ctx, "give a payment up",
		`UPDATE checkout SET ask_at = NULL, pay_url = '', state = CASE WHEN state IN ('new', 'open') THEN 'expired' ELSE state END WHERE id = $1`, c.ID)
}

// write is one statement in a transaction of its own.
func (s *Service) write(ctx context.Context, what, query string, args ...any) error {
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(query, args...); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		return nil
	})
}

// What is asked of refunds and disputes, for those that no event told of.
const (
	paybackDays = 8 * 24 * time.Hour
	paybackMost = 1000
)

// AskPaybacks asks Stripe about the refunds and disputes of the last days: a sweep.
func (s *Service) AskPaybacks(ctx context.Context, now time.Time) error {
	if s.wire == nil {
		return nil
	}
	facts, err := s.askPaybacks(ctx, now.Add(-paybackDays))
	if err != nil || len(facts) == 0 {
		return err
	}
	return s.know(ctx, "", facts)
}
