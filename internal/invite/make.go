package invite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	netmail "net/mail"
	"regexp"
	"slices"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/once"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// Draft is an invitation to be made.
type Draft struct {
	ByMail  bool   // else a link is made, to be handed over
	Address string // whom to mail
	Handle  string // whom on another server a link is for, which the inviter sends them; "" for anybody
	Note    string // plain text without web addresses
	Key     string // idempotency key, "" for none
}

// Invite passes v's turn on from an act, to one person, and answers how the
// inviter sees it. It never tells whether a mail is sent: not to a mailbox that
// refuses, is asked already or often, or whose account does not wish it.
// The errors are those of act.Nominate, Invalid on address and note, Forbidden for
// who was limited by moderators, TooMany for who had MailsADay sent today.
func (s *Service) Invite(ctx context.Context, v account.Viewer, actID id.ID, d Draft) (Given, error) {
	if !v.SignedIn() {
		return Given{}, problem.Unauthorized("Sign in to pass your turn on.")
	}
	if err := d.clean(); err != nil {
		return Given{}, err
	}
	if d.Handle != "" {
		handle, ok := s.rooms.Accounts.Elsewhere(d.Handle)
		if !ok || d.ByMail {
			return Given{}, errNoHandle(d.Handle)
		}
		d.Handle = handle
	}
	if d.ByMail && v.Account().Curbs.Limited {
		return Given{}, problem.Forbidden("Moderators limited this account, so it cannot have invitations mailed. You can hand over a link.")
	}
	var made *row
	err := s.d.Update(ctx, func(tx *db.Tx) error {
		i, err := once.Do(tx, v.ID(), "invite", d.Key, []string{actID.String(), d.Address, d.Note, d.Handle}, func() (id.ID, error) { return s.inviteIn(tx, v, actID, d) })
		if err != nil {
			return err
		}
		made, err = db.One(tx, scan, "SELECT "+columns+" FROM invitation WHERE id = $1", i)
		return err
	})
	if err != nil {
		return Given{}, err
	}
	return made.given(s.now()), nil
}

func (d *Draft) clean() (err error) {
	if d.Note, err = text.Block("note", d.Note, NoteMost); err != nil {
		return err
	}
	if webAddress.MatchString(d.Note) {
		return problem.Invalid("note", "Leave web addresses out. The invitation has the link that matters.")
	}
	if !d.ByMail {
		d.Address = ""
		return nil
	}
	d.Address = strings.TrimSpace(d.Address)
	a, err := netmail.ParseAddress(d.Address)
	if err != nil || a.Name != "" || a.Address != d.Address || len(d.Address) > addressMost {
		return problem.Invalid("address", "This is not a mail address.")
	}
	return nil
}

const addressMost = 254 // bytes, RFC 5321 section 4.5.3.1.3

// webAddress is what mail programs make links of.
var webAddress = regexp.MustCompile(`(?i)://|www[.。．｡]|[\p{L}\p{N}-][.。．｡]\p{L}{2,}|\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]*:[0-9a-f:.]*\]`)

func (s *Service) inviteIn(tx *db.Tx, v account.Viewer, actID id.ID, d Draft) (id.ID, error) {
	now := s.now()
	a, c, err := s.rooms.Acts.PlaceIn(tx, v, actID)
	if err != nil {
		return 0, err
	}
	n := &row{Invitation: Invitation{ID: s.ids.New(), ActID: a.ID, CallID: c.ID, InviterID: v.ID(), Note: d.Note, State: Open, Deadline: now.Add(c.Answer)},
		movement: a.MovementID, handle: d.Handle, language: v.Account().Language, createdAt: now}
	if !d.ByMail {
		made, err := insert(tx, n)
		if err == nil && !made {
			err = problem.Conflict("nominees", "You passed the turn on to %s from this act before.", "@"+d.Handle)
		}
		return n.ID, err
	}
	n.ByMail, n.address, n.addressKey = true, d.Address, s.mailbox(d.Address)
	unwished, err := s.unwished(tx, v, a, n)
	if err != nil {
		return 0, err
	}
	if err := countMail(tx, v.ID(), now); err != nil {
		return 0, err
	}
	sent, err := insert(tx, n)
	if err == nil && !sent {
		n.hidden = true
		_, err = insert(tx, n)
		return n.ID, err
	}
	if err != nil {
		return 0, err
	}
	if !unwished {
		if sent, err = mayMail(tx, n.addressKey, now); err != nil {
			return 0, err
		}
	}
	if unwished || !sent {
		if _, err := tx.Exec("UPDATE invitation SET hidden = TRUE, active = FALSE, remind_at = NULL WHERE id = $1", n.ID); err != nil {
			return 0, fmt.Errorf("keep an invitation back: %w", err)
		}
		return n.ID, nil
	}
	return n.ID, s.jobs.Enqueue(tx, mailArgs{Invitation: n.ID})
}

