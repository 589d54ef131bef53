package petition

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/auth"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

const (
	confirmLife = 3 * 24 * time.Hour // of a link to confirm
	mailsMost   = 5                  // to one address in a day
	mailsIn     = 24 * time.Hour
	sweepBatch  = 500

	newsFor = 2 * 365 * 24 * time.Hour // an address is kept to hear of what comes of a petition
)

// OutsideDraft is what somebody without an account says as they sign.
type OutsideDraft struct {
	Name       string
	Address    string // a link to confirm is mailed to it
	Reason     string
	Private    bool
	Updates    bool  // keep the address, to tell what becomes of it
	Version    int64 // as in Draft
	InspiredBy act.Source
	Language   string     // to write to them in
	From       netip.Addr // where the request comes from, for the limits
}

func (d *OutsideDraft) clean() (err error) {
	if d.Name, err = text.Line("name", d.Name, NameMost); err != nil {
		return err
	}
	if d.Name == "" {
		return problem.Invalid("name", "Say your name, as it should stand under the petition.")
	}
	if d.Address, err = auth.CheckAddress("address", d.Address); err != nil {
		return err
	}
	if d.Reason, err = text.Block("reason", d.Reason, ReasonMost); err != nil {
		return err
	}
	if len(d.Language) > 35 {
		d.Language = ""
	}
	return nil
}

// SignOutside mails a link by whose POST the signature is confirmed; it counts
// from then on. The answer is the same whether or not the address has signed, and
// whether or not it was mailed often enough for today. problem.Invalid,
// problem.TooMany, problem.Conflict as in Sign, and what auth.AskMail answers.
func (s *Service) SignOutside(ctx context.Context, callID id.ID, d OutsideDraft) error {
	c, err := s.petition(ctx, account.Nobody, callID)
	if err != nil {
		return err
	}
	if err := c.Takes(); err != nil {
		return err
	}
	if err := d.clean(); err != nil {
		return err
	}
	version, err := s.Version(ctx, callID)
	if err == nil {
		err = sameText(d.Version, version)
	}
	if err != nil {
		return err
	}
	if err := s.Acts.MayName(ctx, account.Nobody, d.InspiredBy); err != nil {
		d.InspiredBy = act.Source{} // what led here is no reason to turn somebody away
	}
	send, err := s.Auth.AskMail(ctx, d.Address, d.From)
	if err != nil || !send {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		now := s.now()
		if more, err := s.mayMail(tx, d.Address, now); err != nil || !more {
			return err
		}
		signing := s.ids.New()
		_, err := tx.Exec(`INSERT INTO signing (id, call_id, address_key, address, name, reason, open, updates, version, via_kind, via_id, language, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`, signing, callID, s.key(forSignature, callID, d.Address), d.Address,
			d.Name, d.Reason, !d.Private, d.Updates, version, string(d.InspiredBy.Kind), d.InspiredBy.ID, d.Language, db.Millis(now.Add(confirmLife)))
		if err != nil {
			return fmt.Errorf("keep a signature until it is confirmed: %w", err)
		}
		return s.jobs.Enqueue(tx, mailArgs{Signing: signing})
	})
}

