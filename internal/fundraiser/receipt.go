package fundraiser

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/mail"
	"goodturn/internal/problem"
)

// Mailer sends receipts.
type Mailer interface {
	Send(ctx context.Context, m mail.Message) error
}

// receiptArgs is the job that mails a donor the receipt of a payment.
type receiptArgs struct{ Payment id.ID }

// Kind names the job.
func (receiptArgs) Kind() string { return "fundraiser_receipt" }

// sendReceipt mails a receipt, and forgets the address with it. A second run finds
// nothing to do.
func (s *Service) sendReceipt(ctx context.Context, e receiptArgs) error {
	var p struct {
		mail, unit, language string
		callID, payee        id.ID
		amount, at           int64
		monthly              bool
	}
	r := s.d.Read(ctx)
	err := r.QueryRow(`SELECT payment.mail, payment.amount, payment.paid_at, checkout.unit, checkout.language, checkout.call_id, checkout.payee_id, checkout.monthly
		FROM payment JOIN checkout ON checkout.id = payment.checkout_id WHERE payment.id = $1 AND payment.mail <> '' AND payment.mailed_at IS NULL`, e.Payment).
		Scan(&p.mail, &p.amount, &p.at, &p.unit, &p.language, &p.callID, &p.payee, &p.monthly)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read a payment: %w", err)
	}
	of, err := call.GetIn(r, p.callID)
	if err != nil {
		return err
	}
	to := of.Title // of an organisation that left
	if payee, err := s.rooms.Accounts.Get(ctx, p.payee); err == nil {
		to = payee.Title()
	} else if !problem.Is(err, problem.KindNotFound) && !problem.Is(err, problem.KindGone) {
		return err
	}
	say := lang.Match("", p.language)
	m := mail.Message{To: p.mail, Subject: say.T("Receipt: %s for %s", say.Money(p.amount, p.unit), to)}
	m.Text = say.T("Thank you.\n\nOn %s, %s was received from you for “%s”. It is for %s.\n\nNumber of this receipt: %s\n\nWhere the money goes: %s",
		say.Date(db.Time(p.at)), say.Money(p.amount, p.unit), of.Title, to, e.Payment.String(), s.stripe.URL+"/calls/"+of.ID.String()+"/spending") + "\n"
	if p.monthly {
		m.Text += "\n" + say.T("You give this each month. You can end it at any time: %s", s.stripe.URL+"/gifts") + "\n"
	}
	if err := s.mailer.Send(ctx, m); err != nil && !mail.Permanent(err) {
		return fmt.Errorf("send a receipt: %w", err)
	} else if err != nil {
		s.log.WarnContext(ctx, "a receipt was refused for good", "payment", e.Payment, "err", err)
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE payment SET mail = '', mailed_at = $1 WHERE id = $2`, db.Millis(s.now()), e.Payment)
		return err
	})
}