// unwished says whether an account that has the mailbox does not wish to hear of
// it. Invalid for the inviter's own address, Conflict for one that was invited from
// this act before.
func (s *Service) unwished(tx *db.Tx, v account.Viewer, a *act.Act, n *row) (bool, error) {
	var before bool
	err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM invitation WHERE act_id = $1 AND address_key = $2 AND state <> 'withdrawn')", a.ID, n.addressKey).Scan(&before)
	if err != nil {
		return false, fmt.Errorf("look for an earlier invitation: %w", err)
	}
	if before {
		return false, problem.Conflict("address", "You invited this address from this act before.")
	}
	has, err := s.rooms.AccountsOf(tx, n.address)
	if err != nil {
		return false, err
	}
	if slices.ContainsFunc(has, v.Is) {
		return false, problem.Invalid("address", "This is your own address.")
	}
	for _, account := range has {
		if unwished, err := s.rooms.Acts.UnwishedIn(tx, a, account, n.createdAt); unwished || err != nil {
			return unwished, err
		}
	}
	return false, nil
}

// insert writes an invitation; false if another holds the mailbox's place.
func insert(tx *db.Tx, n *row) (bool, error) {
	var remind sql.NullInt64
	if n.ByMail && !n.hidden {
		remind = sql.NullInt64{Int64: db.Millis(n.createdAt.Add(n.Deadline.Sub(n.createdAt) / 2)), Valid: true}
	}
	res, err := tx.Exec(`INSERT INTO invitation (id, act_id, call_id, movement_id, inviter_id, by_mail, address, address_key, note, language, state, hidden, active,
			created_at, deadline, remind_at, handle)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', $11, $12, $13, $14, $15, $16) ON CONFLICT DO NOTHING`,
		n.ID, n.ActID, n.CallID, n.movement, n.InviterID, n.ByMail, n.address, n.addressKey, n.Note, n.language, n.hidden, !n.hidden,
		db.Millis(n.createdAt), db.Millis(n.Deadline), remind, n.handle)
	if err != nil {
		return false, fmt.Errorf("insert an invitation: %w", err)
	}
	changed, err := res.RowsAffected()
	return changed == 1, err
}

func day(t time.Time) int64 { return db.Millis(t) / (24 * time.Hour).Milliseconds() }

// countMail counts one mail more of an inviter today.
func countMail(tx *db.Tx, inviter id.ID, now time.Time) error {
	var n int
	err := tx.QueryRow(`INSERT INTO inviting (account_id, day, mails) VALUES ($1, $2, 1)
		ON CONFLICT (account_id, day) DO UPDATE SET mails = inviting.mails + 1 WHERE inviting.mails < $3 RETURNING mails`,
		inviter, day(now), MailsADay).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return problem.TooMany("At most %d invitations a day can be mailed. You can hand over a link.", MailsADay)
	}
	if err != nil {
		return fmt.Errorf("count an invitation: %w", err)
	}
	return nil
}

// mayMail counts one mail more to a mailbox this week; false if it refuses them or
// had its share.
func mayMail(tx *db.Tx, key []byte, now time.Time) (bool, error) {
	at, ago := db.Millis(now), db.Millis(now.Add(-week))
	var n int
	err := tx.QueryRow(`INSERT INTO invited_mailbox (address_key, since, mails) VALUES ($1, $2, 1)
		ON CONFLICT (address_key) DO UPDATE SET
			mails = CASE WHEN invited_mailbox.since <= $3 THEN 1 ELSE invited_mailbox.mails + 1 END,
			since = CASE WHEN invited_mailbox.since <= $4 THEN excluded.since ELSE invited_mailbox.since END
		WHERE NOT invited_mailbox.refused AND (invited_mailbox.since <= $5 OR invited_mailbox.mails < $6) RETURNING mails`,
		key, at, ago, ago, ago, mailsAWeek).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("count a mail to a mailbox: %w", err)
	}
	return true, nil
}