// mayMail counts a mail to an address, of which there are few a day.
func (s *Service) mayMail(tx *db.Tx, address string, now time.Time) (bool, error) {
	ms := db.Millis(now)
	res, err := tx.Exec(`INSERT INTO signing_mail (address_key, sent, ends_at) VALUES ($1, 1, $2)
		ON CONFLICT (address_key) DO UPDATE SET sent = CASE WHEN signing_mail.ends_at <= $3 THEN 1 ELSE signing_mail.sent + 1 END,
			ends_at = CASE WHEN signing_mail.ends_at <= $4 THEN excluded.ends_at ELSE signing_mail.ends_at END
		WHERE signing_mail.sent < $5 OR signing_mail.ends_at <= $6`,
		s.key(forMails, 0, address), db.Millis(now.Add(mailsIn)), ms, ms, mailsMost, ms)
	if err != nil {
		return false, fmt.Errorf("count the mails to an address: %w", err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// Signing is a signature from outside that waits to be confirmed.
type Signing struct {
	id         id.ID
	CallID     id.ID
	Name       string
	Reason     string
	Private    bool
	Updates    bool
	address    string
	language   string
	key        []byte
	withdraw   []byte
	version    int64
	inspiredBy act.Source
}

const signingColumns = `id, call_id, name, reason, NOT open, updates, address, language, address_key, withdraw_hash, version, via_kind, via_id`

func scanSigning(row db.Row) (*Signing, error) {
	n := new(Signing)
	err := row.Scan(&n.id, &n.CallID, &n.Name, &n.Reason, &n.Private, &n.Updates, &n.address, &n.language, &n.key, &n.withdraw, &n.version,
		&n.inspiredBy.Kind, &n.inspiredBy.ID)
	return n, err
}

func errGone() error {
	return problem.Gone("This link was used already, or has expired. You can sign again to get a new one.")
}

// Signing is what the link of a mail would confirm. problem.Gone once it was
// used, or has expired.
func (s *Service) Signing(ctx context.Context, token string) (*Signing, error) {
	n, err := db.One(s.d.Read(ctx), scanSigning, `SELECT `+signingColumns+` FROM signing WHERE confirm_hash = $1 AND expires_at > $2`,
		hashOf(token), db.Millis(s.now()))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errGone()
	}
	if err != nil {
		return nil, fmt.Errorf("read a signature to confirm: %w", err)
	}
	return n, nil
}

// errSigned ends a transaction whose address has signed.
var errSigned = errors.New("petition: the address has signed")

// Confirm is the POST of the link: the signature counts from now on. already
// says that the address had signed before, so that nothing more counts.
// problem.Gone as in Signing, problem.Conflict when the petition is closed.
func (s *Service) Confirm(ctx context.Context, token string) (callID id.ID, already bool, err error) {
	waiting, err := s.Signing(ctx, token)
	if err != nil {
		return 0, false, err
	}
	sign := func(source act.Source) error {
		return s.d.Update(ctx, func(tx *db.Tx) error { return s.confirm(tx, token, source) })
	}
	err = sign(waiting.inspiredBy)
	if p, ok := problem.Of(err); ok && p.Field == "inspired_by" {
		err = sign(act.Source{}) // what moved them is gone by now
	}
	if p, ok := problem.Of(err); errors.Is(err, errSigned) || ok && p.Field == "call_id" {
		err, already = s.d.Update(ctx, func(tx *db.Tx) error { return forgetSignings(tx, waiting) }), true
	}
	return waiting.CallID, already, err
}

func (s *Service) confirm(tx *db.Tx, token string, source act.Source) error {
	n, err := db.One(tx, scanSigning, `DELETE FROM signing WHERE confirm_hash = $1 AND expires_at > $2 RETURNING `+signingColumns,
		hashOf(token), db.Millis(s.now()))
	if errors.Is(err, sql.ErrNoRows) {
		return errGone()
	}
	if err != nil {
		return fmt.Errorf("confirm a signature: %w", err)
	}
	if signed, err := hasSigned(tx, n); err != nil || signed {
		return errors.Join(err, whenSigned(signed))
	}
	if _, err := s.textIn(tx, n.CallID); err != nil {
		return err
	}
	visibility := act.Public
	if n.Private {
		visibility = act.Me
	}
	a, err := s.Acts.DoOutsideIn(tx, act.Outsider{Key: s.key(forOutsider, n.CallID, n.address), Name: n.Name},
		act.Draft{CallID: n.CallID, Story: n.Reason, Visibility: visibility, InspiredBy: source}, s.now())
	if err != nil {
		return err
	}
	row := signature{act: a.ID, call: n.CallID, outsider: a.DoerID, key: n.key, version: n.version, withdraw: n.withdraw}
	if n.Updates {
		row.address, row.language = n.address, n.language
	}
	if signed, err := insert(tx, row); err != nil || !signed {
		return errors.Join(err, whenSigned(!signed))
	}
	return forgetSignings(tx, n)
}

func whenSigned(signed bool) error {
	if signed {
		return errSigned
	}
	return nil
}

func hasSigned(r db.Reader, n *Signing) (signed bool, err error) {
	err = r.QueryRow(`SELECT EXISTS (SELECT 1 FROM signature WHERE call_id = $1 AND address_key = $2)`, n.CallID, n.key).Scan(&signed)
	if err != nil {
		return false, fmt.Errorf("ask whether an address has signed: %w", err)
	}
	return signed, nil
}

// forgetSignings erases all that waits of an address.
func forgetSignings(tx *db.Tx, n *Signing) error {
	if _, err := tx.Exec(`DELETE FROM signing WHERE call_id = $1 AND address_key = $2`, n.CallID, n.key); err != nil {
		return fmt.Errorf("erase what is confirmed: %w", err)
	}
	return nil
}

// Withdrawal is what the other link of a mail would take back.
type Withdrawal struct {
	CallID    id.ID
	Title     string // of the petition, which may not be shown any more
	Confirmed bool   // it is a signature, and not only waits to be one
	act       id.ID
}

// Withdrawal is problem.Gone for a link that leads to nothing any more.
func (s *Service) Withdrawal(ctx context.Context, token string) (*Withdrawal, error) {
	return withdrawal(s.d.Read(ctx), token)
}

func withdrawal(r db.Reader, token string) (*Withdrawal, error) {
	h := hashOf(token)
	w, err := db.One(r, func(row db.Row) (*Withdrawal, error) {
		w := new(Withdrawal)
		err := row.Scan(&w.CallID, &w.act, &w.Confirmed, &w.Title)
		return w, err
	}, `SELECT call_id, act_id, confirmed, COALESCE(call.title, '') FROM (SELECT call_id, act_id, TRUE AS confirmed FROM signature WHERE withdraw_hash = $1
			UNION ALL SELECT call_id, 0, FALSE FROM signing WHERE withdraw_hash = $2) AS what LEFT JOIN call ON call.id = call_id`, h, h)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errGone()
	}
	if err != nil {
		return nil, fmt.Errorf("read what to withdraw: %w", err)
	}
	return w, nil
}

// WithdrawByLink is the POST of that link: the signature and all that was known
// of who made it are gone. problem.Gone a second time.
func (s *Service) WithdrawByLink(ctx context.Context, token string) (callID id.ID, err error) {
	err = s.d.Update(ctx, func(tx *db.Tx) error {
		w, err := withdrawal(tx, token)
		if err != nil {
			return err
		}
		callID = w.CallID
		if w.Confirmed {
			return s.Acts.WithdrawOutsideIn(tx, w.act)
		}
		if _, err := tx.Exec(`DELETE FROM signing WHERE withdraw_hash = $1`, hashOf(token)); err != nil {
			return fmt.Errorf("erase what waits: %w", err)
		}
		return nil
	})
	return callID, err
}

// Stop ends the news to an outside person by the link in one of them, and erases
// the address; the signature stays. problem.Gone for a link that is none.
func (s *Service) Stop(ctx context.Context, token string) error {
	actID, ok := s.stops(token)
	if !ok {
		return errGone()
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`UPDATE signature SET address = '', language = '' WHERE act_id = $1`, actID); err != nil {
			return fmt.Errorf("end the news of a signature: %w", err)
		}
		return nil
	})
}

// Sweep erases signatures that nobody confirmed, and addresses that waited for
// news for years, and forgets how many mails were sent yesterday.
func (s *Service) Sweep(ctx context.Context) error {
	err := s.d.UpdateUntil(ctx, func(tx *db.Tx) (bool, error) {
		most := int64(0)
		now := s.now()
		for sweep, before := range map[string]int64{
			`DELETE FROM signing WHERE id IN (SELECT id FROM signing WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)`:                                  db.Millis(now),
			`DELETE FROM signing_mail WHERE address_key IN (SELECT address_key FROM signing_mail WHERE ends_at <= $1 ORDER BY ends_at LIMIT $2)`:            db.Millis(now),
			`UPDATE signature SET address = '' WHERE act_id IN (SELECT act_id FROM signature WHERE address <> '' AND act_id < $1 ORDER BY act_id LIMIT $2)`: int64(id.Floor(now.Add(-newsFor))),
		} {
			res, err := tx.Exec(sweep, before, sweepBatch)
			if err != nil {
				return false, err
			}
			n, err := res.RowsAffected()
			if err != nil {
				return false, err
			}
			most = max(most, n)
		}
		return most == sweepBatch, nil
	})
	if err != nil {
		return fmt.Errorf("sweep signatures that nobody confirmed: %w", err)
	}
	return nil
}
